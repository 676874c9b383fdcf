// Public data sets read as they are, when PALIER_DATA says where they lie.

#include "eval/dataset.h"
#include "eval/grader.h"
#include "eval/split.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace palier::eval {
namespace {

std::optional<Dataset> read(const std::string& name, const core::Job& job) {
    const char* root = std::getenv("PALIER_DATA");
    if (root == nullptr || !std::filesystem::exists(std::string(root) + "/" + name)) {
        MESSAGE("PALIER_DATA is not set, or has no " << name << ": skipped");
        return std::nullopt;
    }
    const auto start = std::chrono::steady_clock::now();
    auto data = read_dataset(std::string(root) + "/" + name, job);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    REQUIRE(data.has_value());
    std::string notes;
    for (const core::Note& note : data->notes) {
        notes += " " + std::to_string(note.code);
        for (const auto& [key, value] : note.args) {
            notes += key == "path" ? "" : " " + key + "=" + value;
        }
        notes += ";";
    }
    MESSAGE(name << ": " << data->cases.size() << " cases in " << elapsed.count() << " s;"
                 << notes);
    return *std::move(data);
}

core::Job job_of(core::Task task, std::string input, std::string expected) {
    core::Job job;
    job.task = task;
    job.data.input_column = std::move(input);
    job.data.expected_column = std::move(expected);
    return job;
}

TEST_CASE("sms-spam: TSV without a header") {
    core::Job job = job_of(core::Task::Classify, "2", "1");
    job.labels = {"ham", "spam"};
    if (const auto data = read("sms-spam/sms.tsv", job)) {
        CHECK(data->cases.size() == 5574);
        const auto split = split_cases(data->cases, 300'000, 1);
        REQUIRE(split.has_value());
        CHECK(split->dev.size() == 1672);
    }
}

TEST_CASE("banking77: CSV with quoted fields") {
    if (const auto data =
            read("banking77/test.csv", job_of(core::Task::Classify, "text", "category"))) {
        CHECK(data->cases.size() == 3080);
    }
    if (const auto data =
            read("banking77/train.csv", job_of(core::Task::Classify, "text", "category"))) {
        CHECK(data->cases.size() == 10003);
    }
}

TEST_CASE("gsm8k: the reference answers score 1 by every numeric metric against themselves") {
    core::Job job = job_of(core::Task::Generate, "question", "answer");
    job.constraints.quality.metric = "numeric";
    if (const auto data = read("gsm8k/test.jsonl", job)) {
        CHECK(data->cases.size() == 1319);
        const auto grader = make_grader(job);
        REQUIRE(grader.has_value());
        CHECK(check_cases(**grader, data->cases).has_value());
        int perfect = 0;
        for (const core::Case& item : data->cases) {
            const core::Grade grade = (*grader)->grade_text(item, item.expected.front());
            perfect += grade.metrics.at("numeric") == k_one &&
                               grade.metrics.at("gsm8k_strict") == k_one &&
                               grade.metrics.at("gsm8k_flexible") == k_one
                           ? 1
                           : 0;
        }
        CHECK(perfect == 1319);
    }
}

TEST_CASE("sroie: receipts with an object as expected answer") {
    core::Job job = job_of(core::Task::Extract, "text", "key");
    job.constraints.quality.metric = "field_f1";
    if (const auto data = read("sroie/sroie-000-399.jsonl", job)) {
        CHECK(data->cases.size() == 400);
        const auto grader = make_grader(job);
        REQUIRE(grader.has_value());
        for (const core::Case& item : data->cases) {
            CHECK((*grader)->grade_text(item, item.expected.front()).score == k_one);
        }
    }
}

TEST_CASE("mgsm: TSV in French") {
    core::Job job = job_of(core::Task::Generate, "1", "2");
    job.language = "fr";
    job.constraints.quality.metric = "numeric";
    if (const auto data = read("mgsm-fr/mgsm_fr.tsv", job)) {
        CHECK(data->cases.size() == 250);
        const auto grader = make_grader(job);
        REQUIRE(grader.has_value());
        CHECK(check_cases(**grader, data->cases).has_value());
    }
}

}  // namespace
}  // namespace palier::eval
