#include "system/system.h"

#include "system/test_specs.h"

#include <doctest/doctest.h>

#include <map>

namespace palier::system {
namespace {

using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

const How k_batch{engine::Priority::FixedBatch, std::nullopt, false};

// Everything until nothing is under way.
std::map<std::uint64_t, Ended> ends(System& system) {
    std::map<std::uint64_t, Ended> all;
    while (system.under_way() > 0) {
        for (Ended& ended : system.wait(std::chrono::seconds(1))) {
            const bool first = all.emplace(ended.ticket, std::move(ended)).second;
            CHECK(first);
        }
    }
    return all;
}

const core::Answer& answer_in(const Outcome& outcome) {
    REQUIRE(std::holds_alternative<core::Answer>(outcome));
    return std::get<core::Answer>(outcome);
}

}  // namespace

TEST_CASE("a batch gets a ticket for each input, and each ticket one end") {
    Desk desk([](const engine::Request& request) { return Answer(request.input); });
    const auto tickets = desk.system.ask({{"billing", ""}, {"delivery", ""}, {"?", ""}}, k_batch);
    REQUIRE(tickets);
    const auto ended = ends(desk.system);
    REQUIRE(ended.size() == 3);
    CHECK(answer_in(ended.at((*tickets)[0]).outcome).parsed == "billing");
    CHECK(answer_in(ended.at((*tickets)[1]).outcome).parsed == "delivery");
    CHECK(answer_in(ended.at((*tickets)[2]).outcome).failure == core::Failure::InvalidAnswer);
}

TEST_CASE("a server's error is the model's while what was answered is answered again") {
    int asked = 0;
    Desk desk([&](const engine::Request& request) {
        ++asked;
        return request.input == "bad" ? Answer(Failed{FailureKind::ServerError, "boom", 500})
                                      : Answer("billing");
    });
    (void)desk.system.ask_alone({"good", ""}, k_batch);
    const Outcome outcome = desk.system.ask_alone({"bad", ""}, k_batch);
    CHECK(answer_in(outcome).failure == core::Failure::ServerError);
    CHECK(answer_in(outcome).failure_detail == "boom");
    CHECK(asked == 3);
}

TEST_CASE("a server's error is the world's when nothing is answered any more, or never was") {
    bool broken = true;
    Desk desk([&](const engine::Request&) {
        return broken ? Answer(Failed{FailureKind::ServerError, "boom", 500}) : Answer("billing");
    });
    const Outcome never = desk.system.ask_alone({"a", ""}, k_batch);
    REQUIRE(std::holds_alternative<Trouble>(never));
    CHECK(std::get<Trouble>(never).detail == "boom");
    broken = false;
    (void)desk.system.ask_alone({"a", ""}, k_batch);
    broken = true;
    const Outcome no_more = desk.system.ask_alone({"b", ""}, k_batch);
    REQUIRE(std::holds_alternative<Trouble>(no_more));
    CHECK(std::get<Trouble>(no_more).kind == Trouble::Kind::Unreachable);
}

TEST_CASE("one question finds out for all failures that wait for it") {
    int asked = 0;
    Desk desk([&](const engine::Request& request) {
        ++asked;
        Answer answer = request.input.starts_with("bad")
                            ? Answer(Failed{FailureKind::ServerError, "boom", 500})
                            : Answer("billing");
        answer.latency = std::chrono::milliseconds(request.input == "good" ? 50 : 10);
        return answer;
    });
    (void)desk.system.ask_alone({"good", ""}, k_batch);
    REQUIRE(desk.system.ask({{"bad 1", ""}, {"bad 2", ""}, {"bad 3", ""}}, k_batch));
    const auto ended = ends(desk.system);
    REQUIRE(ended.size() == 3);
    for (const auto& [ticket, end] : ended) {
        CHECK(answer_in(end.outcome).failure == core::Failure::ServerError);
    }
    CHECK(asked == 5);
}

TEST_CASE("finding out is asked for, and booked") {
    const core::Price price{1'000'000, 0, "EUR"};  // a unit of money a token
    Desk desk(
        [](const engine::Request& request) {
            engine::Response response;
            response.text = "billing";
            response.prompt_tokens = 7;
            response.output_tokens = 1;
            return request.input == "bad" ? Answer(Failed{FailureKind::ServerError, "boom", 500})
                                          : Answer(response);
        },
        system_value(tickets()),
        price);
    REQUIRE(desk.system.ask({{"good", ""}}, k_batch));
    CHECK(ends(desk.system).begin()->second.spent == doctest::Approx(7));
    REQUIRE(desk.system.ask({{"bad", ""}}, k_batch));
    CHECK(ends(desk.system).begin()->second.spent == doctest::Approx(7));
    double wanted = 0;
    desk.system.set_allowance([&](double most) {
        wanted = most;
        return false;
    });
    const Outcome refused = desk.system.ask_alone({"bad", ""}, k_batch);
    REQUIRE(std::holds_alternative<Trouble>(refused));
    CHECK(std::get<Trouble>(refused).kind == Trouble::Kind::OverBudget);
    CHECK(wanted >= 7);
}

TEST_CASE("tokens that nobody counted cost nothing that is known, and are booked at the most") {
    Desk desk(
        [](const engine::Request&) {
            engine::Response response;
            response.text = "billing";
            return Answer(response);
        },
        system_value(tickets()),
        core::Price{1, 1, "EUR"});
    // The fake engine counts words where its script counts nothing, so the cost is known here.
    REQUIRE(desk.system.ask({{"x", ""}}, k_batch));
    const auto ended = ends(desk.system);
    const Ended& end = ended.begin()->second;
    CHECK(answer_in(end.outcome).cost == end.spent);
    CHECK(end.spent <= desk.system.most_cost({"x", ""}));
}

TEST_CASE("tries that came to nothing are booked where they were counted") {
    const core::Price price{1'000'000, 1'000'000, "EUR"};  // a unit of money a token
    Desk desk(
        [](const engine::Request& request) {
            engine::Response response;
            response.text = "billing";
            response.prompt_tokens = 7;
            response.output_tokens = 1;
            response.lost = {20, 3};
            Failed failed{FailureKind::Unreachable, "cut off", 200};
            failed.lost = {40, 2};
            return request.input == "bad" ? Answer(failed) : Answer(response);
        },
        system_value(tickets()),
        price);
    REQUIRE(desk.system.ask({{"good", ""}}, k_batch));
    CHECK(ends(desk.system).begin()->second.spent == doctest::Approx(31));
    REQUIRE(desk.system.ask({{"bad", ""}}, k_batch));
    CHECK(ends(desk.system).begin()->second.spent == doctest::Approx(42));
}

TEST_CASE("a rejection is the model's only beside an answer of this session") {
    int asked = 0;
    Desk desk([&](const engine::Request& request) {
        ++asked;
        return request.input == "bad" ? Answer(Failed{FailureKind::Rejected, "HTTP 400", 400})
                                      : Answer("billing");
    });
    const auto end_of_bad = [&] {
        REQUIRE(desk.system.ask({{"bad", ""}}, k_batch));
        return ends(desk.system).begin()->second;
    };
    CHECK(end_of_bad().unheard);
    CHECK_FALSE(desk.system.has_answered());
    core::Trial kept;
    kept.answer = "billing";
    (void)desk.system.reread({"good", ""}, kept);
    const Ended vouched = end_of_bad();
    CHECK(answer_in(vouched.outcome).failure == core::Failure::Rejected);
    CHECK_FALSE(vouched.unheard);
    CHECK(asked == 3);  // the good one was asked once more
    CHECK_FALSE(end_of_bad().unheard);
    CHECK(asked == 4);
}

TEST_CASE("after cancelling, everything ends, and nobody is asked whose failure it was") {
    int asked = 0;
    Desk desk([&](const engine::Request& request) {
        ++asked;
        Answer answer = request.input == "bad" ? Answer(Failed{FailureKind::ServerError, "b", 500})
                                               : Answer("billing");
        answer.latency = std::chrono::seconds(request.input == "slow" ? 100 : 1);
        return answer;
    });
    (void)desk.system.ask_alone({"good", ""}, k_batch);
    REQUIRE(desk.system.ask({{"bad", ""}, {"slow", ""}}, k_batch));
    desk.system.cancel_all();
    const auto ended = ends(desk.system);
    CHECK(ended.size() == 2);
    CHECK(asked <= 3);
    for (const auto& [ticket, end] : ended) {
        CHECK(std::holds_alternative<Trouble>(end.outcome));
    }
}

TEST_CASE("one ticket is cancelled, and the others are answered") {
    Desk desk([](const engine::Request& request) {
        Answer answer("billing");
        answer.latency = std::chrono::seconds(request.input == "slow" ? 100 : 1);
        return answer;
    });
    const auto tickets = desk.system.ask({{"slow", ""}, {"good", ""}}, k_batch);
    REQUIRE(tickets);
    desk.system.cancel(tickets->front());
    desk.system.cancel(99);  // nobody's
    const auto ended = ends(desk.system);
    REQUIRE(ended.size() == 2);
    CHECK(std::get<Trouble>(ended.at(tickets->front()).outcome).kind == Trouble::Kind::Cancelled);
    CHECK(answer_in(ended.at(tickets->back()).outcome).parsed == "billing");
    CHECK(desk.system.under_way() == 0);
}

TEST_CASE("the scores after an empty input are asked once, and kept ones are not asked") {
    core::Recipe recipe;
    recipe.decide = core::Decide::Score;
    recipe.norm = core::LabelNorm::MinusEmpty;
    int empty = 0;
    const auto script = [&](const engine::Request& request) {
        empty += request.input.empty() ? 1 : 0;
        engine::Response response;
        response.scores =
            request.input.empty() ? Scores{{-1, 1}, {-5, 1}} : Scores{{-2, 1}, {-3, 1}};
        return Answer(response);
    };
    const core::System value = system_value(tickets(), recipe);
    Desk desk(script, value);
    const auto prior = desk.system.prior();
    REQUIRE(std::holds_alternative<std::string>(prior));
    CHECK(answer_in(desk.system.ask_alone({"x", ""}, k_batch)).text == "delivery");
    System second({value, std::nullopt, desk.engine.open_client(), std::get<std::string>(prior)});
    CHECK(std::get<std::string>(second.prior()).empty());
    CHECK(answer_in(second.ask_alone({"x", ""}, k_batch)).text == "delivery");
    CHECK(empty == 1);
}

TEST_CASE("a deadline that passes is the model's failure") {
    Desk desk([](const engine::Request&) {
        Answer answer("billing");
        answer.latency = std::chrono::hours(1);
        return answer;
    });
    const Outcome outcome = desk.system.ask_alone(
        {"x", ""}, {engine::Priority::Interactive, std::chrono::seconds(2), false});
    CHECK(answer_in(outcome).failure == core::Failure::Timeout);
}

TEST_CASE("the prompt of an input is what its engine would be sent") {
    Desk desk([](const engine::Request&) { return Answer("billing"); });
    const auto prompt = desk.system.prompt({"my invoice", ""});
    REQUIRE(prompt);
    CHECK(prompt->find("my invoice") != std::string::npos);
    CHECK(prompt->find("Route the ticket.") != std::string::npos);
}

}  // namespace palier::system
