// What a head learns from a model's hidden states, and those states, for bench/head.py to learn
// from them with another library.
//
//   bench_head CASES.jsonl LABELS MODEL INSTRUCTIONS
//       LABELS: separated by commas. Prints one JSON object: the states, the right labels and what
//       learn::fit makes of them.
#include "base/text.h"
#include "bench/sandbox.h"
#include "engine/llama/llama.h"
#include "eval/dataset.h"
#include "learn/fitting.h"
#include "lib/json/json.h"
#include "system/identity.h"
#include "system/states.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace bench = palier::bench;
namespace core = palier::core;
namespace engine = palier::engine;
namespace json = palier::json;
namespace learn = palier::learn;

constexpr std::size_t k_batch = 16;

core::Job job_of(const std::string& path, const std::string& labels, const std::string& words) {
    core::Job job;
    job.name = "head";
    job.instructions = words;
    job.labels = palier::split(labels, ',');
    job.data.test = path;
    job.constraints.quality.metric = "accuracy";
    job.constraints.quality.min = palier::k_one;
    return job;
}

learn::Examples read(const core::Job& job, const std::string& model_path, double& seconds) {
    const palier::SystemClock clock;
    engine::OpenSpec spec;
    spec.path = model_path;
    const auto model = bench::need(engine::llama::open(spec));
    core::Recipe recipe;
    recipe.rung = core::Rung::Head;
    recipe.decide = core::Decide::Head;
    learn::Examples examples;
    examples.labels = job.labels;
    std::vector<core::Input> inputs;
    for (const core::Case& item :
         bench::need(palier::eval::read_dataset(job.data.test, job)).cases) {
        inputs.push_back(item.asked());
        examples.right.push_back(static_cast<std::size_t>(
            std::ranges::find(job.labels, item.expected.front()) - job.labels.begin()));
    }
    const auto client = model->open_client();
    const auto began = clock.now();
    auto states = bench::need(
        palier::system::read_states(*client,
                                    palier::system::spec_of(job, recipe, model->facts()),
                                    inputs,
                                    k_batch,
                                    [](std::size_t) { return true; }));
    seconds = bench::seconds_between(began, clock.now());
    for (auto& state : states.states) {
        if (!state) {
            bench::give_up("a case has no state");
        }
        examples.states.push_back(std::move(*state));
    }
    return examples;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) {
        std::fputs("usage: bench_head CASES.jsonl LABELS MODEL INSTRUCTIONS\n", stderr);
        return EXIT_FAILURE;
    }
    const core::Job job = job_of(arguments[1], arguments[2], arguments[4]);
    double seconds = 0;
    const learn::Examples examples = read(job, arguments[3], seconds);
    const palier::SystemClock clock;
    const auto began = clock.now();
    const learn::Fitted fitted = learn::fit(examples, learn::Method::Head, "bench");
    const double fit_seconds = bench::seconds_between(began, clock.now());
    json::Value states = json::Array{};
    json::Value right = json::Array{};
    json::Value chosen = json::Array{};
    for (std::size_t i = 0; i < examples.right.size(); ++i) {
        json::Value state = json::Array{};
        for (const float value : examples.states[i]) {
            state.push(static_cast<double>(value));
        }
        states.push(std::move(state));
        right.push(static_cast<std::int64_t>(examples.right[i]));
        const auto& scores = fitted.held_out[i];
        chosen.push(static_cast<std::int64_t>(std::ranges::max_element(scores) - scores.begin()));
    }
    json::Value out;
    out.add("states_s", seconds).add("fit_s", fit_seconds).add("c", fitted.learned.strength);
    out.add("right", std::move(right)).add("held_out", std::move(chosen));
    std::printf("%s\n", json::write(out.add("states", std::move(states))).c_str());
    return EXIT_SUCCESS;
}
