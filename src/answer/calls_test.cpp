#include "answer/calls.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string calls(std::string_view text) {
    const Calls read = calls_of(text);
    CHECK((!read.broken || read.calls.empty()));
    return read.broken ? "broken" : text_of_calls(read.calls);
}

const std::string k_f = R"([{"name":"f","arguments":{"x":1}}])";

TEST_CASE("a call is read in each form that models and endpoints write") {
    CHECK(calls(R"({"name": "f", "arguments": {"x": 1}})") == k_f);
    CHECK(calls(R"({"name": "f", "parameters": {"x": 1}})") == k_f);
    CHECK(calls(R"({"name": "f", "arguments": "{\"x\": 1}"})") == k_f);
    CHECK(calls(R"({"type": "function", "function": {"name": "f", "args": {"x": 1}}})") == k_f);
    CHECK(calls(R"({"tool_calls": [{"function": {"name": "f", "arguments": {"x": 1}}}]})") == k_f);
    CHECK(calls("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1}}\n</tool_call>") == k_f);
    CHECK(calls("I call it:\n```json\n[{\"name\": \"f\", \"arguments\": {\"x\": 1}}]\n```") == k_f);
    CHECK(calls(R"({"name": "now", "arguments": {}})") == R"([{"name":"now","arguments":{}}])");
    CHECK(calls(R"({"name": "now", "arguments": null})") == R"([{"name":"now","arguments":{}}])");
}

TEST_CASE("several calls are read one behind the other") {
    const std::string two = R"([{"name":"f","arguments":{}},{"name":"g","arguments":{"s":"}"}}])";
    CHECK(calls(two) == two);
    CHECK(calls(R"({"name":"f","arguments":{}}
{"name":"g","arguments":{"s":"}"}})") == two);
    CHECK(calls(R"(<tool_call>{"name":"f","arguments":{}}</tool_call>
<tool_call>{"name":"g","arguments":{"s":"}"}}</tool_call>)") == two);
}

TEST_CASE("words and other JSON call nothing") {
    for (const char* text : {"",
                             "None of these functions helps here.",
                             "[]",
                             "{\"answer\": 5}",
                             "{\"name\": \"Ada\", \"age\": 36}",
                             "{\"name\": \"\", \"arguments\": {}}",
                             "{\"name\": \"f\", \"arguments\": 5}",
                             "see [1] and {this}",
                             "<think>{\"name\":\"f\",\"arguments\":{}}</think>No."}) {
        INFO(text);
        CHECK(calls(text) == "[]");
    }
}

TEST_CASE("a call that breaks off is broken, not no call") {
    CHECK(calls("{\"name\": \"f\", \"arguments\": {\"x\": ") == "broken");
    CHECK(calls("{\"name\": \"f\", \"arguments\": {\"x\": 1,}}") == "broken");
    CHECK(calls("{\"name\": \"f\", \"arguments\": {}} {\"name\": \"g\", \"arguments\": {") ==
          "broken");
}

TEST_CASE("any bytes are calls, no call, or broken") {
    Rng rng(19);
    const std::vector<std::string> words{"{",
                                         "}",
                                         "[",
                                         "]",
                                         "\"name\"",
                                         ":",
                                         "\"f\"",
                                         ",",
                                         "\"arguments\"",
                                         "\"",
                                         "\\",
                                         " 1",
                                         "\n",
                                         "null"};
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::uint64_t left = rng.below(25); left > 0; --left) {
            text += rng.below(8) == 0 ? std::string(1, static_cast<char>(rng.below(256)))
                                      : words[rng.below(words.size())];
        }
        REQUIRE_FALSE(calls(text).empty());
    }
    CHECK(calls(std::string(200'000, '[')) == "[]");
}

}  // namespace
}  // namespace palier::answer
