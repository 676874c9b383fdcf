#include "report/init.h"

#include "cli/init_job.h"
#include "cli/label_session.h"
#include "cli/output.h"
#include "cli/typed_keys.h"
#include "eval/codes.h"
#include "eval/profile.h"
#include "job/job_file.h"
#include "job/write_job.h"

#include <doctest/doctest.h>

namespace palier::cli {
namespace {

std::string reviews() {
    std::string text;
    for (int i = 0; i < 30; ++i) {
        text += "{\"review\": \"the place number " + std::to_string(i) +
                " was what we want\", \"label\": \"" + (i % 3 == 0 ? "bad" : "good") + "\"}\n";
    }
    return text;
}

InitAnswers usual_answers() {
    InitAnswers answers;
    answers.answers.p95_ms = 1500;
    answers.answers.per_month = 1000;
    answers.min = 900'000;
    return answers;
}

planning::Proposals two_models() {
    planning::Proposals proposals;
    for (const char* name : {"bigger", "smaller"}) {
        planning::Proposal made;
        made.spec.model = name;
        made.bytes = 1'500'000'000;
        proposals.candidates.push_back(made);
    }
    return proposals;
}

}  // namespace

TEST_CASE("a data file becomes a job that reads back, in both languages") {
    for (const report::Language language : {report::Language::En, report::Language::Fr}) {
        InitArguments arguments;
        arguments.data = "reviews.jsonl";
        const auto raw = eval::read_raw_text(reviews(), arguments.data);
        REQUIRE(raw);
        const auto profile = eval::profile_of(*raw, arguments.data, {});
        REQUIRE(profile);
        const InitAnswers answers = usual_answers();
        const InitSources sources{arguments, answers, *profile, language};
        auto job = job_from(sources);
        REQUIRE(job);
        CHECK(job->language == "en");
        CHECK(job->instructions.find("good, bad") != std::string::npos);
        CHECK_FALSE(job->constraints.context_tokens);
        const planning::Proposals proposals = two_models();
        for (const planning::Proposal& candidate : proposals.candidates) {
            job->candidates.push_back(candidate.spec);
        }
        const std::string text = job::write_job(*job,
                                                {"",
                                                 report::job_comments(language,
                                                                      {*job,
                                                                       &*profile,
                                                                       proposals,
                                                                       answers.by_default,
                                                                       answers.answers,
                                                                       {},
                                                                       arguments.data,
                                                                       false,
                                                                       "palier.toml",
                                                                       ""})});
        const auto read = job::parse_job(text, "palier.toml");
        REQUIRE_MESSAGE(read, text);
        CHECK(read->job.labels == std::vector<std::string>{"good", "bad"});
        CHECK(read->job.data.input_column == "review");
        CHECK(read->job.constraints.quality.metric == "accuracy");
        CHECK(read->job.constraints.quality.min == 900'000);
        CHECK(read->job.candidates.size() == 2);
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find(language == report::Language::Fr ? "1,5 Go" : "1.5 GB") !=
              std::string::npos);
    }
}

TEST_CASE("init ends with one command that fetches what is missing and climbs") {
    planning::Proposals proposals = two_models();
    proposals.candidates[1].why = planning::Proposal::Why::PickToFetch;
    core::Job job;
    job.constraints.quality.min = 900'000;
    const std::vector<std::string> none;
    report::NewJob made{job, nullptr, proposals, none, {}, {}, "", true, "palier.toml", ""};
    CHECK(report::next_command(made) == "palier models pull smaller && palier climb palier.toml");
    made.job_file = "l'été/job.toml";
    CHECK(report::next_command(made).ends_with("palier climb 'l'\\''été/job.toml'"));
    const std::string text = report::init_text(report::Language::Fr, made);
    CHECK(text.ends_with("\n  " + report::next_command(made) + "\n"));
}

TEST_CASE("without data the task and its labels must be said") {
    InitArguments arguments;
    const InitAnswers answers = usual_answers();
    const InitSources sources{arguments, answers, std::nullopt, report::Language::En};
    CHECK(job_from(sources).error().code == say::task_needed_without_data);
    arguments.task = "classify";
    arguments.labels = "yes";
    CHECK(job_from(sources).error().code == say::labels_needed);
    arguments.labels = " yes , no,";
    const auto job = job_from(sources);
    REQUIRE(job);
    CHECK(job->labels == std::vector<std::string>{"yes", "no"});
    CHECK(job->data.test == "cases.jsonl");
    arguments.metric = "bleu";
    CHECK(job_from(sources).error().code == eval::codes::unknown_metric);
}

TEST_CASE("long cases get a context that holds them") {
    InitArguments arguments;
    arguments.data = "long.jsonl";
    const std::string text =
        "{\"input\": \"" + std::string(30'000, 'a') + "\", \"expected\": {\"total\": 3}}\n";
    const auto raw = eval::read_raw_text(text, arguments.data);
    REQUIRE(raw);
    const auto profile = eval::profile_of(*raw, arguments.data, {});
    REQUIRE(profile);
    const InitAnswers answers = usual_answers();
    const auto job = job_from({arguments, answers, *profile, report::Language::En});
    REQUIRE(job);
    REQUIRE(job->constraints.context_tokens);
    CHECK(*job->constraints.context_tokens > 10'000);
    CHECK(*job->constraints.context_tokens % 1024 == 0);
}

TEST_CASE("one key labels a case; a note stays with it") {
    const Common common;
    const Labelling labelling{core::Task::Classify, {"yes", "no"}};
    const TypedKeys typed("9 nhard to say\n2 u s +1q");
    Keyboard keyboard = typed.keyboard();
    LabelSession session(common, labelling, keyboard);
    core::Case item;
    item.input = "text";
    const auto first = session.ask(item, 0, 5, "", "");
    CHECK(first.asked == LabelSession::Asked::Answer);
    CHECK(first.expected.as_string() == "no");
    CHECK(first.note == "hard to say");
    CHECK(session.ask(item, 1, 5, "", "").asked == LabelSession::Asked::Undo);
    CHECK(session.ask(item, 1, 5, "", "").asked == LabelSession::Asked::Skip);
    CHECK(session.ask(item, 1, 5, "yes", "model").expected.as_string() == "yes");
    CHECK(session.ask(item, 1, 5, "", "").expected.as_string() == "yes");
    CHECK(session.ask(item, 1, 5, "", "").asked == LabelSession::Asked::Quit);
    CHECK(session.ask(item, 1, 5, "", "").asked == LabelSession::Asked::Quit);
}

TEST_CASE("an object is typed as JSON, and asked again until it is one") {
    const Common common;
    const Labelling labelling{core::Task::Extract, {}};
    const TypedKeys typed("{oops\n3\n{\"a\": 1}\n\n:n later\n{\"b\":2}\n:u\n:s\n:q\n");
    Keyboard keyboard = typed.keyboard();
    LabelSession session(common, labelling, keyboard);
    core::Case item;
    item.input = "text";
    CHECK(json::write(session.ask(item, 0, 5, "", "").expected) == "{\"a\":1}");
    CHECK(json::write(session.ask(item, 0, 5, "{\"c\":3}", "m").expected) == "{\"c\":3}");
    const auto noted = session.ask(item, 0, 5, "", "");
    CHECK(noted.note == "later");
    CHECK(json::write(noted.expected) == "{\"b\":2}");
    CHECK(session.ask(item, 0, 5, "", "").asked == LabelSession::Asked::Undo);
    CHECK(session.ask(item, 0, 5, "", "").asked == LabelSession::Asked::Skip);
    CHECK(session.ask(item, 0, 5, "", "").asked == LabelSession::Asked::Quit);
}

TEST_CASE("label keys are all different and none is a command") {
    const std::string keys = label_keys();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CHECK(keys.find(keys[i], i + 1) == std::string::npos);
        CHECK(std::string("usnq+").find(keys[i]) == std::string::npos);
    }
}

}  // namespace palier::cli
