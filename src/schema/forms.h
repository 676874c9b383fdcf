// What a text may be, sorted by how it is written: the schema with all its keywords made into
// alternatives of one type each. walk.h follows them.
#pragma once

#include "schema/automaton.h"
#include "schema/numbers.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace palier::schema {

using SpotId = int;  // a place where a value may stand

inline constexpr SpotId k_no_spot = -1;

struct LiteralForm {
    std::string text;  // null, true, false, or a number as it is written
};
// Without an automaton any text of so many characters.
struct TextForm {
    std::shared_ptr<const Automaton> automaton;
    std::size_t least = 0;
    std::optional<std::size_t> most;
};
struct NumberForm {
    NumberRules rules;
};
struct ListForm {
    std::vector<SpotId> first;
    SpotId rest = k_no_spot;  // k_no_spot: nothing after the first
    std::size_t least = 0;
    std::optional<std::size_t> most;
};
struct RecordForm {
    struct Named {
        std::string name;
        SpotId value = k_no_spot;
        bool required = false;
    };
    // Names that no Named has; no name is of two regions.
    struct Region {
        std::shared_ptr<const Automaton> names;
        SpotId value = k_no_spot;
    };
    std::vector<Named> named;
    std::vector<Region> regions;
    std::size_t least = 0;
    std::optional<std::size_t> most;
};
using Form = std::variant<LiteralForm, TextForm, NumberForm, ListForm, RecordForm>;

// Only forms that a whole value can be written in; a spot without forms is one where nothing may
// stand.
struct Forms {
    std::vector<std::vector<Form>> spots;
    SpotId start = 0;
    std::optional<TextForm> plain;  // instead: no JSON but a text as it is
};

}  // namespace palier::schema
