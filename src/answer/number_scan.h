// One number at one place of a text, with its groups, point, exponent, multiplier and percent sign.
// number.h decides what stands around it.
#pragma once

#include "answer/number.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace palier::answer {

// May "7 100" be one number? A space may always stand between more than two groups.
enum class Spaces { Group, Separate };

// See scan_number.
[[nodiscard]] std::optional<ScannedNumber> scan(std::string_view text,
                                                std::size_t at,
                                                Style style,
                                                Spaces spaces);

// What may follow the digits: a multiplier, as a power of ten, and a sign of per cent or per mille.
struct Suffix {
    int exponent = 0;
    bool percent = false, per_mille = false;
};
// Reads it at `end`, which moves over it.
[[nodiscard]] Suffix read_suffix(std::string_view text, Style style, std::size_t& end);

struct Start {
    std::size_t digits_at = 0;
    bool negative = false;
};
// The sign at `at`, if there is one, and a currency sign after it.
[[nodiscard]] Start read_start(std::string_view text, std::size_t at);
[[nodiscard]] bool is_sign(char32_t c);

// How many ASCII digits stand at `at`.
[[nodiscard]] std::size_t digits_at(std::string_view text, std::size_t at);
// Where the word characters end that begin at `at`.
[[nodiscard]] std::size_t word_end(std::string_view text, std::size_t at);

}  // namespace palier::answer
