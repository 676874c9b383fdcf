#include "eval/same_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace palier::eval {
namespace {

using Column = std::vector<int>;  // values by number, one a row

// Equal values have equal texts.
std::string text_of_cell(const sqlite::Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        return "n" + std::to_string(*whole);
    }
    if (const auto* real = std::get_if<double>(&cell)) {
        constexpr double k_exact = 1e15;  // below it each whole number is a double of its own
        if (std::abs(*real) < k_exact && std::trunc(*real) == *real) {
            return "n" + std::to_string(static_cast<std::int64_t>(*real));
        }
        std::array<char, 40> digits{};
        const int size = std::snprintf(digits.data(), digits.size(), "%.12g", *real);
        return "n" + std::string(digits.data(), static_cast<std::size_t>(size));
    }
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return "t" + *text;
    }
    if (const auto* blob = std::get_if<sqlite::Blob>(&cell)) {
        return "b" + blob->bytes;
    }
    return "0";
}

std::vector<Column> columns_of(const sqlite::Rows& rows, std::map<std::string, int>& numbers) {
    std::vector<Column> columns(rows.columns.size());
    for (const auto& row : rows.rows) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const int next = static_cast<int>(numbers.size());
            columns[i].push_back(numbers.emplace(text_of_cell(row[i]), next).first->second);
        }
    }
    return columns;
}

// Finds which column of one side is which of the other, so that the rows are the same ones. Rows
// that agree in the columns placed so far are of one class; a column fits if it divides the classes
// of both sides alike.
class ColumnSearch {
   public:
    ColumnSearch(const std::vector<Column>& expected, const std::vector<Column>& found)
        : expected_(expected), found_(found), taken_(found.size(), false) {}

    [[nodiscard]] bool place(std::size_t next, const Column& left, const Column& right) {
        if (next == expected_.size()) {
            return true;
        }
        std::vector<const Column*> tried;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const bool again =
                std::ranges::any_of(tried, [&](const Column* one) { return *one == found_[i]; });
            if (taken_[i] || again) {
                continue;
            }
            if (++tries_ > k_tries) {
                return false;
            }
            tried.push_back(&found_[i]);
            Column left_classes, right_classes;
            if (!divide(left, expected_[next], right, found_[i], left_classes, right_classes)) {
                continue;
            }
            taken_[i] = true;
            if (place(next + 1, left_classes, right_classes)) {
                return true;
            }
            taken_[i] = false;
        }
        return false;
    }

   private:
    static constexpr int k_tries = 2000;
    using Pair = std::pair<int, int>;  // class and value of a row

    static std::vector<Pair> pairs_of(const Column& classes, const Column& values) {
        std::vector<Pair> pairs;
        pairs.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            pairs.emplace_back(classes[i], values[i]);
        }
        return pairs;
    }
    static bool divide(const Column& left,
                       const Column& left_values,
                       const Column& right,
                       const Column& right_values,
                       Column& left_classes,
                       Column& right_classes) {
        const std::vector<Pair> a = pairs_of(left, left_values);
        const std::vector<Pair> b = pairs_of(right, right_values);
        std::vector<Pair> order = a, other = b;
        std::ranges::sort(order);
        std::ranges::sort(other);
        if (order != other) {
            return false;
        }
        order.erase(std::unique(order.begin(), order.end()), order.end());
        const auto classes = [&](const std::vector<Pair>& pairs, Column& out) {
            for (const Pair& pair : pairs) {
                out.push_back(
                    static_cast<int>(std::ranges::lower_bound(order, pair) - order.begin()));
            }
        };
        classes(a, left_classes);
        classes(b, right_classes);
        return true;
    }

    const std::vector<Column>& expected_;
    const std::vector<Column>& found_;
    std::vector<bool> taken_;
    int tries_ = 0;
};

}  // namespace

bool same_rows(const sqlite::Rows& expected, const sqlite::Rows& found, bool in_order) {
    if (expected.columns.size() != found.columns.size() ||
        expected.rows.size() != found.rows.size()) {
        return false;
    }
    std::map<std::string, int> numbers;
    std::vector<Column> left = columns_of(expected, numbers);
    std::vector<Column> right = columns_of(found, numbers);
    if (in_order) {
        std::ranges::sort(left);
        std::ranges::sort(right);
        return left == right;
    }
    const Column one_class(expected.rows.size(), 0);
    return ColumnSearch(left, right).place(0, one_class, one_class);
}

}  // namespace palier::eval
