#include "eval/measure.h"

#include "eval/grader.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

core::Job job_of(core::Task task, std::string metric) {
    core::Job job;
    job.task = task;
    job.labels = {"a", "b", "c"};
    job.constraints.quality.metric = std::move(metric);
    return job;
}

struct Graded {
    std::vector<core::Case> cases;
    std::vector<core::Trial> trials;
};

Graded graded(const core::Job& job,
              const std::vector<std::pair<std::string, std::string>>& expected_and_answers) {
    const auto grader = make_grader(job);
    REQUIRE(grader.has_value());
    Graded all;
    for (const auto& [expected, answer] : expected_and_answers) {
        core::Case item;
        item.expected = {expected};
        core::Trial trial;
        trial.grade = (*grader)->grade_text(item, answer);
        all.cases.push_back(std::move(item));
        all.trials.push_back(std::move(trial));
    }
    return all;
}

Tally tally_of(const core::Job& job, const Graded& all) {
    Tally tally(job);
    for (std::size_t i = 0; i < all.cases.size(); ++i) {
        tally.add(all.cases[i], all.trials[i]);
    }
    return tally;
}

TEST_CASE("classify: accuracy, macro F1, label rows and confusion") {
    const core::Job job = job_of(core::Task::Classify, "macro_f1");
    // a: 2 of 3 right; b: 1 of 1; c never occurs; one answer without label.
    const Tally tally =
        tally_of(job, graded(job, {{"a", "a"}, {"a", "a"}, {"a", "b"}, {"b", "b"}, {"b", "?"}}));
    CHECK(tally.cases() == 5);
    CHECK(*tally.value("accuracy") == doctest::Approx(0.6));
    // F1(a) = 4/5, F1(b) = 2/(2+1+1) = 1/2, c does not occur.
    CHECK(*tally.value("macro_f1") == doctest::Approx(0.65));
    const core::Measure measure = tally.measure();
    CHECK(measure.items_used == 5);
    CHECK(measure.other_metrics.at("macro_f1") == doctest::Approx(0.65));
    CHECK(measure.errors.size() == 1);
    CHECK(measure.errors.begin()->second == 1);
    REQUIRE(measure.labels.size() == 3);
    CHECK(measure.labels[0].support == 3);
    CHECK(measure.labels[0].predicted == 2);
    CHECK(measure.labels[0].correct == 2);
    CHECK(measure.labels[0].recall == doctest::Approx(2.0 / 3));
    CHECK(measure.labels[0].recall_interval.low == doctest::Approx(0.2077).epsilon(0.001));
    CHECK(measure.labels[0].recall_interval.high == doctest::Approx(0.9385).epsilon(0.001));
    CHECK(measure.labels[1].precision == doctest::Approx(0.5));
    CHECK(measure.labels[2].f1 == 0);
    REQUIRE(measure.confusion.size() == 3);
    CHECK(measure.confusion[0] == std::vector<std::int64_t>{2, 1, 0, 0});
    CHECK(measure.confusion[1] == std::vector<std::int64_t>{0, 1, 0, 1});
    CHECK(measure.confusion[2] == std::vector<std::int64_t>{0, 0, 0, 0});
}

TEST_CASE("extract: micro scores and the table of fields") {
    const core::Job job = job_of(core::Task::Extract, "field_micro_f1");
    const Graded all = graded(job,
                              {{R"({"x": 1, "y": 2})", R"({"x": 1, "y": 3})"},
                               {R"({"x": 1, "y": 2})", "nothing"},
                               {R"({"l": [1, 2]})", R"({"l": [1, 2], "z": 0})"}});
    const Tally tally = tally_of(job, all);
    // TP 3 (x, l, l), FP 2 (y, z), FN 3 (y, x, y).
    CHECK(*tally.value("field_micro_precision") == doctest::Approx(3.0 / 5));
    CHECK(*tally.value("field_micro_recall") == doctest::Approx(3.0 / 6));
    CHECK(*tally.value("field_micro_f1") == doctest::Approx(6.0 / 11));
    CHECK(*tally.value("json_valid") == doctest::Approx(2.0 / 3));
    CHECK(*tally.value("field_f1") == doctest::Approx((0.5 + 0 + 0.8) / 3).epsilon(1e-6));
    const core::Measure measure = tally.measure();
    REQUIRE(measure.fields.size() == 4);
    CHECK(measure.fields[0].path == "l[]");
    CHECK(measure.fields[0].true_positive == 2);
    CHECK(measure.fields[2].path == "y");
    CHECK(measure.fields[2].f1 == 0);
    CHECK(measure.labels.empty());
    CHECK(full_set_metric("field_micro_f1", job, all.cases, all.trials) ==
          doctest::Approx(6.0 / 11));
}

