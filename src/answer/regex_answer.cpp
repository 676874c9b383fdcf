#include "answer/regex_answer.h"

#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace palier::answer {
namespace {

std::string_view first_line(std::string_view text) {
    text = trimmed(text);
    return trimmed(text.substr(0, text.find('\n')));
}

// The content of the last fence that has any, without the name of its language.
std::string_view in_last_fence(std::string_view text) {
    constexpr std::string_view k_fence = "```";
    std::string_view last;
    std::size_t open = text.find(k_fence);
    while (open != std::string_view::npos) {
        const std::size_t begin = open + k_fence.size();
        const std::size_t close = text.find(k_fence, begin);
        const std::string_view content = text.substr(begin, close - begin);
        const std::size_t line_end = content.find('\n');
        const std::string_view line =
            line_end == std::string_view::npos ? content : content.substr(line_end);
        last = first_line(line).empty() ? last : first_line(line);
        open = close == std::string_view::npos ? close : text.find(k_fence, close + k_fence.size());
    }
    return last;
}

std::string_view in_backticks(std::string_view text) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    return close == std::string_view::npos ? std::string_view()
                                           : trimmed(text.substr(open + 1, close - open - 1));
}

// "The regex is: X", "Pattern: X", and X on the next line. A colon within a pattern announces
// nothing.
std::string_view behind_announcement(std::string_view text) {
    constexpr std::array<std::string_view, 8> k_words{
        "regex", "regexp", "expression", "pattern", "answer", "motif", "régulière", "réponse"};
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', colon + 1)) {
        std::string_view before = trimmed(text.substr(0, colon));
        while (!before.empty() && before.back() == '*') {
            before.remove_suffix(1);
        }
        const std::string said =
            to_lower(before.substr(before.size() - std::min<std::size_t>(before.size(), 40)));
        const bool announces = std::ranges::any_of(k_words, [&](std::string_view word) {
            return said.ends_with(word) || said.ends_with(std::string(word) + " is") ||
                   said.ends_with(std::string(word) + " est");
        });
        if (announces) {
            std::string_view behind = text.substr(colon + 1);
            while (behind.starts_with('*')) {
                behind.remove_prefix(1);
            }
            return first_line(behind);
        }
    }
    return {};
}

std::string without_delimiters(std::string_view pattern) {
    if (pattern.size() >= 2 && pattern.front() == '/') {
        const std::size_t close = pattern.rfind('/');
        const std::string_view flags = pattern.substr(close + 1);
        if (close > 0 && flags.find_first_not_of("gimsuy") == std::string_view::npos) {
            std::string kept;
            std::ranges::copy_if(flags, std::back_inserter(kept), [](char flag) {
                return std::string_view("ims").find(flag) != std::string_view::npos;
            });
            return (kept.empty() ? "" : "(?" + kept + ")") +
                   std::string(pattern.substr(1, close - 1));
        }
    }
    std::string_view bare = pattern;
    if (bare.starts_with("r'") || bare.starts_with("r\"")) {
        bare.remove_prefix(1);
    }
    if (bare.size() >= 2 && (bare.front() == '\'' || bare.front() == '"') &&
        bare.back() == bare.front()) {
        return std::string(bare.substr(1, bare.size() - 2));
    }
    return std::string(pattern);
}

}  // namespace

std::optional<std::string> pattern_of(std::string_view text) {
    const std::string said = without_thinking(text);
    for (const auto& find : {&in_last_fence, &in_backticks, &behind_announcement, &first_line}) {
        if (const std::string_view found = find(said); !found.empty()) {
            std::string pattern = without_delimiters(found);
            return pattern.empty() ? std::nullopt : std::optional(std::move(pattern));
        }
    }
    return std::nullopt;
}

}  // namespace palier::answer
