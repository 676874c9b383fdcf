// Whose turn it is: pieces of work that wait, by priority and by client. A pure object.
//
// Classes share by weight - of seven turns that all three want, interactive work gets four, fixed
// batches two, bulk one - so that what somebody waits for goes first and nothing starves. Within a
// class the clients take turns, and each client's own work keeps its order.
#pragma once

#include "engine/engine.h"

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>

namespace palier::engine {

[[nodiscard]] int weight_of(Priority priority);

// Not thread-safe.
class Turns {
   public:
    void add(Priority priority, std::uint64_t client, std::uint64_t work);
    // Takes the next piece of work; nullopt: none waits.
    [[nodiscard]] std::optional<std::uint64_t> next();
    [[nodiscard]] bool empty() const;

   private:
    struct Queue {
        std::uint64_t client = 0;
        std::deque<std::uint64_t> work;
    };
    struct Class {
        std::list<Queue> queues;  // of clients that have work; the next one first
        std::uint64_t used = 0;   // turns, each as long as the weight is small
    };
    static constexpr std::array k_classes{
        Priority::Interactive, Priority::FixedBatch, Priority::Bulk};

    [[nodiscard]] std::optional<std::size_t> next_class() const;

    std::array<Class, k_classes.size()> classes_;
};

}  // namespace palier::engine
