#include "schema/automaton.h"

#include "base/rng.h"
#include "lib/regex/regex.h"
#include "schema/numbers.h"
#include "schema/utf8.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace palier::schema {
namespace {

Automaton found(std::string_view pattern) {
    const auto tree = Pattern::read(pattern);
    REQUIRE_MESSAGE(tree.has_value(), pattern);
    auto made = Automaton::found(*tree);
    REQUIRE_MESSAGE(made.has_value(), pattern);
    return *std::move(made);
}

bool accepts(const Automaton& automaton, std::string_view text) {
    int state = automaton.is_empty() ? Automaton::k_nowhere : 0;
    for (const char32_t c : characters_of(text)) {
        state = state == Automaton::k_nowhere ? state : automaton.step(state, c);
    }
    return state != Automaton::k_nowhere && automaton.accepts(state);
}

std::string random_text(Rng& rng) {
    static constexpr std::array<std::string_view, 9> k_pieces{
        "a", "b", "é", "1", "_", "-", " ", "\n", "😀"};
    std::string text;
    for (auto length = rng.below(8); length > 0; --length) {
        text += k_pieces[rng.below(k_pieces.size())];
    }
    return text;
}

constexpr std::array<std::string_view, 16> k_patterns{"a",
                                                      "^a",
                                                      "a$",
                                                      "^$",
                                                      "^a*b?$",
                                                      "(^|b)a|1$",
                                                      "[^a-c]",
                                                      "\\w\\W\\d?",
                                                      "^(?:a|bé){2,3}",
                                                      ".",
                                                      "^.{2}$",
                                                      "\\s-",
                                                      "(a(b|1)*){2}",
                                                      "[é-😀]{1,2}$",
                                                      "^[]|a",
                                                      "^[^]+1"};

TEST_CASE("an automaton accepts what RE2 finds, and its opposite the rest") {
    Rng rng(3);
    for (const std::string_view pattern : k_patterns) {
        CAPTURE(pattern);
        const auto regex = regex::Regex::compile(Pattern::read(pattern)->as_re2());
        REQUIRE(regex);
        const Automaton automaton = found(pattern);
        const auto others = automaton.others();
        REQUIRE(others);
        for (int round = 0; round < 500; ++round) {
            const std::string text = random_text(rng);
            CAPTURE(text);
            CHECK(accepts(automaton, text) == regex->found_in(text));
            CHECK(accepts(*others, text) != regex->found_in(text));
        }
    }
}

TEST_CASE("an intersection accepts what both do, and is empty where nothing is left") {
    Rng rng(4);
    const auto both = Automaton::both(found("^a"), *Automaton::of_length(2, 3));
    REQUIRE(both);
    for (int round = 0; round < 500; ++round) {
        const std::string text = random_text(rng);
        const auto length = characters_of(text).size();
        CHECK(accepts(*both, text) == (text.starts_with("a") && length >= 2 && length <= 3));
    }
    CHECK(Automaton::both(found("^a$"), found("^b$"))->is_empty());
    CHECK(Automaton::of_texts({}).is_empty());
    CHECK(found("^a(b|[^]*)$").others()->is_empty() == false);
    CHECK(Automaton::anything().others()->is_empty());
}

TEST_CASE("completions are counted, endless ones as many") {
    CHECK(Automaton::of_texts({"a", "ab", "b", "b"}).completions(0) == 3);
    CHECK(found("^[a-d]{2}$").completions(0) == 16);
    CHECK(found("^a").completions(0) == Automaton::k_many);
}

TEST_CASE("a number may be begun exactly if it can be ended within its bounds") {
    Rng rng(5);
    for (int round = 0; round < 300; ++round) {
        const auto low = static_cast<int>(rng.below(400)) - 200;
        const auto high = low + static_cast<int>(rng.below(60));
        const auto unit = static_cast<int>(rng.below(40)) + 1;
        NumberRules rules;
        rules.whole = true;
        rules.at_least(Decimal(std::to_string(low)), false);
        rules.at_most(Decimal(std::to_string(high)), false);
        REQUIRE(rules.multiple_of(Decimal(std::to_string(unit))));
        std::string all;
        for (int value = -300; value <= 300; ++value) {
            const std::string text = std::to_string(value);
            NumberText number;
            bool within = true;
            for (const char byte : text) {
                within = within && number.feed(byte, rules);
            }
            const bool obeys = value >= low && value <= high && value % unit == 0;
            CAPTURE(text);
            CHECK((within && number.may_end(rules)) == obeys);
            all += obeys ? text + " " : "";
        }
        for (const char first : {'-', '1', '2', '9'}) {
            NumberText number;
            const bool some =
                all.starts_with(first) || all.find(std::string(" ") + first) != std::string::npos;
            // -0 is a number as well.
            CHECK(number.feed(first, rules) == (some || (first == '-' && low <= 0 && high >= 0)));
        }
    }
}

TEST_CASE("random patterns are read or refused, and never differ from RE2") {
    Rng rng(6);
    constexpr std::string_view k_letters = R"(ab^$.*+?|()[]{}1,-\dwsé)";
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string pattern;
        for (auto length = rng.below(9); length > 0; --length) {
            pattern += k_letters[rng.below(k_letters.size())];
        }
        const auto tree = Pattern::read(pattern);
        const auto regex = tree ? regex::Regex::compile(tree->as_re2()) : tree.error();
        const auto automaton = tree ? Automaton::found(*tree) : std::nullopt;
        if (regex && automaton) {
            ++read;
            for (int i = 0; i < 4; ++i) {
                const std::string text = random_text(rng);
                CAPTURE(pattern);
                CAPTURE(text);
                CHECK(accepts(*automaton, text) == regex->found_in(text));
            }
        }
    }
    CHECK(read > 4000);
}

}  // namespace
}  // namespace palier::schema
