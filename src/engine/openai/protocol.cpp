#include "engine/openai/protocol.h"

#include "engine/openai/answer_reader.h"
#include "engine/openai/body.h"
#include "engine/openai/decision.h"

namespace palier::engine::openai {

const Protocol& protocol_of(Api api) {
    static constexpr Protocol k_chat{"chat-completions 1",
                                     "/chat/completions",
                                     "text/event-stream, application/json",
                                     "",
                                     true,
                                     Capability::Generate,
                                     &body_of,
                                     [](const Request&) -> std::unique_ptr<BodyReader> {
                                         return std::make_unique<AnswerReader>();
                                     }};
    static constexpr Protocol k_decisions{
        "decisions 1",
        "/decisions",
        "application/json",
        "; perhaps it takes no decisions: api = \"chat\" asks for chat completions",
        false,
        Capability::Score,
        [](const Request& request, const std::string& model, const Dialect&) {
            return decision_body_of(request, model);
        },
        [](const Request& request) -> std::unique_ptr<BodyReader> {
            return std::make_unique<DecisionReader>(request.labels);
        }};
    return api == Api::Decisions ? k_decisions : k_chat;
}

}  // namespace palier::engine::openai
