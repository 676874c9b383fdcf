// Shortlist: which two or three of the models that may do a job are worth measuring first. It says
// what to try, never what is good enough: only a measurement does.
#pragma once

#include "core/staircase.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core {

// A model that could be tried.
struct Offer {
    std::string name;
    std::uint64_t parameters = 0;  // those that set its speed and size; > 0
    std::string released;          // ISO date or its beginning; "" = not known
    std::optional<double> score;   // of a public benchmark: orders offers of one size, no more
    bool on_disk = false;
    std::size_t unknown = 0;      // constraints of the job that nothing is stated about
    std::string successor;        // name of the offer that its makers replaced it by, or ""
    std::vector<Reason> refused;  // why it may not take part; empty = kept
};

enum class Size { Small, Medium, Limit };
// "small", "medium", "hardware-limit".
[[nodiscard]] std::string_view name_of(Size size);

struct Pick {
    std::size_t offer = 0;  // index
    Size size = Size::Limit;
    bool operator==(const Pick&) const = default;
};

// From large to small, each offer once; none when all are refused.
// The limit is the largest that is kept. Between it and the smallest that is kept lie two more
// sizes at equal ratios (one third and two thirds of the way down on a logarithmic scale): medium
// and small. Of the offers within a factor of 1.6 of a size, the one with the fewest unknown
// constraints is taken, then the one released last, then the one with the higher score, then one on
// disk, then the first: what is not stated never goes before what is. Without such an offer, the
// nearest one. An offer whose successor is kept too is left aside, unless more is known of it.
[[nodiscard]] std::vector<Pick> shortlist(const std::vector<Offer>& offers);

}  // namespace palier::core
