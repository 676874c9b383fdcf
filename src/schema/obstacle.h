// Why a text cannot be held to a schema while it is written.
#pragma once

#include <compare>
#include <string>

namespace palier::schema {

struct Obstacle {
    std::string pointer;  // of the schema that has the keyword
    std::string keyword;
    int reason = 0;  // codes.h, from keyword_not_followed on
    auto operator<=>(const Obstacle&) const = default;
};

}  // namespace palier::schema
