#include "eval/same_rows.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

namespace palier::eval {
namespace {

using sqlite::Cell;

Cell n(std::int64_t number) {
    return number;
}
Cell t(std::string text) {
    return text;
}

sqlite::Rows rows(std::vector<std::vector<Cell>> cells) {
    sqlite::Rows out;
    for (std::size_t i = 0; i < cells.at(0).size(); ++i) {
        out.columns.push_back("c" + std::to_string(i));
    }
    out.rows = std::move(cells);
    return out;
}

TEST_CASE("the order of rows counts only where it was asked for") {
    const auto up = rows({{n(1)}, {n(2)}, {n(2)}});
    const auto down = rows({{n(2)}, {n(2)}, {n(1)}});
    CHECK(same_rows(up, down, false));
    CHECK_FALSE(same_rows(up, down, true));
    CHECK(same_rows(up, up, true));
}

TEST_CASE("columns may stand in any order and have any name") {
    auto swapped = rows({{t("a"), n(1)}, {t("b"), n(2)}});
    swapped.columns = {"x", "y"};
    CHECK(same_rows(rows({{n(1), t("a")}, {n(2), t("b")}}), swapped, false));
    CHECK(same_rows(rows({{n(1), t("a")}, {n(2), t("b")}}), swapped, true));
    // The same values in each column, but not in the same rows.
    CHECK_FALSE(same_rows(rows({{n(1), t("b")}, {n(2), t("a")}}), swapped, false));
    CHECK_FALSE(
        same_rows(rows({{n(1), n(1)}, {n(2), n(2)}}), rows({{n(1), n(2)}, {n(2), n(1)}}), false));
}

TEST_CASE("rows and columns count as often as they come") {
    CHECK_FALSE(same_rows(rows({{n(1)}, {n(1)}, {n(2)}}), rows({{n(1)}, {n(2)}, {n(2)}}), false));
    CHECK_FALSE(same_rows(rows({{n(1)}}), rows({{n(1)}, {n(1)}}), false));
    CHECK_FALSE(same_rows(rows({{n(1)}}), rows({{n(1), n(1)}}), false));
    CHECK(same_rows(rows({{n(1), n(1)}}), rows({{n(1), n(1)}}), false));
}

TEST_CASE("numbers are equal by value, everything else by kind and bytes") {
    const auto same = [](const Cell& a, const Cell& b) {
        return same_rows(rows({{a}}), rows({{b}}), false);
    };
    CHECK(same(n(5), 5.0));
    CHECK(same(0.1 + 0.2, 0.3));
    CHECK(same(-0.0, n(0)));
    CHECK_FALSE(same(2.5, 2.500001));
    CHECK_FALSE(same(n(9'007'199'254'740'993), n(9'007'199'254'740'992)));
    CHECK_FALSE(same(n(1), std::numeric_limits<double>::infinity()));
    CHECK(same(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()));
    CHECK_FALSE(same(n(5), t("5")));
    CHECK_FALSE(same(t("a"), t("A")));
    CHECK_FALSE(same(t("a"), sqlite::Blob{"a"}));
    CHECK(same(std::monostate(), std::monostate()));
    CHECK_FALSE(same(std::monostate(), n(0)));
    CHECK_FALSE(same(std::monostate(), t("")));
}

TEST_CASE(
    "a table whose rows and columns are shuffled stays the same, one changed value does not") {
    Rng rng(5);
    for (int round = 0; round < 300; ++round) {
        const std::size_t width = 1 + rng.below(5);
        std::vector<std::vector<Cell>> cells(1 + rng.below(8), std::vector<Cell>(width));
        for (auto& row : cells) {
            for (Cell& cell : row) {
                cell = n(static_cast<std::int64_t>(rng.below(3)));
            }
        }
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < width; ++i) {
            order.push_back(i);
        }
        rng.shuffle(order);
        std::vector<std::vector<Cell>> other;
        for (const auto& row : cells) {
            other.emplace_back();
            for (const std::size_t column : order) {
                other.back().push_back(row[column]);
            }
        }
        rng.shuffle(other);
        REQUIRE(same_rows(rows(cells), rows(other), false));
        other[0][0] = n(7);
        REQUIRE_FALSE(same_rows(rows(cells), rows(other), false));
    }
}

TEST_CASE("many columns alike end the search instead of going on for ever") {
    std::vector<std::vector<Cell>> left, right;
    Rng rng(3);
    for (int row = 0; row < 12; ++row) {
        left.emplace_back();
        right.emplace_back();
        for (int column = 0; column < 24; ++column) {
            left.back().push_back(n((row + column) % 12 / 6));
            right.back().push_back(n(static_cast<std::int64_t>(rng.below(2))));
        }
    }
    CHECK_FALSE(same_rows(rows(left), rows(right), false));
}

}  // namespace
}  // namespace palier::eval
