#include "serve/plain_model.h"

#include "report/phrases.h"
#include "system/reading.h"

#include <algorithm>
#include <utility>

namespace palier::serve {

namespace say = report::say;

PlainModel::PlainModel(std::string name, std::unique_ptr<engine::Client> client, std::uint64_t seed)
    : name_(std::move(name)), client_(std::move(client)), rng_(seed) {}

int PlainModel::usual_most_tokens() const {
    const int context = client_->facts().context_tokens;
    return context > 0 ? std::min(k_usual_most_tokens, context / 2) : k_usual_most_tokens;
}

Complaint PlainModel::refusal_of(const ChatRequest& request) const {
    if (!request.context.empty()) {
        return Refusal{400,
                       "unsupported_parameter",
                       say::context_of_plain_model,
                       {{"param", "/context"}, {"model", name_}},
                       "/context"};
    }
    return std::nullopt;
}

Complaint PlainModel::ask(std::uint64_t ticket, const ChatRequest& request) {
    engine::Request asked;
    asked.id = ticket;
    asked.messages = request.messages;
    asked.priority = engine::Priority::Interactive;
    asked.timeout = k_longest_answer;
    asked.stream_tokens = request.stream;
    engine::Sampling& sampling = asked.sampling;
    sampling.temperature = request.temperature.value_or(1);
    sampling.top_p = request.top_p.value_or(1);
    sampling.top_k = request.top_k.value_or(0);
    sampling.seed = request.seed ? *request.seed : rng_.next();
    sampling.max_tokens = request.max_tokens.value_or(usual_most_tokens());
    sampling.stop = request.stop;
    if (request.schema) {
        asked.constraint = {engine::Constraint::Kind::Schema, *request.schema};
    }
    shown_[ticket].wanted = request.stream;
    if (!client_->post({std::move(asked)})) {
        shown_.erase(ticket);
        return refusal_for(name_, engine::FailureKind::Unreachable, "the engine is closed");
    }
    return std::nullopt;
}

std::vector<Said> PlainModel::take() {
    std::vector<Said> said;
    for (engine::Event& event : client_->wait(Nanoseconds{0})) {
        if (auto* token = std::get_if<engine::Token>(&event.what)) {
            Shown& shown = shown_[event.id];
            if (shown.wanted) {
                shown.any = true;
                said.push_back({event.id, std::move(token->text)});
            }
            continue;
        }
        const bool shown = shown_[event.id].any;
        shown_.erase(event.id);
        if (const auto answer = system::as_written(event)) {
            said.push_back({event.id, completion_of(shown ? "" : answer->text, *answer)});
        } else {
            const auto& failed = std::get<engine::Failed>(event.what);
            said.push_back({event.id, refusal_for(name_, failed.kind, failed.detail)});
        }
    }
    return said;
}

}  // namespace palier::serve
