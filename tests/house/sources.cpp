#include "house/sources.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace palier::house {
namespace {

constexpr std::size_t most_lines = 500;

bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const Names& names_of(const std::map<std::string, Names>& table, const std::string& key) {
    static const Names none;
    const auto found = table.find(key);
    return found == table.end() ? none : found->second;
}

// Tests, and what only they share: test_world.h.
bool is_test(std::string_view path) {
    return path.ends_with("_test.cpp") || path.substr(path.rfind('/') + 1).starts_with("test_");
}
bool is_standard(std::string_view header) {
    return header.find_first_of("./") == std::string_view::npos;
}

std::string where(const Source& source, const Include& include) {
    return source.path + ":" + std::to_string(include.line) + " includes " + include.header + ": ";
}

bool may_include(const Rules& rules,
                 const Source& source,
                 const std::string& folder,
                 const std::string& target) {
    if (target == folder || target == "base") {
        return true;
    }
    if (contains(rules.everyone, target) && folder != "base" &&
        !contains(rules.not_everyone, folder)) {
        return true;
    }
    return contains(names_of(rules.may_include, folder), target) ||
           contains(names_of(rules.file_may_include, source.path), target) ||
           (is_test(source.path) && contains(names_of(rules.tests_may_include, folder), target));
}

// Why an include of ours is not allowed; empty when it is.
std::string why_not_ours(const Rules& rules,
                         const Source& source,
                         const std::string& folder,
                         const Include& include) {
    const auto target = rules.folder_of(include.header);
    if (target.empty()) {
        return "no row `folder` covers it";
    }
    if (!may_include(rules, source, folder, target)) {
        return folder + " may not include " + target;
    }
    return "";
}

std::string why_not_foreign(const Rules& rules, const Include& include) {
    if (is_standard(include.header) || rules.is_system(include.header) ||
        include.header == "doctest/doctest.h" || !rules.library_of(include.header).empty()) {
        return "";
    }
    return include.quoted ? "write the path below src/"
                          : "no row `third-party` or `system` names it";
}

// All headers that each source sees, itself or through headers of ours.
class Closure {
   public:
    explicit Closure(const std::vector<Source>& sources) {
        for (const auto& source : sources) {
            by_path_[source.path] = &source;
        }
    }

    const std::set<std::string>& of(const std::string& path) {
        const auto [entry, fresh] = seen_.try_emplace(path);
        if (!fresh) {
            return entry->second;
        }
        std::set<std::string> all;
        for (const auto& include : by_path_.at(path)->includes) {
            all.insert(include.header);
            if (by_path_.contains(include.header)) {
                const auto& further = of(include.header);
                all.insert(further.begin(), further.end());
            }
        }
        return seen_[path] = std::move(all);
    }

   private:
    std::map<std::string, const Source*> by_path_;
    std::map<std::string, std::set<std::string>> seen_;
};

}  // namespace

std::vector<Include> includes_of(std::string_view text) {
    std::vector<Include> found;
    std::istringstream lines{std::string(text)};
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto start = line.find_first_not_of(" \t");
        if (start == std::string::npos || line[start] != '#') {
            continue;
        }
        const auto word = line.find_first_not_of(" \t", start + 1);
        if (word == std::string::npos || line.compare(word, 7, "include") != 0) {
            continue;
        }
        const auto open = line.find_first_of("\"<", word + 7);
        if (open == std::string::npos) {
            continue;
        }
        const auto close = line.find(line[open] == '<' ? '>' : '"', open + 1);
        if (close != std::string::npos) {
            found.push_back({line.substr(open + 1, close - open - 1), line[open] == '"', number});
        }
    }
    return found;
}

std::vector<Source> read_sources(const std::filesystem::path& src) {
    std::vector<Source> sources;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(src)) {
        const auto extension = entry.path().extension();
        if (extension != ".h" && extension != ".cpp") {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        auto includes = includes_of(text);
        sources.push_back({entry.path().lexically_relative(src).generic_string(),
                           std::move(text),
                           std::move(includes)});
    }
    std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
        return a.path < b.path;
    });
    return sources;
}

