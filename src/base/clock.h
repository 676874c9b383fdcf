// Time is always passed in, so that tests decide what time it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace palier {

using Nanoseconds = std::chrono::nanoseconds;

// Thread-safe.
class Clock {
   public:
    virtual ~Clock() = default;
    // Monotonic time since an arbitrary start: for durations and deadlines.
    [[nodiscard]] virtual Nanoseconds now() const = 0;
    // Seconds since 1970-01-01 UTC: for dates shown to people.
    [[nodiscard]] virtual std::int64_t unix_seconds() const = 0;
};

// The machine's clocks. Stateless.
class SystemClock final : public Clock {
   public:
    [[nodiscard]] Nanoseconds now() const override;
    [[nodiscard]] std::int64_t unix_seconds() const override;
};

// Stands still until moved. Not thread-safe.
class FakeClock final : public Clock {
   public:
    [[nodiscard]] Nanoseconds now() const override { return now_; }
    [[nodiscard]] std::int64_t unix_seconds() const override {
        return 1767225600 + now_.count() / 1000000000;
    }
    void advance(Nanoseconds step) { now_ += step; }

   private:
    Nanoseconds now_{0};
};

// "2026-03-01T12:34:56Z".
std::string iso8601(std::int64_t unix_seconds);

}  // namespace palier
