#include "engine/llama/charge.h"

#include <algorithm>

namespace palier::engine::llama {

int Charge::answer_tokens() const {
    return request().labels.empty() ? std::max(0, request().sampling.max_tokens)
                                    : static_cast<int>(labels.longest());
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
