#include "engine/openai/decision.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::engine::openai {
namespace {

const std::vector<std::string> k_labels{"billing", "delivery", "other"};

std::variant<ReadAnswer, BrokenAnswer> read(const std::string& text) {
    DecisionReader reader(k_labels);
    CHECK(reader.feed(text).empty());
    return reader.result();
}

// One answer whose probabilities are these, as JSON.
std::string body_of(const std::string& choice, const std::string& probabilities) {
    return R"({"answers": [{"type": "choice", "confidence": 0.95, "choice": )" + choice +
           R"(, "probabilities": [)" + probabilities + R"(]}], "usage": {"input_tokens": 20}})";
}

std::string probability(const std::string& value, const std::string& number) {
    return R"({"value": ")" + value + R"(", "probability": )" + number + "}";
}

std::string detail_of(const std::string& text) {
    const auto read_of_it = read(text);
    const auto* broken = std::get_if<BrokenAnswer>(&read_of_it);
    return broken != nullptr ? broken->detail : "";
}

}  // namespace

TEST_CASE("one question of type choice has the job's instructions, labels and input") {
    Request request;
    request.kind = Kind::Score;
    request.messages = {{"system", "Route it."}, {"user", "My \"parcel\" is late"}};
    request.labels = {"billing", "delivery"};
    CHECK(decision_body_of(request, "small") ==
          R"({"model":"small","input":"My \"parcel\" is late","questions":[{"type":"choice",)"
          R"("instructions":"Route it.","choices":[{"value":"billing"},{"value":"delivery"}]}]})");
    request.messages.insert(request.messages.begin() + 1, {{"user", "Where?"}, {"assistant", "?"}});
    const auto body = json::parse_or_nothing(decision_body_of(request, "small"));
    REQUIRE(body);
    CHECK((*body)["input"].as_array().size() == 3);
}

TEST_CASE("probabilities are the labels' scores, and the choice is the endpoint's") {
    // The likeliest is another: the choice counts.
    const auto answer = std::get<ReadAnswer>(read(body_of(
        R"("delivery")", probability("billing", "0.6") + "," + probability("delivery", "0.4"))));
    REQUIRE(answer.scores.size() == 3);
    CHECK(answer.scores[0].log_probability == doctest::Approx(std::log(0.6)));
    CHECK(answer.scores[1].log_probability == doctest::Approx(std::log(0.4)));
    CHECK(answer.chosen == 1);
    CHECK(answer.usage.prompt_tokens == 20);
    CHECK_FALSE(answer.usage.output_tokens);
}

TEST_CASE("a label that is left out, or of probability 0, is ruled out") {
    const auto answer = std::get<ReadAnswer>(read(
        body_of(R"("billing")", probability("billing", "1") + "," + probability("other", "0"))));
    CHECK(answer.scores[0].log_probability == 0);
    CHECK(std::isinf(answer.scores[1].log_probability));
    CHECK(std::isinf(answer.scores[2].log_probability));
}

TEST_CASE("a refusal is one, and an error in a 200 is the endpoint's") {
    const auto refused = std::get<ReadAnswer>(read(R"({"answers": [{"type": "refusal"}]})"));
    CHECK_FALSE(refused.refusal.empty());
    const auto failed =
        std::get<BrokenAnswer>(read(R"({"error": {"message": "the model fell over"}})"));
    CHECK(failed.how == BrokenAnswer::How::ErrorMessage);
    CHECK(failed.detail == "the model fell over");
}

TEST_CASE("what is not known to be an answer is none") {
    const std::string whole = probability("billing", "1");
    const auto says = [](const std::string& body, const char* what) {
        CAPTURE(body);
        CHECK(detail_of(body).find(what) != std::string::npos);
    };
    says(R"({"answers": []})", "no answer");
    says(R"({"choices": [{"message": {"content": "billing"}}]})", "no answer");
    says(R"({"answers": [{"type": "choice"}, {"type": "choice"}]})", "several answers");
    says(R"({"answers": [{"type": "predicate", "probability": 0.9}]})", "another question");
    says(R"({"answers": [{"probabilities": []}]})", "another question");
    says(body_of("null", whole), "no label");
    says(body_of("true", whole), "no label");
    says(body_of(R"("Billing")", whole), "no label");
    says(body_of(R"("billing")", ""), "add up to 1");
    says(body_of(R"("billing")", probability("billing", "0.8")), "add up to 1");
    says(body_of(R"("billing")", probability("billing", "0.8") + "," + probability("other", "0.8")),
         "add up to 1");
    says(body_of(R"("billing")", whole + "," + probability("else", "0")), "no label");
    says(body_of(R"("billing")", whole + "," + probability("billing", "0")), "two probabilities");
    says(body_of(R"("billing")", probability("billing", "1.2")), "that is none");
    says(body_of(R"("billing")", probability("billing", "-0.1")), "that is none");
    says(body_of(R"("billing")", probability("billing", R"("1")")), "that is none");
    says(body_of(R"("billing")", probability("other", "1")), "without a probability");
    says("<html>", "no JSON");
    says("", "cut off");
    CHECK(std::get<BrokenAnswer>(read(body_of(R"("billing")", whole).substr(0, 60))).how ==
          BrokenAnswer::How::CutOff);
}

TEST_CASE("probabilities that a server has rounded still add up") {
    CHECK(std::holds_alternative<ReadAnswer>(
        read(body_of(R"("billing")",
                     probability("billing", "0.33") + "," + probability("other", "0.33") + "," +
                         probability("delivery", "0.33")))));
}

TEST_CASE("any bytes are read without harm") {
    const std::string whole = body_of(R"("billing")", probability("billing", "1"));
    Rng rng(5);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = whole;
        for (int change = 0; change < 3; ++change) {
            bytes[rng.next() % bytes.size()] = static_cast<char>(rng.next());
        }
        const auto result = read(bytes.substr(0, rng.next() % (bytes.size() + 1)));
        if (const auto* broken = std::get_if<BrokenAnswer>(&result)) {
            CHECK_FALSE(broken->detail.empty());
        } else {
            CHECK(std::get<ReadAnswer>(result).scores.size() <= k_labels.size());
        }
    }
}

}  // namespace palier::engine::openai
