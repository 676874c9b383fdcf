#include "engine/openai/dialect.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace palier::engine::openai {
namespace {

struct Row {
    Form form;
    std::string_view shown;
    // Words that may be written together or with one of "_- ." between them; "" ends the list.
    std::array<std::string_view, 3> words;
    bool neutral;  // at the value that palier sends, it changes nothing
};

constexpr std::array<Row, 14> k_rows{{
    {Form::TopP, "top_p", {"top", "p", ""}, true},
    {Form::TopK, "top_k", {"top", "k", ""}, true},
    {Form::Seed, "seed", {"seed", "", ""}, true},
    {Form::PresencePenalty, "presence_penalty", {"presence", "penalty", ""}, true},
    {Form::FrequencyPenalty, "frequency_penalty", {"frequency", "penalty", ""}, true},
    {Form::Choices, "n", {"n", "", ""}, true},
    {Form::StreamOptions, "stream_options", {"stream", "options", ""}, true},
    {Form::Stream, "stream", {"stream", "", ""}, false},
    {Form::MaxTokens, "max_tokens (sent as max_completion_tokens)", {"max", "tokens", ""}, false},
    {Form::Temperature,
     "temperature (the endpoint's own is used, answers may vary)",
     {"temperature", "", ""},
     false},
    {Form::SystemRole, "the system role (folded into the user's turn)", {}, false},
    {Form::TemplateOptions, "chat_template_kwargs", {"chat", "template", "kwargs"}, false},
    {Form::ReasoningEffort, "reasoning_effort", {"reasoning", "effort", ""}, false},
    {Form::ResponseFormat,
     "response_format (nothing can be held to a schema)",
     {"response", "format", ""},
     false},
}};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the words end if they stand at `at`, case ignored; npos: they do not.
std::size_t end_of_words(std::string_view lower, std::size_t at, const Row& row) {
    for (std::size_t i = 0; i < row.words.size() && !row.words[i].empty(); ++i) {
        if (i > 0 && at < lower.size() &&
            std::string_view("_- .").find(lower[at]) != std::string_view::npos) {
            ++at;
        }
        if (!lower.substr(at).starts_with(row.words[i])) {
            return std::string_view::npos;
        }
        at += row.words[i].size();
    }
    return at;
}

// One letter is a name only where it is marked as one: 'n', "n", `n`, "n:" or "n=".
bool is_marked(std::string_view text, std::size_t at, std::size_t end) {
    const char before = at == 0 ? '\n' : text[at - 1];
    const char after = end == text.size() ? '\n' : text[end];
    constexpr std::string_view k_quotes = "'\"`";
    return (k_quotes.find(before) != std::string_view::npos && after == before) ||
           ((before == ' ' || before == '\n') && (after == ':' || after == '=')) ||
           (before == '\n' && after == '\n');
}

bool names(std::string_view complaint, const Row& row) {
    if (row.words[0].empty()) {
        return false;
    }
    const std::string lower = to_lower(complaint);
    for (std::size_t at = lower.find(row.words[0]); at != std::string::npos;
         at = lower.find(row.words[0], at + 1)) {
        const std::size_t end = end_of_words(lower, at, row);
        if (end == std::string_view::npos || (at > 0 && is_letter(lower[at - 1])) ||
            (end < lower.size() && is_letter(lower[end]))) {
            continue;
        }
        if (row.words[0].size() > 1 || is_marked(lower, at, end)) {
            return true;
        }
    }
    return false;
}

bool mentions(const std::string& lower, std::string_view word) {
    return lower.find(word) != std::string::npos;
}

// "System role not supported", "roles must alternate user/assistant", "Developer instruction is not
// enabled", "Input should be 'user' or 'assistant'"...
bool refuses_system_role(std::string_view complaint) {
    const std::string lower = to_lower(complaint);
    const bool of_system = mentions(lower, "system") || mentions(lower, "developer");
    if (of_system && (mentions(lower, "role") || mentions(lower, "message") ||
                      mentions(lower, "prompt") || mentions(lower, "instruction"))) {
        return true;
    }
    return mentions(lower, "alternat") || (mentions(lower, "role") && mentions(lower, "user")) ||
           (mentions(lower, "'user'") && mentions(lower, "'assistant'"));
}

// "stream" is also a part of other words: only where the whole of it is refused.
bool refuses_streaming(std::string_view complaint, const Row& row) {
    const std::string lower = to_lower(complaint);
    const bool of_options = mentions(lower, "stream_options") || mentions(lower, "stream options");
    return mentions(lower, "streaming") || (names(complaint, row) && !of_options);
}

bool refuses(std::string_view complaint, const Row& row) {
    switch (row.form) {
        case Form::SystemRole:
            return refuses_system_role(complaint);
        case Form::Stream:
            return refuses_streaming(complaint, row);
        case Form::MaxTokens:
            return names(complaint, row) || mentions(to_lower(complaint), "max_completion_tokens");
        case Form::ResponseFormat:
            return names(complaint, row) || mentions(to_lower(complaint), "json_schema");
        default:
            return names(complaint, row);
    }
}

}  // namespace

void Dialect::give_up_neutral_parts() {
    for (const Row& row : k_rows) {
        if (row.neutral) {
            give_up(row.form);
        }
    }
}

std::vector<std::string> Dialect::given_up() const {
    std::vector<std::string> names_of_all;
    for (const Row& row : k_rows) {
        if (!has(row.form)) {
            names_of_all.emplace_back(row.shown);
        }
    }
    return names_of_all;
}

bool complains_of_form(std::string_view complaint) {
    constexpr std::array<std::string_view, 12> k_words{"support",
                                                       "unknown",
                                                       "unrecogni",
                                                       "not allowed",
                                                       "not permitted",
                                                       "not implemented",
                                                       "not enabled",
                                                       "invalid param",
                                                       "unexpected keyword",
                                                       "extra",
                                                       "deprecated",
                                                       "must"};
    const std::string lower = to_lower(complaint);
    return std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) {
        return mentions(lower, word);
    });
}

bool complains_of_schema(std::string_view complaint) {
    const std::string lower = to_lower(complaint);
    std::size_t at = lower.find("schema");
    while (at != std::string::npos && at >= 5 && lower.compare(at - 5, 5, "json_") == 0) {
        at = lower.find("schema", at + 1);
    }
    return at != std::string::npos;
}

std::optional<Dialect> without_refused(const Dialect& dialect, std::string_view complaint) {
    Dialect other = dialect;
    for (const Row& row : k_rows) {
        if (dialect.has(row.form) && refuses(complaint, row)) {
            other.give_up(row.form);
        }
    }
    return other == dialect ? std::nullopt : std::optional(other);
}

}  // namespace palier::engine::openai
