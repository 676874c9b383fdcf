#include "engine/llama/desk.h"

#include "base/check.h"

#include <algorithm>
#include <chrono>

namespace palier::engine::llama {

namespace {

// How long wait() sleeps before it looks for deadlines that passed in the queue.
constexpr Nanoseconds k_look_again = std::chrono::milliseconds(50);

double in_milliseconds(Nanoseconds duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

Result<void> Desk::post(std::vector<Request> batch) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return Error(2314);
    }
    const bool alone = batch.size() == 1 && under_way_.empty();
    for (const auto& [id, ticket] : under_way_) {
        ticket->alone = false;
    }
    const Nanoseconds now = clock_.now();
    std::vector<TicketPtr> tickets;
    for (Request& request : batch) {
        auto ticket = std::make_shared<Ticket>();
        ticket->request = std::move(request);
        ticket->posted = now;
        if (ticket->request.timeout) {
            ticket->deadline = now + *ticket->request.timeout;
        }
        ticket->alone = alone;
        const bool fresh = under_way_.emplace(ticket->request.id, ticket).second;
        PALIER_CHECK(fresh, "a request with this id is under way");
        tickets.push_back(std::move(ticket));
    }
    queue_.push_back(std::move(tickets));
    work_.notify_one();
    return {};
}

std::vector<Event> Desk::wait(Nanoseconds patience) {
    std::unique_lock lock(mutex_);
    const Nanoseconds start = clock_.now();
    while (events_.empty() && !under_way_.empty() && !closed_) {
        const Nanoseconds left = patience - (clock_.now() - start);
        if (left <= Nanoseconds::zero()) {
            break;
        }
        event_.wait_for(lock, std::min(left, k_look_again));
        end_late();
    }
    return std::exchange(events_, {});
}

void Desk::end(Ticket& ticket, std::variant<Token, Response, Failed> what) {
    ticket.over = true;
    events_.push_back({ticket.request.id, std::move(what)});
    under_way_.erase(ticket.request.id);
    event_.notify_all();
}

// Those that wait in the queue; is_over() does the others.
void Desk::end_late() {
    const Nanoseconds now = clock_.now();
    std::vector<TicketPtr> late;
    for (const auto& [id, ticket] : under_way_) {
        if (!ticket->started && now >= ticket->deadline) {
            late.push_back(ticket);
        }
    }
    for (const TicketPtr& ticket : late) {
        end(*ticket, Failed{FailureKind::Timeout, "the deadline passed in the queue", 0});
    }
}

void Desk::cancel(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) {
        return;
    }
    const TicketPtr ticket = found->second;
    ticket->cancelled = true;
    if (!ticket->started) {
        end(*ticket, Failed{FailureKind::Cancelled, "cancelled in the queue", 0});
    } else {
        update_patience();
    }
}

void Desk::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    work_.notify_all();
    event_.notify_all();
}

std::optional<std::vector<TicketPtr>> Desk::next() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (closed_) {
        return std::nullopt;
    }
    end_late();
    std::vector<TicketPtr> batch = std::move(queue_.front());
    queue_.pop_front();
    std::erase_if(batch, [](const TicketPtr& ticket) { return ticket->over; });
    return batch;
}

bool Desk::start(const TicketPtr& ticket) {
    const std::lock_guard lock(mutex_);
    end_late();
    ticket->started = !ticket->over;
    return ticket->started;
}

bool Desk::is_over(const TicketPtr& ticket) {
    const std::lock_guard lock(mutex_);
    if (ticket->over) {
        return true;
    }
    if (ticket->cancelled) {
        end(*ticket, Failed{FailureKind::Cancelled, "cancelled", 0});
    } else if (clock_.now() >= ticket->deadline) {
        end(*ticket, Failed{FailureKind::Timeout, "the deadline passed", 0});
    }
    return ticket->over;
}

void Desk::token(const TicketPtr& ticket, std::string text) {
    const std::lock_guard lock(mutex_);
    events_.push_back({ticket->request.id, Token{std::move(text)}});
    event_.notify_all();
}

void Desk::finish(const TicketPtr& ticket, Response response) {
    if (is_over(ticket)) {
        return;
    }
    response.total_ms = milliseconds_since_post(ticket);
    const std::lock_guard lock(mutex_);
    response.alone = ticket->alone;
    end(*ticket, std::move(response));
}

void Desk::fail(const TicketPtr& ticket, FailureKind kind, std::string detail) {
    const std::lock_guard lock(mutex_);
    if (!ticket->over) {
        end(*ticket, Failed{kind, std::move(detail), 0});
    }
}

double Desk::milliseconds_since_post(const TicketPtr& ticket) const {
    return in_milliseconds(clock_.now() - ticket->posted);
}

void Desk::watch(std::vector<TicketPtr> tickets) {
    const std::lock_guard lock(mutex_);
    watched_ = std::move(tickets);
    update_patience();
}

void Desk::update_patience() {
    Nanoseconds last = watched_.empty() ? Nanoseconds::max() : Nanoseconds::min();
    for (const TicketPtr& ticket : watched_) {
        if (!ticket->cancelled && !ticket->over) {
            last = std::max(last, ticket->deadline);
        }
    }
    give_up_at_ = last.count();
}

bool Desk::should_abort() const {
    return closed_ || clock_.now().count() >= give_up_at_;
}

}  // namespace palier::engine::llama