TEST_CASE("the interval is Wilson for 0/1 scores and BCa for the rest") {
    std::vector<std::pair<std::string, std::string>> answers;
    for (int i = 0; i < 100; ++i) {
        answers.emplace_back(i % 2 == 0 ? "a" : "b", i % 10 == 0 ? "b" : i % 2 == 0 ? "a" : "b");
    }
    Rng rng(1);
    const core::Job accuracy = job_of(core::Task::Classify, "accuracy");
    const auto wilson = tally_of(accuracy, graded(accuracy, answers)).quality(rng);
    REQUIRE(wilson.has_value());
    CHECK(wilson->interval_method == "wilson");
    CHECK(wilson->value == doctest::Approx(0.9));
    CHECK(wilson->interval.low == doctest::Approx(0.8256).epsilon(0.001));
    CHECK(wilson->interval.high == doctest::Approx(0.9448).epsilon(0.001));
    const core::Job macro = job_of(core::Task::Classify, "macro_f1");
    const auto bca = tally_of(macro, graded(macro, answers)).quality(rng);
    REQUIRE(bca.has_value());
    CHECK(bca->interval_method == "bca");
    CHECK(bca->metric == "macro_f1");
    CHECK(bca->interval.low < bca->value);
    CHECK(bca->interval.high > bca->value);
    CHECK(bca->interval.low > 0.7);
    CHECK(bca->interval.level == doctest::Approx(0.95));
    Rng first(3), again(3);
    CHECK(tally_of(macro, graded(macro, answers)).quality(first)->interval.low ==
          tally_of(macro, graded(macro, answers)).quality(again)->interval.low);
}

TEST_CASE("means of scores between 0 and 1 and large sets have a BCa interval in little time") {
    const core::Job job = job_of(core::Task::Extract, "field_f1");
    Tally tally(job);
    core::Case item;
    item.expected = {"{}"};
    for (int i = 0; i < 100'000; ++i) {
        core::Trial trial;
        trial.grade.score = i % 4 == 0 ? 500'000 : k_one;
        trial.grade.metrics["field_f1"] = trial.grade.score;
        tally.add(item, trial);
    }
    Rng rng(2);
    const auto quality = tally.quality(rng);
    REQUIRE(quality.has_value());
    CHECK(quality->value == doctest::Approx(0.875));
    CHECK(quality->interval.high - quality->interval.low < 0.01);
}

TEST_CASE("nothing was added: no value, no interval, an empty measure") {
    const core::Job job = job_of(core::Task::Classify, "accuracy");
    const Tally tally(job);
    Rng rng(1);
    CHECK_FALSE(tally.value("accuracy").has_value());
    CHECK_FALSE(tally.quality(rng).has_value());
    CHECK(tally.measure().items_used == 0);
    CHECK(tally.measure().labels.size() == 3);
    CHECK(tally.measure().other_metrics.empty());
}

TEST_CASE("failures are counted by kind") {
    const core::Job job = job_of(core::Task::Classify, "accuracy");
    const auto grader = make_grader(job);
    REQUIRE(grader.has_value());
    Tally tally(job);
    core::Case item;
    item.expected = {"a"};
    for (const core::Failure failure :
         {core::Failure::Timeout, core::Failure::Timeout, core::Failure::Refused}) {
        core::Trial trial;
        trial.grade = (*grader)->grade_failure(item, failure);
        tally.add(item, trial);
    }
    const core::Measure measure = tally.measure();
    CHECK(measure.errors.at(std::string(core::name_of(core::Failure::Timeout))) == 2);
    CHECK(measure.errors.at(std::string(core::name_of(core::Failure::Refused))) == 1);
    CHECK(measure.other_metrics.at("accuracy") == 0);
    CHECK(measure.confusion[0].back() == 3);
}

}  // namespace
}  // namespace palier::eval
