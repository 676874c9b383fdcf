// What others have written down about what is valid: the official suite (PALIER_SCHEMA_SUITE: the
// folder that scripts/schema_suite makes) and instances of real schemas (PALIER_DATA).
#include "base/files.h"
#include "schema/codes.h"
#include "schema/language.h"
#include "schema/schema.h"
#include "schema/test_writer.h"

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

// Calls `use` with each line of the public set.
template <class Use>
void for_each_schema(const std::string& folder, const Use& use) {
    const auto text = read_file(folder + "/jsonschemabench-masktests/schemas_with_tests.jsonl");
    REQUIRE(text);
    for (std::string_view rest = *text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        use(json_in(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

TEST_CASE("real schemas with instances are judged as their makers did") {
    const std::string folder = folder_of("PALIER_DATA");
    if (folder.empty()) {
        return;
    }
    Tally tally;
    for_each_schema(folder, [&tally](const json::Value& row) { ask(row, {}, tally); });
    MESSAGE(tally.agreed << " instances agree");
    CHECK(tally.disagreed == 0);
    CHECK(tally.refused == 0);
    CHECK(tally.agreed == 1844);
}

struct Held {
    int schemas = 0, constrained = 0;
    int calls = 0, calls_constrained = 0;  // of functions
    int valid = 0, valid_refused = 0;
    int invalid = 0, invalid_let_through = 0;
    int written = 0, endless = 0;  // at random
};

void hold(const json::Value& row, Held& held) {
    const json::Array& tests = row["tests"].as_array();
    const auto of = Schema::of(row["schema"]);
    if (tests.empty() || !of) {
        return;
    }
    const bool is_call = row["id"].as_string().starts_with("BFCL");
    const auto language = Language::of(*of);
    held.schemas += 1;
    held.constrained += language ? 1 : 0;
    held.calls += is_call ? 1 : 0;
    held.calls_constrained += is_call && language ? 1 : 0;
    for (std::size_t i = 0; language && i < tests.size(); ++i) {
        Walk walk = language->begin();
        const bool let_through = walk.feed(json::write(tests[i]["data"])) && walk.may_end();
        if (tests[i]["valid"].as_bool()) {
            held.valid += 1;
            held.valid_refused += let_through ? 0 : 1;
        } else {
            held.invalid += 1;
            held.invalid_let_through += let_through ? 1 : 0;
        }
    }
}

void write_some(const json::Value& row, Rng& rng, Held& held) {
    const auto of = Schema::of(row["schema"]);
    const auto language = of ? Language::of(*of) : of.error();
    if (!language) {
        return;
    }
    const std::string text = written_at_random(*language, rng, 40);
    if (text.starts_with("endless")) {
        ++held.endless;
        return;
    }
    CAPTURE(row["id"].as_string());
    CAPTURE(text);
    CHECK(of->accepts(json_in(text)));
    ++held.written;
}

TEST_CASE("what is written at random within real schemas is valid") {
    const std::string folder = folder_of("PALIER_DATA");
    if (folder.empty()) {
        return;
    }
    Held held;
    Rng rng(8);
    for_each_schema(folder, [&](const json::Value& row) { write_some(row, rng, held); });
    MESSAGE(held.written << " texts written, " << held.endless << " given up");
    CHECK(held.written > 700);
}

TEST_CASE("nine real schemas of ten can be held to, and then let through what is valid alone") {
    const std::string folder = folder_of("PALIER_DATA");
    if (folder.empty()) {
        return;
    }
    Held held;
    for_each_schema(folder, [&held](const json::Value& row) { hold(row, held); });
    MESSAGE(held.constrained << " of " << held.schemas << " schemas; " << held.valid
                             << " valid instances as they stand, " << held.invalid << " others");
    CHECK(held.valid_refused == 0);
    CHECK(held.invalid_let_through == 0);
    CHECK(held.constrained * 100 >= held.schemas * 90);
    CHECK(held.calls_constrained == held.calls);
    CHECK(held.schemas == 659);
}

}  // namespace
}  // namespace palier::schema
