#include "engine/llama/job.h"

#include <algorithm>

namespace palier::engine::llama {

int Job::answer_tokens() const {
    return request().labels.empty() ? std::max(0, request().sampling.max_tokens)
                                    : static_cast<int>(labels.longest());
}

void end_after(Decoded decoded, const Job& job, Desk& desk) {
    if (!desk.is_over(job.ticket)) {
        desk.fail(job.ticket,
                  FailureKind::ServerError,
                  decoded == Decoded::Aborted  ? "llama.cpp stopped computing"
                  : decoded == Decoded::NoRoom ? "llama.cpp found no room in its memory"
                                               : "llama.cpp could not compute");
    }
}

}  // namespace palier::engine::llama
