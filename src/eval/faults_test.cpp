#include "eval/faults.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

core::Case item(const std::string& input, std::vector<std::string> expected) {
    core::Case made;
    made.input = input;
    made.expected = std::move(expected);
    return made;
}

}  // namespace

TEST_CASE("of contradicting cases only the commonest answer can be right") {
    CHECK(most_right({item("a", {"x"}), item("b", {"y"})}) == 2);
    CHECK(most_right({item("a", {"x"}), item(" a ", {"y"}), item("a", {"x"})}) == 2);
    CHECK(most_right({item("a", {"x", "y"}), item("a", {"y"})}) == 2);
    CHECK(most_right({}) == 0);
}

TEST_CASE("test cases that dev has too, or nearly, are counted once") {
    const std::string text = "the parcel that I ordered last week has not arrived at my house yet";
    const std::vector<core::Case> dev{item(text, {"x"}), item("something else entirely", {"y"})};
    CHECK(seen_in_dev(dev, {item(text, {"y"}), item(text + ".", {"x"}), item("new", {"x"})}) == 2);
    CHECK(seen_in_dev({}, dev) == 0);
}

}  // namespace palier::eval
