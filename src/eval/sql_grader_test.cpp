#include "base/text.h"
#include "eval/codes.h"
#include "eval/grader.h"
#include "eval/test_graders.h"
#include "lib/sqlite/query.h"

#include <doctest/doctest.h>

#include <variant>

namespace palier::eval {
namespace {

core::Case on_items(std::vector<std::string> queries) {
    core::Case item = expecting(std::move(queries));
    auto image = sqlite::image_of(
        "CREATE TABLE item (id INTEGER, name TEXT, price REAL, sold TEXT);"
        "INSERT INTO item VALUES (1,'lamp',20.5,'2025-06-01'), (2,'table',90,'2025-06-10'),"
        "(3,'chair',45,'2024-01-01');");
    auto database = std::make_shared<core::Database>();
    database->bytes = std::get<std::string>(std::move(image));
    item.database = std::move(database);
    return item;
}

core::Grade graded(const std::string& expected, std::string_view answer) {
    const auto grader = grader_of(generating("sql_execution"));
    const core::Case item = on_items({expected});
    REQUIRE(grader->check(item));
    return grader->grade_text(item, answer);
}

bool right(const std::string& expected, std::string_view answer) {
    return graded(expected, answer).score == k_one;
}

TEST_CASE("a query is right when it gives what the expected one gives") {
    const std::string names = "SELECT name FROM item WHERE price > 40";
    CHECK(right(names, "```sql\nSELECT name AS n FROM item WHERE id >= 2 ORDER BY id DESC;\n```"));
    CHECK(right(names, "The answer is:\nSELECT name FROM item WHERE name <> 'lamp'"));
    CHECK_FALSE(right(names, "SELECT name FROM item"));
    CHECK_FALSE(right(names, "SELECT name, price FROM item WHERE price > 40"));
    CHECK_FALSE(right(names, "SELECT name FROM item WHERE price > 1000"));
    CHECK(right("SELECT count(*), avg(price) FROM item", "SELECT sum(price) / 3, 3.0 FROM item"));
}

TEST_CASE("rows stand in their order where the expected query orders them") {
    const std::string by_price = "SELECT name FROM item ORDER BY price";
    CHECK(right(by_price, "SELECT name FROM item ORDER BY price ASC"));
    CHECK_FALSE(right(by_price, "SELECT name FROM item ORDER BY price DESC"));
    CHECK(right("SELECT name FROM item", "SELECT name FROM item ORDER BY price DESC"));
}

TEST_CASE("any of several expected queries will do") {
    const auto grader = grader_of(generating("sql_execution"));
    const core::Case item = on_items({"SELECT id FROM item", "SELECT name FROM item"});
    CHECK(grader->grade_text(item, "SELECT name FROM item").score == k_one);
    CHECK(grader->grade_text(item, "SELECT price FROM item").score == 0);
}

TEST_CASE("what does not run is a failure of its kind, with the reason and the query") {
    const std::string all = "SELECT * FROM item";
    const auto is = [&](std::string_view answer, core::Failure kind, const std::string& detail) {
        const core::Grade grade = graded(all, answer);
        CHECK(grade.score == 0);
        CHECK(grade.failure == kind);
        CHECK(grade.failure_detail == detail);
        CHECK(grade.metrics.at("sql_runs") == 0);
        return grade.parsed;
    };
    CHECK(is("SELECT colour FROM item", core::Failure::SqlError, "no such column: colour") ==
          "SELECT colour FROM item");
    is("DROP TABLE item;", core::Failure::SqlForbidden, "a change of the tables themselves");
    is("SELECT 1; DELETE FROM item", core::Failure::SqlForbidden, "DELETE from item");
    is("ATTACH 'other.db' AS other", core::Failure::SqlForbidden, "ATTACH other.db");
    is("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
       core::Failure::SqlLimit,
       "more than 20000000 steps");
    is("I do not know.", core::Failure::InvalidAnswer, "");
}

TEST_CASE("a query without end that gives rows is simply wrong") {
    const core::Grade grade =
        graded("SELECT 1",
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
    CHECK(grade.score == 0);
    CHECK(grade.failure == core::Failure::None);
}

TEST_CASE("sql_runs asks only whether the query runs") {
    const auto grader = grader_of(generating("sql_runs"));
    const core::Grade grade = grader->grade_text(on_items({"SELECT 1"}), "SELECT 2");
    CHECK(grade.score == k_one);
    CHECK(grade.metrics.at("sql_execution") == 0);
}

TEST_CASE("a case whose expected query cannot be compared is refused with its line") {
    const auto grader = grader_of(generating("sql_execution"));
    const auto refused = [&](const core::Case& item) {
        const auto checked = grader->check(item);
        REQUIRE_FALSE(checked);
        CHECK(filled("{line} {id}", checked.error().args) == "4 line-4");
        return checked.error();
    };
    const Error fails = refused(on_items({"SELECT 1", "SELECT nme FROM item"}));
    CHECK(fails.code == codes::expected_query_fails);
    CHECK(filled("{why}: {query}", fails.args) == "no such column: nme: SELECT nme FROM item");
    CHECK(refused(on_items({"DELETE FROM item"})).code == codes::expected_query_fails);
    CHECK(refused(on_items({"SELECT * FROM item WHERE id = 9"})).code ==
          codes::expected_query_is_empty);
    CHECK(refused(on_items({"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                            "SELECT i FROM n"}))
              .code == codes::expected_query_is_long);
    core::Case without = on_items({"SELECT 1"});
    without.database = nullptr;
    CHECK(refused(without).code == codes::no_database);
}

TEST_CASE("an expected query that asks for the present time needs a moment") {
    const core::Case recent =
        on_items({"SELECT name FROM item WHERE sold > date('now', '-7 days')"});
    CHECK(grader_of(generating("sql_execution"))->check(recent).error().code ==
          codes::expected_query_needs_now);
    core::Job june = generating("sql_execution");
    june.data.now = "2025-06-15";
    const auto grader = grader_of(june);
    CHECK(grader->check(recent));
    CHECK(grader->grade_text(recent, "SELECT name FROM item WHERE sold >= '2025-06-10'").score ==
          k_one);
    CHECK(grader->version() != grader_of(generating("sql_execution"))->version());
    june.data.now = "tomorrow";
    CHECK(make_grader(june).error().code == codes::no_moment);
}

}  // namespace
}  // namespace palier::eval
