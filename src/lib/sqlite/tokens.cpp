#include "lib/sqlite/tokens.h"

#include "base/text.h"

#include <algorithm>
#include <map>
#include <utility>

namespace palier::sqlite {
namespace {

constexpr std::size_t k_most_selects = 1'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// SQLite takes every byte above ASCII for a letter.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::size_t end_of_comment(std::string_view sql, std::size_t at) {
    const bool line = sql.substr(at).starts_with("--");
    const std::size_t end = sql.find(line ? "\n" : "*/", at + 2);
    return end == std::string_view::npos ? sql.size() : end + (line ? 1 : 2);
}

// Behind the closing quote; a doubled quote is one character. npos: it is never closed.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const char close = sql[at] == '[' ? ']' : sql[at];
    for (std::size_t end = sql.find(close, at + 1); end != std::string_view::npos;) {
        if (close == ']' || end + 1 >= sql.size() || sql[end + 1] != close) {
            return end + 1;
        }
        end = sql.find(close, end + 2);
    }
    return std::string_view::npos;
}

std::size_t end_of_word(std::string_view sql, std::size_t at, bool with_points) {
    while (at < sql.size() && (is_letter(sql[at]) || is_digit(sql[at]) || sql[at] == '$' ||
                               (with_points && sql[at] == '.'))) {
        ++at;
    }
    return at;
}

// As it is compared: without quotes and case.
std::string name_of(const Token& token) {
    std::string_view text = token.text;
    if (token.kind == Token::Kind::Name && token.closed) {
        text = text.substr(1, text.size() - 2);
    }
    return to_lower(text);
}

bool is_name(const Token& token) {
    return token.kind == Token::Kind::Word || token.kind == Token::Kind::Name;
}

// For each opening parenthesis the place of the one that closes it, or the end.
std::vector<std::size_t> closings_of(const std::vector<Token>& tokens) {
    std::vector<std::size_t> closings(tokens.size(), tokens.size());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].text == "(") {
            open.push_back(i);
        } else if (tokens[i].text == ")" && !open.empty()) {
            closings[open.back()] = i;
            open.pop_back();
        }
    }
    return closings;
}

// Where the body of a common table expression opens whose name stands at `at`; 0: it is none.
std::size_t body_of(const std::vector<Token>& tokens,
                    const std::vector<std::size_t>& closings,
                    std::size_t at) {
    std::size_t next = at + 1;
    if (next < tokens.size() && tokens[next].text == "(") {
        next = closings[next] + 1;
    }
    if (!is_name(tokens[at]) || next >= tokens.size() || !tokens[next].is("AS")) {
        return 0;
    }
    ++next;
    while (next < tokens.size() && (tokens[next].is("NOT") || tokens[next].is("MATERIALIZED"))) {
        ++next;
    }
    return next < tokens.size() && tokens[next].text == "(" ? next : 0;
}

}  // namespace

bool Token::is(std::string_view keyword) const {
    return kind == Kind::Word && text.size() == keyword.size() &&
           to_lower(text) == to_lower(keyword);
}

std::vector<Token> tokens_of(std::string_view sql) {
    using Kind = Token::Kind;
    std::vector<Token> tokens;
    int depth = 0;
    for (std::size_t at = 0; at < sql.size();) {
        const std::string_view rest = sql.substr(at);
        const char c = rest[0];
        if (std::string_view(" \t\r\n\f").find(c) != std::string_view::npos) {
            ++at;
            continue;
        }
        if (rest.starts_with("--") || rest.starts_with("/*")) {
            at = end_of_comment(sql, at);
            continue;
        }
        Token token{Kind::Sign, {}, at, depth};
        std::size_t end = at + 1;
        if (std::string_view("'\"`[").find(c) != std::string_view::npos) {
            token.kind = c == '\'' ? Kind::Text : Kind::Name;
            end = end_of_quoted(sql, at);
            token.closed = end != std::string_view::npos;
        } else if (is_digit(c) || (c == '.' && rest.size() > 1 && is_digit(rest[1]))) {
            token.kind = Kind::Number;
            end = end_of_word(sql, at, true);
        } else if (is_letter(c)) {
            token.kind = Kind::Word;
            end = end_of_word(sql, at, false);
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            depth = std::max(depth - 1, 0);
            token.depth = depth;
        }
        end = std::min(end, sql.size());
        token.text = sql.substr(at, end - at);
        tokens.push_back(token);
        at = end;
    }
    return tokens;
}

bool orders_rows(std::string_view sql) {
    const std::vector<Token> tokens = tokens_of(sql);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i].depth == 0 && tokens[i].is("ORDER") && tokens[i + 1].is("BY")) {
            return true;
        }
    }
    return false;
}

std::size_t selects_written_out(std::string_view sql) {
    const std::vector<Token> tokens = tokens_of(sql);
    const std::vector<std::size_t> closings = closings_of(tokens);
    struct Open {
        std::string name;
        std::size_t end = 0, selects = 0;
    };
    std::vector<Open> open{{"", tokens.size(), 0}};
    std::map<std::string, std::size_t> known;
    const auto add = [&](std::size_t selects) {
        open.back().selects = std::min(open.back().selects + selects, k_most_selects);
    };
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        while (open.size() > 1 && i >= open.back().end) {
            const Open ended = std::move(open.back());
            open.pop_back();
            known[ended.name] = ended.selects;
            add(ended.selects);
        }
        if (i == tokens.size()) {
            break;
        }
        const bool table = i > 0 && (tokens[i - 1].is("FROM") || tokens[i - 1].is("JOIN") ||
                                     tokens[i - 1].text == "," || tokens[i - 1].text == "(");
        if (table && is_name(tokens[i])) {
            const auto used = known.find(name_of(tokens[i]));
            add(used == known.end() ? 0 : used->second);
        }
        add(tokens[i].is("SELECT") ? 1 : 0);
        if (const std::size_t body = body_of(tokens, closings, i); body > 0) {
            open.push_back({name_of(tokens[i]), std::min(closings[body], open.back().end), 0});
        }
    }
    return open.front().selects;
}

}  // namespace palier::sqlite
