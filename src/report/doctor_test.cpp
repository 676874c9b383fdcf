#include "report/doctor.h"

#include "lib/json/json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

machine::Examination small_machine() {
    machine::Examination found;
    found.system = "Linux 6.1";
    found.processor.name = "A processor \x1b[31m";
    found.processor.threads = 8;
    found.allowed_threads = 2;
    found.cpu_limit = 1.5;
    found.models = {{"a.gguf", 1'500'000'000}};
    found.services = {
        {"Ollama", "http://127.0.0.1:11434", machine::Service::State::Absent, {}, ""}};
    return found;
}

}  // namespace

TEST_CASE("a machine is described in 80 columns, in both languages, what is not known as well") {
    for (const Language language : {Language::En, Language::Fr}) {
        const machine::Examination found = small_machine();
        const std::string text = machine_text(language, found) + around_text(language, found, {});
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("11434") != std::string::npos);
        CHECK(text.find(language == Language::Fr ? "1,5 Go" : "1.5 GB") != std::string::npos);
    }
}

TEST_CASE("amounts of a problem are put into words, the rest cannot steer the terminal") {
    const std::string text =
        problem_text(Language::Fr, {9999, {{"free_bytes", "2500000000"}, {"path", "a\x1b[1m"}}});
    CHECK(text.find("2,5 Go") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("what a machine does not tell is null for scripts") {
    const auto value = json::parse_or_nothing(doctor_json(Language::En, small_machine(), {}));
    REQUIRE(value);
    CHECK((*value)["processor"]["cores"].is_null());
    CHECK((*value)["processor"]["threads_allowed"].as_int() == 2);
    CHECK((*value)["engines"].as_array()[0]["state"].as_string() == "absent");
    CHECK((*value)["problems"].as_array().empty());
}

}  // namespace palier::report
