// The include rules of the house as data: tests/house_rules.txt, which explains its lines.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace palier::house {

using Names = std::vector<std::string>;

struct Rules {
    Names floors;  // the folders, from the ground up
    std::map<std::string, Names> may_include;
    Names everyone;
    Names not_everyone;
    std::map<std::string, Names> tests_may_include;
    std::map<std::string, Names> file_may_include;
    std::map<std::string, Names> forbidden;
    Names system_headers;
    std::map<std::string, Names> third_party;       // prefix -> folders
    std::map<std::string, std::size_t> heavy;       // prefix -> units
    std::map<std::string, std::size_t> long_files;  // path -> lines

    // The folder of src/ that a path belongs to ("engine/fake/fake.h" -> "engine/fake"); empty when
    // no row names it.
    [[nodiscard]] std::string folder_of(std::string_view path) const;
    // The third-party row that covers a header; empty when none does. The longest prefix wins.
    [[nodiscard]] std::string library_of(std::string_view header) const;
    [[nodiscard]] bool is_system(std::string_view header) const;
};

// Throws std::invalid_argument, naming the line, when one is not understood or names a folder that
// does not stand before it (so that arrows can only point down).
Rules parse_rules(std::string_view text);

}  // namespace palier::house
