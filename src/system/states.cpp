#include "system/states.h"

#include "base/check.h"
#include "system/identity.h"

#include <algorithm>

namespace palier::system {
namespace {

constexpr Nanoseconds k_timeout = std::chrono::minutes(20);  // guards against a hang

}  // namespace

Result<States> read_states(engine::Client& client,
                           const core::SystemSpec& spec,
                           const std::vector<core::Input>& inputs,
                           std::size_t batch,
                           const std::function<bool(std::size_t done)>& go_on) {
    PALIER_CHECK(spec.recipe.decide == core::Decide::Head && batch > 0, "a head reads states");
    const core::System nameless{"", "", spec, ""};
    const AnswerReader reader(nameless);
    const ShownShots shots(spec);
    States out;
    out.states.resize(inputs.size());
    out.failures.resize(inputs.size(), core::Failure::None);
    for (std::size_t begin = 0; begin < inputs.size(); begin += batch) {
        if (!go_on(begin)) {
            out.trouble = Trouble{Trouble::Kind::Cancelled, ""};
            return out;
        }
        const std::size_t end = std::min(begin + batch, inputs.size());
        std::vector<engine::Request> requests;
        for (std::size_t i = begin; i < end; ++i) {
            requests.push_back(request_for(spec, shots, inputs[i]));
            requests.back().id = i + 1;
            requests.back().timeout = k_timeout;
        }
        PALIER_TRY(client.post(std::move(requests)));
        for (std::size_t left = end - begin; left > 0;) {
            std::vector<engine::Event> events = client.wait(k_timeout);
            if (events.empty()) {
                out.trouble = Trouble{Trouble::Kind::Unreachable, "no answer and no end"};
                return out;
            }
            for (engine::Event& event : events) {
                left -= event.is_last() ? 1 : 0;
                if (auto* response = std::get_if<engine::Response>(&event.what)) {
                    out.states[event.id - 1] = std::move(response->state);
                    out.tokens = out.tokens && response->prompt_tokens
                                     ? std::optional(*out.tokens + *response->prompt_tokens)
                                     : std::nullopt;
                } else if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
                    Outcome outcome = reader.read(*failed);
                    if (const auto* answer = std::get_if<core::Answer>(&outcome)) {
                        out.failures[event.id - 1] = answer->failure;
                    } else {
                        out.trouble = std::get<Trouble>(std::move(outcome));
                    }
                }
            }
        }
        if (out.trouble) {
            return out;
        }
    }
    return out;
}

}  // namespace palier::system
