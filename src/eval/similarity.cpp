#include "eval/similarity.h"

#include "answer/words.h"
#include "base/rng.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

namespace palier::eval {
namespace {

constexpr std::size_t k_gram = 5;
constexpr std::size_t k_bytes_read = 4000;
constexpr std::size_t k_bands = 25;
constexpr std::size_t k_rows = 5;
constexpr std::size_t k_hashes = k_bands * k_rows;
// Texts of a bucket are compared with at most this many leaders: a bucket of thousands of texts
// made from one template would cost all pairs otherwise.
constexpr std::size_t k_leaders = 8;

// MurmurHash3's finaliser (public domain): every input bit changes every output bit.
std::uint32_t mixed(std::uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33;
    return static_cast<std::uint32_t>(x);
}

std::string normalised(std::string_view text) {
    const std::string lower = to_lower(text.substr(0, k_bytes_read));
    std::string out;
    out.reserve(lower.size());
    for (const std::string_view word : answer::words_at_spaces(lower)) {
        if (!out.empty()) {
            out += ' ';
        }
        out += word;
    }
    return out;
}

// Distinct hashes of the 5-grams, sorted.
std::vector<std::uint32_t> grams_of(std::string_view text) {
    const std::string plain = normalised(text);
    std::vector<std::uint32_t> grams;
    std::uint64_t window = 0;
    constexpr std::uint64_t mask = (1ULL << (8 * k_gram)) - 1;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        window = ((window << 8) | static_cast<unsigned char>(plain[i])) & mask;
        if (i + 1 >= k_gram || (plain.size() < k_gram && i + 1 == plain.size())) {
            grams.push_back(mixed(window + 1));
        }
    }
    std::sort(grams.begin(), grams.end());
    grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
    return grams;
}

double jaccard(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    if (a.empty() && b.empty()) {
        return 1;
    }
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        common += a[i] == b[j] ? 1U : 0U;
        const bool step_a = a[i] <= b[j];
        const bool step_b = b[j] <= a[i];
        i += step_a ? 1U : 0U;
        j += step_b ? 1U : 0U;
    }
    return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

// 125 hash functions x -> a x + b mod 2^32 over hashes that are already well mixed.
class MinHash {
   public:
    MinHash() {
        Rng rng(0x70616c696572ULL);
        for (std::size_t i = 0; i < k_hashes; ++i) {
            factors_[i] = static_cast<std::uint32_t>(rng.next()) | 1U;
            terms_[i] = static_cast<std::uint32_t>(rng.next());
        }
    }

    // One key a band: equal signatures in the band's rows give equal keys.
    [[nodiscard]] std::array<std::uint32_t, k_bands> band_keys(
        const std::vector<std::uint32_t>& grams) const {
        std::array<std::uint32_t, k_hashes> least;
        least.fill(0xffffffffU);
        for (const std::uint32_t gram : grams) {
            for (std::size_t i = 0; i < k_hashes; ++i) {
                least[i] = std::min(least[i], gram * factors_[i] + terms_[i]);
            }
        }
        std::array<std::uint32_t, k_bands> keys{};
        for (std::size_t band = 0; band < k_bands; ++band) {
            std::uint64_t key = band;
            for (std::size_t row = 0; row < k_rows; ++row) {
                key = key * 0x9e3779b97f4a7c15ULL + least[band * k_rows + row];
            }
            keys[band] = mixed(key);
        }
        return keys;
    }

   private:
    std::array<std::uint32_t, k_hashes> factors_{};
    std::array<std::uint32_t, k_hashes> terms_{};
};

// Union-find with path halving.
class Groups {
   public:
    explicit Groups(std::size_t size) : parent_(size) {
        std::iota(parent_.begin(), parent_.end(), 0U);
    }
    std::uint32_t find(std::uint32_t item) {
        while (parent_[item] != item) {
            parent_[item] = parent_[parent_[item]];
            item = parent_[item];
        }
        return item;
    }
    void join(std::uint32_t a, std::uint32_t b) {
        a = find(a);
        b = find(b);
        parent_[std::max(a, b)] = std::min(a, b);
    }

   private:
    std::vector<std::uint32_t> parent_;
};

using Keyed = std::pair<std::uint32_t, std::uint32_t>;  // band key, text

void link_bucket(const Keyed* begin,
                 const Keyed* end,
                 const std::vector<std::string_view>& texts,
                 Groups& groups) {
    struct Leader {
        std::uint32_t text;
        std::vector<std::uint32_t> grams;
    };
    std::vector<Leader> leaders;
    for (const Keyed* one = begin; one != end; ++one) {
        const bool known = std::any_of(leaders.begin(), leaders.end(), [&](const Leader& leader) {
            return groups.find(leader.text) == groups.find(one->second);
        });
        if (known) {
            continue;
        }
        std::vector<std::uint32_t> grams = grams_of(texts[one->second]);
        const auto near = std::find_if(leaders.begin(), leaders.end(), [&](const Leader& leader) {
            return jaccard(leader.grams, grams) >= k_near_duplicate;
        });
        if (near != leaders.end()) {
            groups.join(near->text, one->second);
        } else if (leaders.size() < k_leaders) {
            leaders.push_back({one->second, std::move(grams)});
        }
    }
}

}  // namespace

double jaccard_5gram(std::string_view a, std::string_view b) {
    return jaccard(grams_of(a), grams_of(b));
}

std::vector<std::size_t> near_duplicate_groups(const std::vector<std::string_view>& texts) {
    Groups groups(texts.size());
    // Equal texts are linked at once and only one of them goes on.
    std::unordered_map<std::string_view, std::uint32_t> first_of;
    first_of.reserve(texts.size());
    std::vector<std::uint32_t> distinct;
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        const auto [known, is_new] = first_of.emplace(texts[i], i);
        if (is_new) {
            distinct.push_back(i);
        } else {
            groups.join(known->second, i);
        }
    }
    const MinHash min_hash;
    std::vector<std::array<std::uint32_t, k_bands>> keys;
    keys.reserve(distinct.size());
    for (const std::uint32_t text : distinct) {
        keys.push_back(min_hash.band_keys(grams_of(texts[text])));
    }
    std::vector<Keyed> bucketed(distinct.size());
    for (std::size_t band = 0; band < k_bands; ++band) {
        for (std::size_t i = 0; i < distinct.size(); ++i) {
            bucketed[i] = {keys[i][band], distinct[i]};
        }
        std::sort(bucketed.begin(), bucketed.end());
        for (std::size_t start = 0; start < bucketed.size();) {
            std::size_t end = start + 1;
            while (end < bucketed.size() && bucketed[end].first == bucketed[start].first) {
                ++end;
            }
            if (end - start > 1) {
                link_bucket(&bucketed[start], bucketed.data() + end, texts, groups);
            }
            start = end;
        }
    }
    std::vector<std::size_t> result(texts.size());
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        result[i] = groups.find(i);
    }
    return result;
}

}  // namespace palier::eval
