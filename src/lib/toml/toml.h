// TOML 1.0 documents as a tree that remembers its lines. toml++ is behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::toml {

struct Node;
struct Member;
using Array = std::vector<Node>;
// In the order of the keys, not of the file: toml++ sorts them.
using Table = std::vector<Member>;

// monostate: a date or time, which no job file uses.
struct Node {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;
    int line = 0;  // from 1
};

struct Member {
    std::string key;
    Node node;
};

struct ParseError {
    int line = 0, column = 0;  // from 1
    std::string what;
};

[[nodiscard]] std::variant<Table, ParseError> parse(std::string_view text);

}  // namespace palier::toml
