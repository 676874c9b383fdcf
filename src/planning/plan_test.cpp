#include "planning/plan.h"

#include "catalog/codes.h"
#include "engine/fake/small_file.h"
#include "planning/codes.h"
#include "planning/job_cases.h"
#include "planning/memos.h"
#include "planning/request_length.h"
#include "planning/test_planning.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::planning {

TEST_CASE("what the job's limit or the free memory does not hold is refused, with its need") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    const auto refused_at = [&](std::uint64_t limit) {
        const ModelPlan plan = desk.plan(file);
        REQUIRE(plan.memory_limit == limit);
        int refused = 0;
        for (const PlanRow& row : plan.rows) {
            const core::Reason* reason = refused_for(row, "memory");
            if (reason != nullptr) {
                ++refused;
                CHECK(reason->limit == static_cast<double>(limit));
                CHECK(*reason->measured > static_cast<double>(limit));
            } else if (row.memory_bytes) {
                CHECK(row.memory_bytes->value <= static_cast<double>(limit));
            }
        }
        return refused;
    };
    CHECK(refused_at(16'000'000'000) < 5);
    file.job.constraints.memory_bytes = 2'000'000'000;
    const int by_the_job = refused_at(2'000'000'000);
    CHECK(by_the_job > 10);
    desk.host.memory_available_bytes = 1'500'000'000;
    CHECK(refused_at(1'500'000'000) > by_the_job);
    file.job.constraints.memory_bytes.reset();
    desk.host.memory_available_bytes = 0;
    const ModelPlan plan = desk.plan(file);
    CHECK_FALSE(plan.memory_limit);
    CHECK(std::none_of(plan.rows.begin(), plan.rows.end(), [](const PlanRow& row) {
        return refused_for(row, "memory") != nullptr;
    }));
}

TEST_CASE("context, tools, licence and language refuse by what the catalogue states") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    file.job.constraints.context_tokens = 100'000;
    ModelPlan plan = desk.plan(file);
    const core::Reason* context = refused_for(row_named(plan, "qwen3-1.7b"), "context");
    REQUIRE(context != nullptr);
    CHECK(*context == core::Reason{"context", 40960, 100'000});
    CHECK(refused_for(row_named(plan, "qwen3.5-2b"), "context") == nullptr);

    file.job.constraints.context_tokens.reset();
    file.job.constraints.tools = true;
    file.job.constraints.licence = "commercial";
    file.job.language = "fr";
    plan = desk.plan(file);
    CHECK(refused_for(row_named(plan, "smollm2-360m"), "tools") != nullptr);  // not stated
    CHECK(refused_for(row_named(plan, "qwen3-1.7b"), "tools") == nullptr);
    CHECK(refused_for(row_named(plan, "qwen2.5-3b-instruct"), "licence") != nullptr);
    const PlanRow& restricted = row_named(plan, "llama-3.2-1b");
    CHECK(refused_for(restricted, "licence") == nullptr);
    CHECK_FALSE(restricted.licence_conditions.empty());
    CHECK(refused_for(row_named(plan, "smollm2-135m"), "language") != nullptr);
    CHECK(refused_for(row_named(plan, "qwen3-1.7b"), "language") == nullptr);
    // Who may use it depends on who asks: its terms are shown, and nobody else's word stands for
    // it.
    const PlanRow& depends = row_named(plan, "lfm2.5-1.2b");
    CHECK(refused_for(depends, "licence") != nullptr);
    CHECK(depends.licence_conditions.find("10 million") != std::string::npos);
    const PlanRow& silent = row_named(plan, "gemma-4-e2b");
    CHECK(refused_for(silent, "language") == nullptr);
    CHECK(not_known(silent, "language"));
}

TEST_CASE("a latency refuses only when it is off by more than the estimate's own error") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    const std::string name = "qwen3-1.7b";
    const auto expected = row_named(desk.plan(file), name);
    REQUIRE(expected.request_ms);
    REQUIRE(expected.ttft_ms);
    REQUIRE(expected.request_ms->basis == Basis::Catalogue);
    file.job.constraints.p95_ms = expected.request_ms->value / 1.4;
    file.job.constraints.ttft_p95_ms = expected.ttft_ms->value / 1.4;
    CHECK(row_named(desk.plan(file), name).refused.empty());
    file.job.constraints.p95_ms = expected.request_ms->value / 1.6;
    const ModelPlan too_slow = desk.plan(file);
    const core::Reason* reason = refused_for(row_named(too_slow, name), "latency_p95");
    REQUIRE(reason != nullptr);
    CHECK(reason->measured == expected.request_ms->value);
    file.job.constraints.ttft_p95_ms = expected.ttft_ms->value / 1.6;
    CHECK(refused_for(row_named(desk.plan(file), name), "ttft_p95") != nullptr);
}

TEST_CASE("a speed that was estimated on a busy machine refuses nothing") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    file.job.constraints.p95_ms = 0.001;
    desk.others = [] { return std::optional(1.5); };
    const ModelPlan busy = desk.plan(file);
    CHECK(busy.busy);
    const PlanRow& row = row_named(busy, "qwen3-1.7b");
    CHECK(row.refused.empty());
    CHECK(not_known(row, "latency_p95"));
    desk.others = [] { return std::optional(0.0); };
    desk.world.clock.advance(std::chrono::minutes(6));
    const ModelPlan quiet = desk.plan(file);
    CHECK_FALSE(quiet.busy);
    CHECK(refused_for(row_named(quiet, "qwen3-1.7b"), "latency_p95") != nullptr);
}

TEST_CASE("a file here is estimated from itself, and refused on less") {
    PlanDesk desk;
    desk.import("tiny", small_chat_model());
    job::JobFile file = desk.job();
    const PlanRow tiny = row_named(desk.plan(file), "tiny");
    CHECK(tiny.on_disk);
    REQUIRE(tiny.request_ms);
    CHECK(tiny.request_ms->basis == Basis::File);
    CHECK(tiny.memory_bytes->basis == Basis::File);
    CHECK(tiny.file_bytes == small_chat_model().size());
    file.job.constraints.p95_ms = tiny.request_ms->value / 1.3;
    CHECK(refused_for(row_named(desk.plan(file), "tiny"), "latency_p95") != nullptr);
}

TEST_CASE("a model that does not fit is told what would: a quantisation, a context, a variant") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    const auto has = [](const PlanRow& row, Remedy::What what, const std::string& value) {
        return std::find(row.remedies.begin(), row.remedies.end(), Remedy{what, value}) !=
               row.remedies.end();
    };
    const PlanRow eight_bit = row_named(desk.plan(file), "qwen3-0.6b");
    CHECK(eight_bit.remedies.empty());
    REQUIRE(eight_bit.quantisation == "Q8_0");
    const auto need = static_cast<std::uint64_t>(eight_bit.memory_bytes->value);
    file.job.constraints.memory_bytes = need - 50'000'000;
    const PlanRow refused = row_named(desk.plan(file), "qwen3-0.6b");
    REQUIRE(refused_for(refused, "memory") != nullptr);
    CHECK(has(refused, Remedy::What::Quantisation, "Q4_K_M"));
    CHECK_FALSE(has(refused, Remedy::What::Context, "4096"));

    file.job.constraints.context_tokens = 32'768;
    file.job.constraints.memory_bytes = need + 10'000'000;
    CHECK(has(row_named(desk.plan(file), "qwen3-0.6b"), Remedy::What::Context, "4096"));

    const ModelPlan plan = desk.plan(file);
    CHECK(has(row_named(plan, "llama-3.1-8b"), Remedy::What::Variant, "llama-3.2-1b"));
    file.job.constraints.memory_bytes = 1'000'000;
    for (const PlanRow& row : desk.plan(file).rows) {
        for (const Remedy& remedy : row.remedies) {
            CHECK(remedy.what == Remedy::What::Variant);
        }
    }
}

TEST_CASE("what cannot be judged is not refused, and does not pass as known") {
    PlanDesk desk;
    desk.has_workshop = false;
    job::JobFile file = desk.job();
    file.job.constraints.memory_bytes = 1'000'000'000;
    file.job.constraints.p95_ms = 1;
    const ModelPlan plan = desk.plan(file);
    const PlanRow& small = row_named(plan, "qwen3-0.6b");
    CHECK(small.refused.empty());
    CHECK(not_known(small, "memory"));
    // Its weights alone are too large.
    const core::Reason* large = refused_for(row_named(plan, "qwen3.5-9b"), "memory");
    REQUIRE(large != nullptr);
    CHECK(*large->measured == 5'680'522'464);
    // A download is not advised on a guess.
    CHECK(plan.picked(core::Size::Limit) == nullptr);
}

TEST_CASE("what was measured here goes before estimates") {
    PlanDesk desk;
    const std::string sha256 = desk.import("tiny", small_chat_model());
    job::JobFile file = desk.job();
    const std::string machine = machine_name(desk.host, 0);
    desk.measured(memory_memo(sha256, {}, machine), "123000000");
    desk.measured(speed_memo(sha256, machine), "50 10");
    PlanRow row = row_named(desk.plan(file), "tiny");
    CHECK(row.memory_bytes == Expected{123e6, Basis::Measured});
    REQUIRE(row.ttft_ms);
    CHECK(row.ttft_ms->basis == Basis::Measured);
    file.job.constraints.ttft_p95_ms = row.ttft_ms->value / 1.01;
    file.job.constraints.memory_bytes = 122'000'000;
    row = row_named(desk.plan(file), "tiny");
    CHECK(refused_for(row, "ttft_p95") != nullptr);
    CHECK(*refused_for(row, "memory")->measured == 123e6);
}

TEST_CASE("a file of the catalogue without a known checksum is remembered by its own") {
    PlanDesk desk;
    const std::string sha256 = desk.have("qwen3-0.6b", "Q8_0");
    desk.measured(memory_memo(sha256, {}, machine_name(desk.host, 0)), "123000000");
    const PlanRow row = row_named(desk.plan(desk.job()), "qwen3-0.6b");
    CHECK(row.on_disk);
    CHECK(row.memory_bytes == Expected{123e6, Basis::Measured});
}

TEST_CASE("picks go to models that are kept and can be had") {
    PlanDesk desk;
    const job::JobFile file = desk.job();
    const ModelPlan plan = desk.plan(file);
    std::uint64_t larger = ~0ULL;
    for (const core::Size size : {core::Size::Limit, core::Size::Medium, core::Size::Small}) {
        const PlanRow* pick = plan.picked(size);
        REQUIRE(pick != nullptr);
        CHECK(pick->refused.empty());
        CHECK((pick->on_disk || pick->can_pull));
        CHECK(pick->memory_bytes);
        CHECK(pick->parameters < larger);
        larger = pick->parameters;
    }
    CHECK(desk.plan(file, {true}).rows.empty());
    desk.import("tiny", small_chat_model());
    const ModelPlan here = desk.plan(file, {true});
    REQUIRE(here.rows.size() == 1);
    CHECK(here.rows[0].pick == core::Size::Limit);
}

TEST_CASE("a gap in an entry puts a model behind the others, and does not lose it") {
    PlanDesk desk;
    const job::JobFile file = desk.job();
    const ModelPlan plan = desk.plan(file);
    const PlanRow& unlicensed = row_named(plan, "baguettotron");
    CHECK(unlicensed.refused.empty());
    CHECK(not_known(unlicensed, "licence"));
    for (const PlanRow* pick : plan.picks()) {
        CHECK_FALSE(not_known(*pick, "licence"));
        CHECK_FALSE(not_known(*pick, "memory"));
    }
}

TEST_CASE("a base model and a file that cannot be read are refused") {
    PlanDesk desk;
    desk.import("base", engine::fake::SmallFile().bytes());
    desk.import("broken", "no model");
    desk.have("smollm2-135m", "Q4_1");
    store_sqlite::write_bytes(desk.options.models_dir + "/" +
                                  catalog::catalogue().find("smollm2-135m")->file_of("Q4_1")->file,
                              "cut off");
    const ModelPlan plan = desk.plan(desk.job(), {true});
    CHECK(refused_for(row_named(plan, "base"), "template") != nullptr);
    CHECK(refused_for(row_named(plan, "broken"), "file") != nullptr);
    CHECK(refused_for(row_named(plan, "smollm2-135m"), "file") != nullptr);
    CHECK(plan.picked(core::Size::Limit) == nullptr);
    CHECK(with_candidates(desk.job(), plan).error().code == codes::no_candidate_fits);
}

TEST_CASE("an architecture that is not known is said, not estimated") {
    PlanDesk desk;
    desk.import("future", engine::fake::SmallFile("from-the-future", true).bytes());
    const PlanRow row = row_named(desk.plan(desk.job()), "future");
    CHECK(row.refused.empty());
    CHECK_FALSE(row.memory_bytes);
    CHECK(not_known(row, "memory"));
}

TEST_CASE("a job without candidates gets the picks, or the commands that fetch them") {
    PlanDesk desk;
    const job::JobFile file = desk.job();
    const auto missing = with_candidates(file, desk.plan(file));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == codes::picks_not_downloaded);
    CHECK(missing.error().args[1].second.find("palier models pull ") == 0);
    desk.import("tiny", small_chat_model());
    const auto made = with_candidates(file, desk.plan(file, {true}));
    REQUIRE(made);
    REQUIRE(made->job.candidates.size() == 1);
    CHECK(made->job.candidates[0].model == "tiny");
    CHECK(made->origins.back().from == "plan");
}

TEST_CASE("candidates that the job names are judged as named, and only once") {
    PlanDesk desk;
    job::JobFile file = desk.job(R"([[candidate]]
model = "qwen3-0.6b:Q4_K_M"
[[candidate]]
endpoint = "https://api.example.org/v1"
model = "large"
)");
    file.job.language = "fr";
    const ModelPlan plan = desk.plan(file);
    const PlanRow& named = row_named(plan, "qwen3-0.6b:Q4_K_M");
    CHECK(named.from_job);
    CHECK(named.quantisation == "Q4_K_M");
    CHECK(named.file_bytes == 523'000'000);
    CHECK(std::count_if(plan.rows.begin(), plan.rows.end(), [](const PlanRow& row) {
              return row.model == "qwen3-0.6b";
          }) == 1);
    const PlanRow& remote = row_named(plan, "large");
    CHECK(remote.remote);
    CHECK(refused_for(remote, "privacy") != nullptr);
    CHECK_FALSE(remote.pick);

    file.job.candidates[0].model = "no-such-model";
    CHECK(desk.try_plan(file, {}).error().code == catalog::codes::unknown_model);
}

TEST_CASE("requests: labels are scored, and lengths come from the data") {
    PlanDesk desk;
    const ModelPlan plan = desk.plan(desk.job());
    CHECK(plan.output_tokens == 0);
    CHECK(plan.prompt_tokens > 5);
    CHECK(plan.prompt_tokens < 100);
}

TEST_CASE("the engine is advised by requests at once and GPU memory") {
    core::Job job = two_labels();
    job.concurrency = 1;
    CHECK(advice(job, 0).because == codes::embedded);
    CHECK(advice(job, 24'000'000'000).because == codes::embedded_on_gpu);
    CHECK(advice(job, 0).runtime == Runtime::Embedded);
    job.concurrency = 8;
    CHECK(advice(job, 0).because == codes::vllm_elsewhere);
    CHECK(advice(job, 24'000'000'000).because == codes::vllm_for_many);
    CHECK(name_of(advice(job, 24'000'000'000).runtime) == "vllm");
}

TEST_CASE("a number is as long as its digits, one token each") {
    PlanDesk desk;
    const auto length = request_length(desk.job().job, desk.options);
    REQUIRE(length);
    // The dev cases are "case 100000" and on: five characters at three a token, and six digits.
    CHECK(length->own_tokens == doctest::Approx(5.0 / 3 + 6));
}

TEST_CASE("a bill counts the whole prompt with its examples, and the answer that is written") {
    PlanDesk desk;
    job::JobFile file = desk.job();
    const auto cases = read_cases(file.job);
    REQUIRE(cases);
    const MeanRequest with = mean_request(file.job, cases->split);
    eval::Split bare = cases->split;
    bare.dev.clear();
    const MeanRequest without = mean_request(file.job, bare);
    CHECK(with.prompt_tokens > without.prompt_tokens + 20);  // three to five examples
    CHECK(without.prompt_tokens * 3 > static_cast<double>(file.job.instructions.size()));
    CHECK(with.output_tokens > 1);
    file.job.instructions += std::string(300, 'x');
    CHECK(mean_request(file.job, bare).prompt_tokens ==
          doctest::Approx(without.prompt_tokens + 100));
}

}  // namespace palier::planning
