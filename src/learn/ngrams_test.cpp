#include "learn/ngrams.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::learn {
namespace {

using doctest::Approx;

const std::vector<std::string> k_texts{"Where is my parcel?",
                                       "Track the parcel, please",
                                       "I want my money back",
                                       "Le colis n'est pas arrivé"};

TEST_CASE("a text is as long as one, and most alike itself") {
    const Ngrams ngrams(k_texts);
    for (const std::string& text : k_texts) {
        CAPTURE(text);
        const Sparse own = ngrams.of(text);
        CHECK(product(own, own) == Approx(1));
        for (const std::string& other : k_texts) {
            CHECK(product(own, ngrams.of(other)) <= 1.0001);
            CHECK((other == text || product(own, ngrams.of(other)) < 0.9));
        }
    }
}

TEST_CASE("case, width, punctuation and composition do not count; letters do") {
    const Ngrams ngrams(k_texts);
    const Sparse asked = ngrams.of(k_texts[3]);
    CHECK(product(asked, ngrams.of("LE COLIS n'est pas ARRIVÉ !")) == Approx(1));
    CHECK(product(asked, ngrams.of("le colis n'est pas arrive\xCC\x81")) == Approx(1));
    CHECK(product(asked, ngrams.of("le colis n'est pas parti")) < 0.9);
}

TEST_CASE("a misspelt word is still alike, a text of unknown pieces is nothing") {
    const Ngrams ngrams(k_texts);
    CHECK(product(ngrams.of("wher is my parsel"), ngrams.of(k_texts[0])) > 0.3);
    CHECK(ngrams.of("zzz").empty());
    CHECK(ngrams.of("").empty());
}

TEST_CASE("what most texts have weighs less than what few have") {
    const Ngrams ngrams(std::vector<std::string>{"a b", "a c", "a d", "a e"});
    const Sparse asked = ngrams.of("a b");
    CHECK(product(asked, ngrams.of("b")) > product(asked, ngrams.of("a")));
}

TEST_CASE("any bytes are a text") {
    const Ngrams ngrams(k_texts);
    Rng rng(5);
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            bytes += static_cast<char>(rng.below(256));
        }
        const Sparse known = Ngrams(std::vector<std::string>{bytes}).of(bytes);
        CHECK((known.empty() || product(known, known) <= 1.0001));
        CHECK(product(ngrams.of(bytes), ngrams.of(bytes)) <= 1.0001);
    }
}

}  // namespace
}  // namespace palier::learn
