#include "engine/llama/log_softmax.h"

#include "base/check.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace palier::engine::llama {
namespace {

constexpr std::size_t k_lanes = 16;     // independent sums, so that the loops become vector code
constexpr std::size_t k_stretch = 512;  // floats summed in float before they go to double

// exp(x) for x <= 0, without a branch or a call: 2^n times a polynomial on [-ln2/2, ln2/2]
// (coefficients of the Taylor series; its remainder there is below 1e-7).
inline float exp_of_negative(float x) {
    constexpr float k_log2e = 1.442695041F;
    constexpr float k_ln2_high = 0.693359375F;
    constexpr float k_ln2_low = -2.12194440e-4F;
    const float clamped = std::max(x, -87.0F);
    const auto whole = static_cast<std::int32_t>(clamped * k_log2e - 0.5F);  // rounds: x <= 0
    const auto n = static_cast<float>(whole);
    const float r = (clamped - n * k_ln2_high) - n * k_ln2_low;
    float sum = 1.0F / 5040.0F;
    sum = sum * r + 1.0F / 720.0F;
    sum = sum * r + 1.0F / 120.0F;
    sum = sum * r + 1.0F / 24.0F;
    sum = sum * r + 1.0F / 6.0F;
    sum = sum * r + 0.5F;
    sum = sum * r + 1.0F;
    sum = sum * r + 1.0F;
    return sum * std::bit_cast<float>((whole + 127) << 23);
}

float largest_of(std::span<const float> values) {
    float lanes[k_lanes];
    std::fill(std::begin(lanes), std::end(lanes), -std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + k_lanes <= values.size(); i += k_lanes) {
        for (std::size_t lane = 0; lane < k_lanes; ++lane) {
            lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
        }
    }
    float largest = *std::max_element(std::begin(lanes), std::end(lanes));
    for (; i < values.size(); ++i) {
        largest = std::max(largest, values[i]);
    }
    return largest;
}

double sum_of_exp(std::span<const float> values, float largest) {
    double total = 0;
    for (std::size_t start = 0; start < values.size(); start += k_stretch) {
        const auto stretch = values.subspan(start, std::min(k_stretch, values.size() - start));
        float lanes[k_lanes] = {};
        std::size_t i = 0;
        for (; i + k_lanes <= stretch.size(); i += k_lanes) {
            for (std::size_t lane = 0; lane < k_lanes; ++lane) {
                lanes[lane] += exp_of_negative(stretch[i + lane] - largest);
            }
        }
        for (; i < stretch.size(); ++i) {
            lanes[0] += exp_of_negative(stretch[i] - largest);
        }
        for (const float lane : lanes) {
            total += static_cast<double>(lane);
        }
    }
    return total;
}

}  // namespace

double log_sum_exp(std::span<const float> logits) {
    const float largest = largest_of(logits);
    if (std::isinf(largest)) {
        return static_cast<double>(largest);
    }
    return static_cast<double>(largest) + std::log(sum_of_exp(logits, largest));
}

std::size_t index_of_largest(std::span<const float> logits) {
    PALIER_CHECK(!logits.empty(), "no logits");
    const float largest = largest_of(logits);
    const auto found = std::find(logits.begin(), logits.end(), largest);
    return found == logits.end() ? 0 : static_cast<std::size_t>(found - logits.begin());
}

}  // namespace palier::engine::llama
