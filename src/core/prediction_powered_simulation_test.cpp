// What the bounds of a corrected rate are worth, by simulation over judges that are good, useless,
// lenient, strict or silent. Seeded; the figures are printed for docs/guide/judge.md.

#include "core/prediction_powered.h"
#include "core/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace palier::core {
namespace {

constexpr int k_worlds = 2'000;
constexpr int k_few_draws = 500;
constexpr double k_level = 0.95;  // of each bound

struct Judge {
    const char* name;
    double good_if_good, good_if_bad;  // says good
    double silent;                     // gives no verdict, whatever the answer is
};
constexpr Judge k_judges[] = {{"perfect", 1, 0, 0},
                              {"good", 0.95, 0.10, 0},
                              {"lenient", 0.98, 0.60, 0},
                              {"strict", 0.55, 0.02, 0},
                              {"useless", 0.5, 0.5, 0},
                              {"says good", 1, 1, 0},
                              {"inverted", 0.2, 0.8, 0},
                              {"silent", 0.9, 0.2, 0.15}};

// One world: its groups (good, bad, no verdict), the first `rated` answers being rated.
std::vector<JudgedGroup> world(const Judge& judge, double rate, int judged, int rated, Rng& rng) {
    std::vector<JudgedGroup> groups(3);
    for (int i = 0; i < judged; ++i) {
        const bool good = rng.uniform() < rate;
        const bool silent = rng.uniform() < judge.silent;
        const bool said = rng.uniform() < (good ? judge.good_if_good : judge.good_if_bad);
        JudgedGroup& group = groups[silent ? 2 : said ? 0 : 1];
        ++group.judged;
        group.rated += i < rated ? 1 : 0;
        group.good += i < rated && good ? 1 : 0;
    }
    return groups;
}

struct Found {
    double too_high = 0, too_low = 0;  // shares of worlds whose bound is on the wrong side
    double mean_error = 0;             // of the corrected value
    double width = 0, people_width = 0;
};

Found simulated(const Judge& judge, double rate, int judged, int rated, std::uint64_t seed) {
    Rng rng(seed);
    Found found;
    for (int i = 0; i < k_worlds; ++i) {
        const auto groups = world(judge, rate, judged, rated, rng);
        const CorrectedRate corrected = corrected_rate(groups, k_level, rng, k_few_draws);
        found.too_high += corrected.bounds.low > rate ? 1.0 / k_worlds : 0;
        found.too_low += corrected.bounds.high < rate ? 1.0 / k_worlds : 0;
        found.mean_error += (*corrected.value - rate) / k_worlds;
        found.width += (corrected.bounds.high - corrected.bounds.low) / k_worlds;
        const std::int64_t good = groups[0].good + groups[1].good + groups[2].good;
        const Interval people = clopper_pearson(good, rated, 2 * k_level - 1);
        found.people_width += (people.high - people.low) / k_worlds;
    }
    return found;
}

}  // namespace

TEST_CASE("the bounds of a corrected rate hold at their level, whatever the judge is worth") {
    // 5 % and four standard errors of 2,000 worlds.
    constexpr double k_most_wrong = 0.05 + 0.0195;
    std::printf("%-10s %5s %6s %6s  %8s %8s %8s %7s %7s\n",
                "judge",
                "rate",
                "judged",
                "rated",
                "low over",
                "high und",
                "bias",
                "width",
                "people");
    double worst = 0, widest = 0, narrowest = 1;
    std::uint64_t seed = 1;
    for (const Judge& judge : k_judges) {
        for (const double rate : {0.5, 0.9}) {
            for (const int rated : {30, 100}) {
                const int judged = 500;
                const Found found = simulated(judge, rate, judged, rated, seed++);
                std::printf("%-10s %5.2f %6d %6d  %8.4f %8.4f %8.4f %7.3f %7.3f\n",
                            judge.name,
                            rate,
                            judged,
                            rated,
                            found.too_high,
                            found.too_low,
                            found.mean_error,
                            found.width,
                            found.people_width);
                INFO(judge.name << " " << rate << " " << rated);
                CHECK(found.too_high <= k_most_wrong);
                CHECK(found.too_low <= k_most_wrong);
                CHECK(std::abs(found.mean_error) < (rated < 100 ? 0.015 : 0.005));
                // Never much wider than people alone: a count more a group is what it can cost...
                CHECK(found.width <= (rated < 100 ? 1.35 : 1.15) * found.people_width);
                worst = std::max({worst, found.too_high, found.too_low});
                widest = std::max(widest, found.width / found.people_width);
                narrowest = std::min(narrowest, found.width / found.people_width);
            }
        }
    }
    std::printf(
        "worst %.4f, widest %.3f, narrowest %.3f of people alone\n", worst, widest, narrowest);
    // ... and with a good judge much narrower.
    CHECK(narrowest < 0.7);
}

}  // namespace palier::core
