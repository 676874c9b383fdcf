#include "core/shortlist.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace palier::core {
namespace {

constexpr double k_same_size = 1.6;

std::vector<std::size_t> worth_trying(const std::vector<Offer>& offers) {
    const auto is_replaced = [&](const Offer& by) {
        return std::any_of(offers.begin(), offers.end(), [&](const Offer& offer) {
            return offer.name == by.successor && offer.refused.empty() &&
                   offer.unknown <= by.unknown;
        });
    };
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const bool replaced = !offers[i].successor.empty() && is_replaced(offers[i]);
        if (offers[i].refused.empty() && !replaced) {
            kept.push_back(i);
        }
    }
    return kept;
}

double log_size(const Offer& offer) {
    return std::log(static_cast<double>(std::max<std::uint64_t>(1, offer.parameters)));
}

// The best of `left` near `target` (a logarithm).
std::size_t best_near(const std::vector<Offer>& offers,
                      const std::vector<std::size_t>& left,
                      double target) {
    const auto distance = [&](std::size_t i) { return std::abs(log_size(offers[i]) - target); };
    const double reach = std::log(k_same_size);
    const auto better = [&](std::size_t a, std::size_t b) {
        const bool a_near = distance(a) <= reach;
        if (a_near != (distance(b) <= reach)) {
            return a_near;
        }
        if (!a_near) {
            return distance(a) < distance(b);
        }
        if (offers[a].unknown != offers[b].unknown) {
            return offers[a].unknown < offers[b].unknown;
        }
        const auto merits = [&](std::size_t i) {
            const Offer& offer = offers[i];
            return std::tuple(std::string_view(offer.released), offer.score, offer.on_disk);
        };
        return merits(a) > merits(b);
    };
    return *std::min_element(left.begin(), left.end(), better);
}

}  // namespace

std::string_view name_of(Size size) {
    switch (size) {
        case Size::Small:
            return "small";
        case Size::Medium:
            return "medium";
        case Size::Limit:
            return "hardware-limit";
    }
    return "";
}

std::vector<Pick> shortlist(const std::vector<Offer>& offers) {
    std::vector<std::size_t> left = worth_trying(offers);
    if (left.empty()) {
        return {};
    }
    const auto smaller = [&](std::size_t a, std::size_t b) {
        return offers[a].parameters < offers[b].parameters;
    };
    const auto [least, most] = std::minmax_element(left.begin(), left.end(), smaller);
    const double low = log_size(offers[*least]);
    const double high = log_size(offers[*most]);
    std::vector<Pick> picks;
    for (const auto& [size, way_down] :
         {std::pair(Size::Limit, 0.0), std::pair(Size::Medium, 1.0), std::pair(Size::Small, 2.0)}) {
        if (left.empty()) {
            break;
        }
        const std::size_t best = best_near(offers, left, high - (high - low) * way_down / 3);
        picks.push_back({best, size});
        // Sizes go down: what is left for the next is smaller than this one.
        std::erase_if(
            left, [&](std::size_t i) { return offers[i].parameters >= offers[best].parameters; });
    }
    return picks;
}

}  // namespace palier::core
