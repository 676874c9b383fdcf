#include "engine/baseline/baseline.h"

#include "engine/codes.h"
#include "engine/contract/engine_contract.h"
#include "learn/codes.h"
#include "learn/fitting.h"

#include <doctest/doctest.h>

namespace palier::engine::baseline {
namespace {

using contract::ends_in;
using contract::response_in;

OpenSpec learned_from_four(learn::Method method = learn::Method::LinearText) {
    learn::Examples examples;
    examples.labels = {"delivery", "money"};
    examples.texts = {"where is my parcel", "refund my money", "the parcel is late", "money back"};
    examples.right = {0, 1, 0, 1};
    examples.states = {{0, 1}, {1, 0}, {0, 2}, {2, 0}};
    OpenSpec spec;
    spec.name = "n-grams";
    spec.learned = std::make_shared<const std::string>(
        learn::bytes_of(learn::fit(examples, method, "a model").learned));
    return spec;
}

Request asking(const std::string& input, std::vector<std::string> labels) {
    Request request;
    request.id = 1;
    request.kind = Kind::Score;
    request.input = input;
    request.labels = std::move(labels);
    return request;
}

contract::Ends ends_of(const Request& request) {
    const auto engine = open(learned_from_four());
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    REQUIRE(client->post({request}));
    return ends_in(client->wait(Nanoseconds{0}));
}

TEST_CASE("it says which label a text is likely to have, in whatever order they are asked for") {
    for (const std::vector<std::string>& labels :
         {std::vector<std::string>{"delivery", "money"}, {"money", "delivery"}}) {
        const auto ends = ends_of(asking("parcel?", labels));
        const Response* response = response_in(ends, 1);
        REQUIRE(response != nullptr);
        const std::size_t delivery = labels[0] == "delivery" ? 0 : 1;
        CHECK(response->scores[delivery].log_probability >
              response->scores[1 - delivery].log_probability);
        CHECK(response->output_tokens == 0);
        CHECK(response->total_ms.has_value());
    }
}

TEST_CASE("the context belongs to the text") {
    Request request = asking("and this one?", {"delivery", "money"});
    request.context = "parcel parcel";
    const auto ends = ends_of(request);
    const Response* response = response_in(ends, 1);
    REQUIRE(response != nullptr);
    CHECK(response->scores[0].log_probability > response->scores[1].log_probability);
}

TEST_CASE("a label that it never learned is refused, and so is writing") {
    const auto unknown = ends_of(asking("parcel", {"delivery", "other"}));
    const Failed* failed = contract::failure_in(unknown, 1);
    REQUIRE(failed != nullptr);
    CHECK(failed->kind == FailureKind::Rejected);
    CHECK(failed->detail.find("other") != std::string::npos);
}

TEST_CASE("it has no prompt, and bytes that are none of its own are refused") {
    const auto engine = open(learned_from_four());
    REQUIRE(engine);
    CHECK((*engine)->open_client()->render(asking("a", {"delivery", "money"})).error().code ==
          engine::codes::baseline_has_no_prompts);
    OpenSpec other = learned_from_four();
    other.learned = std::make_shared<const std::string>("something else");
    CHECK(open(other).error().code == learn::codes::not_learned);
    CHECK(open(learned_from_four(learn::Method::Head)).error().code == learn::codes::not_learned);
}

TEST_CASE("the same examples make the same engine, others another") {
    const auto identity = [](learn::Method method) {
        return (*open(learned_from_four(method)))->facts().model_identity;
    };
    CHECK(identity(learn::Method::LinearText) == identity(learn::Method::LinearText));
    CHECK(identity(learn::Method::LinearText) != identity(learn::Method::Nearest));
}

TEST_CASE("what it holds in memory is counted") {
    class None final : public Engines {
        Result<std::unique_ptr<Engine>> open(const OpenSpec&) override {
            return Error(engine::codes::cannot_load);
        }
        Result<std::optional<std::uint64_t>> peak_memory(const OpenSpec&,
                                                         const std::vector<Request>&) override {
            return std::optional<std::uint64_t>(7);
        }
    } rest;
    WithBaselines engines(rest);
    const auto bytes =
        engines.peak_memory(learned_from_four(), {asking("a", {"delivery", "money"})});
    REQUIRE(bytes);
    if (*bytes) {
        CHECK(bytes->value() > 500);
        CHECK(bytes->value() < 1'000'000);
    } else {
        MESSAGE("skipped: this allocator does not count");
    }
    CHECK(engines.peak_memory({}, {})->value() == 7);
    CHECK(engines.open({}).error().code == engine::codes::cannot_load);
    CHECK(engines.open(learned_from_four()));
}

TEST_CASE("the engine of baselines keeps the contract") {
    contract::Subject subject;
    subject.name = "baseline";
    subject.open = [] { return std::move(*open(learned_from_four())); };
    subject.inputs = {"a parcel", "b money", "c", "d", "e", "f"};
    subject.labels = {"delivery", "money"};
    subject.renders = false;
    subject.streams = false;
    contract::check_refusals(subject);
}

}  // namespace
}  // namespace palier::engine::baseline
