#include "serve/pumped_client.h"

namespace palier::serve {
namespace {

// The engine itself ends a wait when something happens; this only bounds what a fault of it costs.
constexpr Nanoseconds k_patience = std::chrono::seconds(1);

}  // namespace

PumpedClient::PumpedClient(std::unique_ptr<engine::Client> inner, std::function<void()> arrived)
    : inner_(std::move(inner)), arrived_(std::move(arrived)), thread_([this] { pump(); }) {}

PumpedClient::~PumpedClient() {
    std::set<std::uint64_t> left;
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        left = under_way_;
    }
    changed_.notify_all();
    for (const std::uint64_t id : left) {
        inner_->cancel(id);
    }
    thread_.join();
}

Result<void> PumpedClient::post(std::vector<engine::Request> batch) {
    std::vector<std::uint64_t> ids;
    ids.reserve(batch.size());
    for (const engine::Request& request : batch) {
        ids.push_back(request.id);
    }
    {
        // Known before it is posted: its end may come at once.
        const std::lock_guard lock(mutex_);
        under_way_.insert(ids.begin(), ids.end());
    }
    auto posted = inner_->post(std::move(batch));
    if (!posted) {
        const std::lock_guard lock(mutex_);
        for (const std::uint64_t id : ids) {
            under_way_.erase(id);
        }
    }
    changed_.notify_all();
    return posted;
}

std::vector<engine::Event> PumpedClient::wait(Nanoseconds patience) {
    std::unique_lock lock(mutex_);
    if (patience > Nanoseconds{0}) {
        changed_.wait_for(
            lock, patience, [this] { return !events_.empty() || under_way_.empty(); });
    }
    return std::exchange(events_, {});
}

void PumpedClient::pump() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return closing_ || !under_way_.empty(); });
        if (closing_ && under_way_.empty()) {
            return;
        }
        lock.unlock();
        std::vector<engine::Event> events = inner_->wait(k_patience);
        lock.lock();
        for (engine::Event& event : events) {
            if (event.is_last()) {
                under_way_.erase(event.id);
            }
            events_.push_back(std::move(event));
        }
        if (!events.empty() && !closing_) {
            lock.unlock();
            changed_.notify_all();
            arrived_();
            lock.lock();
        }
    }
}

}  // namespace palier::serve
