#include "learn/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace palier::learn {
namespace {

constexpr std::size_t k_pairs = 10;
constexpr double k_decrease = 1e-4;  // Armijo
constexpr int k_halvings = 30;

double dot(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

void add_scaled(std::vector<double>& to, double factor, std::span<const double> of) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] += factor * of[i];
    }
}

struct Pair {
    std::vector<double> step, change;  // of x and of the gradient
    double inverse = 0;                // 1 / step . change
};

// Minus the inverse Hessian's approximation times the gradient.
std::vector<double> direction(const std::deque<Pair>& pairs, const std::vector<double>& gradient) {
    std::vector<double> d(gradient);
    std::vector<double> alphas(pairs.size());
    for (std::size_t i = pairs.size(); i-- > 0;) {
        alphas[i] = pairs[i].inverse * dot(pairs[i].step, d);
        add_scaled(d, -alphas[i], pairs[i].change);
    }
    if (!pairs.empty()) {
        const Pair& last = pairs.back();
        const double scale = 1 / (last.inverse * dot(last.change, last.change));
        for (double& value : d) {
            value *= scale;
        }
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double beta = pairs[i].inverse * dot(pairs[i].change, d);
        add_scaled(d, alphas[i] - beta, pairs[i].step);
    }
    for (double& value : d) {
        value = -value;
    }
    return d;
}

double largest(const std::vector<double>& values) {
    double most = 0;
    for (const double value : values) {
        most = std::max(most, std::abs(value));
    }
    return most;
}

}  // namespace

void minimise(const Function& function, std::vector<double>& x, double tolerance, int most) {
    std::deque<Pair> pairs;
    std::vector<double> gradient(x.size());
    double value = function(x, gradient);
    std::vector<double> next(x.size());
    std::vector<double> next_gradient(x.size());
    for (int step = 0; step < most && largest(gradient) > tolerance; ++step) {
        const std::vector<double> d = direction(pairs, gradient);
        const double slope = dot(gradient, d);
        double length = pairs.empty() ? 1 / std::max(1.0, std::sqrt(dot(gradient, gradient))) : 1;
        bool found = false;
        double next_value = value;
        for (int halving = 0; halving < k_halvings && !found; ++halving, length /= 2) {
            next = x;
            add_scaled(next, length, d);
            next_value = function(next, next_gradient);
            found = next_value <= value + k_decrease * length * slope;
        }
        if (!found) {
            return;  // as low as rounding lets it come
        }
        Pair pair{next, next_gradient, 0};
        add_scaled(pair.step, -1, x);
        add_scaled(pair.change, -1, gradient);
        const double curvature = dot(pair.step, pair.change);
        if (curvature > 0) {
            pair.inverse = 1 / curvature;
            pairs.push_back(std::move(pair));
            if (pairs.size() > k_pairs) {
                pairs.pop_front();
            }
        }
        std::swap(x, next);
        std::swap(gradient, next_gradient);
        value = next_value;
    }
}

}  // namespace palier::learn
