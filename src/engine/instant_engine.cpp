#include "engine/instant_engine.h"

#include "engine/refusal.h"

namespace palier::engine {

Box InstantEngine::open_box() {
    const std::lock_guard lock(mutex_);
    return mail_.open();
}

void InstantEngine::close_box(Box box) {
    const std::lock_guard lock(mutex_);
    static_cast<void>(mail_.close(box));  // nothing is under way
}

Result<void> InstantEngine::post(Box box, std::vector<Request> batch) {
    const std::lock_guard lock(mutex_);
    const auto first = mail_.enter(box, batch);
    PALIER_TRY(first);
    Serial serial = *first;
    for (const Request& request : batch) {
        std::optional<Failed> refused = refusal_of(request, facts());
        auto end = refused ? std::variant<Response, Failed>(*std::move(refused))
                           : answer(request, batch.size());
        if (auto* failed = std::get_if<Failed>(&end)) {
            mail_.end(serial, std::move(*failed));
        } else {
            auto& response = std::get<Response>(end);
            if (request.stream_tokens && !response.text.empty()) {
                mail_.say(serial, response.text);
            }
            mail_.end(serial, std::move(response));
        }
        ++serial;
    }
    return {};
}

std::vector<Event> InstantEngine::wait(Box box, Nanoseconds /*patience*/) {
    const std::lock_guard lock(mutex_);
    return mail_.take(box);
}

}  // namespace palier::engine
