#include "system/follow_ups.h"

#include "system/test_specs.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace palier::system {
namespace {

using engine::Constraint;
using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

const How k_batch{engine::Priority::FixedBatch, std::nullopt, false};

core::System extracting(bool reasons, int repairs, bool constrained = false) {
    core::Job job;
    job.task = core::Task::Extract;
    job.instructions = "Read the bill.";
    job.schema =
        R"({"type":"object","properties":{"total":{"type":"number"}},"required":["total"]})";
    core::Recipe recipe;
    recipe.rung = core::Rung::Structured;
    recipe.reasons = reasons;
    recipe.repairs = repairs;
    recipe.constrained = constrained;
    recipe.max_tokens = 512;
    return system_value(job, recipe);
}

// Its last message tells which turn a request is.
bool asks_for_reasons(const engine::Request& request) {
    return request.messages.back().content.find("Think first") != std::string::npos;
}
bool asks_again(const engine::Request& request) {
    return request.messages.back().content.starts_with("That answer will not do");
}

core::Answer ask(Desk& desk, const std::string& input) {
    const Outcome outcome = desk.system.ask_alone({input, ""}, k_batch);
    REQUIRE(std::holds_alternative<core::Answer>(outcome));
    return std::get<core::Answer>(outcome);
}

}  // namespace

TEST_CASE("an answer that breaks the schema is asked for once more, with what is wrong") {
    Desk desk(
        [](const engine::Request& request) {
            return asks_again(request) ? R"({"total": 5})" : R"({"total": "five"})";
        },
        extracting(false, 1));
    desk.engine.keep_requests();
    const core::Answer answer = ask(desk, "five euros");
    CHECK(answer.parsed == R"({"total":5})");
    CHECK(answer.repairs == 1);
    const auto requests = desk.engine.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].messages.size() == requests[0].messages.size() + 2);
    CHECK(requests[1].messages[2].content == R"({"total": "five"})");
    CHECK(requests[1].messages[3].content.find("the value at \"/total\" breaks `type`") !=
          std::string::npos);
}

TEST_CASE("an answer that follows the schema is the last word, and so is a second wrong one") {
    int asked = 0;
    std::string says = R"({"total": 5})";
    Desk desk(
        [&](const engine::Request&) {
            ++asked;
            return says;
        },
        extracting(false, 1));
    CHECK(ask(desk, "a").repairs == 0);
    CHECK(asked == 1);
    says = "no idea";
    const core::Answer wrong = ask(desk, "b");
    CHECK(asked == 3);
    CHECK(wrong.repairs == 1);
    CHECK(wrong.failure == core::Failure::InvalidAnswer);
}

TEST_CASE("a model reasons freely first and is then held to the schema") {
    Desk desk(
        [](const engine::Request& request) -> Answer {
            return asks_for_reasons(request) ? "The bill says five." : R"({"total": 5})";
        },
        extracting(true, 0, true));
    desk.engine.keep_requests();
    const core::Answer answer = ask(desk, "five euros");
    CHECK(answer.text == R"({"total": 5})");
    CHECK(answer.raw == "<think>\nThe bill says five.\n</think>{\"total\": 5}");
    CHECK(answer.tokens.thinking == 4);  // the fake engine counts words
    CHECK(answer.tokens.output == 4 + 2);
    const auto requests = desk.engine.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].constraint.kind == Constraint::Kind::Free);
    CHECK(requests[0].sampling.max_tokens == k_most_reasoning_tokens);
    CHECK(requests[1].constraint.kind == Constraint::Kind::Schema);
    CHECK(requests[1].sampling.max_tokens == 512);
    CHECK(requests[0].messages[0].content == "Read the bill.\n\nFields: total.");
    CHECK(requests[1].messages[0].content.find("JSON Schema") != std::string::npos);
    CHECK(requests[1].messages[1].content == "five euros");
    CHECK(requests[1].messages[2].content == "The bill says five.");

    core::Trial kept;
    kept.answer = answer.raw;
    CHECK(desk.system.reread({"five euros", ""}, kept).parsed == answer.parsed);
}

TEST_CASE("a model without a reason to give is asked for the answer as if for nothing else") {
    Desk desk(
        [](const engine::Request& request) -> Answer {
            return asks_for_reasons(request) ? "" : R"({"total": 5})";
        },
        extracting(true, 0));
    desk.engine.keep_requests();
    CHECK(ask(desk, "five").raw == R"({"total": 5})");
    CHECK(desk.engine.requests()[1].messages.size() == 2);
}

TEST_CASE("the turns of a batch are asked together, each one after all of the one before") {
    std::vector<std::string> order;
    Desk desk(
        [&](const engine::Request& request) -> Answer {
            order.push_back((asks_again(request) ? "again " : "") + request.input);
            const bool right = request.input == "right" || asks_again(request);
            return right ? R"({"total": 5})" : "?";
        },
        extracting(false, 1));
    const auto tickets = desk.system.ask({{"one", ""}, {"right", ""}, {"two", ""}}, k_batch);
    REQUIRE(tickets);
    std::map<std::uint64_t, Ended> ended;
    while (desk.system.under_way() > 0) {
        for (Ended& one : desk.system.wait(std::chrono::seconds(1))) {
            ended.emplace(one.ticket, std::move(one));
        }
    }
    CHECK(ended.size() == 3);
    CHECK(order == std::vector<std::string>{"one", "right", "two", "again one", "again two"});
}

