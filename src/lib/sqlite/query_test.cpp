#include "lib/sqlite/query.h"

#include "base/rng.h"
#include "lib/sqlite/sqlite.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace palier::sqlite {
namespace {

constexpr std::string_view k_shop =
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL);\n"
    "INSERT INTO item VALUES (1, 'lamp', 20.5), (2, 'table', 90), (3, 'chair', NULL);\n";

std::string image(std::string_view script = k_shop) {
    auto made = image_of(script);
    REQUIRE(std::holds_alternative<std::string>(made));
    return std::get<std::string>(std::move(made));
}

Rows rows(std::string_view sql, const QueryLimits& limits = {}) {
    auto ran = run_query(image(), sql, limits);
    if (const auto* unrun = std::get_if<Unrun>(&ran)) {
        FAIL(unrun->detail);
    }
    return std::get<Rows>(std::move(ran));
}

Unrun unrun(std::string_view sql, const QueryLimits& limits = {}) {
    const auto ran = run_query(image(), sql, limits);
    REQUIRE_MESSAGE(std::holds_alternative<Unrun>(ran), sql);
    return std::get<Unrun>(ran);
}

TEST_CASE("a query gives its rows with the types that SQLite gives them") {
    const Rows found = rows("SELECT id, name AS what, price, x'00ff' FROM item ORDER BY id;");
    CHECK(found.columns == std::vector<std::string>{"id", "what", "price", "x'00ff'"});
    REQUIRE(found.rows.size() == 3);
    CHECK(found.rows[0] ==
          std::vector<Cell>{
              std::int64_t{1}, std::string("lamp"), 20.5, Blob{std::string("\0\xff", 2)}});
    CHECK(found.rows[2][2] == Cell(std::monostate()));
    CHECK(found.complete);
    CHECK_FALSE(found.asked_time);
    CHECK(rows("SELECT value FROM json_each('[3]')").rows[0][0] == Cell(std::int64_t{3}));
}

TEST_CASE("a query that writes, attaches, loads or changes settings is forbidden, by name") {
    for (const auto& [sql, what] : std::vector<std::pair<std::string, std::string>>{
             {"INSERT INTO item VALUES (9, 'x', 1)", "INSERT into item"},
             {"UPDATE item SET price = 0", "UPDATE of item"},
             {"DELETE FROM item", "DELETE from item"},
             {"WITH x AS (SELECT 1) DELETE FROM item", "DELETE from item"},
             {"INSERT INTO item SELECT * FROM item RETURNING id", "INSERT into item"},
             {"DROP TABLE item", "a change of the tables themselves"},
             {"CREATE TABLE other (a)", "a change of the tables themselves"},
             {"CREATE TEMP TABLE other (a)", "a change of the tables themselves"},
             {"ALTER TABLE item RENAME TO other", "a change of the tables themselves"},
             {"ATTACH '/etc/passwd' AS other", "ATTACH /etc/passwd"},
             {"PRAGMA query_only = OFF", "PRAGMA query_only"},
             {"PRAGMA table_info(item)", "PRAGMA table_info"},
             {"SELECT * FROM pragma_table_info('item')", "PRAGMA table_info"},
             {"BEGIN", "a transaction"},
             {"SAVEPOINT here", "a transaction"},
             {"VACUUM INTO 'palier-stolen.db'", "a statement that writes"},
             {"REINDEX", ""},
             {"ANALYZE", ""},
             {"SELECT load_extension('evil.so')", "the function load_extension"},
             {"SELECT random()", "the function random"},
             {"SELECT 1; DROP TABLE item", "a change of the tables themselves"},
         }) {
        INFO(sql);
        const Unrun refused = unrun(sql);
        CHECK(refused.why == Unrun::Why::Forbidden);
        CHECK((what.empty() || refused.detail == what));
    }
    CHECK_FALSE(std::filesystem::exists("palier-stolen.db"));
}

TEST_CASE("what SQLite does not understand is an error in its own words") {
    CHECK(unrun("SELECT colour FROM item").detail == "no such column: colour");
    CHECK(unrun("SELECT * FROM orders").detail == "no such table: orders");
    CHECK(unrun("SELEC 1").detail == "near \"SELEC\": syntax error");
    CHECK(unrun("SELECT abs(-9223372036854775808)").detail == "integer overflow");
    CHECK(unrun("  -- nothing").detail == "there is no statement");
    CHECK(unrun("SELECT 1; SELECT 2").detail == "there are several statements");
    CHECK(unrun(std::string_view("SELECT 1\0, 2", 12)).detail == "a NUL byte within it");
    CHECK(unrun("SELECT readfile('/etc/passwd')").why == Unrun::Why::Error);
    CHECK(unrun("SELECT " + std::string(500, '(') + "1" + std::string(500, ')')).why ==
          Unrun::Why::Error);
}

TEST_CASE("a query that never ends is stopped after the same number of steps each time") {
    const std::string endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    QueryLimits few;
    few.steps = 100'000;
    CHECK(unrun(endless, few).why == Unrun::Why::Limit);
    CHECK(unrun(endless, few).detail == "more than 100000 steps");
    CHECK(unrun("SELECT count(*) FROM item a, item b, item c, item d, item e, item f, item g, "
                "item h, item i, item j, item k, item l",
                few)
              .why == Unrun::Why::Limit);
}

