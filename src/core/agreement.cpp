#include "core/agreement.h"

#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace palier::core {
namespace {

struct Shares {
    double first = 0, second = 0, both = 0;
};

// By label: how often each reading gave it, and how often both did.
std::map<std::size_t, Shares> shares_of(
    const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
    std::map<std::size_t, Shares> shares;
    const double step = 1.0 / static_cast<double>(pairs.size());
    for (const auto& [first, second] : pairs) {
        shares[first].first += step;
        shares[second].second += step;
        if (first == second) {
            shares[first].both += step;
        }
    }
    return shares;
}

// Equation 13 of Fleiss, Cohen and Everitt: the variance of kappa, times the number of cases.
double variance(const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                std::map<std::size_t, Shares>& shares,
                double by_chance,
                double kappa) {
    double agreeing = 0;
    for (const auto& [label, share] : shares) {
        const double bracket = 1 - (share.first + share.second) * (1 - kappa);
        agreeing += share.both * bracket * bracket;
    }
    double differing = 0;
    for (const auto& [first, second] : pairs) {
        if (first != second) {
            const double sum = shares[first].second + shares[second].first;
            differing += sum * sum / static_cast<double>(pairs.size());
        }
    }
    differing *= (1 - kappa) * (1 - kappa);
    const double centre = kappa - by_chance * (1 - kappa);
    const double rest = (1 - by_chance) * (1 - by_chance);
    return std::max(0.0, (agreeing + differing - centre * centre) / rest);
}

}  // namespace

Agreement agreement_of(const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                       double level) {
    Agreement out;
    out.cases = static_cast<std::int64_t>(pairs.size());
    out.equal = std::count_if(
        pairs.begin(), pairs.end(), [](const auto& pair) { return pair.first == pair.second; });
    out.share = {0, 1, level};
    if (pairs.empty()) {
        return out;
    }
    out.share = clopper_pearson(out.equal, out.cases, level);
    auto shares = shares_of(pairs);
    if (shares.size() < 2) {
        return out;
    }
    double by_chance = 0;
    for (const auto& [label, share] : shares) {
        by_chance += share.first * share.second;
    }
    const auto kappa_at = [&](double share) { return (share - by_chance) / (1 - by_chance); };
    const auto cases = static_cast<double>(out.cases);
    out.kappa = kappa_at(static_cast<double>(out.equal) / cases);
    if (out.equal == out.cases) {
        out.kappa_interval = Interval{kappa_at(out.share.low), 1, level};
        return out;
    }
    const double error = std::sqrt(variance(pairs, shares, by_chance, *out.kappa) / cases);
    const double half = normal_quantile((1 + level) / 2) * error;
    out.kappa_interval =
        Interval{std::max(-1.0, *out.kappa - half), std::min(1.0, *out.kappa + half), level};
    return out;
}

}  // namespace palier::core