TEST_CASE("all turns are paid for, and the most that they can cost is known before") {
    const core::Price price{1.0, 2.0, "EUR"};
    Desk desk(
        [](const engine::Request& request) -> Answer {
            return asks_for_reasons(request) ? "so and so" : "?";
        },
        extracting(true, 1),
        price);
    const double most = desk.system.most_cost({"a bill", ""});
    const auto tickets = desk.system.ask({{"a bill", ""}}, k_batch);
    REQUIRE(tickets);
    std::vector<Ended> ended;
    while (ended.empty()) {
        ended = desk.system.wait(std::chrono::seconds(1));
    }
    const auto& answer = std::get<core::Answer>(ended[0].outcome);
    CHECK(answer.tokens.output == 3 + 1 + 1);
    REQUIRE(answer.cost);
    CHECK(ended[0].spent == doctest::Approx(*answer.cost));
    CHECK(ended[0].spent < most);
}

TEST_CASE("a repair that comes to nothing leaves the answer as it was") {
    Desk desk(
        [](const engine::Request& request) -> Answer {
            if (asks_again(request)) {
                return Failed{FailureKind::ContextExceeded, "5000 of 4096", 0};
            }
            return R"({"total": "five"})";
        },
        extracting(false, 1));
    const core::Answer answer = ask(desk, "five");
    CHECK(answer.failure == core::Failure::None);
    CHECK(answer.parsed == R"({"total":"five"})");
    CHECK(answer.repairs == 1);
}

TEST_CASE("what is cancelled between two turns ends as cancelled, with what it has cost") {
    const core::Price price{1.0, 2.0, "EUR"};
    System* system = nullptr;
    Desk desk(
        [&](const engine::Request& request) -> Answer {
            if (request.input == "second") {
                system->cancel_all();
            }
            return "?";
        },
        extracting(false, 1),
        price);
    system = &desk.system;
    REQUIRE(desk.system.ask({{"first", ""}}, k_batch));
    desk.system.cancel_all();
    std::vector<Ended> ended;
    while (desk.system.under_way() > 0) {
        for (Ended& one : desk.system.wait(std::chrono::seconds(1))) {
            ended.push_back(std::move(one));
        }
    }
    REQUIRE(ended.size() == 1);
    CHECK(std::holds_alternative<Trouble>(ended[0].outcome));
}

namespace {

// The first label of the list in the prompt is likelier by `lean`; the right one by 1.
Answer leaning(const engine::Request& request, double lean) {
    const std::string& text = request.messages.front().content;
    const std::string first = text.find("billing") < text.find("delivery") ? "billing" : "delivery";
    const std::string right = request.input == "bill" ? "billing" : "delivery";
    return engine::fake::scored(request, [&](const std::string& label) {
        return (label == first ? lean : 0) + (label == right ? 1 : 0) - 9;
    });
}

core::System in_orders(int orders) {
    core::Recipe recipe;
    recipe.decide = core::Decide::Score;
    recipe.orders = orders;
    return system_value(tickets(), recipe);
}

}  // namespace

TEST_CASE("labels are scored in several orders, and what prefers the first one is evened out") {
    for (const double lean : {0.5, 3.0}) {
        CAPTURE(lean);
        const auto script = [lean](const engine::Request& request) {
            return leaning(request, lean);
        };
        Desk once(script, in_orders(1));
        CHECK(ask(once, "parcel").parsed == (lean > 1 ? "billing" : "delivery"));
        CHECK_FALSE(ask(once, "parcel").depends_on_order);
        Desk twice(script, in_orders(2));
        twice.engine.keep_requests();
        const core::Answer answer = ask(twice, "parcel");
        CHECK(answer.parsed == "delivery");
        CHECK(answer.depends_on_order == (lean > 1));
        CHECK(twice.engine.requests()[1].messages.front().content.find("delivery, billing") !=
              std::string::npos);
        CHECK(twice.engine.requests()[1].labels == twice.engine.requests()[0].labels);
        core::Trial kept;
        kept.answer = answer.raw;
        CHECK(twice.system.reread({"parcel", ""}, kept).depends_on_order == (lean > 1));
    }
}

TEST_CASE("a French job is asked in French") {
    core::System french = extracting(true, 1);
    french.spec.language = "fr";
    std::vector<std::string> last;
    Desk desk(
        [&](const engine::Request& request) -> Answer {
            last.push_back(request.messages.back().content);
            return "?";
        },
        french);
    (void)ask(desk, "cinq");
    REQUIRE(last.size() == 3);
    CHECK(last[0].find("Réfléchis d'abord") != std::string::npos);
    CHECK(last[1].starts_with("Réponds maintenant"));
    CHECK(last[2].starts_with("Cette réponse ne convient pas"));
}

}  // namespace palier::system
