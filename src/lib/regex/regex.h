// Regular expressions in RE2 syntax (https://github.com/google/re2/wiki/Syntax): matching time is
// linear in the text, so a pattern of a user can never hang the program. RE2 is behind it.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::regex {

// A part of the searched text, in bytes; `present` is false for a group that took no part.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool present = false;
};

// groups[0] is the whole match; then one Span for each parenthesis.
struct Match {
    std::vector<Span> groups;

    // The text of a group of the text that was searched; "" when the group took no part.
    [[nodiscard]] std::string_view text(std::string_view searched, std::size_t group = 0) const;
};

struct Options {
    bool case_sensitive = true;
    bool dot_matches_newline = false;
};

// A compiled pattern over UTF-8; bytes that are not UTF-8 match no character but do no harm.
// Copies share the compiled form. Thread-safe.
class Regex {
   public:
    // Error 2500 {pattern, why} when the pattern is not RE2 syntax or needs more than 8 MiB.
    static Result<Regex> compile(std::string_view pattern, const Options& options = {});
    // Of a pattern that the program itself holds: one that does not compile is a bug.
    [[nodiscard]] static Regex of_program(std::string_view pattern);

    [[nodiscard]] bool matches_whole(std::string_view text) const;
    [[nodiscard]] bool found_in(std::string_view text) const;
    // First match at or after byte `from`; ^ and $ still mean the ends of the whole text.
    [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from = 0) const;
    // All matches from left to right that do not overlap; an empty match moves on by one byte.
    [[nodiscard]] std::vector<Match> find_all(std::string_view text) const;

   private:
    struct State;
    explicit Regex(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    std::shared_ptr<const State> state_;  // shared: a compiled pattern never changes
};

// `text` with every character that has a meaning in a pattern escaped.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace palier::regex
