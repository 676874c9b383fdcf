#include "answer/sql.h"

#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"
#include "lib/sqlite/tokens.h"

#include <algorithm>
#include <array>
#include <vector>

namespace palier::answer {
namespace {

using sqlite::Token;
using Tokens = std::vector<Token>;

constexpr std::size_t k_attempts = 64;
constexpr std::string_view k_fence = "```";

// One of these words begins a statement; where a second is given, together with one of those.
struct Beginning {
    std::string_view first, second;
};
constexpr std::array k_beginnings{
    Beginning{"VALUES", ""},
    Beginning{"INSERT", "INTO OR"},
    Beginning{"REPLACE", "INTO"},
    Beginning{"DELETE", "FROM"},
    Beginning{"PRAGMA", ""},
    Beginning{"ATTACH", ""},
    Beginning{"DETACH", ""},
    Beginning{"VACUUM", ""},
    Beginning{"REINDEX", ""},
    Beginning{"ANALYZE", ""},
    Beginning{"EXPLAIN", "QUERY SELECT WITH"},
    Beginning{"CREATE", "TABLE TEMP TEMPORARY VIEW INDEX UNIQUE TRIGGER VIRTUAL"},
    Beginning{"DROP", "TABLE VIEW INDEX TRIGGER"},
    Beginning{"ALTER", "TABLE"},
};

bool is_one_of(const Token& token, std::string_view words) {
    return token.kind == Token::Kind::Word &&
           std::ranges::any_of(split(words, ' '),
                               [&](const std::string& word) { return token.is(word); });
}

bool has(const Tokens& tokens, std::size_t from, std::string_view keyword) {
    return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(from),
                       tokens.end(),
                       [&](const Token& token) { return token.is(keyword); });
}

// Does a statement begin at tokens[at]? English sentences begin with "Select", "With" and
// "Update" too.
bool begins_statement(const Tokens& tokens, std::size_t at) {
    if (at >= tokens.size()) {
        return false;
    }
    const Token& first = tokens[at];
    const auto next = [&](std::size_t places) {
        return at + places < tokens.size() ? tokens[at + places] : Token{};
    };
    if (first.is("SELECT")) {
        return first.text != "Select" || has(tokens, at, "FROM");
    }
    if (first.is("WITH")) {
        const std::size_t name = next(1).is("RECURSIVE") ? 2 : 1;
        return next(name + 1).is("AS") || (next(name + 1).text == "(" && has(tokens, at, "AS"));
    }
    if (first.is("UPDATE")) {
        return has(tokens, at, "SET");
    }
    return std::ranges::any_of(k_beginnings, [&](const Beginning& beginning) {
        return first.is(beginning.first) &&
               (beginning.second.empty() || is_one_of(next(1), beginning.second));
    });
}

bool begins_statement(std::string_view text) {
    constexpr std::size_t k_enough = 4000;  // for its first words
    return begins_statement(sqlite::tokens_of(text.substr(0, k_enough)), 0);
}

// May a statement go on with it behind a blank line?
bool goes_on(const Token& token) {
    return token.text == "(" || token.text == ")" || token.text == "," ||
           is_one_of(token,
                     "SELECT FROM WHERE GROUP ORDER HAVING LIMIT OFFSET JOIN LEFT RIGHT INNER "
                     "CROSS FULL NATURAL ON AND OR UNION INTERSECT EXCEPT WINDOW");
}

// `text` begins with a statement: what of it is SQL.
std::string_view statements_of(std::string_view text) {
    const Tokens tokens = sqlite::tokens_of(text);
    std::size_t end = text.size();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        const std::size_t behind = token.begin + token.text.size();
        if (token.text == ";" && !begins_statement(tokens, i + 1)) {
            end = behind;
            break;
        }
        if (i + 1 == tokens.size()) {
            break;
        }
        std::string gap(text.substr(behind, tokens[i + 1].begin - behind));
        std::erase(gap, ' ');
        std::erase(gap, '\r');
        if (tokens[i + 1].depth == 0 && gap.find("\n\n") != std::string::npos &&
            !goes_on(tokens[i + 1])) {
            end = behind;
            break;
        }
    }
    return trimmed(text.substr(0, end));
}

// Behind the opening marks: the language, if it is named, is no part of the content.
std::optional<std::string_view> statement_in_fence(std::string_view content) {
    const std::size_t word_end = std::min(content.find_first_of(" \t\r\n"), content.size());
    const std::size_t line_end = std::min(content.find('\n'), content.size());
    for (const std::size_t begin : {std::size_t{0}, word_end, line_end}) {
        if (begins_statement(content.substr(begin))) {
            return trimmed(content.substr(begin));
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> in_fences(std::string_view text) {
    std::optional<std::string_view> last;
    std::size_t open = text.find(k_fence);
    while (open != std::string_view::npos) {
        const std::size_t begin = open + k_fence.size();
        const std::size_t close = text.find(k_fence, begin);
        if (const auto found = statement_in_fence(text.substr(begin, close - begin))) {
            last = found;
        }
        open = close == std::string_view::npos ? close : text.find(k_fence, close + k_fence.size());
    }
    return last;
}

// The SQL that begins within `line`, of which `rest` is what the text has from there on.
std::optional<std::string_view> at_line(std::string_view line, std::string_view rest) {
    const std::size_t colon = line.find(':');
    for (const std::size_t from :
         {std::size_t{0}, colon == std::string_view::npos ? 0 : colon + 1}) {
        std::size_t at = line.find_first_not_of(" \t>*-", from);
        if (at == std::string_view::npos) {
            continue;
        }
        const bool quoted = line[at] == '`';
        at += quoted ? 1 : 0;
        std::string_view found = rest.substr(at);
        if (quoted) {
            found = found.substr(0, found.find('`'));
        }
        if (begins_statement(found)) {
            return statements_of(found);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> sql_of(std::string_view text) {
    const std::string said = without_thinking(text);
    if (const auto fenced = in_fences(said)) {
        return std::string(*fenced);
    }
    std::string_view rest = said;
    std::size_t attempts = 0;
    while (!rest.empty() && attempts < k_attempts) {
        const std::size_t line_end = rest.find('\n');
        const std::string_view line = rest.substr(0, line_end);
        if (!trimmed(line).empty()) {
            ++attempts;
            if (const auto found = at_line(line, rest)) {
                return std::string(*found);
            }
        }
        rest.remove_prefix(line_end == std::string_view::npos ? rest.size() : line_end + 1);
    }
    return std::nullopt;
}

}  // namespace palier::answer
