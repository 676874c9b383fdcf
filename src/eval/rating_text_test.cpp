#include "eval/rating_text.h"

#include "base/rng.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {

TEST_CASE("ratings are read back as they were written, in their order") {
    const std::vector<core::Rating> ratings{
        {"k2", "ann", core::Opinion::Bad, "wrong \"date\"\nand tone"},
        {"k1", "bob", core::Opinion::Good, ""},
        {"k1", "ann", core::Opinion::Skipped, "é"}};
    const auto read = ratings_from(ratings_text(ratings));
    REQUIRE(read);
    CHECK(*read == ratings);
    CHECK(ratings_from(ratings_text({}))->empty());
}

TEST_CASE("what is no list of ratings is an error that shows the place") {
    for (const char* text : {"",
                             "{}",
                             "[1]",
                             R"([{"answer":"k","rater":"ann","opinion":"great"}])",
                             R"([{"answer":"","rater":"ann","opinion":"good"}])",
                             R"([{"answer":"k","opinion":"good"}])"}) {
        const auto read = ratings_from(text);
        REQUIRE_FALSE_MESSAGE(read, text);
        CHECK(read.error().code == codes::ratings_damaged);
    }
}

TEST_CASE("ratings survive arbitrary bytes") {
    const std::string good = ratings_text({{"k", "ann", core::Opinion::Good, "note"}});
    Rng rng(11);
    int read_again = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = good;
        for (std::uint64_t i = 0; i <= rng.below(3); ++i) {
            bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
        }
        if (const auto read = ratings_from(bytes)) {
            REQUIRE(read->size() == 1);
            REQUIRE_FALSE(read->front().rater.empty());
            ++read_again;
        }
    }
    CHECK(read_again > 0);
    CHECK(read_again < 20'000);
}

}  // namespace palier::eval
