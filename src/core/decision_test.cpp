#include "core/decision.h"

#include <doctest/doctest.h>

namespace palier::core {
namespace {

const SignalRow& row(const std::array<SignalRow, 4>& table, Criterion criterion) {
    return table[static_cast<std::size_t>(criterion)];
}

SignalRow of(Criterion criterion, const Answers& answers) {
    return row(decision_table(answers, ReferencePrices()), criterion);
}

}  // namespace

TEST_CASE("data that may not leave speaks for a small model, a cloud contract for a large one") {
    Answers answers;
    CHECK(of(Criterion::Data, answers).because == Because::DataStays);
    answers.privacy = Privacy::Infra;
    CHECK(of(Criterion::Data, answers).signal == Signal::Small);
    CHECK(of(Criterion::Data, answers).because == Because::DataInHouse);
    answers.privacy = Privacy::Cloud;
    CHECK(of(Criterion::Data, answers).signal == Signal::Large);
}

TEST_CASE("an answer within a second speaks for a small model, no hurry for a large one") {
    Answers answers;
    answers.p95_ms = 1000;
    CHECK(of(Criterion::Latency, answers).signal == Signal::Small);
    answers.p95_ms = 1001;
    CHECK(of(Criterion::Latency, answers).signal == Signal::Neither);
    answers.p95_ms = 3000;
    CHECK(of(Criterion::Latency, answers).signal == Signal::Neither);
    answers.p95_ms = 3001;
    CHECK(of(Criterion::Latency, answers).signal == Signal::Large);
    answers.p95_ms.reset();
    CHECK(of(Criterion::Latency, answers).because == Because::Patient);
}

TEST_CASE("volume speaks through the bill of an API against the price of a machine") {
    Answers answers;
    answers.tokens_in = 400;
    answers.tokens_out = 20;
    answers.per_month = 1'000'000;
    // 400 x 0.75 + 20 x 4.50 = 390 USD a million requests.
    const SignalRow large_volume = of(Criterion::Volume, answers);
    REQUIRE(large_volume.bill_per_month);
    CHECK(*large_volume.bill_per_month == doctest::Approx(390));
    CHECK(large_volume.signal == Signal::Small);
    answers.per_month = 200'000;
    CHECK(of(Criterion::Volume, answers).signal == Signal::Neither);
    answers.per_month = 3'000;
    CHECK(of(Criterion::Volume, answers).because == Because::BillFarBelow);
}

TEST_CASE("one machine carries what its busiest hour leaves time for") {
    // A month has 730 hours; at a peak of 3 a request of a second leaves room for 876,000.
    CHECK(carries_volume(1000, 870'000, 3));
    CHECK_FALSE(carries_volume(1000, 880'000, 3));
    CHECK(carries_volume(1000, 2'600'000, 1));
}

TEST_CASE("without a volume or data the bill is not known, and nothing is claimed") {
    Answers answers;
    answers.tokens_in = 400;
    answers.tokens_out = 20;
    CHECK(of(Criterion::Volume, answers).because == Because::BillUnknown);
    answers.per_month = 1000;
    answers.tokens_out.reset();
    CHECK(of(Criterion::Volume, answers).signal == Signal::Neither);
    CHECK_FALSE(of(Criterion::Volume, answers).bill_per_month);
}

TEST_CASE("a bounded task on text speaks for a small model; open or more than text for a large") {
    Answers answers;
    CHECK(of(Criterion::Complexity, answers).because == Because::Bounded);
    answers.open_task = true;
    CHECK(of(Criterion::Complexity, answers).because == Because::Open);
    answers.open_task = false;
    answers.text_only = false;
    CHECK(of(Criterion::Complexity, answers).because == Because::NotTextOnly);
}

TEST_CASE("data that may not leave the machine, or no network, decides whatever the others say") {
    Answers answers;
    answers.open_task = true;
    answers.text_only = false;
    CHECK(first_try(decision_table(answers, ReferencePrices())) == FirstTry::SmallFirst);
    answers.privacy = Privacy::Cloud;
    CHECK(first_try(decision_table(answers, ReferencePrices())) == FirstTry::LargeFirst);
    answers.offline = true;
    CHECK(of(Criterion::Data, answers).because == Because::Offline);
    CHECK(first_try(decision_table(answers, ReferencePrices())) == FirstTry::SmallFirst);
}

TEST_CASE("the rows stand in the order of the criteria and their majority says what to try first") {
    Answers answers;
    const auto table = decision_table(answers, ReferencePrices());
    for (std::size_t i = 0; i < table.size(); ++i) {
        CHECK(static_cast<std::size_t>(table[i].criterion) == i);
    }
    // data and complexity for small, latency for large, volume unknown.
    CHECK(first_try(table) == FirstTry::SmallFirst);
    answers.open_task = true;
    answers.privacy = Privacy::Cloud;
    CHECK(first_try(decision_table(answers, ReferencePrices())) == FirstTry::LargeFirst);
    answers.open_task = false;
    answers.p95_ms = 2000;
    CHECK(first_try(decision_table(answers, ReferencePrices())) == FirstTry::NeitherFirst);
}

}  // namespace palier::core
