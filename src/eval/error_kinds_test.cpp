#include "eval/error_kinds.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

using core::ErrorKind;
using core::Failure;

core::Case asked(const std::string& input,
                 const std::string& expected,
                 const std::string& context = "") {
    core::Case item;
    item.id = input;
    item.input = input;
    item.expected = {expected};
    item.context = context;
    return item;
}

// A job's references, and what is said of one answer.
struct Reading {
    core::Job job;
    std::vector<core::Case> cases;

    Reading(core::Task task, const std::string& metric) {
        job.task = task;
        job.constraints.quality.metric = metric;
    }

    [[nodiscard]] ErrorKind kind(const core::Case& item,
                                 const std::string& text,
                                 Failure failure = Failure::None,
                                 std::optional<int> output_tokens = std::nullopt) const {
        std::vector<const core::Case*> references{&item};
        for (const core::Case& one : cases) {
            references.push_back(&one);
        }
        Told told{&item, text, {}, output_tokens, 64};
        told.grade.failure = failure;
        told.grade.parsed = text;
        return ErrorReader(job, references, {text}).kind_of(told);
    }
};

Reading questions() {
    return {core::Task::Answer, "em"};
}

const std::string k_bridge =
    "The bridge was opened in 1931. It was drawn by Ada Holm. Trains have crossed it since 1950.";

}  // namespace

TEST_CASE("an answer that says nothing is told by what kept it from saying something") {
    const core::Case item = asked("Who drew it?", "Ada Holm");
    const Reading reading = questions();
    CHECK(reading.kind(item, "", Failure::Timeout) == ErrorKind::Unanswered);
    CHECK(reading.kind(item, "", Failure::ContextExceeded) == ErrorKind::Unanswered);
    CHECK(reading.kind(item, "", Failure::Refused) == ErrorKind::Refused);
    CHECK(reading.kind(item, "It was d", Failure::Truncated) == ErrorKind::Truncated);
    CHECK(reading.kind(item, "", Failure::InvalidAnswer) == ErrorKind::FormatInvalid);
}

TEST_CASE("JSON that fills the room it had is cut off; with room to spare it is broken") {
    const Reading reading{core::Task::Extract, "field_f1"};
    const core::Case item = asked("text", R"({"a": 1})");
    CHECK(reading.kind(item, R"({"a": [1, 1)", Failure::InvalidAnswer, 64) == ErrorKind::Truncated);
    CHECK(reading.kind(item, R"({"a": [1, 1)", Failure::InvalidAnswer, 20) ==
          ErrorKind::FormatInvalid);
}

TEST_CASE("fields that are missing are told from fields that are wrong") {
    const Reading reading{core::Task::Extract, "field_f1"};
    const core::Case item = asked("text", R"({"a": 1, "b": 2})");
    const auto kind = [&](const std::map<std::string, core::FieldCounts>& fields) {
        Told told{&item, "{}", {}, std::nullopt, 64};
        told.grade.fields = fields;
        return ErrorReader(reading.job, {&item}, {}).kind_of(told);
    };
    CHECK(kind({{"a", {0, 0, 1}}, {"b", {1, 0, 0}}}) == ErrorKind::MissingField);
    CHECK(kind({{"a", {0, 1, 1}}, {"b", {1, 0, 0}}}) == ErrorKind::WrongField);
    CHECK(kind({{"a", {1, 0, 0}}, {"c", {0, 1, 0}}}) == ErrorKind::WrongField);
}

TEST_CASE("a text that says the same again and again is a loop, a list is none") {
    CHECK(is_loop("the red door and the red door and the red door and the red door"));
    CHECK(is_loop("It is open. " + std::string("no no no no no no no no no no no no no no")));
    CHECK_FALSE(is_loop("no no no"));
    CHECK_FALSE(is_loop("red, green, blue, red, yellow, green, blue, red, white, grey, blue, red"));
    CHECK(questions().kind(asked("Who?", "Ada Holm"),
                           "I think so I think so I think so I think so I think so",
                           Failure::Truncated) == ErrorKind::Loop);
}

TEST_CASE("to decline is a refusal in both languages, not to know is none") {
    CHECK(declines("I'm sorry, but I can't help with that."));
    CHECK(declines("Je suis désolé, mais je ne peux pas répondre à cette demande."));
    CHECK_FALSE(declines("I cannot find it in the context."));
    CHECK_FALSE(declines("Je ne peux pas le savoir."));
    CHECK_FALSE(declines("The door can't be opened."));
}

TEST_CASE("an answer in another language than the references is told, short ones together") {
    Reading reading{core::Task::Generate, "normalised"};
    reading.job.language = "fr";
    reading.cases = {asked("1", "Le colis est dans la boîte avec les autres"),
                     asked("2", "La facture est sur le bureau de la direction")};
    const core::Case item = asked("3", "Le livreur est passé, mais il n'y avait pas de place");
    CHECK(reading.kind(item, "The driver was here and there was not a place for it") ==
          ErrorKind::LanguageDrift);
    CHECK(reading.kind(item, "快递员来过了，但是没有地方") == ErrorKind::LanguageDrift);
    CHECK(reading.kind(item, "Le facteur est venu, mais il ne l'a pas pris") !=
          ErrorKind::LanguageDrift);
    Told told{&item, "with the others", {}, std::nullopt, 64};
    CHECK(ErrorReader(reading.job,
                      {&item},
                      {"with the others", "it was not there", "you have to wait for it"})
              .kind_of(told) == ErrorKind::LanguageDrift);
}

