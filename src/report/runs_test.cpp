#include "report/runs.h"

#include "base/codes.h"
#include "lib/json/json.h"
#include "report/objects.h"
#include "report/test_width.h"
#include "store/codes.h"

#include <doctest/doctest.h>

namespace palier::report {

TEST_CASE("a run that was stopped and one that cannot be read are listed too") {
    RunListed stopped;
    stopped.row.id = "r1";
    RunListed damaged;
    damaged.row.id = "r2";
    damaged.row.finished = true;
    damaged.unreadable = Error(store::codes::result_damaged, {{"run", "r2"}});
    const std::string text = runs_text(Language::En, {stopped, damaged});
    CHECK(text.find("r1") != std::string::npos);
    CHECK(text.find("PAL-1111") != std::string::npos);
    const auto value = json::parse_or_nothing(runs_json(Language::En, {stopped, damaged}));
    REQUIRE(value);
    CHECK((*value)["runs"].as_array()[0]["exit"].is_null());
    CHECK((*value)["runs"].as_array()[1].find("unreadable") != nullptr);
}

TEST_CASE("the answers to a case show their worth, and what was read where it differs") {
    CaseAnswers found;
    found.item.id = "c1";
    found.item.expected = {"a", "b"};
    core::Trial half;
    half.answer = "well, a";
    half.grade.parsed = "a";
    half.grade.score = k_one / 2;
    found.answers = {{"small/zero-shot", half, {}}};
    const std::string text = case_text(Language::En, found);
    CHECK(text.find("a | b") != std::string::npos);
    CHECK(text.find("small/zero-shot  ~ 0.5\n  well, a\n  -> a\n") != std::string::npos);
    const auto value = json::parse_or_nothing(case_json(found));
    REQUIRE(value);
    CHECK((*value)["answers"].as_array()[0]["score"].as_double() == 0.5);
}

TEST_CASE("scores stand with the names of their labels, not as a row of numbers") {
    CaseAnswers found;
    core::Trial scored;
    scored.answer = "label_scores -3.5/2 -0.25/1";
    scored.grade.parsed = "friday";
    found.answers = {{"small/structured", scored, {{"friday", -0.25}, {"monday", -3.5}}}};
    const std::string text = case_text(Language::Fr, found);
    CHECK(text.find("friday -0,25, monday -3,5") != std::string::npos);
    CHECK(text.find("label_scores") == std::string::npos);
    for (int day = 0; day < 20; ++day) {
        found.answers[0].label_scores.push_back({"the label number " + std::to_string(day), -1.5});
    }
    CHECK(too_wide(case_text(Language::Fr, found)) == "");
    found.answers[0].label_scores.resize(2);
    const auto value = json::parse_or_nothing(case_json(found));
    REQUIRE(value);
    CHECK((*value)["answers"].as_array()[0]["label_scores"]["monday"].as_double() == -3.5);
}

TEST_CASE("the values of a job stand in three columns, long ones cut, folders left out") {
    const std::vector<job::Origin> origins{
        {"job.name", "\"x\"", "jobs/palier.toml:2"},
        {"job.instructions", std::string(300, 'i'), "jobs/palier.toml:3"}};
    const std::string text = config_text(origins);
    CHECK(too_wide(text).empty());
    CHECK(text.find("jobs/") == std::string::npos);
    const auto value = json::parse_or_nothing(config_json(origins));
    REQUIRE(value);
    CHECK((*value)["config"].as_array()[0]["from"].as_string() == "jobs/palier.toml:2");
}

TEST_CASE("an error is an object with its code, its sentence and the exit of the program") {
    const auto value = json::parse_or_nothing(
        error_json(Language::Fr, Error(base::codes::disk_full, {{"file", "a.db"}}), 1));
    REQUIRE(value);
    CHECK((*value)["error"]["code"].as_string() == "PAL-1003");
    CHECK((*value)["error"]["exit"].as_int() == 1);
}

}  // namespace palier::report
