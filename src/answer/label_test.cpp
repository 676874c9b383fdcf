#include "answer/label.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

const std::vector<std::string> k_tickets{"billing",
                                         "delivery",
                                         "Order status",
                                         "ré"
                                         "clamation"};

std::string read(std::string_view text, const std::vector<std::string>& labels = k_tickets) {
    const LabelAnswer answer = label_of(text, labels);
    return answer.label ? *answer.label : answer.ambiguous ? "(ambiguous)" : "(none)";
}
LabelRule rule(std::string_view text) {
    return label_of(text, k_tickets).rule;
}

TEST_CASE("a label alone is read, whatever stands around it") {
    CHECK(read("billing") == "billing");
    CHECK(rule(" billing\n") == LabelRule::Exact);
    CHECK(read("\"Billing\".") == "billing");
    CHECK(read("**DELIVERY**") == "delivery");
    CHECK(read("order_status") == "Order status");
    CHECK(read("Reclamation !") ==
          "ré"
          "clamation");
    CHECK(rule("Reclamation") == LabelRule::Folded);
}

TEST_CASE("a label is read out of JSON") {
    CHECK(read(R"({"label": "billing"})") == "billing");
    CHECK(read(R"({"text": "delivery please", "Category": "Billing"})") == "billing");
    CHECK(read("```json\n{\"label\": \"delivery\"}\n```") == "delivery");
    CHECK(read(R"({"verdict": "delivery"})") == "delivery");
    CHECK(read(R"(["order status"])") == "Order status");
    CHECK(read(R"({"cat\u00e9gorie": "billing"})") == "billing");
    CHECK(rule(R"({"label": "billing"})") == LabelRule::Json);
    CHECK(read(R"({"label": "billing", "intent": "delivery"})") == "(ambiguous)");
    CHECK(read(R"({"score": 4})", {"4", "5"}) == "4");
}

TEST_CASE("an announced label wins over labels mentioned elsewhere") {
    CHECK(read("Label: billing") == "billing");
    CHECK(read("The customer speaks of delivery.\n**Label:** billing") == "billing");
    CHECK(read("Catégorie : ré"
               "clamation (sûr)") ==
          "ré"
          "clamation");
    CHECK(read("Answer = delivery, since it is late") == "delivery");
    CHECK(read("The answer is not here.\nlabel: billing\nlabel: delivery") == "(ambiguous)");
    CHECK(rule("Label: billing, I think") == LabelRule::Prefixed);
}

TEST_CASE("one label mentioned as whole words is taken, two are not") {
    CHECK(read("This is about billing, I am sure.") == "billing");
    CHECK(read("about rebilling") == "(none)");
    CHECK(read("billing or delivery") == "(ambiguous)");
    CHECK(read("billing, yes: billing") == "billing");
    CHECK(read("the ORDER STATUS is asked") == "Order status");
    CHECK(read("not billing") == "billing");  // negations are not interpreted
    CHECK(read("") == "(none)");
    CHECK(read("I do not know") == "(none)");
}

TEST_CASE("a label inside a longer one does not count, a label beside it does") {
    const std::vector<std::string> cards{"card", "credit card", "card payment"};
    CHECK(read("it is a credit card matter", cards) == "credit card");
    CHECK(read("a credit card or another card", cards) == "(ambiguous)");
    CHECK(read("credit card payment", cards) == "(ambiguous)");
}

TEST_CASE("numbers and signs are labels too") {
    const std::vector<std::string> sentiment{"-1", "0", "1"};
    CHECK(read("-1.", sentiment) == "-1");
    CHECK(read("The score is 1.", sentiment) == "1");
    CHECK(read("Label: -1", sentiment) == "-1");
    CHECK(read("between 0 and 1", sentiment) == "(ambiguous)");
    CHECK(read("+", {"+", "-"}) == "+");
}

TEST_CASE("labels that differ by case only are told apart by the exact rule alone") {
    const std::vector<std::string> twins{"US", "us"};
    CHECK(read("US", twins) == "US");
    CHECK(read("us", twins) == "us");
    CHECK(read("Us", twins) == "(ambiguous)");
    CHECK(read("for us", twins) == "(ambiguous)");
}

TEST_CASE("reasoning is not read") {
    CHECK(read("<think>billing? no, delivery</think>\ndelivery") == "delivery");
    CHECK(read("<think>billing, because") == "(none)");
}

TEST_CASE("arbitrary bytes give a label of the set or none") {
    Rng rng(5);
    const std::string alphabet = "billing delivery{}[]\":,.\n`<think>/ é=";
    const LabelReader reader(k_tickets);
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            text += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                   : alphabet[rng.below(alphabet.size())];
        }
        const LabelAnswer answer = reader.read(text);
        CHECK((!answer.label || !answer.ambiguous));
        CHECK((answer.rule == LabelRule::None) == (!answer.label && !answer.ambiguous));
    }
}

}  // namespace
}  // namespace palier::answer
