// Regular expressions as JSON Schema writes them (ECMA-262, flag u, without its look-around and
// back-references), read into a tree that two others work from: RE2, which validates, and the
// automaton, which constrains. https://tc39.es/ecma262/#sec-patterns
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace palier::schema {

inline constexpr char32_t k_last_character = 0x10FFFF;

// Code points from..to, both included.
struct Range {
    char32_t from = 0;
    char32_t to = 0;
    bool operator==(const Range&) const = default;
};
using Ranges = std::vector<Range>;  // ascending, apart

// Sorted and joined.
[[nodiscard]] Ranges tidy(Ranges ranges);
// All other code points.
[[nodiscard]] Ranges complement(const Ranges& ranges);

struct Pattern {
    enum class Kind { Set, Sequence, Choice, Repeat, Begin, End, WordEdge, NoWordEdge };
    Kind kind = Kind::Sequence;
    Ranges set;                           // Set
    std::vector<std::string> categories;  // Set: of Unicode besides, in RE2's form ("\p{L}")
    std::vector<Pattern> parts;           // Sequence, Choice; Repeat: one
    int least = 0;                        // Repeat
    int most = -1;                        // Repeat; -1: no end

    // Error 2567 {pattern, why}: not ECMA-262, or one of the things that are not there.
    static Result<Pattern> read(std::string_view text);
    // The same language in RE2's syntax.
    [[nodiscard]] std::string as_re2() const;
};

}  // namespace palier::schema
