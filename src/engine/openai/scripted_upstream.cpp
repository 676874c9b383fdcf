#include "engine/openai/scripted_upstream.h"

#include "lib/json/json.h"

#include <algorithm>

namespace palier::engine::openai {
namespace {

constexpr const char* k_events = "text/event-stream";

std::string event_of(const json::Value& value) {
    return "data: " + json::write(value) + "\n\n";
}

json::Value chunk_of(json::Value delta, json::Value finish) {
    return json::Object{
        {"id", "chatcmpl-1"},
        {"object", "chat.completion.chunk"},
        {"choices",
         json::Array{json::Object{
             {"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}}}}};
}

json::Value json_of(const Usage& usage) {
    return json::Object{
        {"prompt_tokens", usage.prompt_tokens},
        {"completion_tokens", usage.output_tokens},
        {"total_tokens", usage.prompt_tokens + usage.output_tokens},
        {"prompt_tokens_details", json::Object{{"cached_tokens", usage.cached_tokens}}}};
}

bool is_completion(const http::Seen& seen) {
    const std::string path = seen.path.substr(0, seen.path.find('?'));
    return path == "/v1/chat/completions" || path == "/v1/decisions";
}

// The head, a role and the pieces, each a chunk of its own.
http::Steps begin_of(const std::vector<std::string>& pieces) {
    http::Steps steps{http::send(http::chunked_head(200, k_events)),
                      http::send(http::chunk(role_event()))};
    for (const std::string& piece : pieces) {
        steps.push_back(http::send(http::chunk(text_event(piece))));
    }
    return steps;
}

http::Steps with(http::Steps steps, const http::Steps& more) {
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

}  // namespace

std::string role_event() {
    return event_of(chunk_of(json::Object{{"role", "assistant"}, {"content", ""}}, nullptr));
}

std::string text_event(const std::string& text) {
    return event_of(chunk_of(json::Object{{"content", text}}, nullptr));
}

std::string finish_event(const std::string& reason) {
    return event_of(chunk_of(json::Object{}, reason));
}

std::string usage_event(const Usage& usage) {
    return event_of(json::Object{{"choices", json::Array{}}, {"usage", json_of(usage)}});
}

std::string error_event(const std::string& message) {
    return event_of(json::Object{{"error", json::Object{{"message", message}, {"code", 500}}}});
}

std::string done_event() {
    return "data: [DONE]\n\n";
}

http::Steps well_behaved(const std::vector<std::string>& pieces,
                         const Usage& usage,
                         const std::string& finish) {
    return with(begin_of(pieces),
                {http::send(http::chunk(finish_event(finish))),
                 http::send(http::chunk(usage_event(usage))),
                 http::send(http::chunk(done_event())),
                 http::send(http::last_chunk())});
}

http::Steps without_streaming(const std::string& text, const Usage& usage) {
    const json::Value body =
        json::Object{{"object", "chat.completion"},
                     {"choices",
                      json::Array{json::Object{
                          {"index", 0},
                          {"message", json::Object{{"role", "assistant"}, {"content", text}}},
                          {"finish_reason", "stop"}}}},
                     {"usage", json_of(usage)}};
    return {http::answer(200, json::write_pretty(body), "Content-Type: application/json\r\n")};
}

http::Steps decision(const std::string& choice,
                     const std::vector<std::pair<std::string, double>>& probabilities,
                     const Usage& usage) {
    json::Value list = json::Array{};
    for (const auto& [value, probability] : probabilities) {
        list.push(json::Object{{"value", value}, {"probability", probability}});
    }
    const json::Value answer = json::Object{{"type", "choice"},
                                            {"choice", choice},
                                            {"confidence", 0.95},
                                            {"probabilities", std::move(list)}};
    const json::Value counted =
        json::Object{{"input_tokens", usage.prompt_tokens},
                     {"input_tokens_details", json::Object{{"cached_tokens", usage.cached_tokens}}},
                     {"output_tokens", usage.output_tokens},
                     {"output_tokens_details", json::Object{{"reasoning_tokens", 0}}},
                     {"total_tokens", usage.prompt_tokens + usage.output_tokens}};
    return whole_body(json::write(
        json::Object{{"answers", json::Array{answer}}, {"model", "small"}, {"usage", counted}}));
}

http::Steps whole_body(const std::string& json) {
    return {http::answer(200, json, "Content-Type: application/json\r\n")};
}

http::Steps silence_before_headers() {
    return {http::hang()};
}

http::Steps silence_after(const std::vector<std::string>& pieces) {
    return with(begin_of(pieces), {http::hang()});
}

http::Steps error_after(const std::vector<std::string>& pieces) {
    return with(begin_of(pieces),
                {http::send(http::chunk(error_event("the model fell over"))),
                 http::send(http::last_chunk())});
}

http::Steps drop_after(const std::vector<std::string>& pieces) {
    // Not a reset: that would also take back what the client has not read yet.
    return with(begin_of(pieces), {http::close()});
}

http::Steps cut_json_after(const std::vector<std::string>& pieces) {
    return with(begin_of(pieces),
                {http::send(http::chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"con\n\n")),
                 http::send(http::last_chunk())});
}

http::Steps trickle(const std::string& text, std::chrono::milliseconds between) {
    http::Steps steps = begin_of({});
    for (const char c : text) {
        for (const char byte : text_event(std::string(1, c))) {
            steps.push_back(http::send(http::chunk(std::string(1, byte))));
        }
        steps.push_back(http::wait_for(between));
    }
    return with(std::move(steps),
                {http::send(http::chunk(finish_event("stop"))),
                 http::send(http::chunk(done_event())),
                 http::send(http::last_chunk())});
}

http::Steps failure(int status,
                    const std::string& message,
                    const std::string& headers,
                    const std::string& code) {
    json::Value error = json::Object{{"message", message}};
    if (!code.empty()) {
        error.add("code", code);
    }
    return {http::answer(status, json::write(json::Object{{"error", error}}), headers)};
}

http::Steps error_in_200(const std::string& message) {
    return {http::answer(200, json::write(json::Object{{"error", message}}))};
}

ScriptedUpstream::ScriptedUpstream(Script script, http::Steps models)
    : script_(std::move(script)),
      models_(std::move(models)),
      server_([this](const http::Seen& seen) {
          if (is_completion(seen)) {
              return script_(seen, ++number_);
          }
          return models_.empty() ? http::Steps{http::answer(200, R"({"data":[]})")} : models_;
      }) {}

ScriptedUpstream::ScriptedUpstream(std::vector<http::Steps> behaviours)
    : ScriptedUpstream([behaviours](const http::Seen&, int number) {
          const auto index = static_cast<std::size_t>(number - 1);
          return behaviours[std::min(index, behaviours.size() - 1)];
      }) {}

std::vector<http::Seen> ScriptedUpstream::completions() const {
    std::vector<http::Seen> seen = server_.requests();
    std::erase_if(seen, [](const http::Seen& one) { return !is_completion(one); });
    return seen;
}

}  // namespace palier::engine::openai
