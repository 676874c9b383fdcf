#include "core/race.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace palier::core::staircase {
namespace {

// One-sided 10 %. A race is no proof: whom it keeps too long costs tokens, whom it drops too early
// costs the difference between two recipes that 32 cases could not tell apart (race_test has both).
constexpr double k_decided = 1.2816;

std::span<const CaseScore> first_of(const RecipeTried& tried, std::int64_t cases) {
    return std::span(tried.scores)
        .first(std::min(tried.scores.size(), static_cast<std::size_t>(cases)));
}

double mean_of(const RecipeTried& tried, std::int64_t cases) {
    const std::span<const CaseScore> scores = first_of(tried, cases);
    if (scores.empty()) {
        return 0;
    }
    Micros sum = 0;
    for (const CaseScore& one : scores) {
        sum += one.score;
    }
    return static_cast<double>(sum) / static_cast<double>(scores.size());
}

bool is_done(const Runner& runner, std::int64_t cases) {
    return runner.tried != nullptr &&
           (runner.tried->trouble ||
            static_cast<std::int64_t>(runner.tried->scores.size()) >= std::min(cases, runner.all));
}

void leave_out(const std::vector<Runner>& runners,
               const Rules& rules,
               std::int64_t cases,
               std::vector<bool>& running) {
    const RecipeTried* leader = nullptr;
    const RecipeTried* enough = nullptr;  // the first that is good enough
    bool open = false;                    // somebody is not ruled out
    for (std::size_t i = 0; i < runners.size(); ++i) {
        if (!running[i]) {
            continue;
        }
        const RecipeTried& tried = *runners[i].tried;
        if (leader == nullptr || mean_of(tried, cases) > mean_of(*leader, cases)) {
            leader = &tried;
        }
        if (enough == nullptr && rules.enough && tried.dev_low >= *rules.enough) {
            enough = &tried;
        }
        open = open || !tried.ruled_out;
    }
    for (std::size_t i = 0; i < runners.size(); ++i) {
        if (!running[i]) {
            continue;
        }
        const RecipeTried& tried = *runners[i].tried;
        const bool beaten =
            rules.to_beat != nullptr && is_decidedly_worse(tried, *rules.to_beat, cases);
        running[i] = enough != nullptr ? &tried == enough
                                       : !(open && tried.ruled_out) && !beaten &&
                                             (leader == nullptr || &tried == leader ||
                                              !is_decidedly_worse(tried, *leader, cases));
    }
}

}  // namespace

bool is_decidedly_worse(const RecipeTried& worse, const RecipeTried& better, std::int64_t cases) {
    const std::span<const CaseScore> low = first_of(worse, cases), high = first_of(better, cases);
    double count = 0, sum = 0, squares = 0;
    for (auto a = low.begin(), b = high.begin(); a != low.end() && b != high.end();) {
        if (a->place != b->place) {
            ++(a->place < b->place ? a : b);
            continue;
        }
        const auto difference = static_cast<double>((b++)->score - (a++)->score);
        ++count;
        sum += difference;
        squares += difference * difference;
    }
    if (count < static_cast<double>(k_fewest_compared) || sum <= 0) {
        return false;
    }
    const double mean = sum / count;
    const double variance = std::max(0.0, squares / count - mean * mean);
    return mean > k_decided * std::sqrt(variance / (count - 1));
}

Race race(const std::vector<Runner>& runners, const Rules& rules) {
    Race state;
    std::int64_t all = 0;
    for (const Runner& runner : runners) {
        state.running.push_back(runner.tried == nullptr || !runner.tried->trouble);
        all = std::max(all, runner.all);
    }
    for (std::int64_t heat = k_first_heat;; heat *= 2) {
        // A last heat of a few cases would only open every System once more.
        state.cases = rules.at_once || all - heat <= heat / 2 ? all : heat;
        for (std::size_t i = 0; i < runners.size(); ++i) {
            if (state.running[i] && !is_done(runners[i], state.cases)) {
                state.next = i;
                return state;
            }
        }
        if (state.cases >= all) {
            return state;
        }
        leave_out(runners, rules, state.cases, state.running);
        bool open = false;
        for (std::size_t i = 0; i < runners.size(); ++i) {
            open = open || (state.running[i] && (rules.to_the_end || !runners[i].tried->ruled_out));
        }
        if (!open) {
            return state;
        }
    }
}

}  // namespace palier::core::staircase
