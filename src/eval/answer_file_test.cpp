#include "eval/answer_file.h"

#include "base/codes.h"
#include "base/rng.h"
#include "eval/codes.h"
#include "eval/records.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace palier::eval {
namespace {

namespace fs = std::filesystem;

class Folder {
   public:
    Folder() : path_(fs::temp_directory_path() / ("palier-answers-" + std::to_string(getpid()))) {
        fs::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file() const { return (path_ / "a.jsonl").string(); }

   private:
    fs::path path_;
};

json::Value line(int number) {
    return json::Object{{"id", number}};
}

std::string content(const Folder& folder) {
    return read_bytes(folder.file()).value();
}

}  // namespace

TEST_CASE("every answer is in the file when append returns, and comes back") {
    const Folder folder;
    {
        auto file = AnswerFile::open(folder.file());
        REQUIRE(file);
        CHECK(file->lines().empty());
        REQUIRE(file->append(line(1)));
        CHECK(content(folder) == "{\"id\":1}\n");
        REQUIRE(file->append(line(2)));
        REQUIRE(file->undo());
        CHECK(content(folder) == "{\"id\":1}\n");
        REQUIRE(file->append(line(3)));
    }
    auto again = AnswerFile::open(folder.file());
    REQUIRE(again);
    REQUIRE(again->lines().size() == 2);
    CHECK(again->lines()[1] == line(3));
    REQUIRE(again->rewrite({line(7), line(8)}));
    REQUIRE(again->append(line(9)));
    CHECK(content(folder) == "{\"id\":7}\n{\"id\":8}\n{\"id\":9}\n");
}

TEST_CASE("a line that a crash cut is removed, wherever it was cut") {
    const Folder folder;
    const std::string whole = "{\"id\":1}\n{\"id\":22}\n";
    for (std::size_t kept = 0; kept <= whole.size(); ++kept) {
        std::ofstream(folder.file(), std::ios::binary) << whole.substr(0, kept);
        auto file = AnswerFile::open(folder.file());
        REQUIRE(file);
        const std::size_t lines = kept >= 19 ? 2 : kept >= 9 ? 1 : 0;
        CHECK(file->lines().size() == lines);
        CHECK(file->was_cut() == (kept != 0 && kept != 9 && kept != 19));
        REQUIRE(file->append(line(5)));
        CHECK(content(folder) == whole.substr(0, lines == 2 ? 19 : lines * 9) + "{\"id\":5}\n");
    }
}

TEST_CASE("a file of something else is refused and left alone") {
    const Folder folder;
    std::ofstream(folder.file(), std::ios::binary) << "{\"id\":1}\nhello\n";
    const auto file = AnswerFile::open(folder.file());
    REQUIRE_FALSE(file);
    CHECK(file.error().code == codes::no_labelled_line);
    CHECK(content(folder) == "{\"id\":1}\nhello\n");
}

TEST_CASE("a place that cannot be written is an error") {
    auto file = AnswerFile::open("/nowhere/at/all.jsonl");
    REQUIRE(file);
    const auto done = file->append(line(1));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == base::codes::cannot_write);
    CHECK(file->lines().empty());
}

}  // namespace palier::eval
