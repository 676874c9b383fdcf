#include "run/budget.h"

#include <doctest/doctest.h>

namespace palier::run {

TEST_CASE("a budget without limits allows everything") {
    const FakeClock clock;
    Budget budget(clock, std::nullopt, std::nullopt, 1e9, 1e9);
    budget.spend(1e9);
    CHECK(budget.allows(1e9, 1e9));
}

TEST_CASE("work is allowed up to the limit of time and not beyond") {
    FakeClock clock;
    const Budget budget(clock, 10.0, std::nullopt, 4);
    CHECK(budget.allows(6, 0));
    CHECK_FALSE(budget.allows(6.001, 0));
    clock.advance(std::chrono::seconds(6));
    CHECK(budget.elapsed_seconds() == 10);
    CHECK(budget.time_is_up());
    CHECK_FALSE(budget.allows(0, 0));
}

TEST_CASE("nobody waits beyond the end of the time") {
    using std::chrono::milliseconds;
    FakeClock clock;
    CHECK(Budget(clock, std::nullopt, std::nullopt, 5).patience(milliseconds(100)) ==
          milliseconds(100));
    const Budget budget(clock, 1.0, std::nullopt, 0);
    CHECK(budget.patience(milliseconds(100)) == milliseconds(100));
    clock.advance(milliseconds(950));
    CHECK(budget.patience(milliseconds(100)) > milliseconds(49));
    CHECK(budget.patience(milliseconds(100)) <= milliseconds(50));
    clock.advance(milliseconds(100));
    CHECK(budget.patience(milliseconds(100)) == milliseconds(0));
}

TEST_CASE("work is allowed up to the limit of money, with what earlier sessions spent") {
    const FakeClock clock;
    Budget budget(clock, std::nullopt, Money{5, "EUR"}, 0, 1);
    CHECK(budget.allows(1e9, 4));
    budget.spend(3);
    CHECK(budget.spent_money() == 4);
    CHECK(budget.allows(0, 1));
    CHECK_FALSE(budget.allows(0, 1.01));
}

}  // namespace palier::run
