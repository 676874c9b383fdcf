#include "house/rules.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace palier::house {
namespace {

struct Line {
    std::string kind;
    Names subject;  // between the kind and the colon
    Names names;    // after the colon, up to "except"
    Names exceptions;
};

Line split(const std::string& text) {
    Line line;
    std::istringstream words(text);
    words >> line.kind;
    Names* into = &line.subject;
    for (std::string word; words >> word;) {
        if (word == ":") {
            into = &line.names;
        } else if (word == "except") {
            into = &line.exceptions;
        } else {
            into->push_back(word);
        }
    }
    return line;
}

bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::string> unknown_folder(const Rules& rules, const Names& names) {
    for (const auto& name : names) {
        if (!contains(rules.floors, name)) {
            return name;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> number(const std::string& text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

// Empty when the line was taken, else why not.
std::string take(const Line& line, Rules& rules) {
    const auto counted = line.kind == "heavy" || line.kind == "long";
    const std::size_t subjects = counted                                              ? 2
                                 : (line.kind == "everyone" || line.kind == "system") ? 0
                                                                                      : 1;
    if (line.subject.size() != subjects) {
        return "wrong number of words before the colon";
    }
    if (line.kind != "forbid" && line.kind != "system") {
        for (const auto* names : {&line.names, &line.exceptions}) {
            if (const auto unknown = unknown_folder(rules, *names)) {
                return "no folder " + *unknown + " stands before this line";
            }
        }
    }
    if (line.kind == "folder") {
        rules.floors.push_back(line.subject[0]);
        rules.may_include[line.subject[0]] = line.names;
    } else if (line.kind == "everyone") {
        rules.everyone = line.names;
        rules.not_everyone = line.exceptions;
    } else if (line.kind == "test" || line.kind == "forbid") {
        if (!contains(rules.floors, line.subject[0])) {
            return "no folder " + line.subject[0] + " stands before this line";
        }
        (line.kind == "test" ? rules.tests_may_include : rules.forbidden)[line.subject[0]] =
            line.names;
    } else if (line.kind == "file") {
        rules.file_may_include[line.subject[0]] = line.names;
    } else if (line.kind == "system") {
        rules.system_headers = line.names;
    } else if (line.kind == "third-party") {
        rules.third_party[line.subject[0]] = line.names;
    } else if (counted) {
        const auto most = number(line.subject[1]);
        if (!most) {
            return line.subject[1] + " is not a number";
        }
        (line.kind == "heavy" ? rules.heavy : rules.long_files)[line.subject[0]] = *most;
    } else {
        return "unknown kind of line '" + line.kind + "'";
    }
    return "";
}

}  // namespace

std::string Rules::folder_of(std::string_view path) const {
    std::string best;
    for (const auto& folder : floors) {
        if (folder.size() > best.size() && path.size() > folder.size() &&
            path.starts_with(folder) && path[folder.size()] == '/') {
            best = folder;
        }
    }
    return best;
}

std::string Rules::library_of(std::string_view header) const {
    std::string best;
    for (const auto& [prefix, folders] : third_party) {
        if (prefix.size() > best.size() && header.starts_with(prefix)) {
            best = prefix;
        }
    }
    return best;
}

bool Rules::is_system(std::string_view header) const {
    return std::any_of(system_headers.begin(), system_headers.end(), [&](const std::string& known) {
        return known.ends_with('/') ? header.starts_with(known) : header == known;
    });
}

Rules parse_rules(std::string_view text) {
    Rules rules;
    std::istringstream lines{std::string(text)};
    std::size_t number_of_line = 0;
    for (std::string row; std::getline(lines, row);) {
        ++number_of_line;
        if (row.empty() || row.front() == '#') {
            continue;
        }
        if (const auto why = take(split(row), rules); !why.empty()) {
            throw std::invalid_argument("line " + std::to_string(number_of_line) + ": " + why);
        }
    }
    return rules;
}

}  // namespace palier::house
