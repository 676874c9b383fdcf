#include "report/html/scale.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>

namespace palier::report::page {
namespace {

// The smallest of 1, 2, 5 times a power of ten that is at least `value`.
double round_step(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= value * (1 - 1e-12)) {
            return factor * power;
        }
    }
    return 10 * power;
}

std::vector<double> linear_ticks(double low, double high, int wanted) {
    const double step = round_step((high - low) / std::max(1, wanted));
    std::vector<double> ticks;
    const double first = std::ceil(low / step - 1e-9);
    for (double i = first; i * step <= high + step * 1e-9; ++i) {
        ticks.push_back(i * step);
    }
    return ticks;
}

std::vector<double> log_ticks(double low, double high, int wanted) {
    std::vector<double> all;
    std::vector<double> powers;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double tick = factor * power;
            if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                all.push_back(tick);
                if (factor == 1.0) {
                    powers.push_back(tick);
                }
            }
        }
    }
    const bool crowded = all.size() > static_cast<std::size_t>(std::max(2, wanted + 2));
    return crowded && powers.size() >= 2 ? powers : all;
}

}  // namespace

double Scale::at(double value) const {
    const double v = std::clamp(value, low, high);
    const double share = logarithmic
                             ? (std::log(v) - std::log(low)) / (std::log(high) - std::log(low))
                             : (v - low) / (high - low);
    return from + share * (to - from);
}

std::vector<double> Scale::ticks(int wanted) const {
    return logarithmic ? log_ticks(low, high, wanted) : linear_ticks(low, high, wanted);
}

Scale positive_scale(const std::vector<double>& values, double from, double to) {
    PALIER_CHECK(!values.empty(), "a scale needs a value");
    const auto [least, most] = std::ranges::minmax(values);
    Scale scale;
    scale.from = from;
    scale.to = to;
    if (least > 0 && most / least > 8) {
        scale.logarithmic = true;
        scale.low = least / 1.6;
        scale.high = most * 1.6;
    } else {
        scale.low = 0;
        scale.high = most > 0 ? most * 1.15 : 1;
    }
    return scale;
}

}  // namespace palier::report::page
