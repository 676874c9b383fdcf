// Random arrivals, lengths, cancels and deadlines against every limit of the schedule: what may
// never happen, whatever comes.
#include "base/rng.h"
#include "engine/llama/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace palier::engine::llama {
namespace {

struct Running {
    Ask ask;
    int arrived = 0;  // pass
    int started = -1;
    int deadline = 1'000'000;
    int to_write = 0;
    int fork_steps = 0;
    int computed = 0;
    bool ended = false;
};

// Plays the engine's part with a memory that knows which tokens each sequence really holds.
class World {
   public:
    explicit World(std::uint64_t seed) : rng_(seed), limits_(draw_limits()), schedule_(limits_) {}

    void run() {
        for (pass_ = 0; pass_ < 400 || !schedule_.empty(); ++pass_) {
            REQUIRE_MESSAGE(pass_ < 60'000, "something starves");
            if (pass_ < 400 && rng_.below(3) == 0) {
                arrive();
            }
            leave();
            one_pass();
        }
        for (const auto& [number, running] : requests_) {
            CHECK_MESSAGE(running.ended, "a request without an end");
        }
        CHECK(schedule_.working() == 0);
    }

   private:
    ScheduleLimits draw_limits() {
        ScheduleLimits limits;
        limits.cells = 60 + static_cast<int>(rng_.below(400));
        limits.sequences = 2 + static_cast<int>(rng_.below(20));
        limits.requests = 1 + static_cast<int>(rng_.below(8));
        limits.pass_tokens = 4 + static_cast<int>(rng_.below(60));
        limits.pass_rows = 3 + static_cast<int>(rng_.below(20));
        limits.prefill_beside = 1 + static_cast<int>(rng_.below(20));
        limits.bytes_per_cell = 1 + static_cast<std::int64_t>(rng_.below(9));
        limits.kept_bytes = static_cast<std::int64_t>(rng_.below(300)) * limits.bytes_per_cell;
        limits.shares = rng_.below(5) > 0;
        return limits;
    }

    void arrive() {
        Running running;
        Ask& ask = running.ask;
        ask.number = ++last_;
        ask.priority = static_cast<Priority>(1 + rng_.below(2));
        ask.client = rng_.below(3);
        // Few different beginnings, so that many share.
        const auto beginning = static_cast<Token>(rng_.below(3) * 1000);
        const int length = 1 + static_cast<int>(rng_.below(60));
        for (Token i = 0; i < length; ++i) {
            ask.prompt.push_back(beginning + i +
                                 (i > 20 ? static_cast<Token>(rng_.below(2)) * 100 : 0));
        }
        ask.shareable = rng_.below(static_cast<std::uint64_t>(length));
        ask.more = static_cast<int>(rng_.below(20));
        ask.forks = rng_.below(4) == 0 ? static_cast<int>(rng_.below(4)) : 0;
        if (ask.forks > 0) {
            running.fork_steps = static_cast<int>(rng_.below(3));
        } else {
            running.to_write =
                static_cast<int>(rng_.below(static_cast<std::uint64_t>(ask.more) + 1));
        }
        if (rng_.below(6) == 0) {
            running.deadline = pass_ + static_cast<int>(rng_.below(30));
        }
        running.arrived = pass_;
        if (!schedule_.has_room_for(ask)) {
            return;
        }
        schedule_.add(ask);
        requests_.emplace(last_, std::move(running));
    }

    void end(Number number, bool keep) {
        Running& running = requests_.at(number);
        CHECK_FALSE(running.ended);
        running.ended = true;
        schedule_.end(number, keep);
    }

    // Cancels and deadlines, in the queue, in prefill and in the middle.
    void leave() {
        for (auto& [number, running] : requests_) {
            if (!running.ended && (pass_ >= running.deadline || rng_.below(400) == 0)) {
                end(number, rng_.below(2) == 0);
            }
        }
    }

    void one_pass() {
        const Pass pass = schedule_.next_pass();
        for (const Sequence sequence : pass.drops) {
            memory_.erase(sequence);
        }
        for (const Pass::Start& start : pass.starts) {
            begin(start);
        }
        check_pass(pass);
        if (pass.parts.empty()) {
            return;
        }
        if (rng_.below(50) == 0) {
            fail(pass);
            return;
        }
        for (const Pass::Part& part : pass.parts) {
            compute(part);
        }
        schedule_.computed(pass);
        for (const Pass::Part& part : pass.parts) {
            go_on(part);
        }
    }

    void begin(const Pass::Start& start) {
        Running& running = requests_.at(start.number);
        CHECK_FALSE(running.ended);
        CHECK(running.started < 0);
        running.started = pass_;
        check_order(running);
        CHECK(memory_.count(start.sequence) == 0);
        CHECK(start.sequence < limits_.sequences);
        CHECK(start.shared <= static_cast<int>(running.ask.shareable));
        CHECK(static_cast<int>(start.forks.size()) == running.ask.forks);
        Tokens& held = memory_[start.sequence];
        if (start.shared > 0) {
            CHECK(limits_.shares);
            const Tokens& from = memory_.at(start.from);
            REQUIRE(static_cast<int>(from.size()) >= start.shared);
            held.assign(from.begin(), from.begin() + start.shared);
            // Never anything but the newcomer's own tokens.
            CHECK(std::equal(held.begin(), held.end(), running.ask.prompt.begin()));
        }
        running.computed = start.shared;
    }

    // Of one client and class, who came first started first. Waiting for another's beginning may
    // hold a start back, but not for ever: all end, which run() sees.
    void check_order(const Running& running) const {
        if (limits_.shares) {
            return;
        }
        for (const auto& [number, other] : requests_) {
            if (number < running.ask.number && !other.ended &&
                other.ask.client == running.ask.client &&
                other.ask.priority == running.ask.priority) {
                CHECK_MESSAGE(other.started >= 0, "a later one went past");
            }
        }
    }

    void check_pass(const Pass& pass) const {
        CHECK(pass.tokens() <= limits_.pass_tokens);
        int rows = 0;
        int of_prompts = 0;
        bool texts = false;
        std::set<Number> seen;
        for (const Pass::Part& part : pass.parts) {
            CHECK(part.count > 0);
            CHECK(seen.insert(part.number).second);
            rows += part.on_forks ? part.count : part.last ? 1 : 0;
            const Running& running = requests_.at(part.number);
            const bool prompt =
                !part.on_forks && part.first < static_cast<int>(running.ask.prompt.size());
            of_prompts += prompt ? part.count : 0;
            texts = texts || !prompt;
        }
        CHECK(rows <= limits_.pass_rows);
        if (texts) {
            CHECK(of_prompts <= limits_.prefill_beside);
        }
        CHECK(schedule_.working() <= static_cast<std::size_t>(limits_.requests));
        CHECK(schedule_.cells_used() + plan_growth(pass) <= limits_.cells);
        CHECK(schedule_.bytes_kept() <= limits_.kept_bytes);
    }

    // Steps on forks are in cells_used() already.
    static int plan_growth(const Pass& pass) {
        int cells = 0;
        for (const Pass::Part& part : pass.parts) {
            cells += part.on_forks ? 0 : part.count;
        }
        return cells;
    }

    void compute(const Pass::Part& part) {
        if (part.on_forks) {
            return;
        }
        const Tokens& tokens = schedule_.tokens_of(part.number);
        Tokens& held = memory_.at(part.sequence);
        REQUIRE(static_cast<int>(held.size()) == part.first);
        held.insert(
            held.end(), tokens.begin() + part.first, tokens.begin() + part.first + part.count);
        requests_.at(part.number).computed += part.count;
    }

    void go_on(const Pass::Part& part) {
        Running& running = requests_.at(part.number);
        if (!part.last) {
            return;
        }
        CHECK(running.computed == static_cast<int>(schedule_.tokens_of(part.number).size()));
        const int most = std::min({running.ask.more, limits_.pass_tokens, limits_.pass_rows});
        if (running.fork_steps > 0 && most > 0) {
            --running.fork_steps;
            schedule_.go_on_with_forks(
                part.number, 1 + static_cast<int>(rng_.below(static_cast<std::uint64_t>(most))));
        } else if (running.to_write > 0) {
            const int count = std::min(running.to_write, 1 + static_cast<int>(rng_.below(3)));
            running.to_write -= count;
            schedule_.go_on(part.number, Tokens(static_cast<std::size_t>(count), 5000));
        } else {
            end(part.number, rng_.below(4) > 0);
        }
    }

    // A pass that llama.cpp refuses ends what was in it and nothing else.
    void fail(const Pass& pass) {
        const std::size_t others = schedule_.working() - pass.parts.size();
        for (const Pass::Part& part : pass.parts) {
            end(part.number, false);
        }
        CHECK(schedule_.working() == others);
    }

    Rng rng_;
    const ScheduleLimits limits_;
    Schedule schedule_;
    int pass_ = 0;
    Number last_ = 0;
    std::map<Number, Running> requests_;
    std::map<Sequence, Tokens> memory_;  // what llama.cpp would hold
};

TEST_CASE(
    "whatever arrives, is cancelled or fails: no limit is exceeded and everything ends once") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        World(seed).run();
    }
}

}  // namespace
}  // namespace palier::engine::llama
