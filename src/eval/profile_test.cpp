#include "eval/profile.h"

#include "base/rng.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

Profile profiled(const std::string& text,
                 const std::string& path = "data.jsonl",
                 const KnownOfFile& known = {}) {
    const auto file = read_raw_text(text, path);
    REQUIRE(file);
    auto profile = profile_of(*file, path, known);
    REQUIRE(profile);
    return *std::move(profile);
}

std::string tickets(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += R"({"text": "Le colis )" + std::to_string(i) +
                R"( n'est pas dans la boîte", "label": ")" + (i % 3 == 0 ? "retour" : "livraison") +
                "\"}\n";
    }
    return text;
}

}  // namespace

TEST_CASE("short answers that keep coming back are labels") {
    const Profile profile = profiled(tickets(30));
    CHECK(profile.task == core::Task::Classify);
    REQUIRE(profile.labels.size() == 2);
    CHECK(profile.labels[0] == std::pair<std::string, std::int64_t>("livraison", 20));
    CHECK(profile.columns.input_column == "text");
    CHECK(profile.columns.expected_column == "label");
    CHECK(profile.language == "fr");
    CHECK(profile.metric == "accuracy");
    CHECK(profile.records == 30);
    CHECK(profile.input_characters > 30);
    CHECK(profile.reasons.size() == 4);
}

TEST_CASE("fields with the names of the format need no mapping") {
    const Profile profile = profiled(R"({"id": "a", "input": "x y", "expected": "1", "group": "g"}
{"id": "b", "input": "x z", "expected": "2", "group": "g"})");
    CHECK(profile.columns.input_column.empty());
    CHECK(profile.columns.expected_column.empty());
    CHECK(profile.columns.group_column.empty());
}

TEST_CASE("objects are to be extracted, and have a schema") {
    for (const char* text : {R"({"message": "two boxes", "output": {"quantity": 2}})",
                             R"({"message": "two boxes", "output": "{\"quantity\": 2}"})"}) {
        const Profile profile = profiled(text);
        CHECK(profile.task == core::Task::Extract);
        CHECK(profile.schema.find("\"quantity\"") != std::string::npos);
        CHECK(profile.metric == "field_f1");
        CHECK(profile.labels.empty());
    }
}

TEST_CASE("questions with a passage are answered out of it") {
    const Profile profile = profiled(
        R"({"question": "Who?", "context": "Ada wrote it.", "answers": ["Ada", "Ada L."]}
{"question": "When?", "context": "It was in 1843.", "answers": ["1843"]})");
    CHECK(profile.task == core::Task::Answer);
    CHECK(profile.metric == "token_f1");
    CHECK(profile.columns.input_column == "question");
    CHECK(profile.columns.expected_column == "answers");
}

TEST_CASE("free answers are generated; numbers are compared as numbers") {
    CHECK(profiled(R"({"question": "2 and 3?", "answer": "2 + 3 = 5\n#### 5"}
{"question": "3 and 3?", "answer": "6\n#### 6"})")
              .metric == "numeric");
    const Profile words = profiled(R"({"input": "a", "expected": "le chat"}
{"input": "b", "expected": "la souris"})");
    CHECK(words.task == core::Task::Generate);
    CHECK(words.metric == "normalised");
}

TEST_CASE("a table without a header is read by position") {
    const Profile profile = profiled(
        "ham,see you at the station at noon\nspam,win a prize now\nham,are you there yet\n"
        "spam,call this number\nham,no\nspam,free entry\n",
        "sms.csv");
    CHECK(profile.columns.input_column == "2");
    CHECK(profile.columns.expected_column == "1");
    CHECK(profile.records == 6);
    CHECK(profile.task == core::Task::Classify);
}

TEST_CASE("names that say nothing are told by their contents") {
    std::string text = "kind;remark\n";
    for (int i = 0; i < 12; ++i) {
        text += (i % 2 == 0 ? "good;a long remark number " : "bad;another remark number ") +
                std::to_string(i) + "\n";
    }
    const Profile profile = profiled(text, "x.csv");
    CHECK(profile.columns.input_column == "remark");
    CHECK(profile.columns.expected_column == "kind");
}

TEST_CASE("what the owner says goes before what the file suggests") {
    KnownOfFile known;
    known.task = core::Task::Generate;
    known.expected_column = "text";
    known.input_column = "label";
    const Profile profile = profiled(tickets(30), "data.jsonl", known);
    CHECK(profile.task == core::Task::Generate);
    CHECK(profile.columns.input_column == "label");
    known = {};
    known.labels = {"retour", "livraison", "panne"};
    const Profile labelled = profiled(tickets(30), "data.jsonl", known);
    REQUIRE(labelled.labels.size() == 3);
    CHECK(labelled.labels[0].first == "retour");
    CHECK(labelled.labels[2].second == 0);
}

TEST_CASE("a file without answers is refused, by name") {
    const auto file = read_raw_text("one\ntwo\n", "raw.txt");
    REQUIRE(file);
    const auto profile = profile_of(*file, "raw.txt", {});
    REQUIRE_FALSE(profile);
    CHECK(profile.error().code == codes::no_expected_column);
    const auto columns = input_columns_of(*file, "raw.txt", "");
    REQUIRE(columns);
    CHECK(columns->input_column.empty());
    KnownOfFile known;
    known.input_column = "nothing";
    const auto wrong = profile_of(*file, "raw.txt", known);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == codes::no_such_column);
}

TEST_CASE("any bytes give a profile or an error") {
    Rng rng(11);
    const std::string alphabet = "{}[]\":,\n\t;ab1 \\\xc3\xa9\xff";
    for (const char* path : {"x.jsonl", "x.json", "x.csv", "x.tsv", "x.txt", "x"}) {
        for (int i = 0; i < 400; ++i) {
            std::string bytes;
            for (std::uint64_t n = rng.below(80); n > 0; --n) {
                bytes += alphabet[rng.below(alphabet.size())];
            }
            const auto file = read_raw_text(bytes, path);
            if (file) {
                (void)profile_of(*file, path, {});
            } else {
                CHECK(file.error().code >= codes::unreadable_data);
            }
        }
    }
}

}  // namespace palier::eval
