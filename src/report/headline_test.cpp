// One scenario for each way that a run can end.
#include "base/text.h"
#include "report/fixture.h"
#include "report/report.h"
#include "report/wording.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::report {
namespace {

constexpr std::size_t k_topline = 0, k_large = 1, k_middle = 2, k_small = 3;

core::Summary without_choice(int exit_code) {
    core::Summary summary = fixture::tickets();
    summary.verdict.choice = core::Choice::None;
    summary.verdict.system.clear();
    summary.exit_code = exit_code;
    core::SystemVerdict& middle = summary.systems[k_middle].verdict;
    middle.status = core::Status::Fail;
    middle.reasons = {{"memory", 912e6, 500e6}};
    return summary;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

bool is_one_sentence(const std::string& text) {
    return text.ends_with('.') && text.find('\n') == std::string::npos &&
           text.find("..") == std::string::npos && text.find("  ") == std::string::npos &&
           text.find('{') == std::string::npos;
}

}  // namespace

TEST_CASE("where a latency alone is missing, measuring it comes first, and no larger model") {
    core::Summary summary = without_choice(3);
    const auto advised = [&](std::string_view part) {
        return has(join(next_steps(Language::En, summary, Medium::Terminal), "\n"), part);
    };
    CHECK_FALSE(advised("--again latency"));
    CHECK(advised("larger candidate"));
    core::SystemVerdict& middle = summary.systems[k_middle].verdict;
    middle.on_these_cases = core::Decision::Pass;
    middle.reasons = {{"latency_p95", std::nullopt, 1500.0}};
    CHECK(advised("--again latency"));
    CHECK_FALSE(advised("larger candidate"));
    summary.systems[k_middle].recorded = true;  // it has none
    CHECK_FALSE(advised("--again latency"));
}

TEST_CASE("a small model that passes is named with its figures and the smaller failures") {
    const std::string line = headline(Language::En, fixture::tickets());
    CHECK(line ==
          "qwen2.5-coder-0.5b with label scoring is enough: 91.5 % right (85.7 to 95.1 %, 99.5 % "
          "level, 118 of 182 cases), P95 410 ms, 912 MB of memory; smollm2-135m is too weak, 71 % "
          "right after 31 cases, 80 % needed.");
}

TEST_CASE("the smallest candidate is said to be that") {
    core::Summary summary = fixture::tickets();
    summary.systems.pop_back();
    CHECK(has(headline(Language::En, summary), "it is the smallest candidate."));
}

TEST_CASE("undecided smaller candidates limit the claim") {
    core::Summary summary = fixture::tickets();
    core::SystemSummary& small = summary.systems[k_small];
    small.measure.quality.reset();
    small.verdict.reasons.clear();
    small.verdict.status = core::Status::NotTried;
    CHECK(has(headline(Language::En, summary), "because smollm2-135m was not finished."));
    CHECK(status_word(Language::En, small) == "not finished");
    small.system.hash.clear();  // nothing was ever asked of it
    CHECK(status_word(Language::En, small) == "not tried");
    CHECK(has(headline(Language::En, summary),
              "it is the smallest of those decided only, because smollm2-135m was not tried."));
    small.verdict.status = core::Status::Error;
    CHECK(has(headline(Language::En, summary), "because smollm2-135m could not be measured."));
    small.verdict.status = core::Status::TooClose;
    small.verdict.reasons = {{"latency_p95", 1480.0, 1500.0}};
    small.measure.latency = summary.systems[k_middle].measure.latency;
    CHECK(has(headline(Language::En, summary),
              "smollm2-135m is too close to call, P95 1.48 s for a limit of 1.5 s after 153 "
              "requests."));
}

TEST_CASE("every reason to fail has its words") {
    const std::vector<std::pair<core::Reason, std::string_view>> reasons{
        {{"latency_p95", 2310.0, 1500.0}, "is too slow, P95 2.31 s, at most 1.5 s allowed"},
        {{"ttft_p95", 900.0, 500.0}, "first token P95 900 ms, at most 500 ms allowed"},
        {{"cost", 0.6, 0.5}, "costs too much, 0.60 EUR per 1,000 requests, at most 0.50 EUR"},
        {{"memory", 4.1e9, 2e9}, "needs too much memory, 4.1 GB, at most 2 GB allowed"},
        {{"memory", std::nullopt, 2e9}, "cannot be chosen, memory was not measured"}};
    for (const auto& [reason, words] : reasons) {
        core::Summary summary = fixture::tickets();
        summary.currency = "EUR";
        summary.systems[k_small].verdict.reasons = {reason};
        CHECK_MESSAGE(has(headline(Language::En, summary), words), std::string(words));
    }
    const std::vector<std::pair<core::Reason, std::string_view>> refusals{
        {{"privacy", std::nullopt, std::nullopt}, "would send the data where"},
        {{"context", 2048.0, 4096.0}, "too short a context, 2,048 tokens, 4,096 needed"},
        {{"licence", std::nullopt, std::nullopt}, "has a licence that the job does not allow"},
        {{"tools", std::nullopt, std::nullopt}, "cannot call tools"}};
    for (const auto& [reason, words] : refusals) {
        core::Summary summary = fixture::tickets();
        summary.systems[k_small].verdict.status = core::Status::ScreenedOut;
        summary.systems[k_small].verdict.reasons = {reason};
        summary.systems[k_small].measure.quality.reset();
        CHECK_MESSAGE(has(headline(Language::En, summary), words), std::string(words));
    }
}

TEST_CASE("a candidate that dev ruled out is told apart from one that failed") {
    core::Summary summary = fixture::tickets();
    summary.systems[k_small].verdict.status = core::Status::RuledOutOnDev;
    CHECK(has(headline(Language::En, summary),
              "smollm2-135m is ruled out on dev, 73.1 % right on 74 cases, too far below the "
              "threshold."));
}

TEST_CASE("a share on dev counts the cases that were asked, not the examples in the prompt") {
    core::Summary summary = fixture::tickets();
    core::RungTried structured, few_shot;
    structured.rung = core::Rung::Structured;
    few_shot.rung = core::Rung::FewShot;
    CHECK(asked_on_dev(summary, structured) == 78);
    CHECK(asked_on_dev(summary, few_shot) == 74);
    structured.cases = 32;
    CHECK(asked_on_dev(summary, structured) == 32);
    core::SystemSummary& small = summary.systems[k_small];
    small.verdict.status = core::Status::RuledOutOnDev;
    CHECK(has(headline(Language::Fr, summary),
              "écarté au réglage, 73,1 % de bonnes réponses sur 74 cas"));

    // No System is left that says how many examples there were.
    small.system.spec.recipe.rung = core::Rung::Structured;
    CHECK_FALSE(asked_on_dev(summary, few_shot).has_value());
}

TEST_CASE("a topline that misses the threshold is said first, whatever follows") {
    core::Summary summary = without_choice(3);
    summary.verdict.topline_meets_threshold = false;
    CHECK(
        headline(Language::En, summary)
            .starts_with("Even the topline misses the threshold: qwen2.5-coder-1.5b-recorded is "
                         "93.4 % right after 182 cases, 80 % needed, so look first at the data, "
                         "the task and the threshold; no system passes: qwen2.5-coder-1.5b is too "
                         "slow"));
    summary = fixture::tickets();
    summary.verdict.topline_meets_threshold = false;
    const std::string line = headline(Language::En, summary);
    CHECK(line.starts_with("Even the topline misses the threshold: "));
    CHECK(has(line, "qwen2.5-coder-0.5b with label scoring is enough: 91.5 % right"));
}

TEST_CASE("the large model is recommended only with the reasons of the small ones") {
    core::Summary summary = without_choice(0);
    summary.verdict.choice = core::Choice::Llm;
    summary.verdict.system = summary.systems[k_topline].verdict.id;
    const std::string line = headline(Language::En, summary);
    CHECK(line.starts_with(
        "No smaller model is enough, it takes the topline "
        "qwen2.5-coder-1.5b-recorded (recorded answers): 93.4 % right (all 182 "
        "cases answered), from recorded answers, so serving needs the live model; "));
    CHECK(has(line, "qwen2.5-coder-1.5b is too slow"));
    CHECK(has(line, "smollm2-135m is too weak"));
}

TEST_CASE("a run that ended without a choice says how it ended") {
    CHECK(headline(Language::En, without_choice(3)).starts_with("No system passes: "));
    CHECK(headline(Language::En, without_choice(5))
              .starts_with("The budget ran out before a verdict: "));
    CHECK(headline(Language::En, without_choice(130))
              .starts_with("The run was interrupted before a verdict"));
    CHECK(headline(Language::En, without_choice(4))
              .starts_with("No verdict, an endpoint could not be reached: "));
    CHECK(headline(Language::En, without_choice(7))
              .starts_with("No verdict, it is too close to call: "));
    core::Summary summary = without_choice(3);
    CHECK(has(headline(Language::En, summary),
              "qwen2.5-coder-1.5b-recorded cannot be chosen, P95 latency was not measured"));
    summary.systems.clear();
    CHECK(headline(Language::En, summary) == "No system passes: no candidate was tried.");
    summary = fixture::tickets();
    summary.exit_code = 130;
    CHECK(has(headline(Language::En, summary),
              "the run was interrupted before promise B was settled."));
}

TEST_CASE("a candidate that cannot run here is named with what keeps it, in both languages") {
    struct Named {
        core::Trouble trouble;
        int exit_code;
        std::string en, fr;
    };
    for (const Named& named :
         {Named{core::Trouble::File, 2, "its file does not load", "son fichier ne se charge pas"},
          Named{core::Trouble::Template,
                2,
                "its chat template refuses the prompts",
                "son gabarit de conversation refuse les consignes"},
          Named{core::Trouble::Context,
                2,
                "no prompt fits into its context",
                "aucune consigne ne tient dans son contexte"},
          Named{core::Trouble::Memory,
                5,
                "this machine has not enough memory for it",
                "la mémoire de cette machine ne lui suffit pas"}}) {
        CAPTURE(named.en);
        core::Summary summary = without_choice(named.exit_code);
        core::SystemVerdict& verdict = summary.systems.back().verdict;
        verdict.status = core::Status::Error;
        verdict.trouble = named.trouble;
        const std::string line = headline(Language::En, summary);
        CHECK(line.starts_with("No verdict, a model cannot run here as it is: "));
        CHECK(has(line, "smollm2-135m could not be measured, " + named.en));
        CHECK(has(headline(Language::Fr, summary), named.fr));
        CHECK(has(text(Language::En, summary, {}), named.en));
    }
}

TEST_CASE("a baseline and a hybrid have their own words") {
    core::Summary summary = fixture::tickets();
    summary.verdict.choice = core::Choice::Baseline;
    CHECK(has(headline(Language::En, summary), "No language model is needed, "));
    summary.verdict.choice = core::Choice::Hybrid;
    CHECK(has(headline(Language::En, summary), "a small model with a large one behind it"));
}

TEST_CASE("many failures are counted, not listed") {
    core::Summary summary = fixture::tickets();
    for (int i = 0; i < 5; ++i) {
        summary.systems.push_back(summary.systems[k_small]);
        summary.systems.back().model = "tiny-" + std::to_string(i);
    }
    const std::string line = headline(Language::En, summary);
    CHECK(has(line, "tiny-1 is too weak"));
    CHECK_FALSE(has(line, "tiny-2"));
    CHECK(has(line, "and 3 more below."));
}

TEST_CASE("in every state and language the verdict is one sentence on one line") {
    for (const Language language : {Language::En, Language::Fr}) {
        for (const int exit_code : {0, 1, 3, 4, 5, 7, 130}) {
            for (int status = 0; status <= static_cast<int>(core::Status::Error); ++status) {
                for (const std::optional<bool> meets :
                     {std::optional<bool>(), std::optional(false), std::optional(true)}) {
                    core::Summary summary =
                        exit_code == 0 ? fixture::tickets() : without_choice(exit_code);
                    summary.verdict.topline_meets_threshold = meets;
                    summary.systems[k_small].verdict.status = static_cast<core::Status>(status);
                    summary.systems[k_large].model = "two\nlines";
                    const std::string line = headline(language, summary);
                    CHECK_MESSAGE(is_one_sentence(line), line);
                    CHECK(promises(language, summary).size() == 2);
                }
            }
        }
    }
}

TEST_CASE("the promises say what was settled, and with what risk") {
    core::Summary summary = fixture::tickets();
    auto lines = promises(Language::En, summary);
    CHECK(lines[0].starts_with(
        "On these 182 cases: pass. The whole set would reach 80 %; 118 of 182 cases settled it."));
    CHECK(lines[1].starts_with("On future traffic: pass. True quality is above 80 %"));
    core::SystemSummary& middle = summary.systems[k_middle];
    middle.verdict.on_future_traffic = core::Decision::Undecided;
    CHECK(promises(Language::En, summary)[1].starts_with(
        "On future traffic: too close to call. After 118 cases"));
    middle.verdict.on_future_traffic = core::Decision::Fail;
    CHECK(promises(Language::En, summary)[1].starts_with("On future traffic: fail. "));
    middle.verdict.on_future_traffic.reset();
    CHECK(promises(Language::En, summary)[1].starts_with("On future traffic: no promise. "));
    middle.measure.items_used = 182;
    CHECK(has(promises(Language::En, summary)[0], "All 182 cases were answered"));
    summary.plan.quality.min.reset();
    summary.plan.quality.of_topline = 950'000;
    CHECK(has(promises(Language::En, summary)[0], "95 % of the topline's quality (80.2 %)"));
    CHECK(has(promises(Language::En, without_choice(3))[0],
              "no system passes. No system was chosen."));
    CHECK(has(promises(Language::En, without_choice(5))[0], "no promise. No system was chosen."));
    CHECK(has(promises(Language::En, fixture::orders())[1],
              "no promise. micro_f1 is not a mean over cases"));
}

}  // namespace palier::report
