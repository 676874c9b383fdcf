#include "core/calibration.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>

namespace palier::core {
namespace {

constexpr std::size_t k_bins = 15;

double mean_loss(std::span<const Scored> cases, double temperature) {
    const double doubt = 1 / (static_cast<double>(cases.size()) + 2);
    double sum = 0;
    for (const Scored& item : cases) {
        const std::vector<double> log_p = log_softmax(item.scores, temperature);
        const auto others = static_cast<double>(log_p.size() - 1);
        for (std::size_t i = 0; i < log_p.size(); ++i) {
            sum -= (i == item.right ? 1 - doubt : doubt / others) * log_p[i];
        }
    }
    return sum / static_cast<double>(cases.size());
}

}  // namespace

std::vector<double> log_softmax(std::span<const double> scores, double temperature) {
    PALIER_CHECK(!scores.empty() && temperature > 0, "scores, and a temperature above 0");
    std::vector<double> out(scores.begin(), scores.end());
    const double most = *std::ranges::max_element(out);
    double sum = 0;
    for (double& value : out) {
        value = (value - most) / temperature;
        sum += std::exp(value);
    }
    const double normal = std::log(sum);
    for (double& value : out) {
        value -= normal;
    }
    return out;
}

std::vector<double> probabilities_of(std::span<const double> scores, double temperature) {
    std::vector<double> probabilities = log_softmax(scores, temperature);
    for (double& value : probabilities) {
        value = std::exp(value);
    }
    return probabilities;
}

double fit_temperature(std::span<const Scored> cases) {
    if (cases.empty()) {
        return 1;
    }
    // Golden-section search over log T: the loss is convex in 1/T, so it has one valley.
    constexpr double k_ratio = 0.618033988749895;
    constexpr int k_steps = 40;
    double low = std::log(0.01);
    double high = std::log(100.0);
    double a = high - k_ratio * (high - low);
    double b = low + k_ratio * (high - low);
    double at_a = mean_loss(cases, std::exp(a));
    double at_b = mean_loss(cases, std::exp(b));
    for (int step = 0; step < k_steps; ++step) {
        if (at_a < at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - k_ratio * (high - low);
            at_a = mean_loss(cases, std::exp(a));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + k_ratio * (high - low);
            at_b = mean_loss(cases, std::exp(b));
        }
    }
    return std::exp((low + high) / 2);
}

double expected_gain(std::span<const CurvePoint> curve, std::int64_t more) {
    if (curve.size() < 2) {
        return 0;
    }
    const CurvePoint& before = curve[curve.size() - 2];
    const CurvePoint& last = curve.back();
    const double error_before = 1 - before.accuracy;
    const double error = 1 - last.accuracy;
    if (error <= 0 || error >= error_before) {
        return 0;
    }
    const double exponent =
        std::log(error_before / error) /
        std::log(static_cast<double>(last.examples) / static_cast<double>(before.examples));
    const double grown =
        static_cast<double>(last.examples + more) / static_cast<double>(last.examples);
    return error - error * std::pow(grown, -exponent);
}

void LabelPrecision::add(std::size_t label, bool right) {
    for (Count* count : {&counts_.at(label), &all_}) {
        count->answered += 1;
        count->right += right ? 1 : 0;
    }
}

double LabelPrecision::without(std::size_t label, bool right) const {
    Count of_label = counts_.at(label);
    Count of_all = all_;
    for (Count* count : {&of_label, &of_all}) {
        count->answered -= 1;
        count->right -= right ? 1 : 0;
    }
    return estimate(of_label, of_all);
}

double LabelPrecision::estimate(const Count& of_label, const Count& of_all) {
    constexpr double k_weight = 2;
    const double share = (of_all.right + 1) / (of_all.answered + 2);
    return (of_label.right + k_weight * share) / (of_label.answered + k_weight);
}

std::vector<double> spread(double confidence, std::size_t chosen, std::size_t labels) {
    PALIER_CHECK(chosen < labels, "the answered label is one of them");
    const double rest = labels > 1 ? (1 - confidence) / static_cast<double>(labels - 1) : 0;
    std::vector<double> probabilities(labels, rest);
    probabilities[chosen] = confidence;
    return probabilities;
}

double brier_of(std::span<const double> probabilities, std::size_t right) {
    if (probabilities.empty()) {
        return 1;
    }
    double squares = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const double off = probabilities[i] - (i == right ? 1 : 0);
        squares += off * off;
    }
    return squares;
}

void ReliabilityTally::add(std::span<const double> probabilities,
                           std::size_t right,
                           std::size_t chosen) {
    PALIER_CHECK(chosen < probabilities.size(), "the chosen label has a probability");
    squares_ += brier_of(probabilities, right);
    points_.push_back({probabilities[chosen], chosen == right});
}

Reliability ReliabilityTally::result() const {
    Reliability result;
    result.cases = static_cast<std::int64_t>(points_.size());
    if (points_.empty()) {
        return result;
    }
    const auto all = static_cast<double>(points_.size());
    result.brier = squares_ / all;
    std::vector<Point> sorted(points_);
    std::ranges::stable_sort(sorted, {}, &Point::confidence);
    const std::size_t bins = std::min(k_bins, sorted.size());
    for (std::size_t bin = 0; bin < bins; ++bin) {
        const std::size_t begin = bin * sorted.size() / bins;
        const std::size_t end = (bin + 1) * sorted.size() / bins;
        ReliabilityBin out;
        for (std::size_t i = begin; i < end; ++i) {
            out.confidence += sorted[i].confidence;
            out.accuracy += sorted[i].right ? 1 : 0;
        }
        const auto cases = static_cast<double>(end - begin);
        out.cases = static_cast<std::int64_t>(end - begin);
        out.confidence /= cases;
        out.accuracy /= cases;
        result.ece += cases / all * std::abs(out.accuracy - out.confidence);
        result.bins.push_back(out);
    }
    return result;
}

}  // namespace palier::core
