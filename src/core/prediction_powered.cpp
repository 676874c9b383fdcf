#include "core/prediction_powered.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace palier::core {
namespace {

// In (0, 1).
double positive_uniform(Rng& rng) {
    double u = rng.uniform();
    while (u <= 0) {
        u = rng.uniform();
    }
    return u;
}

double standard_normal(Rng& rng) {
    return std::sqrt(-2 * std::log(positive_uniform(rng))) *
           std::cos(2 * std::numbers::pi * rng.uniform());
}

// Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000). 0 for
// shape 0.
double gamma_draw(double shape, Rng& rng) {
    if (shape <= 0) {
        return 0;
    }
    const double d = shape - 1.0 / 3;  // shapes are whole here, so at least 1
    const double c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = standard_normal(rng);
        const double v = std::pow(1 + c * x, 3);
        if (v > 0 && std::log(positive_uniform(rng)) < x * x / 2 + d - d * v + d * std::log(v)) {
            return d * v;
        }
    }
}

// 0 for a = 0, 1 for b = 0.
double beta_draw(double a, double b, Rng& rng) {
    if (a <= 0 || b <= 0) {
        return a <= 0 ? 0 : 1;
    }
    const double x = gamma_draw(a, rng);
    return x / (x + gamma_draw(b, rng));
}

enum class Side { Low, High };

// One draw of the sum over groups of share x rate.
double draw(const std::vector<JudgedGroup>& groups, Side side, Rng& rng) {
    const bool low = side == Side::Low;
    std::vector<double> rates;
    std::size_t harmful = 0;
    for (const JudgedGroup& group : groups) {
        const auto good = static_cast<double>(group.good);
        const auto bad = static_cast<double>(group.rated - group.good);
        rates.push_back(low ? beta_draw(good, bad + 1, rng) : beta_draw(good + 1, bad, rng));
        const bool worse = low ? rates.back() < rates[harmful] : rates.back() > rates[harmful];
        harmful = worse ? rates.size() - 1 : harmful;
    }
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const double share =
            gamma_draw(static_cast<double>(groups[i].judged) + (i == harmful ? 1 : 0), rng);
        sum += share * rates[i];
        weight += share;
    }
    return sum / weight;
}

// `drawn`: room for the draws.
double bound(const std::vector<JudgedGroup>& groups,
             Side side,
             double level,
             std::vector<double>& drawn,
             Rng& rng) {
    std::ranges::generate(drawn, [&] { return draw(groups, side, rng); });
    const double share = side == Side::Low ? 1 - level : level;
    const auto place = std::min(
        drawn.size() - 1, static_cast<std::size_t>(share * static_cast<double>(drawn.size())));
    std::ranges::nth_element(drawn, drawn.begin() + static_cast<std::ptrdiff_t>(place));
    return drawn[place];
}

// Cov(y, f) / ((1 + n / N) Var(f)) over the rated answers, with N those not rated; 0 where the
// judge says the same of all rated ones, or nothing else is judged.
double best_lambda(const std::vector<JudgedGroup>& groups, double rated, double judged, double y) {
    const auto in_first = static_cast<double>(groups.front().rated);
    const double f = in_first / rated;
    const double variance = f * (1 - f);
    if (variance <= 0 || judged <= rated) {
        return 0;
    }
    const double covariance = static_cast<double>(groups.front().good) / rated - f * y;
    return std::clamp(covariance / ((1 + rated / (judged - rated)) * variance), 0.0, 1.0);
}

}  // namespace

CorrectedRate corrected_rate(const std::vector<JudgedGroup>& groups,
                             double level,
                             Rng& rng,
                             int draws) {
    CorrectedRate out;
    out.bounds = {0, 1, level};
    std::int64_t good = 0;
    std::vector<JudgedGroup> met;
    for (const JudgedGroup& group : groups) {
        PALIER_CHECK(0 <= group.good && group.good <= group.rated && group.rated <= group.judged,
                     "the good are of the rated, and these of the judged");
        out.judged += group.judged;
        out.rated += group.rated;
        good += group.good;
        if (group.judged > 0) {
            met.push_back(group);
        }
    }
    if (out.judged == 0) {
        return out;
    }
    const auto judged = static_cast<double>(out.judged), rated = static_cast<double>(out.rated);
    const auto first = static_cast<double>(groups.front().judged);
    out.judge_alone = first / judged;
    if (out.rated == 0) {
        return out;
    }
    const double people = static_cast<double>(good) / rated;
    const double lambda = best_lambda(groups, rated, judged, people);
    out.people = people;
    out.lambda = lambda;
    out.value = people;
    if (lambda > 0) {
        const auto in_first = static_cast<double>(groups.front().rated);
        const double correction = (first - in_first) / (judged - rated) - in_first / rated;
        out.value = std::clamp(people + lambda * correction, 0.0, 1.0);
    }
    std::vector<double> drawn(static_cast<std::size_t>(draws));
    out.bounds.low = bound(met, Side::Low, level, drawn, rng);
    out.bounds.high = bound(met, Side::High, level, drawn, rng);
    return out;
}

}  // namespace palier::core
