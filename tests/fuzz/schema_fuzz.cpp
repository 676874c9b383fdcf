// A schema and a text for it, on either side of the first line end: whatever they are, there is an
// error or an answer, and no text is let through that the schema does not accept. Run by
// scripts/fuzz.
#include "lib/json/json.h"
#include "schema/codes.h"
#include "schema/language.h"
#include "schema/schema.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <variant>

namespace {

namespace schema = palier::schema;
namespace json = palier::json;

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "not true: %s\n", what);
        std::abort();
    }
}

void check(const schema::Schema& of, std::string_view text) {
    const auto parsed = json::parse(text);
    const auto* instance = std::get_if<json::Value>(&parsed);
    if (instance != nullptr) {
        require(of.accepts(*instance) == of.violations(*instance).empty(),
                "what is not accepted has a violation, and nothing else has");
    }
    const auto language = schema::Language::of(of);
    if (!language) {
        require(language.error().code == schema::codes::not_constrained, "obstacles are named");
        return;
    }
    schema::Walk walk = language->begin();
    require(walk.may_end() || walk.next_bytes().any(), "a walk can go on or end");
    std::size_t fed = 0;
    while (fed < text.size() && walk.feed(text.substr(fed, 1))) {
        ++fed;
        require(walk.may_end() || walk.next_bytes().any(), "a walk can go on or end");
    }
    if (fed == text.size() && walk.may_end()) {
        require(instance != nullptr, "what is let through is JSON");
        require(of.accepts(*instance), "what is let through is accepted");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), size);
    const auto of = schema::Schema::read(input.substr(0, line));
    if (of) {
        check(*of, input.substr(std::min(line + 1, size)));
    } else {
        require(of.error().code >= schema::codes::no_json &&
                    of.error().code <= schema::codes::pattern_unsupported,
                "errors are those of a schema");
    }
    // The states of a pattern may double with each character until they are too many, which takes
    // seconds here: short ones leave the time to the rest.
    constexpr std::size_t k_pattern_bytes = 24;
    (void)schema::Language::of_pattern(input.substr(0, std::min(line, k_pattern_bytes)));
    return 0;
}
