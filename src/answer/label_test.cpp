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
    CHECK(rule("Label: billing, I think") == LabelRule::Stated);
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
    CHECK(read("for us", twins) == "(none)");  // a pronoun
}

TEST_CASE("reasoning is not read") {
    CHECK(read("<think>billing? no, delivery</think>\ndelivery") == "delivery");
    CHECK(read("<think>billing, because") == "(none)");
}

TEST_CASE("each rule has its examples: what is stated is read, a word of a sentence is not") {
    const std::vector<std::string> letters{"A", "B", "C", "D", "I"};
    struct Example {
        std::string_view text;
        std::string_view label;
        LabelRule rule;
    };
    for (const Example& example : std::vector<Example>{
             {"B", "B", LabelRule::Exact},
             {"(b).", "B", LabelRule::Folded},
             {R"({"answer": "B"})", "B", LabelRule::Json},
             {"The answer is B. Note that A is the usual mistake.", "B", LabelRule::Stated},
             {"Final answer: D.", "D", LabelRule::Stated},
             {"I first took C.\n**Final Answer:**\nD", "D", LabelRule::Stated},
             {"The answer is A. No, wait. Final answer: C", "C", LabelRule::Stated},
             {"La bonne réponse est B, car le portail est vert.", "B", LabelRule::Stated},
             {"The correct option would be (C) because of the gate", "C", LabelRule::Stated},
             {"The answer is clearly the option B", "B", LabelRule::Stated},
             {"B) a garden gate", "B", LabelRule::Chosen},
             {"(C) a pond", "C", LabelRule::Chosen},
             {"D. All of these", "D", LabelRule::Chosen},
             {"**A**: a house", "A", LabelRule::Chosen},
             {"It opens to the garden, as a gate does.\n\nB", "B", LabelRule::Chosen},
             {"A is the correct answer", "A", LabelRule::Stated},
             {"Let's pick A because it fits", "A", LabelRule::Stated},
             {"I'd choose C, as D is wrong", "C", LabelRule::Stated},
             {"I would go with B", "B", LabelRule::Stated},
             {"It must be B", "B", LabelRule::Mentioned},
             {"<b>C</b>", "C", LabelRule::Mentioned},
             {"> B", "B", LabelRule::Mentioned},
             {"答案是B", "B", LabelRule::Mentioned},
             {"正解はAです", "A", LabelRule::Mentioned},
             {"It can only be option \"A\" here", "A", LabelRule::Mentioned},
             {"The one that fits is A.", "A", LabelRule::Mentioned},
             {"This is a hard one, sorry.", "(none)", LabelRule::None},
             {"I am not sure", "(none)", LabelRule::None},
             {"A garden gate", "(none)", LabelRule::None},
             {"C'est une porte", "(none)", LabelRule::None},
             {"It's an e-mail, I'd say", "(none)", LabelRule::None},
             {"The answer is a hard one to give", "(none)", LabelRule::None},
             {"Answer: A garden is not a house", "(none)", LabelRule::None},
             {"The answer is A or B", "(ambiguous)", LabelRule::Stated},
             {"The answer: B or maybe C", "(ambiguous)", LabelRule::Stated},
             {"Both A and B", "(ambiguous)", LabelRule::Mentioned},
             {"(A) is wrong, (B) is right", "B", LabelRule::Stated},
             {"(A) is near, (B) too", "(ambiguous)", LabelRule::Chosen},
             {"A) a house\nB) a gate", "(ambiguous)", LabelRule::Chosen}}) {
        INFO(example.text);
        CHECK(read(example.text, letters) == example.label);
        CHECK(label_of(example.text, letters).rule == example.rule);
    }
}

TEST_CASE("labels that are words of the language count where they cannot be meant as such") {
    const std::vector<std::string> languages{"en", "is", "it", "no", "fr"};
    CHECK(read("it is not easy to tell", languages) == "(none)");
    CHECK(read("I think it is \"no\"", languages) == "no");
    CHECK(read("The label is fr", languages) == "fr");
    CHECK(read("There is no way to know", {"yes", "no"}) == "(none)");
    CHECK(read("No, it cannot", {"yes", "no"}) == "no");
    CHECK(read("Yes, there is no doubt", {"yes", "no"}) == "yes");
    CHECK(read("This is an IT matter", {"IT", "HR"}) == "IT");
    CHECK(read("it is an HR matter", {"IT", "HR"}) == "HR");
}

TEST_CASE("labels of any script are read, inside a sentence and in any form") {
    const std::vector<std::string> cyrillic{"доставка", "оплата"};
    CHECK(read("ДОСТАВКА", cyrillic) == "доставка");
    CHECK(read("Ответ: Оплата.", cyrillic) == "оплата");
    CHECK(read("这条评论是正面的", {"正面", "负面"}) == "正面");
    CHECK(read("肯定的です", {"肯定", "否定"}) == "肯定");
    CHECK(read("이 문의는 배송입니다", {"배송", "환불"}) == "배송");
    CHECK(read("เป็นรีวิวเชิงบวก", {"บวก", "ลบ"}) == "บวก");
    CHECK(read("re\xcc\x81"
               "clamation") ==
          "ré"
          "clamation");
    CHECK(read("❤", {"\xe2\x9d\xa4\xef\xb8\x8f", "💔"}) == "\xe2\x9d\xa4\xef\xb8\x8f");
    CHECK(read("so: 💔!", {"\xe2\x9d\xa4\xef\xb8\x8f", "💔"}) == "💔");
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
