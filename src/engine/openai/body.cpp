#include "engine/openai/body.h"

#include "base/text.h"
#include "engine/fold_system.h"
#include "lib/json/json.h"

namespace palier::engine::openai {
namespace {

json::Value messages_of(const Request& request, const Dialect& dialect) {
    json::Value messages = json::Array{};
    for (const Message& message :
         dialect.has(Form::SystemRole) ? request.messages : with_system_folded(request.messages)) {
        messages.push(json::Object{{"role", message.role}, {"content", message.content}});
    }
    return messages;
}

void add_sampling(const Sampling& sampling, const Dialect& dialect, json::Value& body) {
    const auto add = [&](Form form, const char* name, json::Value value) {
        if (dialect.has(form)) {
            body.add(name, std::move(value));
        }
    };
    add(Form::Temperature, "temperature", sampling.temperature);
    add(Form::TopP, "top_p", sampling.top_p);
    add(Form::TopK, "top_k", sampling.top_k);
    // Signed 63 bits are what servers read without loss.
    add(Form::Seed, "seed", static_cast<std::int64_t>(sampling.seed & 0x7fffffffffffffffU));
    body.add(dialect.has(Form::MaxTokens) ? "max_tokens" : "max_completion_tokens",
             sampling.max_tokens);
    add(Form::PresencePenalty, "presence_penalty", 0);
    add(Form::FrequencyPenalty, "frequency_penalty", 0);
    add(Form::Choices, "n", 1);
    if (!sampling.stop.empty()) {
        json::Value stop = json::Array{};
        for (const std::string& text : sampling.stop) {
            stop.push(text);
        }
        body.add("stop", std::move(stop));
    }
    if (sampling.thinking) {
        const bool on = *sampling.thinking;
        // The first is what vLLM, SGLang and llama-server give to the chat template, under the
        // names that Qwen, GLM and DeepSeek have for it; the second is OpenAI's and Ollama's.
        add(Form::TemplateOptions,
            "chat_template_kwargs",
            json::Object{{"enable_thinking", on}, {"thinking", on}});
        add(Form::ReasoningEffort, "reasoning_effort", on ? "medium" : "none");
    }
}

// What OpenAI asks of a schema that it promises to keep to: closed objects, no member optional.
bool is_strict(const json::Value& schema) {
    for (const json::Value& part : schema.as_array()) {
        if (!is_strict(part)) {
            return false;
        }
    }
    for (const json::Member& member : schema.as_object()) {
        if (!is_strict(member.second)) {
            return false;
        }
    }
    const json::Value* properties = schema.find("properties");
    return properties == nullptr || !properties->is_object() ||
           (!schema["additionalProperties"].as_bool(true) &&
            schema["required"].as_array().size() == properties->as_object().size());
}

void add_schema(const Constraint& constraint, json::Value& body) {
    json::Value schema = json::parse_or_nothing(constraint.text).value_or(json::Value());
    json::Value named = json::Object{{"name", "answer"}};
    if (is_strict(schema)) {
        named.add("strict", true);
    }
    named.add("schema", std::move(schema));
    body.add("response_format",
             json::Object{{"type", "json_schema"}, {"json_schema", std::move(named)}});
}

}  // namespace

std::optional<Failed> refusal_of_schema(const Request& request, const Dialect& dialect) {
    if (request.constraint.kind != Constraint::Kind::Schema) {
        return std::nullopt;
    }
    if (!dialect.has(Form::ResponseFormat)) {
        return Failed{FailureKind::Unsupported,
                      "the endpoint takes no response_format, so no text can be held to a schema",
                      0,
                      Capability::Schema};
    }
    if (!json::parse_or_nothing(request.constraint.text)) {
        return Failed{FailureKind::Unsupported, "the schema is not JSON", 0};
    }
    return std::nullopt;
}

std::string body_of(const Request& request, const std::string& model, const Dialect& dialect) {
    json::Value body = json::Object{};
    body.add("model", model);
    body.add("messages", messages_of(request, dialect));
    add_sampling(request.sampling, dialect, body);
    if (request.constraint.kind == Constraint::Kind::Schema) {
        add_schema(request.constraint, body);
    }
    body.add("stream", dialect.has(Form::Stream));
    if (dialect.has(Form::Stream) && dialect.has(Form::StreamOptions)) {
        body.add("stream_options", json::Object{{"include_usage", true}});
    }
    return json::write(body);
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
