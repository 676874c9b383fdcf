#include "engine/llama/charge.h"

#include <algorithm>

namespace palier::engine::llama {

int Charge::answer_tokens() const {
    if (request().kind == Kind::State) {
        return 0;
    }
    return request().labels.empty() ? std::max(0, request().sampling.max_tokens)
                                    : static_cast<int>(labels.longest());
}

Response response_to_prompt(const Charge& charge, const Desk& desk) {
    Response response;
    response.prompt_tokens = static_cast<int>(charge.prompt.size());
    response.cached_tokens = charge.cached;
    response.output_tokens = 0;
    response.ttft_ms = desk.milliseconds_since_post(charge.ticket);
    return response;
}

void end_with_state(const Charge& charge, std::span<const float> state, Desk& desk) {
    if (state.empty()) {
        desk.fail(charge.ticket,
                  FailureKind::ServerError,
                  "llama.cpp's pass did not give the hidden states that were wanted of it");
        return;
    }
    Response response = response_to_prompt(charge, desk);
    response.state.assign(state.begin(), state.end());
    desk.finish(charge.ticket, std::move(response));
}

void end_after(Decoded decoded, const Charge& charge, Desk& desk) {
    if (!desk.is_over(charge.ticket)) {
        desk.fail(charge.ticket,
                  FailureKind::ServerError,
                  decoded == Decoded::Aborted  ? "llama.cpp stopped computing"
                  : decoded == Decoded::NoRoom ? "llama.cpp found no room in its memory"
                                               : "llama.cpp could not compute");
    }
}

}  // namespace palier::engine::llama
