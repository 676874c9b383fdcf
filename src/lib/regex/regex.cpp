#include "lib/regex/regex.h"

#include "lib/regex/codes.h"

#include <re2/re2.h>

#include <utility>

namespace palier::regex {

struct Regex::State {
    State(std::string_view pattern, const RE2::Options& options)
        : compiled(re2::StringPiece(pattern.data(), pattern.size()), options) {}
    RE2 compiled;
};

namespace {

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

std::string_view Match::text(std::string_view searched, std::size_t group) const {
    if (group >= groups.size() || !groups[group].present) {
        return {};
    }
    const Span& span = groups[group];
    PALIER_CHECK(span.begin <= span.end && span.end <= searched.size(),
                 "a match is read from the text that was searched");
    return searched.substr(span.begin, span.end - span.begin);
}

Result<Regex> Regex::compile(std::string_view pattern, const Options& options) {
    RE2::Options re2_options;
    re2_options.set_log_errors(false);
    re2_options.set_case_sensitive(options.case_sensitive);
    re2_options.set_dot_nl(options.dot_matches_newline);
    auto state = std::make_shared<State>(pattern, re2_options);
    if (!state->compiled.ok()) {
        return Error(codes::broken_pattern,
                     {{"pattern", std::string(pattern)}, {"why", state->compiled.error()}});
    }
    return Regex(std::move(state));
}

Regex Regex::of_program(std::string_view pattern) {
    auto compiled = compile(pattern);
    PALIER_CHECK(compiled.has_value(), "a pattern of the program is RE2 syntax");
    return *std::move(compiled);
}

bool Regex::matches_whole(std::string_view text) const {
    return RE2::FullMatch(piece(text), state_->compiled);
}

bool Regex::found_in(std::string_view text) const {
    return RE2::PartialMatch(piece(text), state_->compiled);
}

std::optional<Match> Regex::find(std::string_view text, std::size_t from) const {
    if (from > text.size()) {
        return std::nullopt;
    }
    const int groups = state_->compiled.NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups));
    if (!state_->compiled.Match(
            piece(text), from, text.size(), RE2::UNANCHORED, found.data(), groups)) {
        return std::nullopt;
    }
    Match match;
    for (const re2::StringPiece& group : found) {
        Span span;
        if (group.data() != nullptr) {
            span.begin = static_cast<std::size_t>(group.data() - text.data());
            span.end = span.begin + group.size();
            span.present = true;
        }
        match.groups.push_back(span);
    }
    return match;
}

std::vector<Match> Regex::find_all(std::string_view text) const {
    std::vector<Match> matches;
    std::size_t from = 0;
    while (auto match = find(text, from)) {
        const Span whole = match->groups.front();
        matches.push_back(*std::move(match));
        from = whole.end > whole.begin ? whole.end : whole.end + 1;
    }
    return matches;
}

std::string escaped(std::string_view text) {
    return RE2::QuoteMeta(piece(text));
}

}  // namespace palier::regex
