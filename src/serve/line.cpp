#include "serve/line.h"

#include "report/phrases.h"

#include <algorithm>
#include <cmath>

namespace palier::serve {

namespace say = report::say;

Line::Line(std::unique_ptr<Served> served, LineLimits limits, const Clock& clock)
    : served_(std::move(served)), limits_(limits), clock_(clock) {}

int Line::seconds_to_wait() const {
    constexpr int k_longest = 60;
    const double rounds =
        static_cast<double>(waiting_.size() + 1) / static_cast<double>(limits_.running);
    return static_cast<int>(
        std::clamp(std::ceil(rounds * seconds_an_answer_), 1.0, 1.0 * k_longest));
}

std::variant<std::uint64_t, Refusal> Line::submit(ChatRequest request, Hear hear) {
    if (Complaint complaint = served_->refusal_of(request)) {
        return *std::move(complaint);
    }
    const std::uint64_t ticket = next_++;
    if (running_.size() < limits_.running) {
        if (Complaint complaint = begin(ticket, request, std::move(hear))) {
            return *std::move(complaint);
        }
        return ticket;
    }
    if (waiting_.size() >= limits_.waiting) {
        const int seconds = seconds_to_wait();
        return Refusal{
            429,
            "queue_full",
            say::queue_is_full,
            {{"count", std::to_string(waiting_.size())}, {"seconds", std::to_string(seconds)}},
            "",
            seconds};
    }
    waiting_.push_back({ticket, std::move(request), std::move(hear)});
    return ticket;
}

Complaint Line::begin(std::uint64_t ticket, const ChatRequest& request, Hear hear) {
    running_[ticket] = {std::move(hear), clock_.now()};
    Complaint complaint = served_->ask(ticket, request);
    if (complaint) {
        running_.erase(ticket);
    }
    return complaint;
}

void Line::leave(std::uint64_t ticket) {
    const auto queued = std::ranges::find(waiting_, ticket, &Waiting::ticket);
    if (queued != waiting_.end()) {
        waiting_.erase(queued);
        return;
    }
    if (const auto found = running_.find(ticket); found != running_.end()) {
        found->second.hear = nullptr;
        served_->cancel(ticket);
    }
}

void Line::take() {
    constexpr double k_share = 0.2;  // of the newest in the mean
    for (const Said& said : served_->take()) {
        const auto found = running_.find(said.ticket);
        if (found == running_.end()) {
            continue;
        }
        // It may leave while it hears, or ask again.
        const Hear hear = found->second.hear;
        if (said.is_last()) {
            const double seconds =
                std::chrono::duration<double>(clock_.now() - found->second.since).count();
            seconds_an_answer_ += k_share * (seconds - seconds_an_answer_);
            running_.erase(found);
        }
        if (hear) {
            hear(said);
        }
    }
    while (!waiting_.empty() && running_.size() < limits_.running) {
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        if (Complaint complaint = begin(next.ticket, next.request, next.hear)) {
            next.hear({next.ticket, *std::move(complaint)});
        }
    }
}

}  // namespace palier::serve
