// For adapters that answer as soon as they are asked: every request has ended when post returns, so
// that nothing is ever under way, to wait for or to cancel.
#pragma once

#include "engine/shared_engine.h"

#include <mutex>
#include <variant>

namespace palier::engine {

// The adapter's destructor calls leave(), as of every SharedEngine.
class InstantEngine : public SharedEngine {
   public:
    [[nodiscard]] Counters counters() const override { return {}; }  // no model computes

   private:
    // Of a request that facts() allow; one at a time. `batch`: how many were posted with it.
    [[nodiscard]] virtual std::variant<Response, Failed> answer(const Request& request,
                                                                std::size_t batch) = 0;

    [[nodiscard]] Box open_box() final;
    void close_box(Box box) final;
    Result<void> post(Box box, std::vector<Request> batch) final;
    [[nodiscard]] std::vector<Event> wait(Box box, Nanoseconds patience) final;
    void cancel(Box, std::uint64_t) final {}
    void wake() final {}

    std::mutex mutex_;
    Mailboxes mail_;
};

}  // namespace palier::engine
