// For adapters: which request belongs to whom, and the events that wait for each client. An engine
// knows a request by its serial, which never comes again; a client by its box.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

namespace palier::engine {

using Box = std::uint64_t;
using Serial = std::uint64_t;

// Not thread-safe: the engine's lock guards it.
class Mailboxes {
   public:
    [[nodiscard]] Box open();
    // Its events are dropped, those to come too. Returns what it had under way, in the order
    // posted: the engine's to stop.
    [[nodiscard]] std::vector<Serial> close(Box box);

    // Gives the batch's requests the serials first, first + 1... and returns first. Error 2316
    // {id}, and nothing has changed.
    [[nodiscard]] Result<Serial> enter(Box box, const std::vector<Request>& batch);
    // nullopt: not under way (any more).
    [[nodiscard]] std::optional<Serial> serial_of(Box box, std::uint64_t id) const;

    void say(Serial serial, std::string text);
    // The last event: the id is free again.
    void end(Serial serial, std::variant<Token, Response, Failed> what);

    [[nodiscard]] std::vector<Event> take(Box box);
    // Events are there, or none can come: who waits need not.
    [[nodiscard]] bool has_nothing_to_wait_for(Box box) const;

   private:
    struct Mail {
        std::vector<Event> events;
        std::unordered_map<std::uint64_t, Serial> under_way;  // by Request::id
    };
    struct Owner {
        Box box = 0;
        std::uint64_t id = 0;
    };

    std::unordered_map<Box, Mail> boxes_;
    std::unordered_map<Serial, Owner> owners_;
    Box next_box_ = 1;
    Serial next_serial_ = 1;
};

}  // namespace palier::engine
