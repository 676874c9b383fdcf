#include "lib/sqlite/sqlite.h"

#include "lib/sqlite/codes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <limits>

namespace palier::sqlite {
namespace {

std::unique_ptr<Database> in_memory(const std::string& sql = "") {
    Result<std::unique_ptr<Database>> database = Database::open(":memory:");
    REQUIRE(database);
    REQUIRE((*database)->execute(sql));
    return std::move(*database);
}

std::string file_in_tmp(const char* name) {
    return (std::filesystem::temp_directory_path() /
            ("palier-sqlite-" + std::to_string(getpid()) + name))
        .string();
}

TEST_CASE("values come back as they were bound") {
    const auto database = in_memory("CREATE TABLE t (a, b, c, d, e)");
    const std::string text("zero \0 and \xff bytes", 18);
    {
        auto insert = database->prepare("INSERT INTO t VALUES (?,?,?,?,?)");
        REQUIRE(insert);
        insert->bind_int(1, std::numeric_limits<std::int64_t>::min())
            .bind_real(2, 0.1)
            .bind_text(3, text)
            .bind_blob(4, text)
            .bind_null(5);
        REQUIRE(insert->run());
    }
    CHECK(database->last_insert_row() == 1);
    CHECK(database->changed_rows() == 1);
    auto select = database->prepare("SELECT * FROM t");
    REQUIRE(select->step().value());
    CHECK(select->integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(select->real(1) == 0.1);
    CHECK(select->text(2) == text);
    CHECK_FALSE(select->is_blob(2));
    CHECK(select->bytes(3) == text);
    CHECK(select->is_blob(3));
    CHECK(select->is_null(4));
    CHECK(select->text(4).empty());
    CHECK_FALSE(select->step().value());
}

TEST_CASE("empty text is not NULL") {
    const auto database = in_memory();
    auto select = database->prepare("SELECT ?1 IS NULL, ?2 IS NULL, length(?1)");
    select->bind_text(1, {}).bind_blob(2, {});
    REQUIRE(select->step().value());
    CHECK(select->integer(0) == 0);
    CHECK(select->integer(1) == 0);
    CHECK(select->integer(2) == 0);
}

TEST_CASE("a statement given back is used again, without its old parameters") {
    const auto database = in_memory();
    const std::string sql = "SELECT ?1";
    {
        auto select = database->prepare(sql);
        REQUIRE(select->bind_int(1, 7).step().value());
        CHECK(select->integer(0) == 7);
    }
    auto select = database->prepare(sql);
    REQUIRE(select->step().value());
    CHECK(select->is_null(0));
}

TEST_CASE("the same SQL may be in use twice") {
    const auto database = in_memory("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    auto outer = database->prepare("SELECT a FROM t ORDER BY a");
    std::int64_t sum = 0;
    while (outer->step().value()) {
        auto inner = database->prepare("SELECT a FROM t ORDER BY a");
        while (inner->step().value()) {
            sum += outer->integer(0) * inner->integer(0);
        }
    }
    CHECK(sum == 36);
}

TEST_CASE("a statement can be run again after reset and after an error") {
    const auto database = in_memory("CREATE TABLE t (a UNIQUE)");
    auto insert = database->prepare("INSERT INTO t VALUES (?)");
    REQUIRE(insert->bind_int(1, 1).run());
    const Result<void> twice = insert->run();
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == codes::database_unusable);
    CHECK(twice.error().args[0].second == ":memory:");
    CHECK(twice.error().args[1].second == "UNIQUE constraint failed: t.a");
    CHECK(insert->bind_int(1, 2).run());
    CHECK(database->integer_of("SELECT count(*) FROM t").value() == 2);
}

TEST_CASE("wrong SQL is an error with SQLite's reason") {
    const auto database = in_memory();
    const auto statement = database->prepare("SELEC 1");
    REQUIRE_FALSE(statement);
    CHECK(statement.error().code == codes::database_unusable);
    CHECK(statement.error().args[1].second == "near \"SELEC\": syntax error");
    CHECK(database->execute("DROP TABLE t").error().code == codes::database_unusable);
}

TEST_CASE("a transaction is kept when committed and undone when not") {
    const auto database = in_memory("CREATE TABLE t (a)");
    {
        auto transaction = Transaction::begin(*database);
        REQUIRE(transaction);
        CHECK(database->in_transaction());
        REQUIRE(database->execute("INSERT INTO t VALUES (1)"));
        REQUIRE(transaction->commit());
        CHECK_FALSE(database->in_transaction());
    }
    {
        auto transaction = Transaction::begin(*database);
        REQUIRE(database->execute("INSERT INTO t VALUES (2)"));
        const Transaction moved(std::move(*transaction));
        CHECK(database->in_transaction());
    }
    CHECK_FALSE(database->in_transaction());
    CHECK(database->text_of("SELECT group_concat(a) FROM t").value() == "1");
}

TEST_CASE("a transaction while another connection writes is error 1104") {
    const std::string path = file_in_tmp("busy");
    {
        OpenSpec spec;
        spec.patience = std::chrono::milliseconds(10);
        const auto one = Database::open(path, spec);
        const auto other = Database::open(path, spec);
        const auto held = Transaction::begin(**one);
        REQUIRE(held);
        const auto refused = Transaction::begin(**other);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == codes::database_locked);
    }
    std::filesystem::remove(path);
}

TEST_CASE("the header of a file is read without opening it as a database") {
    const std::string path = file_in_tmp("header");
    CHECK_FALSE(read_header(path)->has_value());
    {
        OpenSpec spec;
        spec.page_bytes = 1024;
        const auto database = Database::open(path, spec);
        REQUIRE(
            (*database)->execute("PRAGMA user_version = 258; PRAGMA application_id = 1885432946"));
        CHECK((*database)->integer_of("PRAGMA page_size").value() == 1024);
    }
    const auto header = read_header(path);
    REQUIRE(header->has_value());
    CHECK((*header)->user_version == 258);
    CHECK((*header)->application_id == 1885432946);
    std::filesystem::resize_file(path, 99);
    CHECK(read_header(path).error().code == codes::no_database);
    std::filesystem::resize_file(path, 0);
    CHECK_FALSE(read_header(path)->has_value());
    std::filesystem::remove(path);
    CHECK(read_header(std::filesystem::temp_directory_path().string()).error().code ==
          codes::database_unusable);
}

TEST_CASE("a database opened for reading refuses to write") {
    const std::string path = file_in_tmp("read ?#%");
    {
        REQUIRE((*Database::open(path))->execute("CREATE TABLE t (a)"));
    }
    for (const Access access : {Access::ReadOnly, Access::Immutable}) {
        OpenSpec spec;
        spec.access = access;
        const auto database = Database::open(path, spec);
        REQUIRE(database);
        CHECK((*database)->integer_of("SELECT count(*) FROM t").value() == 0);
        CHECK((*database)->execute("INSERT INTO t VALUES (1)").error().code ==
              codes::database_read_only);
    }
    std::filesystem::remove(path);
    OpenSpec spec;
    spec.access = Access::ReadOnly;
    CHECK(Database::open(path, spec).error().code == codes::database_unusable);
}

TEST_CASE("a file may not grow past its limit") {
    const std::string path = file_in_tmp("limit");
    {
        OpenSpec spec;
        spec.page_bytes = 512;
        spec.max_bytes = 8 * 512;
        const auto database = Database::open(path, spec);
        REQUIRE((*database)->execute("CREATE TABLE t (a)"));
        CHECK((*database)->execute("INSERT INTO t VALUES (zeroblob(9000))").error().code ==
              codes::database_full);
        CHECK((*database)->integer_of("SELECT count(*) FROM t").value() == 0);
    }
    CHECK(std::filesystem::file_size(path) <= 8 * 512);
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace palier::sqlite
