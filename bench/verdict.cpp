// One classification job - is an SMS message spam? - by label scoring on the embedded engine,
// through the same code as a climb: run::evaluate, the run store, the sequential test. Each call is
// one process, so that loading the model is paid and seen. Prints one JSON object.
//
//   bench_verdict cases TSV COUNT SEED
//       the cases in their order, with the messages that palier sends
//   bench_verdict score TSV COUNT SEED MODEL WEIGHTS BATCH [MILLIONTHS ORDER]
//       scores them, BATCH requests together; with a threshold, in the order of the seed ORDER
//       until promise A is decided (K = 1, alpha 1 %)
//
// "load_s" runs from the start of main until the model answers requests (checksum and checks of the
// file, loading, BF16 copy if asked for); "score_s" from there until the last Trial is committed
// and consumed. Reading the 480 kB of data, a few milliseconds, is in neither, but in the wall time
// that verdict.py takes from outside.
#include "bench/sandbox.h"
#include "core/sequential.h"
#include "engine/llama/llama.h"
#include "eval/dataset.h"
#include "lib/json/json.h"
#include "system/identity.h"
#include "system/prompt.h"
#include "system/scores.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace bench = palier::bench;
namespace core = palier::core;
namespace engine = palier::engine;
namespace json = palier::json;
namespace run = palier::run;
using palier::Micros;

constexpr int k_threads = 2;
constexpr double k_bound = 1 / 0.01;
constexpr int k_orders = 2000;

core::Job sms_job(const std::string& path) {
    core::Job job;
    job.name = "sms";
    job.task = core::Task::Classify;
    job.instructions =
        "Classify the text message. spam: unwanted advertising, a prize, a premium-rate service. "
        "ham: any other message.";
    job.labels = {"ham", "spam"};
    job.data.test = path;
    job.data.expected_column = "1";
    job.data.input_column = "2";
    job.constraints.quality.metric = "accuracy";
    job.constraints.quality.min = palier::k_one;
    return job;
}

// A seeded choice in a seeded order.
std::vector<core::Case> choose_cases(const core::Job& job, std::size_t count, std::uint64_t seed) {
    std::vector<core::Case> cases =
        bench::need(palier::eval::read_dataset(job.data.test, job)).cases;
    if (cases.size() < count) {
        bench::give_up("the data has fewer cases than asked for");
    }
    palier::Rng rng(seed);
    rng.shuffle(cases);
    cases.resize(count);
    return cases;
}

core::Recipe scoring(const core::Job& job) {
    core::Recipe recipe;
    recipe.rung = core::Rung::Structured;
    recipe.decide = core::Decide::Score;
    recipe.max_tokens = palier::system::max_tokens_for(job);
    return recipe;
}

void print(const json::Value& value) {
    std::printf("%s\n", json::write(value).c_str());
}

int print_cases(const core::Job& job, const std::vector<core::Case>& cases) {
    json::Value list = json::Array{};
    for (const core::Case& item : cases) {
        json::Value messages = json::Array{};
        for (const engine::Message& message : palier::system::messages_for(
                 palier::system::spec_of(job, scoring(job)), item.asked())) {
            messages.push(json::Object{{"role", message.role}, {"content", message.content}});
        }
        json::Value one;
        one.add("id", item.id).add("input", item.input).add("expected", item.expected.front());
        list.push(one.add("messages", std::move(messages)));
    }
    json::Value out;
    print(out.add("max_tokens", scoring(job).max_tokens).add("cases", std::move(list)));
    return 0;
}

core::TotalTest promise_a(std::size_t cases, Micros threshold) {
    const auto count = static_cast<std::int64_t>(cases);
    return {count, core::need_of(threshold, count), true, k_bound};
}

// Mean number of cases until the decision over many orders of the same scores: what one order needs
// is luck.
double mean_cases_used(std::vector<Micros> scores, Micros threshold) {
    palier::Rng rng(1);
    std::int64_t used = 0;
    for (int order = 0; order < k_orders; ++order) {
        rng.shuffle(scores);
        core::TotalTest test = promise_a(scores.size(), threshold);
        for (std::size_t i = 0; test.decision() == core::Decision::Undecided; ++i) {
            test.add(scores[i]);
        }
        used += test.decided_at();
    }
    return static_cast<double>(used) / k_orders;
}

struct Asked {
    std::string model;
    std::string weights;  // engine::OpenSpec::weights
    std::size_t batch = 16;
    std::optional<Micros> threshold;
};

struct Scored {
    json::Value answers = json::Array{};
    std::vector<Micros> scores;
    core::TotalTest test;
};

