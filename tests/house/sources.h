// What the house test knows of the source files, and the rules that they break.
#pragma once

#include "house/rules.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace palier::house {

struct Include {
    std::string header;
    bool quoted = false;
    std::size_t line = 0;
};

struct Source {
    std::string path;  // below src/, with '/'
    std::string text;
    std::vector<Include> includes;
};

// The #include lines of a C++ text; those inside // comments are not seen.
std::vector<Include> includes_of(std::string_view text);

// Every .h and .cpp below `src`, sorted by path.
std::vector<Source> read_sources(const std::filesystem::path& src);

// One sentence for each broken rule: the file and line, the header, the rule.
Names broken_include_rules(const Rules& rules, const std::vector<Source>& sources);
// The same for what a unit sees of third-party libraries through headers of ours, and for the
// number of units that pay for a heavy one.
Names broken_library_rules(const Rules& rules, const std::vector<Source>& sources);
// `#pragma once` in headers, no `using namespace`, no file over 500 lines without a reason.
Names broken_style_rules(const Rules& rules, const std::vector<Source>& sources);

}  // namespace palier::house
