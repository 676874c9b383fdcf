#include "eval/squad.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

std::string en(std::string_view text) {
    return squad_normalised(text, SquadArticles::English);
}
std::string fr(std::string_view text) {
    return squad_normalised(text, SquadArticles::French);
}

TEST_CASE("the English normalisation is that of the official script") {
    CHECK(en("The Denver Broncos!") == "denver broncos");
    CHECK(en("  a  An   the ") == "");
    CHECK(en("Theatre, another, an.") == "theatre another");
    CHECK(en("U.S.A.") == "usa");
    CHECK(en("rock-and-roll") == "rockandroll");
    CHECK(en("it's") == "its");
    CHECK(en("$1,000.50") == "100050");
    CHECK(en("\xe2\x80\x9cthe end\xe2\x80\x9d") == "\xe2\x80\x9c end\xe2\x80\x9d");
    CHECK(en("a\xc2\xa0"
             "b") == "b");
    CHECK(en("É") == "é");
}

TEST_CASE("exact match and F1 of the official script") {
    const auto f1 = [](std::string_view answer, std::string_view gold) {
        return squad_f1(answer, gold, SquadArticles::English);
    };
    CHECK(squad_exact_match("the Broncos.", "Broncos", SquadArticles::English));
    CHECK_FALSE(squad_exact_match("Denver Broncos", "Broncos", SquadArticles::English));
    CHECK(f1("Denver Broncos", "Broncos") == doctest::Approx(2.0 / 3));
    CHECK(f1("gold gold gold", "gold") == doctest::Approx(0.5));       // multisets: 1 common
    CHECK(f1("gold gold", "gold gold blue") == doctest::Approx(0.8));  // a set would give 2/3
    CHECK(f1("x", "y") == 0);
    CHECK(f1("", "") == 1);
    CHECK(f1("the", "a") == 0);  // nothing is left of either, and they are not the same
    CHECK(f1("The", "the") == 1);
    CHECK(f1("", "x") == 0);
    CHECK(f1("x", "the") == 0);
}

TEST_CASE("French articles and elisions") {
    CHECK(fr("L'eau") == "eau");
    CHECK(fr("l’Été de la France") == "été france");
    CHECK(fr("de l'eau, des pommes et du pain") == "eau pommes et pain");
    CHECK(fr("Une voiture de Paris") == "voiture de paris");
    CHECK(fr("aujourd'hui") == "aujourdhui");
    CHECK(fr("« Les Misérables » !") == "misérables");
    CHECK(fr("Lechat, dunes, unes") == "lechat dunes unes");
    CHECK(fr("de") == "de");
    CHECK(squad_f1("dans la maison bleue", "la maison bleue", SquadArticles::French) ==
          doctest::Approx(0.8));
}

TEST_CASE("what normalising empties is compared as it is") {
    for (const auto& [answer, gold] : {std::pair{"A", "the"},
                                       std::pair{"A", ""},
                                       std::pair{"A", "..."},
                                       std::pair{"+", "-"},
                                       std::pair{"a", "an"}}) {
        INFO(answer << " " << gold);
        CHECK_FALSE(squad_exact_match(answer, gold, SquadArticles::English));
        CHECK(squad_exact_match(answer, answer, SquadArticles::English));
    }
    CHECK_FALSE(squad_exact_match("la", "le", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("un", "", SquadArticles::French));
    CHECK(squad_exact_match("", "", SquadArticles::English));
}

TEST_CASE("texts are compared composed, and French keeps the signs that mean something") {
    CHECK(squad_exact_match("E\xcc\x81vian", "Évian", SquadArticles::French));
    CHECK(squad_exact_match("E\xcc\x81vian", "Évian", SquadArticles::English));
    CHECK(squad_exact_match("5€", "5 €", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("5 €", "5 $", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("a > b", "a < b", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("1,5", "15", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("-5", "5", SquadArticles::French));
    CHECK_FALSE(squad_exact_match("C#", "C", SquadArticles::French));
    CHECK(en("$5 > 3%") == "5 3");  // the script's punctuation is ASCII, signs and all
}

TEST_CASE("F1 lies in [0, 1], is symmetric, and is 1 for equal texts") {
    Rng rng(67);
    const std::string alphabet = "ab theunl' ,\xc3\xa9";
    for (int round = 0; round < 3000; ++round) {
        std::string a, b;
        for (std::uint64_t i = rng.below(16); i > 0; --i) {
            a += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                : alphabet[rng.below(alphabet.size())];
            b += alphabet[rng.below(alphabet.size())];
        }
        for (const SquadArticles articles : {SquadArticles::English, SquadArticles::French}) {
            const double f1 = squad_f1(a, b, articles);
            CHECK(f1 >= 0);
            CHECK(f1 <= 1);
            CHECK(f1 == squad_f1(b, a, articles));
            CHECK(squad_f1(a, a, articles) == 1);
        }
    }
}

}  // namespace
}  // namespace palier::eval
