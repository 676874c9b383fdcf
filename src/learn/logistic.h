// Multinomial logistic regression over inner products: whoever has them, of dense states or of
// sparse counts, gets the same layer. Pure and deterministic.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace palier::learn {

// Inner products of n examples with each other, n x n, symmetric.
class Gram {
   public:
    explicit Gram(std::size_t examples) : examples_(examples), values_(examples * examples) {}
    [[nodiscard]] std::size_t examples() const { return examples_; }
    [[nodiscard]] double at(std::size_t i, std::size_t j) const {
        return values_[i * examples_ + j];
    }
    void set(std::size_t i, std::size_t j, double product) {
        values_[i * examples_ + j] = values_[j * examples_ + i] = product;
    }
    // Of these examples alone, in this order.
    [[nodiscard]] Gram of(std::span<const std::size_t> examples) const;

   private:
    std::size_t examples_;
    std::vector<double> values_;
};

// Weights of each class as sums over the examples: w_k = sum_i coefficients[i * classes + k] x_i.
struct Layer {
    std::size_t classes = 0;
    std::vector<double> coefficients;
    std::vector<double> bias;
    // bias_k + w_k . x of an example, given its inner products with those learned from.
    [[nodiscard]] std::vector<double> scores(std::span<const double> products) const;
};

// The layers that minimise C sum_i -log p(y_i | x_i) + 1/2 sum_k |w_k|^2, the bias free, for each C
// of `strengths` (growing: each fit begins where the one before ended): scikit-learn's
// LogisticRegression(C), in the representer's coordinates (Schoelkopf, Herbrich and Smola 2001).
// classes_of: of each example, below `classes`.
[[nodiscard]] std::vector<Layer> fit_layers(const Gram& gram,
                                            std::span<const std::size_t> classes_of,
                                            std::size_t classes,
                                            std::span<const double> strengths);

}  // namespace palier::learn
