#include "engine/llama/desk.h"

#include "engine/codes.h"
#include "engine/refusal.h"

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

Box Desk::open_box() {
    const std::lock_guard lock(mutex_);
    return mail_.open();
}

void Desk::close_box(Box box) {
    const std::lock_guard lock(mutex_);
    for (const Serial serial : mail_.close(box)) {
        const TicketPtr ticket = under_way_.at(serial);
        cancel(ticket);
    }
}

Result<void> Desk::post(Box box, std::vector<Request> batch, const Facts& facts) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return Error(engine::codes::closed);
    }
    const auto first = mail_.enter(box, batch);
    PALIER_TRY(first);
    const bool alone = batch.size() == 1 && under_way_.empty();
    for (const auto& [serial, ticket] : under_way_) {
        ticket->alone = ticket->alone && batch.empty();
    }
    const Nanoseconds now = clock_.now();
    std::vector<TicketPtr> fixed;
    Serial serial = *first;
    for (Request& request : batch) {
        if (std::optional<Failed> refused = refusal_of(request, facts)) {
            mail_.end(serial++, std::move(*refused));
            continue;
        }
        auto ticket = std::make_shared<Ticket>();
        ticket->serial = serial++;
        ticket->box = box;
        ticket->request = std::move(request);
        ticket->posted = now;
        if (const auto& timeout = ticket->request.timeout) {
            ticket->deadline = now + *timeout;
        }
        ticket->alone = alone;
        under_way_.emplace(ticket->serial, ticket);
        if (ticket->request.priority == Priority::FixedBatch) {
            fixed.push_back(std::move(ticket));
        } else {
            open_turns_.add(ticket->request.priority, box, ticket->serial);
        }
    }
    if (!fixed.empty()) {
        fixed_turns_.add(Priority::FixedBatch, box, *first);
        fixed_.emplace(*first, std::move(fixed));
    }
    work_.notify_one();
    event_.notify_all();
    return {};
}

std::vector<Event> Desk::wait(Box box, Nanoseconds patience) {
    std::unique_lock lock(mutex_);
    const Nanoseconds start = clock_.now();
    while (!mail_.has_nothing_to_wait_for(box) && !closed_) {
        const Nanoseconds left = patience - (clock_.now() - start);
        if (left <= Nanoseconds::zero()) {
            break;
        }
        event_.wait_for(lock, std::min(left, k_look_again));
        end_late();
    }
    return mail_.take(box);
}

void Desk::end(Ticket& ticket, std::variant<Token, Response, Failed> what) {
    ticket.over = true;
    mail_.end(ticket.serial, std::move(what));
    under_way_.erase(ticket.serial);
    event_.notify_all();
}

// Those that wait in the queue; is_over() does the others.
void Desk::end_late() {
    const Nanoseconds now = clock_.now();
    std::vector<TicketPtr> late;
    for (const auto& [serial, ticket] : under_way_) {
        if (!ticket->started && now >= ticket->deadline) {
            late.push_back(ticket);
        }
    }
    for (const TicketPtr& ticket : late) {
        end(*ticket, Failed{FailureKind::Timeout, "the deadline passed in the queue", 0});
    }
}

void Desk::cancel(Box box, std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (const std::optional<Serial> serial = mail_.serial_of(box, id)) {
        const TicketPtr ticket = under_way_.at(*serial);
        cancel(ticket);
    }
}

void Desk::cancel(const TicketPtr& ticket) {
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

bool Desk::wait_for_work(bool busy) {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this, busy] {
        return closed_ || busy || !fixed_turns_.empty() || !open_turns_.empty();
    });
    end_late();
    return !closed_;
}

std::optional<std::vector<TicketPtr>> Desk::next_fixed() {
    const std::lock_guard lock(mutex_);
    const std::optional<Serial> first = fixed_turns_.next();
    if (!first) {
        return std::nullopt;
    }
    std::vector<TicketPtr> batch = std::move(fixed_.extract(*first).mapped());
    std::erase_if(batch, [](const TicketPtr& ticket) { return ticket->over; });
    return batch;
}

std::vector<TicketPtr> Desk::take_open(std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<TicketPtr> tickets;
    while (tickets.size() < most) {
        const std::optional<Serial> serial = open_turns_.next();
        if (!serial) {
            break;
        }
        const auto found = under_way_.find(*serial);
        if (found != under_way_.end()) {  // else it ended in the queue
            tickets.push_back(found->second);
        }
    }
    return tickets;
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
    mail_.say(ticket->serial, std::move(text));
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
