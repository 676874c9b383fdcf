#include "core/cases_needed.h"

#include <doctest/doctest.h>

namespace palier::core {

TEST_CASE("a System that is never wrong needs what the closed form says") {
    const CasesUsed used = cases_for_promise_b_at(900'000, k_one, 100);
    CHECK(used.median == cases_for_promise_b(900'000, 100));
    CHECK(used.nine_in_ten == used.median);
}

TEST_CASE("the nearer to the threshold, the more cases promise B needs") {
    std::int64_t last = 0;
    for (const Micros quality : {990'000, 950'000, 930'000}) {
        const CasesUsed used = cases_for_promise_b_at(900'000, quality, 300);
        REQUIRE(used.median);
        REQUIRE(used.nine_in_ten);
        CHECK(*used.median > last);
        CHECK(*used.nine_in_ten >= *used.median);
        last = *used.median;
    }
}

TEST_CASE("at the threshold itself promise B is not decided within the cap") {
    CHECK_FALSE(cases_for_promise_b_at(900'000, 900'000, 300).median);
}

TEST_CASE("a bad System is found out by the other side of promise B") {
    const CasesUsed used = cases_for_promise_b_at(900'000, 600'000, 300);
    REQUIRE(used.median);
    CHECK(*used.median < 100);
}

TEST_CASE("promise A is decided within the set, and sooner far from the threshold") {
    const CasesUsed near = cases_for_promise_a_at(400, 900'000, 910'000, 300);
    const CasesUsed far = cases_for_promise_a_at(400, 900'000, 600'000, 300);
    REQUIRE(near.nine_in_ten);
    CHECK(*near.nine_in_ten <= 400);
    CHECK(*far.median < *near.median);
    CHECK(*cases_for_promise_a_at(1, 900'000, k_one, 300).median == 1);
}

TEST_CASE("the same question gives the same figures") {
    CHECK(cases_for_promise_b_at(800'000, 850'000, 300).nine_in_ten ==
          cases_for_promise_b_at(800'000, 850'000, 300).nine_in_ten);
}

}  // namespace palier::core
