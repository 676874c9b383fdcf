// Every form of the report, against texts that were read and approved: tests/golden/report.
// UPDATE_GOLDEN=1 rewrites them; the difference is then read again.
#include "base/text.h"
#include "lib/json/json.h"
#include "report/fixture.h"
#include "report/report.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace palier::report {
namespace {

void check_golden(const std::string& name, const std::string& actual) {
    const std::string path = "tests/golden/report/" + name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << actual;
    }
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.is_open(), path);
    std::stringstream expected;
    expected << file.rdbuf();
    CHECK_MESSAGE(expected.str() == actual, path);
}

}  // namespace

TEST_CASE("the terminal report of a chosen small model reads as approved, in both languages") {
    const core::Summary summary = fixture::tickets();
    check_golden("tickets.en.txt", text(Language::En, summary, {}));
    check_golden("tickets.fr.txt", text(Language::Fr, summary, {}));
}

TEST_CASE("the machine format and the Markdown read as approved") {
    const core::Summary summary = fixture::tickets();
    check_golden("tickets.json", verdict_json(summary) + "\n");
    check_golden("tickets.csv", csv(summary));
    check_golden("tickets.en.md", markdown(Language::En, summary));
    check_golden("tickets.fr.md", markdown(Language::Fr, summary));
    check_golden("orders.json", verdict_json(fixture::orders()) + "\n");
    check_golden("orders.en.txt", text(Language::En, fixture::orders(), {}));
}

TEST_CASE("no line of the terminal report but the verdict is wider than the terminal") {
    for (const Language language : {Language::En, Language::Fr}) {
        for (const core::Summary& summary : {fixture::tickets(), fixture::orders()}) {
            const auto lines = split(text(language, summary, {}), '\n');
            for (std::size_t i = 1; i < lines.size(); ++i) {
                CHECK_MESSAGE(length_in_characters(lines[i]) <= 80, lines[i]);
            }
        }
    }
}

TEST_CASE("colours add nothing but escape sequences, and ASCII signs are ASCII") {
    core::Summary summary = fixture::tickets();
    Style colour;
    colour.colour = true;
    std::string coloured = text(Language::En, summary, colour);
    CHECK(coloured.find("\x1b[32m") != std::string::npos);
    for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
         at = coloured.find('\x1b')) {
        coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    CHECK(coloured == text(Language::En, summary, {}));
    summary.job_name = "x";
    Style ascii;
    ascii.ascii = true;
    for (const char c : text(Language::En, summary, ascii)) {
        CHECK(static_cast<unsigned char>(c) < 0x80);
    }
}

TEST_CASE("a model's name cannot move the cursor or colour the terminal") {
    core::Summary summary = fixture::tickets();
    summary.systems[2].model = "evil\x1b[2J\nname";
    const std::string shown = text(Language::En, summary, {});
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find("evil␛[2J name") != std::string::npos);
}

TEST_CASE("what ended a proof in an error is told with the reasons") {
    core::Summary summary = fixture::tickets();
    summary.systems[3].verdict.status = core::Status::Error;
    summary.systems[3].notes["failure"] = "connection refused";
    CHECK(text(Language::En, summary, {}).find("connection refused") != std::string::npos);
}

TEST_CASE("the machine format has the promised keys in the promised order") {
    const auto parsed = json::parse_or_nothing(verdict_json(fixture::tickets()));
    REQUIRE(parsed);
    const auto keys = [](const json::Value& value) {
        std::string names;
        for (const auto& [key, ignored] : value.as_object()) {
            names += key + " ";
        }
        return names;
    };
    CHECK(keys(*parsed) ==
          "format run seed alpha k n_dev n_test elapsed_s verdict systems rungs "
          "next_points ");
    CHECK(keys((*parsed)["verdict"]) == "choice system why on_these_cases on_future_traffic ");
    const json::Value& system = (*parsed)["systems"].as_array().at(2);
    CHECK(keys(system) ==
          "id role candidate rung on_these_cases on_future_traffic status reasons items_used "
          "items_total quality latency cost memory_bytes_peak errors trouble confidence "
          "learning_curve form ");
    CHECK(keys(system["quality"]) == "metric value low high level interval_method need ");
    CHECK(keys(system["latency"]) ==
          "n concurrency ttft_ms_p50 ttft_ms_p95 total_ms_p50 total_ms_p95 tokens_per_s ");
    CHECK((*parsed)["format"].as_int() == 1);
    CHECK(system["cost"].is_null());
    // Its labels are scored: no text is generated that a first token or a speed could be of.
    CHECK(system["latency"]["ttft_ms_p95"].is_null());
    CHECK(system["latency"]["tokens_per_s"].is_null());
    CHECK(system["latency"]["total_ms_p95"].as_double() == 410);
    CHECK((*parsed)["systems"].as_array().at(1)["latency"]["tokens_per_s"].as_double() == 46);
    CHECK((*parsed)["systems"].as_array().at(0)["latency"].is_null());
}

TEST_CASE("without promise B its key is null, without a choice both promises are") {
    core::Summary summary = fixture::orders();
    auto parsed = json::parse_or_nothing(verdict_json(summary));
    REQUIRE(parsed);
    CHECK((*parsed)["verdict"]["on_future_traffic"].is_null());
    CHECK((*parsed)["verdict"]["on_these_cases"].as_string() == "pass");
    summary.verdict.choice = core::Choice::None;
    summary.verdict.system.clear();
    parsed = json::parse_or_nothing(verdict_json(summary));
    REQUIRE(parsed);
    CHECK((*parsed)["verdict"]["system"].is_null());
    CHECK((*parsed)["verdict"]["on_these_cases"].is_null());
}

TEST_CASE("the CSV of Trials has a row for each, with answers quoted") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 182);
    store.trials.front().trial.answer = "a \"quoted\",\nanswer";
    std::string all;
    const auto written = csv_trials(summary, store, 1, [&](std::string_view part) { all += part; });
    REQUIRE(written);
    std::size_t rows = 0;
    for (std::size_t at = all.find("\r\n"); at != std::string::npos;
         at = all.find("\r\n", at + 1)) {
        ++rows;
    }
    CHECK(rows == store.trials.size() + 1);
    CHECK(all.find("\"a \"\"quoted\"\",\nanswer\"") != std::string::npos);
    store.fails = true;
    CHECK_FALSE(csv_trials(summary, store, 1, [](std::string_view) {}));
}

}  // namespace palier::report
