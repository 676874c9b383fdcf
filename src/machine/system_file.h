// The small text files by which Linux tells about itself, under a root that tests may choose. What
// is absent or unreadable is nothing, never an error; strange bytes are text like any other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::machine {

// At most a megabyte of it; nullopt when it cannot be read. `path` begins with '/', `root` is ""
// for this machine.
[[nodiscard]] std::optional<std::string> system_file(const std::string& root,
                                                     const std::string& path);
// A file that holds one whole number (and white space); nullopt for anything else, "max" too.
[[nodiscard]] std::optional<std::uint64_t> system_number(const std::string& root,
                                                         const std::string& path);
// "name: value" lines, both trimmed, in order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> colon_lines(std::string_view text);
// The whole number at the start of `text` ("16384 kB" -> 16384); nullopt without one or where it
// is too large.
[[nodiscard]] std::optional<std::uint64_t> leading_number(std::string_view text);
// Names in a folder, sorted; empty when there is none.
[[nodiscard]] std::vector<std::string> names_in(const std::string& root, const std::string& folder);

}  // namespace palier::machine
