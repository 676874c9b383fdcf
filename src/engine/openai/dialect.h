// Dialect: how requests are put for one endpoint. Everything is stated at first; what the endpoint
// refuses, and what can be put in another way, is put so from then on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::engine::openai {

// Each is one thing that some endpoint refuses, and so one bit of a Dialect.
enum class Form : std::uint32_t {
    TopP,              // left out
    TopK,              // left out
    Seed,              // left out
    PresencePenalty,   // left out
    FrequencyPenalty,  // left out
    Choices,           // "n", left out
    StreamOptions,     // left out: then most servers count no tokens
    Stream,            // asked for the whole answer at once
    MaxTokens,         // named max_completion_tokens
    Temperature,       // left out: the endpoint's own, which may not be greedy
    SystemRole,        // folded into the first turn of the user
    TemplateOptions,   // "chat_template_kwargs", one of the two ways to say whether to think
    ReasoningEffort,   // the other one
    ResponseFormat     // no other way: a request that is held to a schema is refused
};

// A value.
class Dialect {
   public:
    [[nodiscard]] bool has(Form form) const { return (given_up_ & bit(form)) == 0; }
    void give_up(Form form) { given_up_ |= bit(form); }
    // All that either has given up.
    void join(const Dialect& other) { given_up_ |= other.given_up_; }
    // What stands at a neutral value is given up as a whole: nothing of it changes an answer.
    void give_up_neutral_parts();
    // The names of what is given up, in the order of Form: "top_k", "the system role (folded into
    // the user's turn)"...
    [[nodiscard]] std::vector<std::string> given_up() const;
    bool operator==(const Dialect&) const = default;

   private:
    static constexpr std::uint32_t bit(Form form) { return 1U << static_cast<unsigned>(form); }
    std::uint32_t given_up_ = 0;
};

// It speaks of what may be asked, not of what went wrong: "unknown", "not supported", "must"...
// Where the status does not say so, names alone prove nothing ("the stream broke off").
[[nodiscard]] bool complains_of_form(std::string_view complaint);

// Of a refusal that names response_format: it is about the schema, another may be taken.
[[nodiscard]] bool complains_of_schema(std::string_view complaint);

// The dialect that gives up what the complaint of a refusal names, in any spelling ("top_p",
// "topP", "top-p"); nullopt when it names nothing that is still there.
[[nodiscard]] std::optional<Dialect> without_refused(const Dialect& dialect,
                                                     std::string_view complaint);

}  // namespace palier::engine::openai
