#include "planning/data_check.h"

#include "eval/codes.h"
#include "planning/codes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>

namespace palier::planning {
namespace {

namespace fs = std::filesystem;

// Inputs far apart from each other.
std::string input(int number) {
    std::string text;
    std::int64_t state = number;
    for (int i = 0; i < 6; ++i) {
        state = (state * 7919 + 104'729) % 1'000'003;
        text += std::to_string(state) + " ";
    }
    return text;
}

std::string cases(int count, const std::function<std::string(int)>& expected) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += "{\"input\": \"" + input(i) + "\", \"expected\": \"" + expected(i) + "\"}\n";
    }
    return text;
}

std::string alternating(int i) {
    return i % 2 == 0 ? "a" : "b";
}

DataCheck checked(const std::string& text, const std::function<void(core::Job&)>& edit = {}) {
    const fs::path path =
        fs::temp_directory_path() / ("palier-check-" + std::to_string(getpid()) + ".jsonl");
    std::ofstream(path, std::ios::binary) << text;
    core::Job job;
    job.task = core::Task::Classify;
    job.labels = {"a", "b"};
    job.instructions = "Choose.";
    job.data.test = path.string();
    job.constraints.quality = {"accuracy", 900'000, std::nullopt};
    if (edit) {
        edit(job);
    }
    const auto check = check_data(job, 3);
    fs::remove(path);
    REQUIRE(check);
    return *check;
}

bool says(const DataCheck& check, int code) {
    return std::any_of(check.reasons.begin(), check.reasons.end(), [&](const core::Note& reason) {
        return reason.code == code;
    });
}

}  // namespace

TEST_CASE("enough balanced cases can carry a verdict") {
    const DataCheck check = checked(cases(300, alternating));
    CHECK(check.can_carry);
    CHECK(check.reasons.empty());
    CHECK(check.test_cases == 210);
    CHECK(check.independent == 210);
    CHECK(check.needed_if_all_right == 74);
    CHECK(check.at_most_right == 210);
    REQUIRE(check.supposed.size() == 5);
    CHECK(check.supposed.front().quality == 950'000);
    CHECK(check.supposed.back().quality == 800'000);
    REQUIRE(check.labels.size() == 2);
    CHECK(check.labels[0].second + check.labels[1].second == 210);
}

TEST_CASE("a set that is too small for promise B cannot, and says how many it takes") {
    const DataCheck check = checked(cases(100, alternating));
    CHECK_FALSE(check.can_carry);
    CHECK(check.decides);  // promise A is as sure on a small set
    CHECK(says(check, codes::too_few_cases));
    // Cases of one group count once.
    std::string grouped = cases(300, alternating);
    for (std::size_t at = grouped.find("\"input\""); at != std::string::npos;
         at = grouped.find("\"input\"", at + 20)) {
        grouped.insert(at, "\"group\": \"g" + std::to_string(at % 9) + "\", ");
        at += 10;
    }
    CHECK(checked(grouped).independent < 10);
}

TEST_CASE("a threshold that one label reaches proves nothing") {
    const DataCheck check =
        checked(cases(400, [](int i) { return std::string(i % 20 == 0 ? "b" : "a"); }));
    CHECK(says(check, codes::one_label_passes));
    CHECK_FALSE(check.decides);
    CHECK_FALSE(says(check, codes::too_few_cases));
}

TEST_CASE("contradictions that put the threshold out of reach are a reason, a few are a note") {
    const auto contradicting = [](int among) {
        std::string text = cases(400, alternating);
        for (int i = 0; i < 400; i += among) {
            text +=
                "{\"input\": \"" + input(i) + "\", \"expected\": \"" + alternating(i + 1) + "\"}\n";
        }
        return text;
    };
    CHECK(says(checked(contradicting(1)), codes::too_many_leaks));
    const DataCheck few = checked(contradicting(100));
    CHECK_FALSE(says(few, codes::contradictions_fail));
    CHECK(std::any_of(few.notes.begin(), few.notes.end(), [](const auto& note) {
        return note.code == eval::codes::contradictory_cases;
    }));
}

TEST_CASE("cases that do not fit the context are a reason") {
    const DataCheck check = checked(cases(300, alternating),
                                    [](core::Job& job) { job.constraints.context_tokens = 16; });
    CHECK(says(check, codes::too_long_for_context));
    CHECK(check.too_long == check.test_cases);
    CHECK(check.longest_tokens > 16);
}

TEST_CASE("a metric of the full set has no promise B, and is not refused for it") {
    const DataCheck check = checked(cases(60, alternating), [](core::Job& job) {
        job.constraints.quality.metric = "macro_f1";
    });
    CHECK(check.can_carry);
    CHECK_FALSE(check.sequential);
    CHECK_FALSE(check.needed_if_all_right);
    CHECK(check.supposed.empty());
}

TEST_CASE("no sample proves a score of 1") {
    const DataCheck check = checked(cases(300, alternating),
                                    [](core::Job& job) { job.constraints.quality.min = k_one; });
    CHECK_FALSE(check.needed_if_all_right);
    CHECK(says(check, codes::no_sample_proves));
}

TEST_CASE("broken data is an error, not a verdict") {
    core::Job job;
    job.task = core::Task::Classify;
    job.labels = {"a", "b"};
    job.data.test = "/nowhere/cases.jsonl";
    job.constraints.quality = {"accuracy", 900'000, std::nullopt};
    const auto check = check_data(job, 3);
    REQUIRE_FALSE(check);
    CHECK(check.error().code == eval::codes::unreadable_data);
}

TEST_CASE("of the cases that cannot be graded, the first one of the file is named") {
    const fs::path path =
        fs::temp_directory_path() / ("palier-check-" + std::to_string(getpid()) + ".jsonl");
    std::ofstream(path) << R"({"input": "one", "expected": "1"}
{"input": "two", "expected": "none"}
{"input": "three", "expected": "nor here"}
)";
    core::Job job;
    job.task = core::Task::Generate;
    job.data.test = path.string();
    job.constraints.quality = {"numeric", 900'000, std::nullopt};
    const auto check = check_data(job, 1);
    fs::remove(path);
    REQUIRE_FALSE(check);
    CHECK(check.error().code == eval::codes::expected_without_number);
    CHECK(check.error().args.front() == std::pair<std::string, std::string>("line", "2"));
}

}  // namespace palier::planning
