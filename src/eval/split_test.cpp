#include "eval/split.h"

#include "base/rng.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace palier::eval {
namespace {

std::vector<core::Case> cases(int count, int groups = 0) {
    std::vector<core::Case> made;
    for (int i = 0; i < count; ++i) {
        core::Case item;
        item.id = "line-" + std::to_string(i + 1);
        item.input = "input " + std::to_string(i);
        item.expected = {"a"};
        item.line = i + 1;
        if (groups > 0) {
            item.group = "g" + std::to_string(i % groups);
        }
        made.push_back(std::move(item));
    }
    return made;
}

std::vector<std::string> inputs(const std::vector<core::Case>& of) {
    std::vector<std::string> all;
    for (const core::Case& item : of) {
        all.push_back(item.input);
    }
    return all;
}

TEST_CASE("dev gets its share, test the rest, nothing is lost or doubled") {
    const auto split = split_cases(cases(100), 300'000, 1);
    REQUIRE(split.has_value());
    CHECK(split->dev.size() == 30);
    CHECK(split->test.size() == 70);
    std::set<std::string> all;
    for (const auto* side : {&split->dev, &split->test}) {
        for (const std::string& input : inputs(*side)) {
            CHECK(all.insert(input).second);
        }
    }
    CHECK(all.size() == 100);
}

TEST_CASE("the split and the order do not depend on the order of the file or on line numbers") {
    std::vector<core::Case> shuffled = cases(200);
    Rng rng(61);
    rng.shuffle(shuffled);
    for (std::size_t i = 0; i < shuffled.size(); ++i) {
        shuffled[i].line = static_cast<std::int64_t>(i) + 1;
        shuffled[i].id = "line-" + std::to_string(i + 1);
    }
    const auto a = split_cases(cases(200), 250'000, 5), b = split_cases(shuffled, 250'000, 5);
    REQUIRE((a && b));
    CHECK(inputs(a->dev) == inputs(b->dev));
    CHECK(inputs(a->test) == inputs(b->test));
    CHECK(a->split_hash == b->split_hash);
    CHECK(a->test_hash == b->test_hash);
}

TEST_CASE("the seed changes the split and the order; one changed case changes the hash") {
    const auto a = split_cases(cases(100), 300'000, 1), b = split_cases(cases(100), 300'000, 2);
    REQUIRE((a && b));
    CHECK(a->split_hash != b->split_hash);
    CHECK(inputs(a->test) != inputs(b->test));
    std::vector<core::Case> changed = cases(100);
    changed[50].expected = {"b"};
    CHECK(split_cases(changed, 300'000, 1)->split_hash != a->split_hash);
}

TEST_CASE("cases of one group, and equal cases, stay on one side") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::vector<core::Case> grouped = cases(120, 12);
        for (int copy = 0; copy < 3; ++copy) {
            core::Case same = grouped[0];
            same.group = "";
            same.id = "copy-" + std::to_string(copy);
            grouped.push_back(same);
        }
        const auto split = split_cases(grouped, 300'000, seed);
        REQUIRE(split.has_value());
        std::map<std::string, std::set<int>> sides;
        for (const core::Case& item : split->dev) {
            sides[item.group + "/" + (item.group.empty() ? item.input : "")].insert(0);
        }
        for (const core::Case& item : split->test) {
            sides[item.group + "/" + (item.group.empty() ? item.input : "")].insert(1);
        }
        for (const auto& [unit, on] : sides) {
            CHECK(on.size() == 1);
        }
        CHECK(split->dev.size() >= 27);
        CHECK(split->dev.size() <= 37);
    }
}

TEST_CASE("both sides have a case, or the split is an error") {
    for (const Micros share : {Micros{1}, Micros{500'000}, Micros{999'999}}) {
        const auto split = split_cases(cases(2), share, 3);
        REQUIRE(split.has_value());
        CHECK(split->dev.size() == 1);
        CHECK(split->test.size() == 1);
    }
    CHECK(split_cases(cases(10, 1), 300'000, 1).error().code == codes::one_group_only);
    CHECK(split_cases(cases(1), 300'000, 1).error().code == codes::one_group_only);
    CHECK(split_cases(cases(10, 2), 100'000, 1)->dev.size() == 5);
}

TEST_CASE("two files keep their sides, and test gets the same order however it was filed") {
    std::vector<core::Case> test = cases(50);
    const Split a = frozen_split({}, test, 9);
    std::reverse(test.begin(), test.end());
    const Split b = frozen_split(cases(3), test, 9);
    CHECK(inputs(a.test) == inputs(b.test));
    CHECK(a.test_hash == b.test_hash);
    CHECK(a.split_hash != b.split_hash);
    CHECK(frozen_split({}, cases(50), 10).test_hash == a.test_hash);  // seed plays no part in it
    CHECK(inputs(frozen_split({}, cases(50), 10).test) != inputs(a.test));
}

}  // namespace
}  // namespace palier::eval
