#include "run/weights.h"

#include "base/log.h"
#include "base/text.h"
#include "core/names.h"
#include "machine/host.h"

namespace palier::run {
namespace {

constexpr double k_worth_it = 0.85;  // of the time with the file's weights

// Bytes of a BF16 copy and what is needed beside it, roughly: a limit that it would exceed is not
// tried.
std::uint64_t needed(std::uint64_t parameters) {
    return parameters * 2 + parameters / 4;
}

// Seconds for the sample; nullopt when a request failed.
std::optional<double> timed(const Surroundings& around,
                            engine::Client& engine,
                            std::vector<engine::Request> requests) {
    const Nanoseconds start = around.clock.now();
    std::size_t left = requests.size();
    for (engine::Request& request : requests) {
        request.id = ++around.last_request_id;
    }
    if (!engine.post(std::move(requests))) {
        return std::nullopt;
    }
    while (left > 0 && !around.interrupted.load()) {
        for (const engine::Event& event : engine.wait(std::chrono::milliseconds(100))) {
            if (std::holds_alternative<engine::Failed>(event.what)) {
                return std::nullopt;
            }
            left -= event.is_last() ? 1 : 0;
        }
    }
    return std::chrono::duration<double>(around.clock.now() - start).count();
}

std::optional<double> warmed_and_timed(
    const Surroundings& around,
    const WeightsQuestion& question,
    const std::function<Result<engine::Client*>(const engine::OpenSpec&)>& open,
    bool bf16) {
    engine::OpenSpec spec = question.spec;
    spec.bf16_copy = bf16;
    auto engine = open(spec);
    if (!engine) {
        return std::nullopt;
    }
    // The first request pays for the shared prefix and for pages that are not in memory yet.
    if (!timed(around, **engine, {question.sample.front()})) {
        return std::nullopt;
    }
    return timed(around, **engine, {question.sample.begin() + 1, question.sample.end()});
}

}  // namespace

Result<core::Weights> decide_weights(
    const Surroundings& around,
    const WeightsQuestion& question,
    const std::function<Result<engine::Client*>(const engine::OpenSpec&)>& open) {
    const std::string fact = "weights:" + question.spec.file_sha256 + ":" + question.machine;
    auto known = around.store.fact(around.run, fact);
    if (!known) {
        return known.error();
    }
    if (!*known && around.salt.empty()) {
        known = around.store.newest_fact(fact);
        if (!known) {
            return known.error();
        }
    }
    core::Weights weights = core::Weights::AsFile;
    if (*known) {
        weights = core::weights_from(split(**known, ' ').front()).value_or(core::Weights::AsFile);
        PALIER_TRY(around.store.put_fact(around.run, fact, **known));
        return weights;
    }
    const std::uint64_t bytes = needed(question.parameters);
    const bool fits = (!question.memory_limit_bytes || bytes <= *question.memory_limit_bytes) &&
                      bytes * 2 <= machine::this_host().memory_available_bytes;
    std::string told = std::string(core::name_of(weights)) + " (no room for a copy)";
    if (fits && question.sample.size() >= 2) {
        Progress progress;
        progress.stage = Stage::Weights;
        progress.system = question.spec.name;
        around.progress(progress);
        const auto as_file = warmed_and_timed(around, question, open, false);
        const auto copied = warmed_and_timed(around, question, open, true);
        if (around.interrupted.load()) {
            return weights;
        }
        if (as_file && copied && *copied <= k_worth_it * *as_file) {
            weights = core::Weights::Bf16Copy;
        }
        told = std::string(core::name_of(weights)) + " (measured: file " +
               (as_file ? show_seconds(*as_file) : "failed") + ", BF16 copy " +
               (copied ? show_seconds(*copied) : "failed") + ")";
    }
    log::debug("weights of " + question.spec.name + ": " + told);
    PALIER_TRY(around.store.put_fact(around.run, fact, told));
    return weights;
}

}  // namespace palier::run
