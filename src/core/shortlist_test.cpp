#include "core/shortlist.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::core {
namespace {

Offer offer(std::string name, std::uint64_t millions, std::string released = "2025") {
    Offer made;
    made.name = std::move(name);
    made.parameters = millions * 1'000'000;
    made.released = std::move(released);
    return made;
}

std::vector<std::string> names(const std::vector<Offer>& offers) {
    std::vector<std::string> out;
    for (const Pick& pick : shortlist(offers)) {
        out.push_back(std::string(name_of(pick.size)) + " " + offers[pick.offer].name);
    }
    return out;
}

using Names = std::vector<std::string>;

TEST_CASE("a shortlist goes from the largest that fits down in equal ratios") {
    CHECK(names({offer("a", 135),
                 offer("b", 500),
                 offer("c", 1000),
                 offer("d", 2000),
                 offer("e", 4000),
                 offer("f", 8000)}) == Names{"hardware-limit f", "medium d", "small b"});
}

TEST_CASE("what is refused is not in a shortlist") {
    std::vector<Offer> offers{offer("a", 500), offer("b", 8000)};
    offers[1].refused = {{"memory", 9e9, 4e9}};
    CHECK(names(offers) == Names{"hardware-limit a"});
    offers[0].refused = {{"licence", std::nullopt, std::nullopt}};
    CHECK(names(offers).empty());
    CHECK(names({}).empty());
}

TEST_CASE("two models make a shortlist of two") {
    CHECK(names({offer("a", 135), offer("b", 500)}) == Names{"hardware-limit b", "medium a"});
}

TEST_CASE("among models of one size the latest is tried, then the one with the better score") {
    std::vector<Offer> offers{
        offer("old", 1500, "2024-09"), offer("new", 1700, "2025-04-29"), offer("same", 1600, "")};
    CHECK(names(offers).front() == "hardware-limit new");
    offers[2].released = "2025-04-29";
    offers[2].score = 60;
    CHECK(names(offers).front() == "hardware-limit same");
    offers[1].score = 60;
    offers[1].on_disk = true;
    CHECK(names(offers).front() == "hardware-limit new");
}

TEST_CASE("what is not stated never goes before what is") {
    std::vector<Offer> offers{offer("stated", 1500, "2024"), offer("unstated", 1600, "2026")};
    offers[1].unknown = 1;
    offers[1].score = 90;
    offers[1].on_disk = true;
    CHECK(names(offers).front() == "hardware-limit stated");
    offers[0].unknown = 1;
    CHECK(names(offers).front() == "hardware-limit unstated");
    // Nor does it push aside what it replaces.
    offers[0].unknown = 0;
    offers[0].successor = "unstated";
    CHECK(names(offers).front() == "hardware-limit stated");
    // Alone at its size it is tried all the same.
    offers.push_back(offer("large", 9000));
    offers[2].unknown = 2;
    CHECK(names(offers).front() == "hardware-limit large");
}

TEST_CASE("a model whose successor may take part is left aside") {
    std::vector<Offer> offers{offer("v1", 4000, "2025"), offer("v2", 3800, "2024")};
    offers[0].successor = "v2";
    CHECK(names(offers) == Names{"hardware-limit v2"});
    offers[1].refused = {{"memory", std::nullopt, std::nullopt}};
    CHECK(names(offers) == Names{"hardware-limit v1"});
}

TEST_CASE("any shortlist goes downwards, names nobody twice and nobody who is refused") {
    Rng rng(7);
    for (int round = 0; round < 2000; ++round) {
        std::vector<Offer> offers;
        const auto count = rng.below(9);
        for (std::uint64_t i = 0; i < count; ++i) {
            offers.push_back(offer("m" + std::to_string(i), 1 + rng.below(9000)));
            if (rng.below(4) == 0) {
                offers.back().refused = {{"memory", std::nullopt, std::nullopt}};
            }
            if (rng.below(4) == 0) {
                offers.back().successor = "m" + std::to_string(rng.below(9));
            }
        }
        const auto picks = shortlist(offers);
        REQUIRE(picks.size() <= 3);
        for (std::size_t i = 0; i < picks.size(); ++i) {
            REQUIRE(offers[picks[i].offer].refused.empty());
            if (i > 0) {
                REQUIRE(offers[picks[i].offer].parameters < offers[picks[i - 1].offer].parameters);
            }
        }
    }
}

}  // namespace
}  // namespace palier::core
