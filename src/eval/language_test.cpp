#include "eval/language.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {

TEST_CASE("a few sentences tell French from English") {
    CHECK(guess_language({"Bonjour, le colis n'est pas arrivé et je voudrais un remboursement."})
              .language == "fr");
    CHECK(guess_language({"The parcel did not arrive and I would like my money back."}).language ==
          "en");
    CHECK(guess_language({"L'application ne s'ouvre plus.", "J'ai perdu mon mot de passe"})
              .language == "fr");
}

TEST_CASE("texts that do not tell have no language") {
    CHECK(guess_language({}).language.empty());
    CHECK(guess_language({"", "42", "SELECT x"}).language.empty());
    CHECK(guess_language({"ok merci", "thanks"}).language.empty());
    CHECK(guess_language({"le chat et la souris sont dans une maison",
                          "the cat and the mouse were in my house"})
              .language.empty());
}

TEST_CASE("a short English contraction is no French elision") {
    const LanguageGuess guess = guess_language({"don't you think that it isn't the one we want"});
    CHECK(guess.language == "en");
    CHECK(guess.french == 0);
}

TEST_CASE("any bytes are accepted") {
    Rng rng(3);
    for (int i = 0; i < 500; ++i) {
        std::string bytes;
        for (std::uint64_t n = rng.below(200); n > 0; --n) {
            bytes += static_cast<char>(rng.below(256));
        }
        const LanguageGuess guess = guess_language({bytes});
        CHECK(guess.french + guess.english <= 200);
    }
}

}  // namespace palier::eval
