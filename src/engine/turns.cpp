#include "engine/turns.h"

#include <algorithm>

namespace palier::engine {
namespace {

constexpr std::uint64_t k_turn = 4;  // a multiple of every weight

}  // namespace

int weight_of(Priority priority) {
    switch (priority) {
        case Priority::Interactive:
            return 4;
        case Priority::FixedBatch:
            return 2;
        case Priority::Bulk:
            return 1;
    }
    return 1;
}

std::optional<std::size_t> Turns::next_class() const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < classes_.size(); ++i) {
        if (!classes_[i].queues.empty() && (!best || classes_[i].used < classes_[*best].used)) {
            best = i;
        }
    }
    return best;
}

void Turns::add(Priority priority, std::uint64_t client, std::uint64_t work) {
    const auto at = static_cast<std::size_t>(
        std::find(k_classes.begin(), k_classes.end(), priority) - k_classes.begin());
    Class& to = classes_[at];
    if (to.queues.empty()) {
        // A class that was idle has saved up no turns.
        if (const std::optional<std::size_t> others = next_class()) {
            to.used = std::max(to.used, classes_[*others].used);
        }
    }
    const auto found = std::find_if(to.queues.begin(), to.queues.end(), [&](const Queue& queue) {
        return queue.client == client;
    });
    if (found != to.queues.end()) {
        found->work.push_back(work);
    } else {
        to.queues.push_back({client, {work}});
    }
}

std::optional<std::uint64_t> Turns::next() {
    const std::optional<std::size_t> at = next_class();
    if (!at) {
        return std::nullopt;
    }
    Class& from = classes_[*at];
    from.used += k_turn / static_cast<std::uint64_t>(weight_of(k_classes[*at]));
    Queue& queue = from.queues.front();
    const std::uint64_t work = queue.work.front();
    queue.work.pop_front();
    if (queue.work.empty()) {
        from.queues.pop_front();
    } else {
        from.queues.splice(from.queues.end(), from.queues, from.queues.begin());
    }
    return work;
}

bool Turns::empty() const {
    return !next_class();
}

}  // namespace palier::engine
