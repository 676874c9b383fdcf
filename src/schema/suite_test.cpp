// What others have written down about what is valid: the official suite (PALIER_SCHEMA_SUITE: the
// folder that scripts/schema_suite makes) and instances of real schemas (PALIER_DATA).
#include "base/files.h"
#include "schema/codes.h"
#include "schema/schema.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace palier::schema {
namespace {

namespace fs = std::filesystem;

// The folder that a variable of the environment names; "" and a message without it.
std::string folder_of(const char* variable) {
    const char* folder = std::getenv(variable);
    if (folder == nullptr) {
        MESSAGE("skipped: " << std::string(variable) << " is not set");
        return "";
    }
    return folder;
}

json::Value json_in(std::string_view text) {
    const auto parsed = json::parse(text);
    REQUIRE(std::holds_alternative<json::Value>(parsed));
    return std::get<json::Value>(parsed);
}

json::Value file(const fs::path& path) {
    const auto text = read_file(path.string());
    REQUIRE(text);
    return json_in(*text);
}

struct Tally {
    int agreed = 0, disagreed = 0, refused = 0;
};

// What is refused is refused for one of the reasons that the header has.
void check_refusal(const Error& error, std::string_view group) {
    CAPTURE(group);
    const std::string& what = error.args.back().second;
    static constexpr std::array<std::string_view, 4> k_unclaimed{
        "$schema", "$dynamicRef", "unevaluatedItems", "unevaluatedProperties"};
    CHECK((error.code == codes::remote_reference ||
           (error.code == codes::keyword_unsupported &&
            std::find(k_unclaimed.begin(), k_unclaimed.end(), what) != k_unclaimed.end())));
}

void ask(const json::Value& group, const Options& options, Tally& tally) {
    const auto schema = Schema::of(group["schema"], options);
    if (!schema) {
        ++tally.refused;
        check_refusal(schema.error(), group["description"].as_string());
        return;
    }
    for (const json::Value& test : group["tests"].as_array()) {
        const bool accepted = schema->accepts(test["data"]);
        CHECK(accepted == schema->violations(test["data"]).empty());
        const bool agree = accepted == test["valid"].as_bool();
        ++(agree ? tally.agreed : tally.disagreed);
        if (!agree) {
            MESSAGE("disagrees: " << group["description"].as_string() << ": "
                                  << test["description"].as_string());
        }
    }
}

TEST_CASE(
    "every required test of the official suite of draft 2020-12 is passed or refused by name") {
    const std::string folder = folder_of("PALIER_SCHEMA_SUITE");
    if (folder.empty()) {
        return;
    }
    Tally tally;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            const json::Value groups = file(entry.path());
            for (const json::Value& group : groups.as_array()) {
                ask(group, {.check_formats = false}, tally);
            }
        }
    }
    MESSAGE(tally.agreed << " tests agree, " << tally.refused << " groups are refused by name");
    CHECK(tally.disagreed == 0);
    CHECK(tally.agreed > 950);
}

TEST_CASE("the formats that are checked are checked as the official suite has them") {
    const std::string folder = folder_of("PALIER_SCHEMA_SUITE");
    if (folder.empty()) {
        return;
    }
    Tally tally;
    for (const char* format : {"date", "date-time", "time", "uuid", "ipv4", "uri", "email"}) {
        const json::Value groups =
            file(fs::path(folder) / "optional" / "format" / (std::string(format) + ".json"));
        for (const json::Value& group : groups.as_array()) {
            ask(group, {}, tally);
        }
    }
    MESSAGE(tally.agreed << " agree, " << tally.disagreed << " do not");
    CHECK(tally.disagreed == 13);  // leap seconds; quoted and bracketed forms of e-mail
}

TEST_CASE("real schemas with instances are judged as their makers did") {
    const std::string folder = folder_of("PALIER_DATA");
    if (folder.empty()) {
        return;
    }
    const auto text = read_file(folder + "/jsonschemabench-masktests/schemas_with_tests.jsonl");
    REQUIRE(text);
    Tally tally;
    for (std::string_view rest = *text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        ask(json_in(rest.substr(0, end)), {}, tally);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    MESSAGE(tally.agreed << " instances agree");
    CHECK(tally.disagreed == 0);
    CHECK(tally.refused == 0);
    CHECK(tally.agreed == 1844);
}

}  // namespace
}  // namespace palier::schema
