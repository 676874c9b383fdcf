// Do two regular expressions match the same texts?
#pragma once

#include <string_view>

namespace palier::eval {

enum class Sameness {
    Same,
    Different,
    Unknown  // one of them cannot be followed: word edges, Unicode categories, what RE2 has and
             // ECMA-262 has not, more than 20,000 states
};

// Over whole texts. Decided by their automata (schema/automaton.h): neither has a text that the
// other lacks.
[[nodiscard]] Sameness compare_languages(std::string_view a, std::string_view b);

// Whether compare_languages can follow this one.
[[nodiscard]] bool can_be_followed(std::string_view pattern);

// 2,000 texts of which about a third are matched by `reference`, which can be followed, the others
// being near to such texts; the same ones each time. True: RE2 sees no difference between the two
// patterns on any of them. Both are RE2 syntax.
[[nodiscard]] bool agree_on_samples(std::string_view reference, std::string_view other);

}  // namespace palier::eval
