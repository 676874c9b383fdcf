// For tests: an OpenAI-compatible endpoint on 127.0.0.1 that behaves, or misbehaves, as scripted.
// GET /v1/models is answered; each POST /v1/chat/completions or /v1/decisions gets what the script
// says.
#pragma once

#include "lib/http/scripted_server.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace palier::engine::openai {

struct Usage {
    int prompt_tokens = 11;
    int cached_tokens = 3;
    int output_tokens = 4;
};

// Server-sent events of a chat completion.
[[nodiscard]] std::string role_event();
[[nodiscard]] std::string text_event(const std::string& text);
[[nodiscard]] std::string finish_event(const std::string& reason);
[[nodiscard]] std::string usage_event(const Usage& usage);
[[nodiscard]] std::string error_event(const std::string& message);
[[nodiscard]] std::string done_event();

// Whole behaviours. `pieces` are the parts of the text.
[[nodiscard]] http::Steps well_behaved(const std::vector<std::string>& pieces,
                                       const Usage& usage = {},
                                       const std::string& finish = "stop");
[[nodiscard]] http::Steps without_streaming(const std::string& text, const Usage& usage = {});
// A decision for one choice, with a stated confidence of 0.95, whatever the probabilities.
[[nodiscard]] http::Steps decision(const std::string& choice,
                                   const std::vector<std::pair<std::string, double>>& probabilities,
                                   const Usage& usage = {});
[[nodiscard]] http::Steps whole_body(const std::string& json);
[[nodiscard]] http::Steps silence_before_headers();
[[nodiscard]] http::Steps silence_after(const std::vector<std::string>& pieces);
[[nodiscard]] http::Steps error_after(const std::vector<std::string>& pieces);
[[nodiscard]] http::Steps drop_after(const std::vector<std::string>& pieces);
[[nodiscard]] http::Steps cut_json_after(const std::vector<std::string>& pieces);
[[nodiscard]] http::Steps trickle(const std::string& text, std::chrono::milliseconds between);
[[nodiscard]] http::Steps failure(int status,
                                  const std::string& message,
                                  const std::string& headers = "",
                                  const std::string& code = "");
[[nodiscard]] http::Steps error_in_200(const std::string& message);

class ScriptedUpstream {
   public:
    // `number` counts the completions from 1.
    using Script = std::function<http::Steps(const http::Seen& seen, int number)>;

    explicit ScriptedUpstream(Script script, http::Steps models = {});
    // The behaviours in turn, the last one again and again.
    explicit ScriptedUpstream(std::vector<http::Steps> behaviours);

    [[nodiscard]] std::string base_url() const { return server_.url() + "/v1"; }
    // Completions asked for, without GET /models.
    [[nodiscard]] std::vector<http::Seen> completions() const;
    [[nodiscard]] const http::ScriptedServer& server() const { return server_; }

   private:
    Script script_;
    http::Steps models_;
    int number_ = 0;  // of the server's thread
    http::ScriptedServer server_;
};

}  // namespace palier::engine::openai
