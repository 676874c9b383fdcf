#include "engine/openai/body.h"

#include "base/text.h"
#include "lib/json/json.h"

namespace palier::engine::openai {
namespace {

bool names(std::string_view text, std::string_view parameter) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    for (std::size_t at = text.find(parameter); at != std::string_view::npos;
         at = text.find(parameter, at + 1)) {
        const std::size_t end = at + parameter.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string body_of(const Request& request, const std::string& model, const Dialect& dialect) {
    json::Value messages = json::Array{};
    for (const Message& message : request.messages) {
        messages.push(json::Object{{"role", message.role}, {"content", message.content}});
    }
    const Sampling& sampling = request.sampling;
    json::Value body = json::Object{};
    body.add("model", model);
    body.add("messages", std::move(messages));
    body.add("temperature", sampling.temperature);
    body.add("top_p", sampling.top_p);
    if (dialect.top_k) {
        body.add("top_k", sampling.top_k);
    }
    if (dialect.seed) {
        // Signed 63 bits are what servers read without loss.
        body.add("seed", static_cast<std::int64_t>(sampling.seed & 0x7fffffffffffffffU));
    }
    body.add(dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens",
             sampling.max_tokens);
    body.add("presence_penalty", 0);
    body.add("frequency_penalty", 0);
    body.add("n", 1);
    if (!sampling.stop.empty()) {
        json::Value stop = json::Array{};
        for (const std::string& text : sampling.stop) {
            stop.push(text);
        }
        body.add("stop", std::move(stop));
    }
    body.add("stream", true);
    if (dialect.stream_options) {
        body.add("stream_options", json::Object{{"include_usage", true}});
    }
    return json::write(body);
}

std::optional<Dialect> without_refused(const Dialect& dialect, std::string_view error_body) {
    Dialect other = dialect;
    if (!dialect.max_completion_tokens && names(error_body, "max_completion_tokens")) {
        other.max_completion_tokens = true;
    }
    if (dialect.top_k && names(error_body, "top_k")) {
        other.top_k = false;
    }
    if (dialect.seed && names(error_body, "seed")) {
        other.seed = false;
    }
    if (dialect.stream_options && names(error_body, "stream_options")) {
        other.stream_options = false;
    }
    if (other == dialect) {
        return std::nullopt;
    }
    return other;
}

int least_prompt_tokens(const Request& request) {
    constexpr std::size_t k_characters_per_token = 8;
    constexpr std::size_t k_shortest = 800;  // characters; below, templates and chance matter
    std::size_t characters = 0;
    for (const Message& message : request.messages) {
        characters += length_in_characters(message.content);
    }
    return characters < k_shortest ? 0 : static_cast<int>(characters / k_characters_per_token);
}

}  // namespace palier::engine::openai
