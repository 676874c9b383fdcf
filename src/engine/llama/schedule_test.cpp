#include "engine/llama/schedule.h"

#include "engine/llama/pace.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::engine::llama {
namespace {

ScheduleLimits roomy() {
    ScheduleLimits limits;
    limits.cells = 4096;
    limits.sequences = 32;
    limits.requests = 8;
    limits.pass_tokens = 100;
    limits.pass_rows = 32;
    limits.prefill_beside = 20;
    limits.kept_bytes = 4096;
    return limits;
}

Tokens range(int from, int count) {
    Tokens tokens;
    for (int i = 0; i < count; ++i) {
        tokens.push_back(from + i);
    }
    return tokens;
}

Ask ask(Number number, Tokens prompt, int more = 10) {
    Ask made;
    made.number = number;
    made.client = 1;
    made.shareable = prompt.size() - 1;
    made.prompt = std::move(prompt);
    made.more = more;
    return made;
}

const Pass::Part* part_of(const Pass& pass, Number number) {
    const auto found = std::find_if(pass.parts.begin(), pass.parts.end(), [&](const auto& part) {
        return part.number == number;
    });
    return found == pass.parts.end() ? nullptr : &*found;
}

const Pass::Start* start_of(const Pass& pass, Number number) {
    const auto found = std::find_if(pass.starts.begin(), pass.starts.end(), [&](const auto& start) {
        return start.number == number;
    });
    return found == pass.starts.end() ? nullptr : &*found;
}

Pass computed(Schedule& schedule) {
    const Pass pass = schedule.next_pass();
    schedule.computed(pass);
    return pass;
}

TEST_CASE("a long prompt is computed in passes, the last of which asks for logits") {
    Schedule schedule(roomy());
    schedule.add(ask(1, range(0, 250)));
    CHECK(part_of(computed(schedule), 1)->count == 100);
    const Pass second = computed(schedule);
    CHECK(part_of(second, 1)->first == 100);
    CHECK_FALSE(part_of(second, 1)->last);
    const Pass third = computed(schedule);
    CHECK(part_of(third, 1)->count == 50);
    CHECK(part_of(third, 1)->last);
    CHECK(schedule.next_pass().parts.empty());  // until it says how it goes on
}

TEST_CASE("beside a text in the making, prompts get their budget and the text its token") {
    Schedule schedule(roomy());
    schedule.add(ask(1, range(0, 5)));
    computed(schedule);
    schedule.add(ask(2, range(100, 90)));
    for (int token = 0; token < 4; ++token) {
        schedule.go_on(1, {7});
        const Pass pass = computed(schedule);
        REQUIRE(part_of(pass, 1) != nullptr);
        CHECK(part_of(pass, 1)->last);
        CHECK(part_of(pass, 1)->first == 5 + token);
        CHECK(part_of(pass, 2)->count == 20);
    }
    schedule.end(1, false);
    CHECK(part_of(computed(schedule), 2)->count == 10);
}

TEST_CASE("a beginning that was computed is taken from whoever has it, still running or kept") {
    Schedule schedule(roomy());
    Tokens other = range(0, 60);
    other[50] = 999;
    schedule.add(ask(1, range(0, 60)));
    computed(schedule);
    schedule.add(ask(2, other));
    const Pass beside = computed(schedule);
    CHECK(start_of(beside, 2)->shared == 50);
    CHECK(part_of(beside, 2)->count == 10);
    CHECK(schedule.cells_used() == 70);
    schedule.end(1, true);
    schedule.end(2, true);
    CHECK(schedule.cells_used() == 70);
    schedule.add(ask(3, range(0, 60)));
    const Pass later = computed(schedule);
    CHECK(start_of(later, 3)->shared == 59);  // one is always computed, for its logits
}

TEST_CASE("who would begin the same waits for the first instead of computing it too") {
    Schedule schedule(roomy());
    for (Number number = 1; number <= 4; ++number) {
        Tokens prompt = range(0, 150);
        prompt.push_back(1000 + static_cast<Token>(number));
        schedule.add(ask(number, prompt));
    }
    int tokens = 0;
    for (int pass = 0; pass < 10; ++pass) {
        tokens += computed(schedule).tokens();
    }
    CHECK(tokens == 151 + 3);
}

TEST_CASE("what belongs to a request alone is shared no further than it allows") {
    Schedule schedule(roomy());
    schedule.add(ask(1, range(0, 60)));
    computed(schedule);
    schedule.end(1, true);
    Ask probe = ask(2, range(0, 60));
    probe.shareable = 40;
    schedule.add(probe);
    CHECK(start_of(computed(schedule), 2)->shared == 40);
    ScheduleLimits alone = roomy();
    alone.shares = false;
    Schedule never(alone);
    never.add(ask(1, range(0, 60)));
    computed(never);
    never.end(1, true);
    CHECK(never.cells_used() == 0);
    never.add(ask(2, range(0, 60)));
    CHECK(start_of(computed(never), 2)->shared == 0);
}

TEST_CASE("nobody passes a request that waits for room") {
    ScheduleLimits limits = roomy();
    limits.cells = 100;
    Schedule schedule(limits);
    schedule.add(ask(1, range(0, 50), 10));
    schedule.add(ask(2, range(100, 60), 10));
    schedule.add(ask(3, range(200, 5), 1));
    CHECK(computed(schedule).starts.size() == 1);
    schedule.end(1, false);
    const Pass pass = computed(schedule);
    CHECK(start_of(pass, 2) != nullptr);
    CHECK(start_of(pass, 3) != nullptr);
}

TEST_CASE("kept sequences go, the least recently used first, when room or bytes are short") {
    ScheduleLimits limits = roomy();
    limits.cells = 200;
    limits.kept_bytes = 120 * 8;
    limits.bytes_per_cell = 8;
    Schedule schedule(limits);
    for (Number number = 1; number <= 3; ++number) {
        schedule.add(ask(number, range(static_cast<int>(number) * 1000, 40), 1));
        computed(schedule);
        schedule.end(number, true);
    }
    CHECK(schedule.bytes_kept() == 960);
    schedule.add(ask(4, range(1000, 40), 1));  // uses the first again
    computed(schedule);
    schedule.end(4, true);
    schedule.add(ask(5, range(5000, 40), 1));
    computed(schedule);
    schedule.end(5, true);  // the second is the one that goes for its bytes
    CHECK(schedule.bytes_kept() <= 960);
    schedule.add(ask(6, range(2000, 40), 1));
    CHECK(start_of(computed(schedule), 6)->shared == 0);
    schedule.end(6, false);
    schedule.add(ask(7, range(1000, 40), 1));
    CHECK(start_of(computed(schedule), 7)->shared == 39);
    schedule.end(7, false);
    schedule.add(ask(8, range(9000, 180), 20));  // all the room there is
    CHECK_FALSE(computed(schedule).drops.empty());
    CHECK(schedule.bytes_kept() == 0);
}

TEST_CASE("a step on forks comes whole or later, and leaves the sequence as it was") {
    Schedule schedule(roomy());
    Ask scored = ask(1, range(0, 10), 12);
    scored.forks = 3;
    schedule.add(scored);
    const Pass pass = computed(schedule);
    CHECK(start_of(pass, 1)->forks.size() == 3);
    schedule.go_on_with_forks(1, 12);
    CHECK(schedule.cells_used() == 22);
    const Pass step = computed(schedule);
    CHECK(part_of(step, 1)->on_forks);
    CHECK(part_of(step, 1)->count == 12);
    CHECK(schedule.cells_used() == 10);
    CHECK(schedule.computed_of(1) == 10);
    schedule.end(1, false);
    CHECK(schedule.next_pass().drops.size() == 4);
}

TEST_CASE("lanes share by tokens and by the class they work for; an idle one saves nothing up") {
    const auto share_of_open = [](Priority priority) {
        Pace pace;
        int open = 0;
        int fixed = 0;
        for (int pass = 0; pass < 2000; ++pass) {
            if (pace.next(true, true) == Lane::Fixed) {
                pace.spent(Lane::Fixed, 500, Priority::FixedBatch);
                fixed += 508;
            } else {
                pace.spent(Lane::Open, 8, priority);
                open += 16;
            }
        }
        return static_cast<double>(open) / (open + fixed);
    };
    CHECK(share_of_open(Priority::Interactive) == doctest::Approx(2.0 / 3).epsilon(0.1));
    CHECK(share_of_open(Priority::Bulk) == doctest::Approx(1.0 / 3).epsilon(0.1));
    Pace pace;
    for (int pass = 0; pass < 1000; ++pass) {
        CHECK(pace.next(true, false) == Lane::Fixed);
        pace.spent(Lane::Fixed, 500, Priority::FixedBatch);
    }
    int in_a_row = 0;
    while (pace.next(true, true) == Lane::Open) {
        pace.spent(Lane::Open, 100, Priority::Interactive);
        ++in_a_row;
    }
    CHECK(in_a_row <= 10);
}

}  // namespace
}  // namespace palier::engine::llama
