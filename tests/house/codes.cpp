#include "house/codes.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace palier::house {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Past a comment, a text or a character that begins at `at`; `at` itself where none does.
std::size_t after_quoted(std::string_view text, std::size_t at) {
    const auto from = text.substr(at);
    const auto end_of = [&](std::string_view mark, std::size_t start) {
        const auto end = text.find(mark, start);
        return end == std::string_view::npos ? text.size() : end + mark.size();
    };
    if (from.starts_with("//")) {
        return end_of("\n", at) - (end_of("\n", at) < text.size() ? 1 : 0);
    }
    if (from.starts_with("/*")) {
        return end_of("*/", at + 2);
    }
    if (from.starts_with("R\"") && (at == 0 || !is_word(text[at - 1]))) {
        const auto open = text.find('(', at);
        return end_of(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const bool separator = from[0] == '\'' && at > 0 && is_word(text[at - 1]);
    if ((from[0] != '"' && from[0] != '\'') || separator) {
        return at;
    }
    for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == from[0]) {
            return i + 1;
        }
    }
    return at + 1;
}

// Its numbers, and what stands before each of them in the line.
struct Bare {
    std::string number;
    std::size_t line = 1;
    std::string_view before;
};
std::vector<Bare> bare_numbers(std::string_view source) {
    constexpr std::size_t k_digits = 4;
    std::vector<Bare> found;
    std::size_t line = 1;
    for (std::size_t at = 0; at < source.size();) {
        if (const auto next = after_quoted(source, at); next > at) {
            line += static_cast<std::size_t>(
                std::count(source.begin() + static_cast<std::ptrdiff_t>(at),
                           source.begin() + static_cast<std::ptrdiff_t>(next),
                           '\n'));
            at = next;
            continue;
        }
        std::size_t end = at;
        while (end < source.size() &&
               (is_word(source[end]) || source[end] == '.' || source[end] == '\'')) {
            ++end;
        }
        const auto word = source.substr(at, end - at);
        if (word.size() == k_digits &&
            word.find_first_not_of("0123456789") == std::string_view::npos) {
            const auto start = source.rfind('\n', at) + 1;
            found.push_back({std::string(word), line, source.substr(start, at - start)});
        }
        line += source[at] == '\n' ? 1 : 0;
        at = std::max(end, at + 1);
    }
    return found;
}

bool is_test(std::string_view path) {
    const auto name = path.substr(path.rfind('/') + 1);
    return name.ends_with("_test.cpp") || name.starts_with("test_") ||
           name.starts_with("fixture") || path.find("/contract/") != std::string_view::npos ||
           path.starts_with("engine/fake/");
}

bool names_an_error(std::string_view before) {
    return before.ends_with("Error(") || before.ends_with("Error{") ||
           before.ends_with("code == ") || before.ends_with("code != ");
}

std::string word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) {
        ++end;
    }
    return std::string(text.substr(at, end - at));
}

// `text` with the places of `number` -> `name` that follow each `mark`.
using Places = std::map<std::string, std::vector<std::string>>;

void add_sentences(const Text& file, Places& named_elsewhere, Places& own) {
    for (const auto& [mark, places] : {std::pair{"M(", &named_elsewhere}, std::pair{"W(", &own}}) {
        for (auto at = file.text.find(mark); at != std::string::npos;
             at = file.text.find(mark, at + 1)) {
            const std::string number = word_at(file.text, at + 2);
            const bool is_line = at == 0 || file.text[at - 1] == '\n';
            if (is_line && number.size() == 4) {
                (*places)[number].push_back(file.path);
            }
        }
    }
}

void add_names(const Text& file, Places& names) {
    const std::string_view mark = "inline constexpr int ";
    for (auto at = file.text.find(mark); at != std::string::npos;
         at = file.text.find(mark, at + 1)) {
        const std::string name = word_at(file.text, at + mark.size());
        const auto number = word_at(file.text, at + mark.size() + name.size() + 3);
        names[number].push_back(file.path);
    }
}

}  // namespace

std::vector<std::pair<std::string, std::size_t>> numbers_in_code(std::string_view source) {
    std::vector<std::pair<std::string, std::size_t>> numbers;
    for (const Bare& one : bare_numbers(source)) {
        numbers.emplace_back(one.number, one.line);
    }
    return numbers;
}

std::vector<std::string> broken_code_rules(const std::vector<Text>& sources) {
    std::vector<std::string> broken;
    Places sentences, own, names;
    for (const Text& file : sources) {
        if (file.path.starts_with("report/messages/")) {
            add_sentences(file, sentences, own);
        } else if (file.path.ends_with("/codes.h")) {
            add_names(file, names);
        }
    }
    for (const auto& [number, files] : sentences) {
        if (files.size() != 1) {
            broken.push_back("two sentences for " + number);
        }
        if (!names.contains(number)) {
            broken.push_back(number + " has no name in a codes.h (" + files[0] + ")");
        }
    }
    for (const auto& [number, files] : own) {
        if (files.size() != 1 || sentences.contains(number) || names.contains(number)) {
            broken.push_back("two sentences or names for " + number);
        }
    }
    for (const auto& [number, files] : names) {
        if (files.size() != 1) {
            broken.push_back("two names for " + number + " (" + files[0] + ", " + files[1] + ")");
        }
        if (!sentences.contains(number)) {
            broken.push_back("no sentence for " + number + ", named in " + files[0]);
        }
    }
    for (const Text& file : sources) {
        const bool code = file.path.ends_with(".cpp") || file.path.ends_with(".h");
        if (!code || file.path.ends_with("/codes.h")) {
            continue;
        }
        for (const Bare& one : bare_numbers(file.text)) {
            const bool has_words = sentences.contains(one.number) || own.contains(one.number);
            if (has_words && (!is_test(file.path) || names_an_error(one.before))) {
                broken.push_back(file.path + ":" + std::to_string(one.line) +
                                 " has the bare number " + one.number + ": it has a name");
            }
        }
    }
    return broken;
}

}  // namespace palier::house
