// The contract of engine.h as tests: one suite that every engine passes. A folder's test compiles
// engine_contract.cpp beside its own file and calls check_contract from a TEST_CASE.
#pragma once

#include "engine/engine.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace palier::engine::contract {

// An engine under test. `open` makes a new, idle one each time; what it needs (a model, a scripted
// upstream) stays alive until the next call.
struct Subject {
    std::string name;
    std::function<std::unique_ptr<Engine>()> open;
    // Short texts that it can answer, all different; at least six.
    std::vector<std::string> inputs;
    // A request that it works on for half a second or longer unless stopped; its id and timeout are
    // set by the suite. Empty: it answers at once, and the tests of work under way are left out.
    std::function<Request()> long_request;
    // Requests that it works on at the same time: one more than these stays queued.
    int at_once = 1;
    bool same_answers = true;         // the same batch gives the same texts on a new engine
    bool renders = true;              // recorded answers have no prompt
    bool streams = true;              // Token events come when asked for
    bool ends_in_batch_order = true;  // the last events of a batch come before those of the next
    std::string secret;               // must not appear in facts, events or rendered prompts
    // An engine that writes no text is asked which of these fits; at least two. Empty: it writes.
    std::vector<std::string> labels = {};
};

// A request for a short text.
[[nodiscard]] Request request_for(std::uint64_t id, const std::string& input);
// The request that the suite makes of an input.
[[nodiscard]] Request request_of(const Subject& subject,
                                 std::uint64_t id,
                                 const std::string& input);
// What an answer says, be it text or scores.
[[nodiscard]] std::string said_in(const Response& response);

// Waits until `count` requests have ended or `patience` has passed; all events, in order.
[[nodiscard]] std::vector<Event> events_until_ended(Client& client,
                                                    std::size_t count,
                                                    Nanoseconds patience);

// The last events by request id; checks that each request has one, and nothing after it.
using Ends = std::map<std::uint64_t, Event>;
[[nodiscard]] Ends ends_in(const std::vector<Event>& events);
// nullptr: it did not end so.
[[nodiscard]] const Response* response_in(const Ends& ends, std::uint64_t id);
[[nodiscard]] const Failed* failure_in(const Ends& ends, std::uint64_t id);

// Runs every test of the contract with doctest's CHECKs and SUBCASEs.
void check_contract(const Subject& subject);
// Part of it: scores, states and labels.
void check_kinds(const Subject& subject);
// Part of it: several clients of one engine.
void check_clients(const Subject& subject);
// Part of it: what Facts do not list is refused by its name, and what they list is held to.
void check_refusals(const Subject& subject);

}  // namespace palier::engine::contract
