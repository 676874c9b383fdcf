// Scores as probabilities, and how far those can be trusted. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace palier::core {

// Natural logarithms of the probabilities that scores stand for after division by `temperature`.
// At least one score.
[[nodiscard]] std::vector<double> log_softmax(std::span<const double> scores,
                                              double temperature = 1);

[[nodiscard]] std::vector<double> probabilities_of(std::span<const double> scores,
                                                   double temperature);

// What a label System said of one case: a score a label, and which label was right.
struct Scored {
    std::vector<double> scores;
    std::size_t right = 0;
};

// The one temperature, in [0.01, 100], with the lowest mean -log p of the right labels (Guo et al.
// 2017, arXiv 1706.04599), each right one counted as 1 - 1/(n + 2) only, as Platt (1999) does, so
// that a few cases without a mistake promise no certainty. 1 without cases.
[[nodiscard]] double fit_temperature(std::span<const Scored> cases);

// How often each label is right where it is answered, from answers of which only the label is
// known: (right + 2 a) / (answered + 2), where a is the share right of all, one right and one wrong
// answer added: the m-estimate of Cestnik (1990) with m = 2.
class LabelPrecision {
   public:
    explicit LabelPrecision(std::size_t labels) : counts_(labels) {}
    void add(std::size_t label, bool right);
    [[nodiscard]] double of(std::size_t label) const { return estimate(counts_.at(label), all_); }
    // The same without one answer that was added.
    [[nodiscard]] double without(std::size_t label, bool right) const;

   private:
    struct Count {
        double answered = 0, right = 0;
    };
    [[nodiscard]] static double estimate(const Count& of_label, const Count& of_all);
    std::vector<Count> counts_;
    Count all_;
};
// Probabilities of `labels` labels of which one was answered and is right with `confidence`: the
// rest belongs to the others alike.
[[nodiscard]] std::vector<double> spread(double confidence, std::size_t chosen, std::size_t labels);

// How well something learned from examples did with so many of them, on others.
struct CurvePoint {
    std::int64_t examples = 0;
    double accuracy = 0;
    bool operator==(const CurvePoint&) const = default;
};
// Accuracy that `more` further examples would bring, in points of 1, by error = a n^-b through the
// curve's last two points; 0 where the curve is too short, or does not rise.
[[nodiscard]] double expected_gain(std::span<const CurvePoint> curve, std::int64_t more);

// Sum of the squared differences between probabilities and 1 for the right label, 0 for the others
// (Brier 1950). No probabilities, of an answer that is no label: 1.
[[nodiscard]] double brier_of(std::span<const double> probabilities, std::size_t right);

// Probabilities held against what was right.
struct ReliabilityBin {
    std::int64_t cases = 0;
    double confidence = 0;  // mean
    double accuracy = 0;
    bool operator==(const ReliabilityBin&) const = default;
};
struct Reliability {
    std::int64_t cases = 0;
    // Mean of brier_of: in [0, 2].
    double brier = 0;
    // Expected calibration error: mean over 15 bins of equal mass (fewer where there are fewer
    // cases) of |accuracy - confidence|, weighted by cases (Nixon et al. 2019, arXiv 1904.01685).
    double ece = 0;
    std::vector<ReliabilityBin> bins;  // by growing confidence
    bool operator==(const Reliability&) const = default;
};

// Collects cases one by one.
class ReliabilityTally {
   public:
    // One probability a label; right: its place, or probabilities.size() where no label is right.
    // chosen: the label that the System answered.
    void add(std::span<const double> probabilities, std::size_t right, std::size_t chosen);
    [[nodiscard]] Reliability result() const;

   private:
    struct Point {
        double confidence = 0;
        bool right = false;
    };
    std::vector<Point> points_;
    double squares_ = 0;
};

}  // namespace palier::core