TEST_CASE("a query that would be prepared for ever is not prepared") {
    std::string sql = "WITH c0 AS (SELECT 1 AS x)";
    for (int i = 1; i <= 60; ++i) {
        const std::string before = "c" + std::to_string(i - 1);
        sql +=
            ", c" + std::to_string(i) + " AS (SELECT a.x FROM " + before + " a, " + before + " b)";
    }
    CHECK(unrun(sql + " SELECT count(*) FROM c60").detail ==
          "parts that use each other too many times");
    CHECK(unrun("SELECT '" + std::string(100'000, 'x') + "'").why == Unrun::Why::Limit);
}

TEST_CASE("a query that would fill the memory is stopped") {
    QueryLimits limits;
    limits.heap_bytes = 20'000'000;
    const Unrun stopped = unrun(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i FROM n ORDER BY zeroblob(100000 + i)",
        limits);
    CHECK(stopped.why == Unrun::Why::Limit);
    CHECK(stopped.detail == "too much memory");
    CHECK(unrun("SELECT zeroblob(1000000000)").why == Unrun::Why::Limit);
    CHECK(unrun("SELECT hex(zeroblob(900000))").why == Unrun::Why::Limit);
}

TEST_CASE("a long result is cut and says so") {
    QueryLimits limits;
    limits.rows = 2;
    const Rows cut = rows("SELECT id FROM item", limits);
    CHECK(cut.rows.size() == 2);
    CHECK_FALSE(cut.complete);
    limits.rows = 3;
    CHECK(rows("SELECT id FROM item", limits).complete);
    limits.bytes = 5;
    CHECK_FALSE(rows("SELECT name FROM item", limits).complete);
}

TEST_CASE("the present time stands still and is told when it was asked for") {
    CHECK(rows("SELECT date('now')").rows[0][0] == Cell(std::string("2000-01-01")));
    CHECK(rows("SELECT CURRENT_TIMESTAMP").asked_time);
    QueryLimits june;
    june.now = moment_of("2025-06-15 12:30:00").value();
    CHECK(rows("SELECT datetime('now')", june).rows[0][0] ==
          Cell(std::string("2025-06-15 12:30:00")));
    CHECK(moment_of("2000-01-01") == k_year_2000);
    for (const char* wrong : {"", "now", "yesterday", "2025-13-01", "2451544.5", "15/06/2025"}) {
        CHECK_FALSE(moment_of(wrong));
    }
}

TEST_CASE("a script that fails is told by the line of its statement") {
    const auto line_of = [](std::string_view script) {
        const auto made = image_of(script);
        REQUIRE(std::holds_alternative<NoImage>(made));
        CHECK_FALSE(std::get<NoImage>(made).why.empty());
        return std::get<NoImage>(made).line;
    };
    CHECK(line_of("CREATE TABLE a (x);\n\n\nINSERT INTO b VALUES (1);\n") == 4);
    CHECK(line_of("CREATE TABLE a (x);\nATTACH 'other.db' AS o;\n") == 2);
    CHECK(line_of("CREATE TABLE a (x UNIQUE);\nINSERT INTO a\n VALUES (1), (1);") == 2);
    CHECK(line_of(std::string_view("CREATE\n\0TABLE", 13)) == 2);
    CHECK(line_of("") == 0);
    CHECK(line_of("-- nothing\n") == 0);
}

TEST_CASE("a transaction that a script leaves open is committed") {
    const std::string made = image("BEGIN; CREATE TABLE a (x); INSERT INTO a VALUES (7);");
    CHECK(std::get<Rows>(run_query(made, "SELECT x FROM a")).rows[0][0] == Cell(std::int64_t{7}));
}

TEST_CASE("a database file is read as it is, be it in write-ahead mode or damaged") {
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("palier-query-" + std::to_string(getpid()) + ".db"))
                                 .string();
    {
        auto database = Database::open(path);
        REQUIRE(database);
        REQUIRE((*database)->execute("PRAGMA journal_mode = WAL"));
        REQUIRE((*database)->execute(std::string(k_shop)));
    }
    std::ifstream stream(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    std::filesystem::remove(path);
    CHECK(std::get<Rows>(run_query(image(bytes), "SELECT * FROM item")).rows.size() == 3);
    CHECK(std::holds_alternative<NoImage>(image_of(bytes.substr(0, 60))));
    std::string damaged = bytes;
    damaged.replace(4096, 300, std::string(300, '\x5a'));
    CHECK(std::holds_alternative<NoImage>(image_of(damaged)));
}

TEST_CASE("arbitrary bytes are no database, or one, and no query harms") {
    Rng rng(20);
    const std::string good = image();
    const std::vector<std::string> words{"SELECT ",
                                         "* ",
                                         "FROM ",
                                         "item ",
                                         "(",
                                         ")",
                                         ",",
                                         "ORDER BY ",
                                         "1 ",
                                         "WITH ",
                                         "x ",
                                         ";",
                                         "'a'",
                                         "\"",
                                         "--",
                                         "DELETE ",
                                         "AS ",
                                         "id ",
                                         "+ "};
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (std::uint64_t left = rng.below(20); left > 0; --left) {
            text += rng.below(8) == 0 ? std::string(1, static_cast<char>(rng.below(256)))
                                      : words[rng.below(words.size())];
        }
        QueryLimits limits;
        limits.steps = 100'000;
        const auto ran = run_query(good, text, limits);
        if (const auto* failed = std::get_if<Unrun>(&ran)) {
            CHECK_FALSE(failed->detail.empty());
        }
        const auto made = image_of(text);
        if (const auto* failed = std::get_if<NoImage>(&made)) {
            CHECK_FALSE(failed->why.empty());
        }
        std::string changed = good;
        changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
        const auto broken = run_query(changed, "SELECT * FROM item ORDER BY name", limits);
        CHECK(broken.index() <= 1);
    }
    CHECK(image() == good);
}

}  // namespace
}  // namespace palier::sqlite