Scored score(bench::Sandbox& sandbox,
             const core::Job& job,
             const std::vector<core::Case>& cases,
             const Asked& asked,
             engine::Engine& model) {
    palier::system::System system =
        bench::system_of("qwen2.5-coder-0.5b/structured", job, scoring(job), model);
    std::vector<const core::Case*> order;
    for (const core::Case& item : cases) {
        order.push_back(&item);
    }
    run::Question question{system, order};
    question.phase = palier::store::Phase::Test;
    question.stage = run::Stage::Proof;
    question.batch = asked.batch;
    Scored scored{
        json::Array{}, {}, promise_a(cases.size(), asked.threshold.value_or(palier::k_one))};
    const auto evaluated = bench::need(run::evaluate(
        sandbox.surroundings(),
        question,
        [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
            scored.test.add(trial.grade.score);
            scored.scores.push_back(trial.grade.score);
            json::Value sums = json::Array{};
            const auto labels = palier::system::scores_of(trial.answer, job.labels.size());
            for (const engine::LabelScore& label :
                 labels.value_or(std::vector<engine::LabelScore>{})) {
                sums.push(label.log_probability);
            }
            json::Value one;
            one.add("id", item.id).add("label", trial.grade.parsed);
            scored.answers.push(one.add("scores", std::move(sums)));
            return !asked.threshold || scored.test.decision() == core::Decision::Undecided;
        }));
    if (evaluated.ending != run::Ending::Complete && evaluated.ending != run::Ending::Enough) {
        bench::give_up("the evaluation ended early: " + evaluated.detail);
    }
    return scored;
}

json::Value orders(const Scored& scored, std::size_t cases) {
    Micros right = 0;
    for (const Micros one : scored.scores) {
        right += one;
    }
    const Micros accuracy = right / static_cast<Micros>(cases);
    json::Value rows = json::Array{};
    for (const Micros distance : {-100'000, -50'000, 50'000, 100'000}) {
        const Micros threshold = accuracy + distance;
        if (threshold > 0 && threshold <= palier::k_one) {
            json::Value row;
            row.add("distance", distance).add("threshold", threshold);
            rows.push(row.add("mean_cases", mean_cases_used(scored.scores, threshold)));
        }
    }
    return rows;
}

int print_scores(const core::Job& job, const std::vector<core::Case>& cases, const Asked& asked) {
    const palier::SystemClock clock;
    const auto start = clock.now();
    engine::OpenSpec spec;
    spec.path = asked.model;
    spec.weights = asked.weights;
    spec.threads = k_threads;
    const std::unique_ptr<engine::Engine> model = bench::need(engine::llama::open(spec));
    const auto loaded = clock.now();
    bench::Sandbox sandbox(job);
    Scored scored = score(sandbox, job, cases, asked, *model);
    const auto done = clock.now();

    const engine::Counters counters = model->counters();
    json::Value out;
    out.add("weights", model->facts().weights)
        .add("batch", static_cast<std::uint64_t>(asked.batch));
    out.add("load_s", bench::seconds_between(start, loaded));
    out.add("score_s", bench::seconds_between(loaded, done));
    out.add("cases_used", static_cast<std::uint64_t>(scored.scores.size()));
    out.add("decision",
            !asked.threshold                                 ? json::Value()
            : scored.test.decision() == core::Decision::Pass ? json::Value("pass")
                                                             : json::Value("fail"));
    out.add("decodes", counters.decodes).add("sequences_decoded", counters.sequences_decoded);
    out.add("tokens_computed", counters.tokens_computed)
        .add("tokens_reused", counters.tokens_reused);
    out.add("peak_mb", bench::peak_mb());
    out.add("orders",
            scored.scores.size() == cases.size() && !asked.threshold ? orders(scored, cases.size())
                                                                     : json::Value());
    print(out.add("answers", std::move(scored.answers)));
    return 0;
}

std::uint64_t number(const char* text) {
    return std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string verb = argc > 1 ? argv[1] : "";
    if (!(verb == "cases" && argc == 5) && !(verb == "score" && (argc == 8 || argc == 10))) {
        bench::give_up("usage: bench_verdict cases|score ...; verdict.cpp says how");
    }
    const core::Job job = sms_job(argv[2]);
    std::vector<core::Case> cases = choose_cases(job, number(argv[3]), number(argv[4]));
    if (verb == "cases") {
        return print_cases(job, cases);
    }
    Asked asked{argv[5], argv[6], number(argv[7]), {}};
    if (argc == 10) {
        asked.threshold = static_cast<Micros>(number(argv[8]));
        palier::Rng order(number(argv[9]));
        order.shuffle(cases);
    }
    return print_scores(job, cases, asked);
}
