// Between those who ask and the one thread that works: requests wait here in order, events wait to
// be fetched, cancellations and deadlines are kept.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "engine/mailboxes.h"
#include "engine/turns.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace palier::engine::llama {

// A request on its way. The desk's own; others read `request` and pass it back.
struct Ticket {
    Serial serial = 0;
    Box box = 0;
    Request request;
    Nanoseconds posted{0};
    Nanoseconds deadline = Nanoseconds::max();

    // Guarded by the desk:
    bool started = false;
    bool cancelled = false;
    bool over = false;   // its last event was sent
    bool alone = false;  // nothing else was under way since it was posted
};
using TicketPtr = std::shared_ptr<Ticket>;

// Thread-safe: post, wait and cancel from any thread, the rest from the one that works.
class Desk {
   public:
    explicit Desk(const Clock& clock) : clock_(clock) {}

    [[nodiscard]] Box open_box();
    void close_box(Box box);
    // Errors 2314 closed, 2316. What `facts` refuse ends at once.
    Result<void> post(Box box, std::vector<Request> batch, const Facts& facts);
    [[nodiscard]] std::vector<Event> wait(Box box, Nanoseconds patience);
    void cancel(Box box, std::uint64_t id);
    // wait_for_work() and should_abort() tell the worker to leave; wait() returns.
    void close();
    [[nodiscard]] bool is_closed() const { return closed_; }

    // Returns when something waits below, at once if the worker is `busy`. False: closed.
    [[nodiscard]] bool wait_for_work(bool busy);
    // The next fixed batch by turns, its ended requests left out; nullopt: none waits.
    [[nodiscard]] std::optional<std::vector<TicketPtr>> next_fixed();
    // At most so many of the other requests, by turns.
    [[nodiscard]] std::vector<TicketPtr> take_open(std::size_t most);
    // Work on it starts. False: it has ended meanwhile.
    [[nodiscard]] bool start(const TicketPtr& ticket);
    // True: it is cancelled or late; its last event is sent (once).
    [[nodiscard]] bool is_over(const TicketPtr& ticket);
    void token(const TicketPtr& ticket, std::string text);
    // Fills in total_ms and alone.
    void finish(const TicketPtr& ticket, Response response);
    void fail(const TicketPtr& ticket, FailureKind kind, std::string detail);
    [[nodiscard]] double milliseconds_since_post(const TicketPtr& ticket) const;

    // What is computed for the time being. When all of it is cancelled or late, or the desk closed,
    // should_abort() turns true.
    void watch(std::vector<TicketPtr> tickets);
    [[nodiscard]] bool should_abort() const;

   private:
    void end(Ticket& ticket, std::variant<Token, Response, Failed> what);
    void end_late();
    void cancel(const TicketPtr& ticket);  // not a reference into under_way_
    void update_patience();

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable event_;
    std::condition_variable work_;
    Mailboxes mail_;
    Turns fixed_turns_;                               // of batches, by their first serial
    std::map<Serial, std::vector<TicketPtr>> fixed_;  // the same batches
    Turns open_turns_;                                // of requests
    std::map<Serial, TicketPtr> under_way_;
    std::vector<TicketPtr> watched_;
    std::atomic<Nanoseconds::rep> give_up_at_ = Nanoseconds::max().count();
    std::atomic<bool> closed_ = false;
};

}  // namespace palier::engine::llama
