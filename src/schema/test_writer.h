#pragma once

#include "base/rng.h"
#include "schema/language.h"

#include <doctest/doctest.h>

#include <bitset>
#include <string>
#include <string_view>

namespace palier::schema {

// What a writer without any sense writes: any byte that may come, and from `patience` on those that
// lead to the end. "stuck: ..." where no byte may come, "endless: ..." where the names that an open
// object lacks are never hit upon.
inline std::string written_at_random(const Language& language, Rng& rng, std::size_t patience) {
    Walk walk = language.begin();
    std::string text;
    while (!(walk.may_end() && (text.size() > patience || rng.below(4) == 0))) {
        const std::bitset<256> next = walk.next_bytes();
        if (next.none()) {
            return walk.may_end() ? text : "stuck: " + text;
        }
        std::string choices;
        // Within a string there is much to choose from, and a quote ends it.
        const std::string_view ends = next.count() > 20 ? "\"}],:" : "}]\",:";
        for (const char wanted : ends) {
            if (text.size() > patience && choices.empty() &&
                next[static_cast<unsigned char>(wanted)]) {
                choices = wanted;
            }
        }
        for (std::size_t byte = 0; byte < 256 && choices.empty(); ++byte) {
            const auto offset = rng.below(256);
            if (next[(byte + offset) % 256]) {
                choices = static_cast<char>((byte + offset) % 256);
            }
        }
        if (choices.empty()) {
            choices = static_cast<char>(next._Find_first());
        }
        REQUIRE(walk.feed(choices));
        text += choices;
        if (text.size() > patience + 300) {
            return "endless: " + text;
        }
    }
    return text;
}

}  // namespace palier::schema
