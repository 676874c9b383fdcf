// InOrder: values that arrive in any order leave in the order of their numbers.
#pragma once

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace palier::core {

// The gate between answers, which finish when they finish, and a sequential test, which is only
// valid if it takes them in the seeded order: a value that is late holds back those behind it.
// Not thread-safe.
template <class T>
class InOrder {
   public:
    // first: the number of the value that leaves first (not 0 when a proof is resumed).
    explicit InOrder(std::int64_t first = 0) : next_(first) {}

    // Each number arrives at most once, and none that is below the first. Memory grows with the
    // distance to the number whose turn it is.
    void put(std::int64_t ordinal, T value) {
        PALIER_CHECK(ordinal >= next_, "a number that has already left");
        const auto place = static_cast<std::size_t>(ordinal - next_);
        if (place >= places_.size()) {
            places_.resize(place + 1);
        }
        PALIER_CHECK(!places_[place].has_value(), "the same number twice");
        places_[place].emplace(std::move(value));
        ++waiting_;
    }

    // The value whose turn it is, if it has arrived.
    [[nodiscard]] std::optional<T> take() {
        if (places_.empty() || !places_.front().has_value()) {
            return std::nullopt;
        }
        std::optional<T> value = std::move(places_.front());
        places_.pop_front();
        ++next_;
        --waiting_;
        return value;
    }

    // Number of the value whose turn it is.
    [[nodiscard]] std::int64_t next() const { return next_; }
    // Values that wait for an earlier one.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

   private:
    std::int64_t next_;
    std::deque<std::optional<T>> places_;  // of next_, next_ + 1, ...
    std::size_t waiting_ = 0;
};

}  // namespace palier::core
