// Line: those who want an answer of one Served. So many are answered at a time, so many may wait;
// who comes after that is sent away with a time to come again.
#pragma once

#include "base/clock.h"
#include "serve/served.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <variant>

namespace palier::serve {

struct LineLimits {
    std::size_t running = 16;
    std::size_t waiting = 64;
};

// Not thread-safe.
class Line {
   public:
    // Hears what is said to one request; called by take().
    using Hear = std::function<void(const Said&)>;

    // Borrows the clock.
    Line(std::unique_ptr<Served> served, LineLimits limits, const Clock& clock);

    [[nodiscard]] const std::string& name() const { return served_->name(); }
    // A ticket, or why there is none: the request is refused, or all places are taken (429).
    [[nodiscard]] std::variant<std::uint64_t, Refusal> submit(ChatRequest request, Hear hear);
    // The asker is gone: it is not heard again, in the queue or under way.
    void leave(std::uint64_t ticket);
    // Passes on what was said meanwhile, and begins who waits.
    void take();

    [[nodiscard]] std::size_t running() const { return running_.size(); }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

   private:
    struct Waiting {
        std::uint64_t ticket = 0;
        ChatRequest request;
        Hear hear;
    };
    struct Running {
        Hear hear;  // empty: the asker is gone
        Nanoseconds since{0};
    };

    [[nodiscard]] Complaint begin(std::uint64_t ticket, const ChatRequest& request, Hear hear);
    [[nodiscard]] int seconds_to_wait() const;

    std::unique_ptr<Served> served_;
    LineLimits limits_;
    const Clock& clock_;
    std::uint64_t next_ = 1;
    std::deque<Waiting> waiting_;
    std::map<std::uint64_t, Running> running_;
    double seconds_an_answer_ = 1;  // of late
};

}  // namespace palier::serve
