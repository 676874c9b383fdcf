#include "report/diagnosis.h"

#include "base/rng.h"
#include "core/names.h"
#include "lib/json/json.h"
#include "report/fixture.h"
#include "report/report.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

#include <array>

namespace palier::report {
namespace {

constexpr std::array<Language, 2> k_languages{Language::En, Language::Fr};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Twelve of twenty wrong, nine of them the same wrong label whatever the prompt.
core::DiagnosedRun tickets() {
    core::DiagnosedRun run;
    run.run = "r1";
    run.system = "smollm2-135m/few-shot";
    run.model = "smollm2-135m";
    run.rung = core::Rung::FewShot;
    run.max_tokens = 16;
    run.examples = 60;
    run.requests = 24;
    core::Findings& findings = run.findings;
    findings.labels = 5;
    findings.asked = 20;
    findings.failed = 12;
    findings.possible = {core::Rung::ZeroShot, core::Rung::FewShot};
    findings.tried = findings.possible;
    for (int i = 0; i < 12; ++i) {
        core::FailedCase one;
        one.case_id = "t" + std::to_string(i);
        one.input = "The parcel that I sent back has not been paid for yet, what now?";
        one.expected = "billing";
        one.own = {0,
                   i < 9 ? core::ErrorKind::WrongLabel : core::ErrorKind::FormatInvalid,
                   i < 9 ? "returns" : ""};
        one.probes[core::Probe::AsIs] = one.own;
        findings.cases.push_back(one);
    }
    run.diagnosis = core::diagnose(findings);
    run.probes = {{core::Probe::AsIs, 12, 24, std::nullopt, std::nullopt},
                  {core::Probe::Topline, 0, 0, core::LeftOut::NoTopline, std::nullopt}};
    return run;
}

// A run whose recommendation is this one.
core::DiagnosedRun advising(core::Action action) {
    core::DiagnosedRun run = tickets();
    run.diagnosis.recommendation.action = action;
    run.diagnosis.recommendation.rung = core::Rung::FewShot;
    return run;
}

}  // namespace

TEST_CASE("the table says of each error whether retrieval and fine-tuning help") {
    const std::string text = diagnosis_text(Language::En, tickets());
    CHECK(has(text, "Diagnosis of smollm2-135m (few-shot): 12 of its 20 answers on dev are"));
    CHECK(has(text, "wrong label         9  75 % (46.7 to 91.2 %)"));
    CHECK(has(text, "invalid format      3   25 % (8.8 to 53.3 %)"));
    CHECK(has(text, "\"returns\" for \"billing\" 9 times"));
    CHECK(has(text, "plain prompt: 0 of 12"));
    CHECK(has(text, "Not asked: the topline (the job has none)."));
    CHECK(has(text, "Fine-tune (lora): 12 of 12 failures"));
    CHECK(has(text, "lora is opened: under another prompt the same error comes back in 12 of 12"));
    CHECK(has(text, "60 labelled cases"));
}

TEST_CASE("no line of a diagnosis is wider than a terminal, and none has an empty hole") {
    for (const Language language : k_languages) {
        for (int action = 0; action <= static_cast<int>(core::Action::Unclear); ++action) {
            const std::string text =
                diagnosis_text(language, advising(static_cast<core::Action>(action)));
            CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
            CHECK_FALSE(has(text, "{"));
        }
    }
}

TEST_CASE("nothing that fails, and a System that passes, are told without a repair") {
    core::DiagnosedRun run = tickets();
    run.findings.passes = true;
    run.diagnosis = core::diagnose(run.findings);
    CHECK(has(diagnosis_text(Language::En, run), "smollm2-135m passes with these errors"));
    run.findings.cases.clear();
    run.findings.failed = 0;
    run.diagnosis = core::diagnose(run.findings);
    CHECK(has(diagnosis_text(Language::En, run), "every answer on dev is right"));
}

TEST_CASE("every gate of lora is told in words of its own, but where there is nothing to repair") {
    for (const Language language : k_languages) {
        std::string before;
        for (int gate = 0; gate <= static_cast<int>(core::LoraGate::NotRecurring); ++gate) {
            core::DiagnosedRun run = tickets();
            run.diagnosis.lora = static_cast<core::LoraGate>(gate);
            const std::string words = lora_in_words(language, run);
            CHECK(words.empty() == (run.diagnosis.lora == core::LoraGate::NothingToRepair));
            CHECK(words != before);
            before = words;
        }
    }
}

TEST_CASE("the machine format has the table, the evidence and each case with its probes") {
    const auto value = json::parse_or_nothing(diagnosis_json(Language::En, tickets()));
    REQUIRE(value);
    CHECK((*value)["format"].as_int() == 1);
    CHECK((*value)["recommendation"]["action"].as_string() == "fine_tune");
    CHECK((*value)["lora"]["opens"].as_bool());
    CHECK((*value)["lora"]["recurring"].as_int() == 12);
    const json::Value& row = (*value)["errors"].as_array().front();
    CHECK(row["error"].as_string() == "wrong_label");
    CHECK(row["cases"].as_int() == 9);
    CHECK(row["retrieval"]["helps"].as_string() == "no");
    CHECK(row["retrieval"]["asked"].is_null());
    CHECK(row["confusions"].as_array().front()["times"].as_int() == 9);
    CHECK((*value)["probes"]["topline"]["left_out"].as_string() == "no_topline");
    const json::Value& one = (*value)["cases"].as_array().front();
    CHECK(one["probes"]["as_is"]["answered"].as_string() == "returns");
    CHECK_FALSE(one["probes"]["as_is"]["repairs"].as_bool(true));
}

TEST_CASE("what the run keeps is told again, a forced lora with its reason") {
    core::DiagnosedRun run = tickets();
    run.findings.forced = "the <house> style";
    run.findings.tried = {};
    run.diagnosis = core::diagnose(run.findings);
    REQUIRE(run.diagnosis.lora == core::LoraGate::Forced);
    const auto kept = diagnosis_from(diagnosis_json(Language::Fr, run));
    REQUIRE(kept);
    CHECK(kept->system == run.system);
    CHECK(kept->cases == run.diagnosis.recommendation.cases);
    CHECK(kept->looked_at == 12);
    for (const Language language : k_languages) {
        CHECK(has(diagnosis_in_short(language, *kept), "the <house> style"));
        CHECK(too_wide(diagnosis_line(language, *kept)).empty());
        CHECK_FALSE(has(diagnosis_markdown(language, *kept), "<house>"));
    }
}

TEST_CASE("the page tells of the newest diagnosis that the run keeps") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 10);
    core::DiagnosedRun run = tickets();
    run.findings.forced = "the <house> style";
    run.findings.tried = {};
    run.diagnosis = core::diagnose(run.findings);
    REQUIRE(keep_diagnosis(store, 1, run));
    std::string page;
    REQUIRE(html(Language::En, summary, store, 1, [&](std::string_view part) { page += part; }));
    CHECK(has(page, "Diagnosis of smollm2-135m/few-shot"));
    CHECK(has(page, "the &lt;house&gt; style"));
}

TEST_CASE("any bytes are no diagnosis, or one that can be told") {
    const std::string whole = diagnosis_json(Language::En, tickets());
    Rng rng(3);
    for (int i = 0; i < 2000; ++i) {
        std::string text = whole;
        for (std::uint64_t n = rng.below(4) + 1; n > 0; --n) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        if (const auto kept = diagnosis_from(
                text.substr(0, rng.below(2) == 0 ? rng.below(whole.size()) : whole.size()))) {
            CHECK_FALSE(diagnosis_in_short(Language::En, *kept).empty());
        }
    }
    CHECK_FALSE(diagnosis_from(""));
    CHECK_FALSE(diagnosis_from(R"({"format":2})"));
}

}  // namespace palier::report
