#include "answer/json_answer.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string how(std::string_view text) {
    return std::string(name_of(json_of(text).found));
}
std::string what(std::string_view text) {
    return json::write(json_of(text).value);
}

TEST_CASE("an answer that is JSON as a whole is told from JSON that has to be dug out") {
    CHECK(how(" {\"a\": 1}\n") == "whole");
    CHECK(how("[1, 2]") == "whole");
    CHECK(how("```json\n{\"a\": 1}\n```") == "fence");
    CHECK(how("Here:\n```\n[1]\n```\nDone.") == "fence");
    CHECK(how("The order is {\"a\": 1}. Anything else?") == "embedded");
    CHECK(how("no JSON here") == "none");
    CHECK(how("") == "none");
}

TEST_CASE("the last complete value counts, and a list is a list") {
    CHECK(what("see [1] and {\"a\": \"}{\"} then {\"b\": 2}") == R"({"b":2})");
    CHECK(what("draft {\"a\": 1}\ncorrected {\"a\": 2}") == R"({"a":2})");
    CHECK(what("Here: [{\"n\": 8}, {\"n\": 9}]") == R"([{"n":8},{"n":9}])");
    CHECK(what("{\"a\": 1} as in [2]") == R"({"a":1})");  // a reference
    CHECK(what("[1, 2] then [3]") == "[3]");
    CHECK(what("```\n{\"a\": 1}\n```\nbetter:\n```\n{\"a\": 2}\n```") == R"({"a":2})");
    CHECK(what("```\n{\"a\": 1}\n```\nNo: {\"a\": 2}") == R"({"a":2})");
    CHECK(what("{\"a\": 1}\n{\"a\": 2}") == R"({"a":2})");
    CHECK(what("{\"a\": 1}\n```\n[1]\n```") == R"({"a":1})");
    CHECK(what("```\n{\"a\": 1}\n```\n```python\nd = {\"a\": 3}\n```") == R"({"a":1})");
    CHECK(what("{\"a\": 1} then {\"a\": {\"b\": 2}, ") == R"({"a":1})");  // the second was cut
    CHECK(what("{placeholder} {\"a\": {\"b\": []}}") == R"({"a":{"b":[]}})");
    CHECK(what("{oops {\"a\": 1}}") == R"({"a":1})");
    CHECK(what("values: [1, 2] in euros") == "[1,2]");
}

TEST_CASE("a fence of another language is passed over") {
    CHECK(what("```python\nprint(1)\n```\n```json\n{\"a\": 1}\n```") == R"({"a":1})");
    CHECK(what("```json\n{\"a\": 1}") == R"({"a":1})");  // never closed
    CHECK(how("```json\n{\"a\": \n```") == "none");
}

TEST_CASE("an answer that was cut is not repaired") {
    CHECK(how("{\"a\": 1, \"b\": ") == "none");
    CHECK(what("{\"a\": {\"b\": 1}, \"c\": ") == R"({"b":1})");  // a complete inner object
}

TEST_CASE("reasoning is not output") {
    CHECK(how("<think>{\"a\": 2}</think>{\"a\": 1}") == "whole");
    CHECK(what("<think>{\"a\": 2}</think>{\"a\": 1}") == R"({"a":1})");
}

TEST_CASE("long broken input and arbitrary bytes end soon") {
    CHECK(how(std::string(1'000'000, '{')) == "none");
    CHECK(how(std::string(100'000, '[') + "\"") == "none");
    Rng rng(3);
    const std::string alphabet = "{}[]\",:1a`\\ \n";
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            text += round % 4 == 0 ? static_cast<char>(rng.below(256))
                                   : alphabet[rng.below(alphabet.size())];
        }
        const JsonAnswer answer = json_of(text);
        if (answer.found == JsonFound::Embedded) {
            CHECK((answer.value.is_object() || answer.value.is_array()));
        }
    }
}

}  // namespace
}  // namespace palier::answer
