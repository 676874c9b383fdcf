#include "engine/llama/prompt.h"

#include "base/text.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

// True if a message's text names a control token: then the prompt is put together from pieces,
// which costs a little of the tokeniser's merging at their borders, so it is done only when needed.
bool forges_control_tokens(const Rendered& rendered, const Vocabulary& vocabulary) {
    return std::any_of(
        rendered.from_messages.begin(), rendered.from_messages.end(), [&](const auto& range) {
            const Tokens tokens = vocabulary.tokens_of(
                std::string_view(rendered.text).substr(range.first, range.second - range.first),
                true);
            return std::any_of(tokens.begin(), tokens.end(), [&](Token token) {
                return vocabulary.is_control(token);
            });
        });
}

Tokens tokens_of_pieces(const Rendered& rendered, const Vocabulary& vocabulary) {
    Tokens tokens;
    const auto add = [&](std::size_t begin, std::size_t end, bool special) {
        if (end > begin) {
            const Tokens piece = vocabulary.tokens_of(
                std::string_view(rendered.text).substr(begin, end - begin), special);
            tokens.insert(tokens.end(), piece.begin(), piece.end());
        }
    };
    std::size_t done = 0;
    for (const auto& [begin, end] : rendered.from_messages) {
        add(done, begin, true);
        add(begin, end, false);
        done = end;
    }
    add(done, rendered.text.size(), true);
    return tokens;
}

// Labels are answers: inside a thought that the template has opened they would be scored as
// thoughts. A state is read where the answer would begin. Texts that are held to a schema have a
// thought before them only if one is asked for.
ChatFormat::Wish wish_of(const Request& request) {
    const bool at_once =
        request.kind != Kind::Generate || request.constraint.kind == Constraint::Kind::Labels;
    const bool thinks = request.sampling.thinking.value_or(false) && !at_once;
    const bool held = request.constraint.kind != Constraint::Kind::Free;
    return {thinks,
            at_once || (held && !thinks) || request.sampling.thinking == std::optional(false)};
}

// Where the request's own input starts in the text; npos: nowhere.
std::size_t start_of_input(const std::string& text, const std::string& input) {
    if (trim(input).empty()) {
        return std::string::npos;
    }
    const std::size_t whole = text.rfind(input);
    return whole != std::string::npos ? whole : text.rfind(trim(input));  // templates may trim
}

}  // namespace

Result<std::string> text_of(const Request& request,
                            const ChatFormat& format,
                            const Vocabulary& vocabulary) {
    auto rendered = format.render(request.messages, wish_of(request));
    PALIER_TRY(rendered);
    return (vocabulary.beginning() ? vocabulary.beginning_text() : "") + rendered->text;
}

Result<Prompt> prompt_of(const Request& request,
                         const ChatFormat& format,
                         const Vocabulary& vocabulary) {
    const auto rendered = format.render(request.messages, wish_of(request));
    PALIER_TRY(rendered);
    Prompt prompt;
    prompt.closing = closing_mark(rendered->text);
    if (const std::optional<Token> beginning = vocabulary.beginning()) {
        prompt.tokens.push_back(*beginning);
    }
    const std::size_t first = prompt.tokens.size();
    const Tokens tokens = forges_control_tokens(*rendered, vocabulary)
                              ? tokens_of_pieces(*rendered, vocabulary)
                              : vocabulary.tokens_of(rendered->text, true);
    prompt.tokens.insert(prompt.tokens.end(), tokens.begin(), tokens.end());

    const std::size_t input = start_of_input(rendered->text, request.input);
    if (input != std::string::npos) {
        // Some tokenisers add a space at the start, so the end of a token is known up to a byte too
        // far: a token may then be counted to the input that is not, never the other way round.
        std::size_t bytes = 0;
        prompt.before_input = first;
        for (std::size_t i = first; i < prompt.tokens.size(); ++i) {
            bytes += vocabulary.piece(prompt.tokens[i], true).size();
            if (bytes > input) {
                break;
            }
            prompt.before_input = i + 1;
        }
    }
    return prompt;
}

}  // namespace palier::engine::llama
