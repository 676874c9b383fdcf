#include "eval/split.h"

#include "base/rng.h"
#include "eval/codes.h"
#include "lib/hash/sha256.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace palier::eval {
namespace {

struct Hashed {
    std::string content;
    core::Case item;
};

std::vector<Hashed> hashed(std::vector<core::Case> cases) {
    std::vector<Hashed> all;
    all.reserve(cases.size());
    for (core::Case& item : cases) {
        std::string content = content_hash(item);
        all.push_back({std::move(content), std::move(item)});
    }
    return all;
}

// A canonical order (content, then id, then line), shuffled by the seed.
std::vector<Hashed> in_seeded_order(std::vector<Hashed> cases, std::uint64_t seed) {
    std::sort(cases.begin(), cases.end(), [](const Hashed& a, const Hashed& b) {
        return std::tie(a.content, a.item.id, a.item.line) <
               std::tie(b.content, b.item.id, b.item.line);
    });
    Rng rng(seed);
    rng.shuffle(cases);
    return cases;
}

Split frozen(std::vector<Hashed> dev, std::vector<Hashed> test, std::uint64_t seed) {
    Split split;
    dev = in_seeded_order(std::move(dev), seed);
    test = in_seeded_order(std::move(test), seed);
    hash::Sha256 ordered;
    ordered.field("palier-split-1").field(std::to_string(seed));
    for (const Hashed& one : dev) {
        ordered.field(one.content);
    }
    ordered.field("test");
    std::vector<std::string> contents;
    for (const Hashed& one : test) {
        ordered.field(one.content);
        contents.push_back(one.content);
    }
    split.split_hash = ordered.hex();
    std::sort(contents.begin(), contents.end());
    hash::Sha256 unordered;
    unordered.field("palier-test-1");
    for (const std::string& content : contents) {
        unordered.field(content);
    }
    split.test_hash = unordered.hex();
    for (Hashed& one : dev) {
        split.dev.push_back(std::move(one.item));
    }
    for (Hashed& one : test) {
        split.test.push_back(std::move(one.item));
    }
    return split;
}

}  // namespace

std::string content_hash(const core::Case& item) {
    hash::Sha256 sha;
    sha.field("palier-case-1").field(item.input).field(item.context).field(item.group);
    std::vector<std::string> expected = item.expected;
    std::sort(expected.begin(), expected.end());
    for (const std::string& answer : expected) {
        sha.field(answer);
    }
    add_beyond_expected(sha, item);
    return sha.hex();
}

void add_beyond_expected(hash::Sha256& sha, const core::Case& item) {
    for (const auto& [name, texts] :
         {std::pair("accepts", &item.accepts), std::pair("refuses", &item.refuses)}) {
        for (const std::string& text : *texts) {
            sha.field(name).field(text);
        }
    }
    if (item.database != nullptr) {
        sha.field(item.database->sha256);
    }
}

Result<Split> split_cases(std::vector<core::Case> cases, Micros dev_share, std::uint64_t seed) {
    PALIER_CHECK(dev_share >= 0 && dev_share < k_one, "the share of dev is below 1");
    const auto total = static_cast<std::int64_t>(cases.size());
    std::vector<Hashed> all = hashed(std::move(cases));
    if (dev_share == 0) {
        return frozen({}, std::move(all), seed);
    }
    std::map<std::string, std::vector<std::size_t>> units;  // by hash of seed and group or content
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool grouped = !all[i].item.group.empty();
        hash::Sha256 sha;
        sha.field(std::to_string(seed))
            .field(grouped ? "group" : "case")
            .field(grouped ? all[i].item.group : all[i].content);
        units[sha.hex()].push_back(i);
    }
    if (units.size() < 2) {
        return Error(codes::one_group_only, {{"cases", std::to_string(total)}});
    }
    const std::int64_t target = std::max<std::int64_t>((total * dev_share + k_one / 2) / k_one, 1);
    std::vector<Hashed> dev, test;
    std::size_t left = units.size();
    for (const auto& [unit_hash, members] : units) {
        const auto size = static_cast<std::int64_t>(members.size());
        const auto in_dev = static_cast<std::int64_t>(dev.size());
        const bool last_and_test_empty = left == 1 && test.empty();
        const bool last_and_dev_empty = left == 1 && dev.empty();
        const bool fits = in_dev + size <= target;
        std::vector<Hashed>& side =
            (fits || last_and_dev_empty) && !last_and_test_empty ? dev : test;
        for (const std::size_t i : members) {
            side.push_back(std::move(all[i]));
        }
        --left;
    }
    return frozen(std::move(dev), std::move(test), seed);
}

Split frozen_split(std::vector<core::Case> dev, std::vector<core::Case> test, std::uint64_t seed) {
    return frozen(hashed(std::move(dev)), hashed(std::move(test)), seed);
}

}  // namespace palier::eval
