#include "eval/databases.h"

#include "base/text.h"
#include "eval/codes.h"
#include "eval/dataset.h"
#include "eval/split.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace palier::eval {
namespace {

// A folder of its own, removed at the end.
class Folder {
   public:
    Folder() { std::filesystem::create_directories(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return (path_ / name).string();
    }

   private:
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("palier-databases-" + std::to_string(getpid()));
};

core::Job sql_job(std::string common = "") {
    core::Job job;
    job.task = core::Task::Generate;
    job.constraints.quality.metric = "sql_execution";
    job.data.database = std::move(common);
    return job;
}

TEST_CASE("a case has the database that it names, else the job's, each read once") {
    const Folder folder;
    const std::string common = folder.write("shop.sql", "CREATE TABLE item (id);");
    static_cast<void>(folder.write("school.sql", "CREATE TABLE pupil (id);"));
    const std::string path = folder.write("cases.jsonl", "");
    const std::string text = R"({"input":"a","expected":"SELECT 1"}
{"input":"b","expected":"SELECT 1","database":"school.sql"}
{"input":"a","expected":"SELECT 1","database":"school.sql"}
)";
    const auto data = read_dataset_text(text, path, sql_job(common));
    REQUIRE(data);
    const auto& cases = data->cases;
    REQUIRE(cases[0].database != nullptr);
    CHECK(cases[0].database != cases[1].database);
    CHECK(cases[1].database == cases[2].database);
    CHECK(cases[0].database->bytes.starts_with("SQLite format 3"));
    // Another database makes another case.
    CHECK(content_hash(cases[0]) != content_hash(cases[2]));
    // Other metrics look at none.
    core::Job exact = sql_job(common);
    exact.constraints.quality.metric = "exact";
    CHECK(read_dataset_text(text, path, exact)->cases[0].database == nullptr);
    CHECK(read_dataset_text(text, path, sql_job())->cases[0].database == nullptr);
}

TEST_CASE("the column of the databases may have another name, in a CSV file too") {
    const Folder folder;
    static_cast<void>(folder.write("school.sql", "CREATE TABLE pupil (id);"));
    const std::string path = folder.write("cases.csv", "");
    core::Job job = sql_job();
    job.data.database_column = "db";
    const auto data = read_dataset_text("input,expected,db\na,SELECT 1,school.sql\n", path, job);
    REQUIRE(data);
    CHECK(data->cases[0].database != nullptr);
    job.data.database_column = "dbb";
    CHECK(read_dataset_text("input,expected,db\na,SELECT 1,school.sql\n", path, job).error().code ==
          codes::missing_column_near);
}

TEST_CASE("a database that cannot be read or made says where and why") {
    const Folder folder;
    static_cast<void>(folder.write("broken.sql", "CREATE TABLE a (x);\nINSERT INTO b VALUES (1);"));
    static_cast<void>(folder.write("empty.sql", "-- nothing"));
    static_cast<void>(folder.write("cut.db", "SQLite format 3" + std::string(1, '\0') + "..."));
    Databases databases(folder.write("cases.jsonl", ""), "");
    const auto error = [&](const std::string& name) { return databases.read(name, 7).error(); };
    const Error missing = error("none.sql");
    CHECK(missing.code == codes::unreadable_database);
    CHECK(filled("{line} {why}", missing.args) == "7 No such file or directory");
    const Error broken = error("broken.sql");
    CHECK(broken.code == codes::broken_script);
    CHECK(filled("{line} {why}", broken.args) == "2 no such table: b");
    CHECK(error("empty.sql").code == codes::broken_database);
    CHECK(error("cut.db").code == codes::broken_database);
    CHECK(databases.read("", 1).value() == nullptr);
}

}  // namespace
}  // namespace palier::eval
