#include "learn/learned.h"

#include "base/codes.h"
#include "base/rng.h"
#include "learn/codes.h"
#include "learn/fitting.h"

#include <doctest/doctest.h>

namespace palier::learn {
namespace {

Examples examples() {
    Examples out;
    out.labels = {"delivery", "money"};
    out.texts = {"where is my parcel", "refund my money", "the parcel is late", "money back"};
    out.right = {0, 1, 0, 1};
    out.states = {{1, 0, 2}, {0, 1, 2}, {2, 0, 2}, {0, 3, 2}};
    out.sha256 = "of four";
    return out;
}

std::vector<Learned> one_of_each() {
    std::vector<Learned> all;
    for (const Method method :
         {Method::Majority, Method::Nearest, Method::LinearText, Method::Head}) {
        all.push_back(fit(examples(), method, "model x").learned);
    }
    return all;
}

std::vector<double> scores_of(const Learned& learned) {
    return learned.head() != nullptr ? learned.scores(std::vector<float>{1.5, 0.25, 2})
                                     : learned.scores("my parcel");
}

TEST_CASE("what was learned is the same after a way through its file") {
    for (const Learned& learned : one_of_each()) {
        CAPTURE(name_of(learned));
        const std::string bytes = bytes_of(learned);
        const auto back = learned_of(bytes, "x");
        REQUIRE(back);
        CHECK(scores_of(*back) == scores_of(learned));
        CHECK(back->labels == learned.labels);
        CHECK(back->examples == 4);
        CHECK(back->examples_sha256 == "of four");
        CHECK(back->strength == learned.strength);
        CHECK(bytes_of(*back) == bytes);
    }
}

TEST_CASE("a file that was cut or altered anywhere is refused") {
    for (const Learned& learned : one_of_each()) {
        const std::string bytes = bytes_of(learned);
        Rng rng(1);
        for (int round = 0; round < 200; ++round) {
            std::string other = bytes;
            const auto at = static_cast<std::size_t>(rng.below(bytes.size()));
            if (round % 2 == 0) {
                other.resize(at);
            } else {
                other[at] = static_cast<char>(other[at] ^ (1 + rng.below(255)));
            }
            const auto read = learned_of(other, "the file");
            REQUIRE(!read);
            CHECK(read.error().code == codes::not_learned);
        }
    }
}

TEST_CASE("a file with a right checksum over wrong contents is refused without a crash") {
    Rng rng(2);
    for (const Learned& learned : one_of_each()) {
        const std::string bytes = bytes_of(learned);
        const std::size_t body = bytes.find('\n') + 1;
        for (int round = 0; round < 300; ++round) {
            std::string other = bytes.substr(body);
            for (int change = 0; change < 3; ++change) {
                other[rng.below(other.size())] = static_cast<char>(rng.below(256));
            }
            const auto read = learned_of(with_checksum(other), "x");
            if (read) {
                CHECK(read->labels.size() == scores_of(*read).size());
            } else {
                CHECK(read.error().code == codes::not_learned);
            }
        }
    }
}

TEST_CASE("a file that is not there says so") {
    CHECK(read_learned("/nowhere/at/all").error().code == base::codes::cannot_read);
}

}  // namespace
}  // namespace palier::learn
