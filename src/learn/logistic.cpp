#include "learn/logistic.h"

#include "base/check.h"
#include "learn/lbfgs.h"

#include <algorithm>
#include <cmath>

namespace palier::learn {
namespace {

constexpr double k_tolerance = 1e-4;  // of the gradient of the mean loss
constexpr int k_most_steps = 200;

// Lower triangular, L L^T = gram. Examples that add nothing new (duplicates, or more of them than
// dimensions) get a pivot of rounding size instead of none.
std::vector<double> cholesky(const Gram& gram) {
    const std::size_t n = gram.examples();
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) {
        largest = std::max(largest, gram.at(i, i));
    }
    const double jitter = std::max(largest, 1e-12) * 1e-9;
    std::vector<double> l(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = gram.at(i, j) + (i == j ? jitter : 0);
            for (std::size_t k = 0; k < j; ++k) {
                sum -= l[i * n + k] * l[j * n + k];
            }
            l[i * n + j] = i == j ? std::sqrt(std::max(sum, jitter)) : sum / l[j * n + j];
        }
    }
    return l;
}

// Z -> L^-T Z, in place; rows of `classes` values.
void solve_transposed(const std::vector<double>& l, std::vector<double>& z, std::size_t classes) {
    const std::size_t n = z.size() / classes;
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = 0; k < classes; ++k) {
            z[i * classes + k] /= l[i * n + i];
        }
        for (std::size_t j = 0; j < i; ++j) {
            for (std::size_t k = 0; k < classes; ++k) {
                z[j * classes + k] -= l[i * n + j] * z[i * classes + k];
            }
        }
    }
}

class Objective {
   public:
    Objective(const std::vector<double>& l, std::span<const std::size_t> of, std::size_t classes)
        : l_(l), of_(of), classes_(classes), residual_(of.size() * classes) {}

    void set_strength(double strength) { strength_ = strength; }

    // x: Z of n rows, then the bias. The whole is divided by C n, which moves no minimum and gives
    // the tolerance a meaning whatever C and n are.
    double operator()(std::span<const double> x, std::span<double> gradient) {
        const std::size_t n = of_.size();
        const std::size_t size = n * classes_;
        const double share = 1 / static_cast<double>(n);
        double loss = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::span<double> row(residual_.data() + i * classes_, classes_);
            std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(size), classes_, row.begin());
            for (std::size_t j = 0; j <= i; ++j) {
                const double factor = l_[i * n + j];
                const double* z = x.data() + j * classes_;
                for (std::size_t k = 0; k < classes_; ++k) {
                    row[k] += factor * z[k];
                }
            }
            loss += take_loss(row, of_[i]);
        }
        std::fill(gradient.begin(), gradient.end(), 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            const double* row = residual_.data() + i * classes_;
            for (std::size_t j = 0; j <= i; ++j) {
                const double factor = l_[i * n + j] * share;
                double* z = gradient.data() + j * classes_;
                for (std::size_t k = 0; k < classes_; ++k) {
                    z[k] += factor * row[k];
                }
            }
            for (std::size_t k = 0; k < classes_; ++k) {
                gradient[size + k] += row[k] * share;
            }
        }
        const double decay = share / strength_;
        double squares = 0;
        for (std::size_t i = 0; i < size; ++i) {
            squares += x[i] * x[i];
            gradient[i] += decay * x[i];
        }
        return loss * share + decay * squares / 2;
    }

   private:
    // -log p of the right class; the row becomes p less one at that class.
    static double take_loss(std::span<double> row, std::size_t right) {
        const double most = *std::ranges::max_element(row);
        double sum = 0;
        const double scored = row[right] - most;
        for (double& value : row) {
            value = std::exp(value - most);
            sum += value;
        }
        for (double& value : row) {
            value /= sum;
        }
        row[right] -= 1;
        return std::log(sum) - scored;
    }

    const std::vector<double>& l_;
    std::span<const std::size_t> of_;
    std::size_t classes_;
    std::vector<double> residual_;
    double strength_ = 1;
};

}  // namespace

Gram Gram::of(std::span<const std::size_t> examples) const {
    Gram part(examples.size());
    for (std::size_t i = 0; i < examples.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            part.set(i, j, at(examples[i], examples[j]));
        }
    }
    return part;
}

std::vector<double> Layer::scores(std::span<const double> products) const {
    PALIER_CHECK(products.size() * classes == coefficients.size(), "a product per example");
    std::vector<double> out(bias);
    for (std::size_t i = 0; i < products.size(); ++i) {
        for (std::size_t k = 0; k < classes; ++k) {
            out[k] += products[i] * coefficients[i * classes + k];
        }
    }
    return out;
}

std::vector<Layer> fit_layers(const Gram& gram,
                              std::span<const std::size_t> classes_of,
                              std::size_t classes,
                              std::span<const double> strengths) {
    const std::size_t n = classes_of.size();
    PALIER_CHECK(n > 0 && n == gram.examples() && classes > 0, "a class per example");
    const std::vector<double> l = cholesky(gram);
    Objective objective(l, classes_of, classes);
    std::vector<double> x((n + 1) * classes, 0.0);
    std::vector<Layer> layers;
    for (const double strength : strengths) {
        objective.set_strength(strength);
        minimise([&](std::span<const double> at,
                     std::span<double> gradient) { return objective(at, gradient); },
                 x,
                 k_tolerance,
                 k_most_steps);
        Layer layer;
        layer.classes = classes;
        const auto bias = x.begin() + static_cast<std::ptrdiff_t>(n * classes);
        layer.coefficients.assign(x.begin(), bias);
        layer.bias.assign(bias, x.end());
        solve_transposed(l, layer.coefficients, classes);
        layers.push_back(std::move(layer));
    }
    return layers;
}

}  // namespace palier::learn
