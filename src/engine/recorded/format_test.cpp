#include "engine/recorded/format.h"

#include "base/rng.h"
#include "base/text.h"
#include "engine/codes.h"
#include "lib/hash/sha256.h"

#include <doctest/doctest.h>

namespace palier::engine::recorded {
namespace {

const std::string k_path = "answers.jsonl";
const std::string k_hash = hash::sha256_hex("input");

std::string argument(const Error& error, const std::string& name) {
    for (const auto& [key, value] : error.args) {
        if (key == name) {
            return value;
        }
    }
    return "(no " + name + ")";
}

TEST_CASE("a header reads back as it was written") {
    Header header;
    header.model = "Qwen2.5-Coder-1.5B \"Q4\"";
    header.date = "2026-03-01T12:00:00Z";
    header.settings = json::Object{{"temperature", 0}, {"rung", "few-shot"}};
    header.parameters = 1'500'000'000;
    const std::string text = write_header(header);
    CHECK(text.back() == '\n');
    CHECK(text.starts_with("{\"palier_recorded\":2,"));
    const Result<Header> back = parse_header(trim(text), k_path);
    REQUIRE(back);
    CHECK(back->model == header.model);
    CHECK(back->date == header.date);
    CHECK(back->settings == header.settings);
    CHECK(back->parameters == header.parameters);
}

TEST_CASE("answers of any text read back as they were written, on one line") {
    Rng rng(11);
    const std::vector<std::string> pieces{
        "a", "é", "\n", "\r", "\"", "\\", "\t", "\x01", "{", "€", "😀"};
    for (int round = 0; round < 2000; ++round) {
        Line line;
        for (std::uint64_t i = rng.below(12); i > 0; --i) {
            line.answer += pieces[rng.below(pieces.size())];
        }
        line.cut_at_limit = rng.below(2) == 0;
        if (rng.below(2) == 0) {
            line.prompt_tokens = static_cast<int>(rng.below(5000));
            line.output_tokens = static_cast<int>(rng.below(500));
        }
        const std::string text = write_answer("input", "", line);
        CHECK(text.find('\n') == text.size() - 1);
        const Result<Line> back = parse_answer(trim(text), k_path, 2);
        REQUIRE(back);
        CHECK(back->input_sha256 == k_hash);
        CHECK(back->answer == line.answer);
        CHECK(back->prompt_tokens == line.prompt_tokens);
        CHECK(back->output_tokens == line.output_tokens);
        CHECK(back->cut_at_limit == line.cut_at_limit);
    }
}

TEST_CASE("a context is told by its hash, and version 1 knows none") {
    const std::string text = write_answer("input", "context", {});
    const Result<Line> back = parse_answer(trim(text), k_path, 2);
    REQUIRE(back);
    CHECK(back->input_sha256 == k_hash);
    CHECK(back->context_sha256 == hash::sha256_hex("context"));
    CHECK(parse_answer(trim(text), k_path, 2, k_version_by_input).error().code ==
          codes::recording_unknown_member);
    CHECK(parse_answer(trim(write_answer("input", "", {})), k_path, 2)->context_sha256.empty());
}

TEST_CASE("a failure stands in place of an answer") {
    Line line;
    line.failed = FailureKind::Refused;
    const std::string text = write_answer("input", "", line);
    const Result<Line> back = parse_answer(trim(text), k_path, 2);
    REQUIRE(back);
    CHECK(back->failed == FailureKind::Refused);
    const std::string begin = "{\"input_sha256\":\"" + k_hash + "\"";
    CHECK(parse_answer(begin + ",\"failed\":\"tired\"}", k_path, 2).error().code ==
          codes::recording_member_wrong);
    CHECK(parse_answer(begin + R"(,"failed":"refused","answer":"a"})", k_path, 2).error().code ==
          codes::recording_member_wrong);
}

TEST_CASE("the number of parameters may be written for people") {
    const Result<Header> header = parse_header(
        R"({"palier_recorded":1,"model":"m","date":"d","settings":{},"parameters":"1.5B"})",
        k_path);
    REQUIRE(header);
    CHECK(header->parameters == 1'500'000'000);
}

TEST_CASE("what is wrong with a header is said") {
    const auto code = [](std::string_view text) { return parse_header(text, k_path).error().code; };
    CHECK(code("") == codes::recording_no_object);
    CHECK(code("not json") == codes::recording_no_object);
    CHECK(code("[1]") == codes::recording_no_object);
    CHECK(code(R"({"input_sha256":"x","answer":"y"})") == codes::recording_without_header);
    CHECK(code(R"({"palier_recorded":3})") == codes::recording_of_other_version);
    CHECK(code(R"({"palier_recorded":"1"})") == codes::recording_of_other_version);
    CHECK(code(R"({"palier_recorded":1,"date":"d","settings":{}})") ==
          codes::recording_member_wrong);
    CHECK(code(R"({"palier_recorded":1,"model":"m","settings":{}})") ==
          codes::recording_member_wrong);
    CHECK(code(R"({"palier_recorded":1,"model":"m","date":"d"})") == codes::recording_member_wrong);
    CHECK(code(R"({"palier_recorded":1,"model":"m","date":"d","settings":{},"parameters":-1})") ==
          engine::codes::recording_member_wrong);
    CHECK(code(R"({"palier_recorded":1,"model":"m","date":"d","settings":{},"licence":1})") ==
          engine::codes::recording_unknown_member);
}

TEST_CASE("what is wrong with an answer is said, with its line") {
    const auto error = [](const std::string& text) {
        return parse_answer(text, k_path, 17).error();
    };
    const std::string begin = "{\"input_sha256\":\"" + k_hash + "\"";
    CHECK(error(begin + ",\"answer\":\"cut off").code == engine::codes::recording_no_object);
    CHECK(error(begin + "}").code == engine::codes::recording_member_wrong);
    CHECK(error(begin + ",\"answer\":7}").code == engine::codes::recording_member_wrong);
    CHECK(error(begin + ",\"answer\":\"a\",\"prompt_tokens\":-1}").code ==
          engine::codes::recording_member_wrong);
    CHECK(error(begin + ",\"answer\":\"a\",\"finish\":\"stop\"}").code ==
          engine::codes::recording_member_wrong);
    CHECK(error(R"({"input_sha256":"abc","answer":"a"})").code ==
          engine::codes::recording_member_wrong);
    CHECK(error(R"({"answer":"a"})").code == engine::codes::recording_member_wrong);
    const Error unknown = error(begin + ",\"anwser\":\"a\"}");
    CHECK(unknown.code == engine::codes::recording_unknown_member);
    CHECK(argument(unknown, "line") == "17");
    CHECK(argument(unknown, "path") == k_path);
    CHECK(argument(unknown, "known") == "answer");
}

TEST_CASE("arbitrary bytes are an error or a line, never a crash") {
    Rng rng(5);
    const std::string good = write_answer("input",
                                          "context",
                                          {.input_sha256 = {},
                                           .context_sha256 = {},
                                           .answer = "a",
                                           .prompt_tokens = 3,
                                           .output_tokens = 1,
                                           .cut_at_limit = false,
                                           .failed = std::nullopt});
    for (int round = 0; round < 20'000; ++round) {
        std::string text(trim(good));
        for (std::uint64_t i = rng.below(4) + 1; i > 0; --i) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        text.resize(rng.below(text.size() + 1));
        const Result<Line> line = parse_answer(text, k_path, 2);
        if (!line) {
            CHECK(line.error().code / 100 == 26);
        }
        const Result<Header> header = parse_header(text, k_path);
        CHECK_FALSE(header);
    }
}

}  // namespace
}  // namespace palier::engine::recorded
