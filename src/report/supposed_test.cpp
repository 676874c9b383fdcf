#include "report/supposed.h"

#include "lib/json/json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {

TEST_CASE("a supposed machine is described in 80 columns, and always as an estimate") {
    for (const machine::Supposed& machine : machine::supposed_machines()) {
        INFO(machine.name);
        const std::string english = supposed_text(Language::En, machine);
        const std::string french = supposed_text(Language::Fr, machine);
        for (std::string line : {english, french}) {
            // An address is one word, which nobody can copy broken.
            for (std::size_t at = line.find("https://"); at != std::string::npos;
                 at = line.find("https://")) {
                line.erase(at, line.find_first_of(" \n", at) - at);
            }
            CHECK_MESSAGE(too_wide(line).empty(), too_wide(line));
        }
        CHECK(english.find("estimate") != std::string::npos);
        CHECK(french.find("estimation") != std::string::npos);
        CHECK(english.find("https://") != std::string::npos);
    }
}

TEST_CASE(
    "a script reads that the figures of a supposed machine are estimates, and their sources") {
    const machine::Supposed& machine = *machine::find_supposed("l4");
    const auto value = json::parse_or_nothing(supposed_json(Language::Fr, machine));
    REQUIRE(value);
    const json::Value& about = (*value)["machine"];
    CHECK(about["supposed"].as_bool());
    CHECK(about["figures"].as_string() == "estimates");
    CHECK(about["vram_bytes"].as_int() == 24'000'000'000);
    CHECK(about["bandwidth_gb_s"]["value"].as_double() == 300);
    CHECK(about["gflops"]["address"].as_string().starts_with("https://"));
    CHECK((*value)["note"].as_string().find("estimation") != std::string::npos);
    const auto list =
        json::parse_or_nothing(supposed_list_json(Language::En, machine::supposed_machines()));
    REQUIRE(list);
    CHECK((*list)["machines"].as_array().size() == machine::supposed_machines().size());
    CHECK((*list)["machines"].as_array()[0]["vram_bytes"].is_null());
}

TEST_CASE("the list of machines names them all, in both languages") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = supposed_list(language, machine::supposed_machines());
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        for (const machine::Supposed& machine : machine::supposed_machines()) {
            CHECK(text.find(machine.name) != std::string::npos);
        }
    }
}

}  // namespace palier::report
