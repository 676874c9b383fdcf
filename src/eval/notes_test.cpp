#include "eval/notes.h"

#include "base/text.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

core::Case make(std::string id, std::string input, std::string expected) {
    core::Case item;
    item.id = std::move(id);
    item.input = std::move(input);
    item.expected = {std::move(expected)};
    return item;
}

TEST_CASE("cases of test that also stand in dev are reported, equal and near ones apart") {
    const std::string text = "please tell me where my parcel is, it was due on monday";
    const auto notes = notes_across({make("d1", text, "a"), make("d2", "something else", "a")},
                                    {make("t1", text, "b"),
                                     make("t2", text + "!", "a"),
                                     make("t3", "a third and different thing", "a")});
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].code == codes::near_duplicates_across);
    CHECK(filled("{count} {ids}", notes[0].args) == "1 d1 = t2");
    CHECK(notes[1].code == codes::equal_inputs_across);
    CHECK(filled("{count} {ids}", notes[1].args) == "1 d1 = t1");
    CHECK(notes_across({}, {make("t", "x", "y")}).empty());
}

TEST_CASE("labels that no case expects and empty answers are noted") {
    const auto notes = notes_about({make("1", "x", "a"), make("2", "y", "")}, "f", {"a", "b", "c"});
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].code == codes::empty_expected);
    CHECK(notes[1].code == codes::labels_not_expected);
    CHECK(filled("{labels}", notes[1].args) == "b, c");
}

TEST_CASE("labels that test expects and nothing teaches are noted, with how many cases have them") {
    const std::vector<core::Case> dev{make("d", "x", "a")};
    const std::vector<core::Case> test{
        make("1", "p", "a"), make("2", "q", "c"), make("3", "r", "b"), make("4", "s", "c")};
    const auto note = note_on_labels_to_learn(dev, {}, test);
    REQUIRE(note);
    CHECK(note->code == codes::labels_not_learned);
    CHECK(filled("{labels}: {count}", note->args) == "b, c: 3");
    CHECK_FALSE(note_on_labels_to_learn(dev, {make("m", "y", "b"), make("n", "z", "c")}, test));
    CHECK_FALSE(note_on_labels_to_learn({}, {}, test));
    // One accepted label that is known is enough.
    core::Case either = make("5", "t", "c");
    either.expected.emplace_back("a");
    CHECK_FALSE(note_on_labels_to_learn(dev, {}, {either}));
}

TEST_CASE("only the first few lines are shown") {
    std::vector<core::Case> cases;
    for (int i = 1; i <= 6; ++i) {
        core::Case item = make(std::to_string(i), "same text", "a");
        item.line = i;
        cases.push_back(std::move(item));
    }
    const auto notes = notes_about(cases, "f", {});
    REQUIRE(notes.size() == 1);
    CHECK(filled("{count}: {lines}", notes[0].args) == "5: 1 = 2, 1 = 3, 1 = 4 ...");
}

}  // namespace
}  // namespace palier::eval
