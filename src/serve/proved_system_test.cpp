#include "serve/proved_system.h"

#include "engine/fake/fake.h"
#include "report/phrases.h"
#include "system/identity.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::serve {
namespace {

namespace fake = engine::fake;

core::System labels_by(core::Decide decide) {
    core::System system;
    system.id = "small/structured";
    system.spec.labels = {"spam", "ham"};
    system.spec.instructions = "Is it spam?";
    system.spec.recipe.decide = decide;
    system.spec.score_temperature = decide == core::Decide::Score ? 1 : 0;
    system.hash = system::hash_of(system.spec);
    return system;
}

struct Desk {
    Desk(core::System system, fake::Script script)
        : engine(std::move(script)),
          served("small", system::System({std::move(system), {}, engine.open_client(), {}})) {
        engine.keep_requests();
    }
    Said ask(const ChatRequest& request) {
        REQUIRE_FALSE(served.refusal_of(request));
        REQUIRE_FALSE(served.ask(7, request));
        std::vector<Said> said;
        // The made engine's time moves when it is waited for.
        for (int i = 0; said.empty() && i < 100; ++i) {
            said = served.take();
        }
        REQUIRE(said.size() == 1);
        CHECK(said[0].ticket == 7);
        return said[0];
    }
    fake::FakeEngine engine;
    ProvedSystem served;
};

ChatRequest asking(const std::string& input) {
    ChatRequest request;
    request.model = "small";
    request.messages = {{"user", input}};
    return request;
}

}  // namespace

TEST_CASE("a System is asked by its own recipe, and answers its label with its probability") {
    Desk desk(labels_by(core::Decide::Score), [](const engine::Request& request) {
        return fake::scored(request, [](const std::string& label) {
            return std::log(label == "spam" ? 0.8 : 0.2);
        });
    });
    const Said said = desk.ask(asking("Buy now!"));
    const auto& completion = std::get<Completion>(said.what);
    CHECK(completion.text == "spam");
    CHECK(completion.confidence.value_or(0) == doctest::Approx(0.8));
    REQUIRE(completion.probabilities.size() == 2);
    CHECK(completion.probabilities[1].first == "ham");
    CHECK(completion.probabilities[1].second == doctest::Approx(0.2));
    const std::vector<engine::Request> requests = desk.engine.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].messages.front().content.find("Is it spam?") != std::string::npos);
    CHECK(requests[0].messages.back().content.find("Buy now!") != std::string::npos);
    CHECK(requests[0].priority == engine::Priority::Interactive);
}

TEST_CASE("what is no answer is refused, never shown as one") {
    Desk desk(labels_by(core::Decide::Generate), [](const engine::Request& request) {
        return fake::Answer(request.messages.back().content.find("odd") != std::string::npos
                                ? "It may be anything."
                                : "ham");
    });
    CHECK(std::get<Completion>(desk.ask(asking("Hello")).what).text == "ham");
    const Refusal refusal = std::get<Refusal>(desk.ask(asking("odd")).what);
    CHECK(refusal.status == 422);
    CHECK(refusal.code == "answer_unusable");
}

TEST_CASE("what the recipe fixes can only be stated as it is") {
    Desk desk(labels_by(core::Decide::Generate),
              [](const engine::Request&) { return fake::Answer("ham"); });
    const auto param_of = [&](auto change) {
        ChatRequest request = asking("Hello");
        change(request);
        const Complaint complaint = desk.served.refusal_of(request);
        return complaint ? complaint->param : "";
    };
    CHECK(param_of([](ChatRequest& r) { r.temperature = 0; }).empty());
    CHECK(param_of([](ChatRequest& r) { r.max_tokens = 4096; }).empty());
    CHECK(param_of([](ChatRequest& r) { r.seed = 5; }).empty());
    CHECK(param_of([](ChatRequest& r) { r.temperature = 1; }) == "/temperature");
    CHECK(param_of([](ChatRequest& r) { r.max_tokens = 3; }) == "/max_tokens");
    CHECK(param_of([](ChatRequest& r) { r.stop = {"x"}; }) == "/stop");
    CHECK(param_of([](ChatRequest& r) { r.top_p = 0.5; }) == "/top_p");
    CHECK(param_of([](ChatRequest& r) { r.top_k = 4; }) == "/top_k");
    CHECK(param_of([](ChatRequest& r) { r.schema = "{}"; }) == "/response_format");
    CHECK(param_of([](ChatRequest& r) {
              r.messages.insert(r.messages.begin(), {"system", "Be brief."});
          }) == "/messages");
}

TEST_CASE("a failure of the world is told as one") {
    Desk desk(labels_by(core::Decide::Generate), [](const engine::Request&) {
        return fake::Answer(engine::Failed{engine::FailureKind::ContextExceeded,
                                           "needs 9 tokens, the context has 8"});
    });
    const Refusal refusal = std::get<Refusal>(desk.ask(asking("Hello")).what);
    CHECK(refusal.sentence == report::say::context_exceeded);
    CHECK(refusal.args[0].second == "9");
}

}  // namespace palier::serve