Names broken_include_rules(const Rules& rules, const std::vector<Source>& sources) {
    std::set<std::string> ours;
    for (const auto& source : sources) {
        ours.insert(source.path);
    }
    Names broken;
    for (const auto& source : sources) {
        if (source.path == "main.cpp") {
            continue;  // the composition root names every adapter
        }
        const auto folder = rules.folder_of(source.path);
        if (folder.empty()) {
            broken.push_back(source.path + ": no row `folder` covers it");
            continue;
        }
        const auto& forbidden = names_of(rules.forbidden, folder);
        for (const auto& include : source.includes) {
            const bool is_ours = include.quoted && (ours.contains(include.header) ||
                                                    !rules.folder_of(include.header).empty());
            auto why = is_ours ? why_not_ours(rules, source, folder, include)
                               : why_not_foreign(rules, include);
            if (why.empty() && !is_test(source.path) &&
                (contains(forbidden, include.header) ||
                 (!forbidden.empty() && rules.is_system(include.header)))) {
                why = folder + " must never see it";
            }
            if (!why.empty()) {
                broken.push_back(where(source, include) + why);
            }
        }
    }
    return broken;
}

Names broken_library_rules(const Rules& rules, const std::vector<Source>& sources) {
    Names broken;
    Closure closure(sources);
    std::map<std::string, Names> units;  // heavy prefix -> who pays
    for (const auto& source : sources) {
        const auto folder = rules.folder_of(source.path);
        std::set<std::string> libraries;
        for (const auto& header : closure.of(source.path)) {
            const auto library = rules.library_of(header);
            if (!library.empty() && libraries.insert(library).second && source.path != "main.cpp" &&
                !contains(names_of(rules.third_party, library), folder)) {
                broken.push_back(source.path + " sees " + header + ": only " +
                                 names_of(rules.third_party, library).front() + " may");
            }
            if (header == "doctest/doctest.h" && !is_test(source.path) &&
                !folder.ends_with("/contract")) {
                broken.push_back(source.path + " sees doctest: only tests may");
            }
        }
        if (source.path.ends_with(".cpp")) {
            for (const auto& library : libraries) {
                units[library].push_back(source.path);
            }
        }
    }
    for (const auto& [library, most] : rules.heavy) {
        if (units[library].size() > most) {
            std::string payers;
            for (const auto& unit : units[library]) {
                payers += " " + unit;
            }
            broken.push_back(std::to_string(units[library].size()) + " units pay for " + library +
                             ", at most " + std::to_string(most) + " may:" + payers);
        }
    }
    return broken;
}

Names broken_style_rules(const Rules& rules, const std::vector<Source>& sources) {
    Names broken;
    std::set<std::string> paths;
    for (const auto& source : sources) {
        paths.insert(source.path);
    }
    for (const auto& source : sources) {
        // Which shows that the header stands alone: tests/CMakeLists.txt compiles only the others.
        const std::string header = source.path.substr(0, source.path.rfind('.')) + ".h";
        if (source.path.ends_with(".cpp") && paths.contains(header) &&
            (source.includes.empty() || source.includes.front().header != header)) {
            broken.push_back(source.path + ": its own header must be its first include");
        }
        if (source.path.ends_with(".h") && source.text.find("#pragma once") == std::string::npos) {
            broken.push_back(source.path + ": no #pragma once");
        }
        if (source.text.find("using namespace ") != std::string::npos) {
            broken.push_back(source.path + ": `using namespace`");
        }
        const auto lines =
            static_cast<std::size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
        const auto allowed = rules.long_files.find(source.path);
        if (lines > (allowed == rules.long_files.end() ? most_lines : allowed->second)) {
            broken.push_back(source.path + ": " + std::to_string(lines) +
                             " lines; split it by idea, or add a row `long` that says why not");
        }
    }
    return broken;
}

}  // namespace palier::house