TEST_CASE("a label that is none is a fault of form, another label is a wrong one") {
    Reading reading{core::Task::Classify, "accuracy"};
    reading.job.labels = {"ham", "spam"};
    const core::Case item = asked("win", "spam");
    CHECK(reading.kind(item, "It depends on the reader.", Failure::InvalidAnswer) ==
          ErrorKind::FormatInvalid);
    CHECK(reading.kind(item, "ham") == ErrorKind::WrongLabel);
}

TEST_CASE("a fact is missing where neither prompt nor answer has it") {
    const Reading reading = questions();
    CHECK(reading.kind(asked("Who drew the bridge?", "Ada Holm"), "Gustave Eiffel") ==
          ErrorKind::MissingFact);
    CHECK(reading.kind(asked("Who drew it?", "Ada Holm", "The bridge is long."), "Eiffel") ==
          ErrorKind::MissingFact);
}

TEST_CASE("a fact that the context has is not used, or replaced by something made up") {
    const Reading reading = questions();
    const core::Case item = asked("Who drew it?", "Ada Holm", k_bridge);
    CHECK(reading.kind(item, "Trains have crossed it") == ErrorKind::ContextNotUsed);
    CHECK(reading.kind(item, "Gustave Eiffel") == ErrorKind::Unsupported);
    CHECK(reading.kind(item, "It was drawn by Ada Holm.") == ErrorKind::FormatInvalid);
    CHECK(reading.kind(item, "<think>Eiffel?</think>Ada") == ErrorKind::WrongAnswer);
}

TEST_CASE("what all references share is style, what one alone has is a fact") {
    Reading reading{core::Task::Generate, "normalised"};
    for (int i = 0; i < 10; ++i) {
        const std::string n = std::to_string(1000 + i);
        reading.cases.push_back(
            asked("Order " + n, "Dear customer, order " + n + " is on its way. Kind regards"));
    }
    const core::Case item =
        asked("Order 7007", "Dear customer, order 7007 is on its way. Kind regards");
    CHECK(reading.kind(item, "Your order 7007 was sent") == ErrorKind::StyleOrRule);
    CHECK(reading.kind(item, "Your parcel was sent") == ErrorKind::StyleOrRule);
    const core::Case dated =
        asked("Order 7008", "Dear customer, order 7008 is due on the 14th. Kind regards");
    CHECK(reading.kind(dated, "Your order 7008 was sent") == ErrorKind::MissingFact);
    // One of a few texts that recur is chosen by a rule.
    Reading closed{core::Task::Generate, "exact"};
    closed.cases = {asked("1", "QUEUE-A"), asked("2", "QUEUE-A"), asked("3", "QUEUE-B")};
    CHECK(closed.kind(asked("4", "QUEUE-A"), "queue for letters") == ErrorKind::StyleOrRule);
}

TEST_CASE("results of running what was written are wrong or broken, never missing facts") {
    const Reading sql{core::Task::Generate, "sql_execution"};
    const core::Case item = asked("How many?", "SELECT count(*) FROM t");
    CHECK(sql.kind(item, "SELECT 1") == ErrorKind::WrongAnswer);
    CHECK(sql.kind(item, "SELEC 1", Failure::SqlError) == ErrorKind::FormatInvalid);
    CHECK(sql.kind(item, "DROP TABLE t", Failure::SqlForbidden) == ErrorKind::WrongAnswer);
    CHECK(Reading(core::Task::Generate, "numeric").kind(asked("2 x 21?", "42"), "40") ==
          ErrorKind::WrongAnswer);
}

TEST_CASE("the right passage is the sentence of the reference with the one before it") {
    CHECK(gold_context(asked("q", "1950", k_bridge)) ==
          "It was drawn by Ada Holm. Trains have crossed it since 1950.");
    CHECK(gold_context(asked("q", "1800", k_bridge)).empty());
    CHECK(gold_context(asked("q", "1931", "Opened in 1931.")).empty());
    CHECK(gold_context(asked("q", "1931")).empty());
}

TEST_CASE("any bytes have a kind") {
    Rng rng(11);
    const auto bytes = [&] {
        std::string text;
        for (std::uint64_t i = rng.below(60); i > 0; --i) {
            text += static_cast<char>(rng.below(256));
        }
        return text;
    };
    for (int i = 0; i < 2000; ++i) {
        const Reading reading{static_cast<core::Task>(rng.below(4)),
                              rng.below(2) == 0 ? "exact" : "em"};
        const core::Case item = asked(bytes(), bytes(), bytes());
        const ErrorKind kind =
            reading.kind(item, bytes(), rng.below(2) == 0 ? Failure::None : Failure::InvalidAnswer);
        CHECK(kind != ErrorKind::ReferenceInDoubt);
        CHECK(gold_context(item).size() <= item.context.size());
    }
}

}  // namespace palier::eval
