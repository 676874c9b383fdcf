// The engine's own timers: deadlines in the queue, pauses between tries, silence.
#include "engine/openai/chat_engine.h"

#include <algorithm>

namespace palier::engine::openai {

void ChatEngine::watch(Serial serial, Task& task, std::optional<Nanoseconds> when) {
    if (task.due) {
        dues_.erase({*task.due, serial});
    }
    task.due = when;
    if (when) {
        dues_.insert({*when, serial});
        arm_timer();
    }
}

// One timer of the client is enough: the earliest. A later one that was armed before finds nothing
// to do and arms the next.
void ChatEngine::arm_timer() {
    if (dues_.empty()) {
        return;
    }
    const Nanoseconds when = dues_.begin()->first;
    if (armed_ && *armed_ <= when) {
        return;
    }
    armed_ = when;
    client_->after(std::max(when - now(), Nanoseconds{0}), [this] { look_at_due(); });
}

void ChatEngine::look_at_due() {
    const std::lock_guard lock(mutex_);
    if (closing_) {
        return;
    }
    armed_.reset();
    const Nanoseconds time = now();
    while (!dues_.empty() && dues_.begin()->first <= time) {
        const Serial serial = dues_.begin()->second;
        Task& task = tasks_.at(serial);
        dues_.erase(dues_.begin());
        task.due.reset();
        come_due(serial, task);
    }
    start_ready();
    arm_timer();
}

Nanoseconds ChatEngine::silence_limit(const Task& task) const {
    return task.begun ? options_.silence_timeout : options_.first_token_timeout;
}

void ChatEngine::come_due(Serial serial, Task& task) {
    switch (task.stage) {
        case Task::Stage::Queued:
            end(serial,
                task,
                Failed{FailureKind::Timeout, "the deadline passed before its turn came", 0});
            return;
        case Task::Stage::Pausing:
            start_try(serial, task);
            return;
        case Task::Stage::Asking:
            break;
    }
    // Bytes only move last_byte; the watch is set anew here, not at each of them.
    const Nanoseconds since = task.begun ? task.last_byte : task.started;
    const Nanoseconds limit = silence_limit(task);
    if (since + limit > now()) {
        watch(serial, task, since + limit);
        return;
    }
    const std::string what =
        task.begun ? "silence in the middle of the answer" : "no first token came in time";
    handle_trouble(serial, task, trouble_of(http::Failure::Silence, what, false));
}

}  // namespace palier::engine::openai
