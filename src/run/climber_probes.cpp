// Climber's steps beside quality: latency, energy and memory of a System.
#include "base/text.h"
#include "core/step_sizes.h"
#include "machine/energy.h"
#include "planning/memos.h"
#include "run/climber.h"
#include "run/latency.h"
#include "system/identity.h"

#include <algorithm>

namespace palier::run {
namespace {

constexpr double k_joules_per_wh = 3600;

}  // namespace

Result<void> Climber::perform(const core::ProbeLatency& step) {
    Climbed& climbed = systems_.at(step.system);
    core::LatencyDone done;
    done.system = step.system;
    const bool limited = prepared_.plan.p95_ms || prepared_.plan.ttft_p95_ms;
    if (options_.quality_only && !limited) {
        history_.latencies.push_back(done);
        return {};
    }
    auto system = asked(climbed);
    if (!system) {
        return system.error();
    }
    if (!*system) {
        return {};
    }
    machine::EnergyMeter meter(world_.machine_root,
                               machine::find_energy_counters(world_.machine_root));
    const ProgressSink watching = [&](const Progress& progress) {
        meter.sample();
        around_.progress(progress);
    };
    const Surroundings watched{around_.job,
                               around_.grader,
                               around_.store,
                               around_.run,
                               around_.salt,
                               around_.clock,
                               around_.budget,
                               around_.interrupted,
                               watching};
    const bool local = climbed.contestant->is_local();
    Quiet quiet = Quiet::of_machine(world_.machine_root);
    if (local && !quiet.wait_until_quiet(around_.interrupted)) {
        if (around_.interrupted.load()) {
            history_.stopped = core::StopCause::Interrupted;
        } else {
            done.busy = true;
            history_.latencies.push_back(done);
        }
        return {};
    }
    meter.start();
    auto probed = probe_latency(watched,
                                LatencyQuestion{**system,
                                                prepared_.test,
                                                prepared_.plan.p95_ms,
                                                prepared_.plan.ttft_p95_ms,
                                                bound(),
                                                prepared_.job.concurrency,
                                                local ? &quiet : nullptr});
    if (!probed) {
        return probed.error();
    }
    if (stops(probed->evaluated)) {
        return {};
    }
    if (out_of_reach(probed->evaluated, step.system)) {
        history_.latencies.push_back(done);
        return {};
    }
    history_.latencies.push_back(probed->done);
    if (probed->done.busy) {
        return {};
    }
    climbed.latency = probed->measure;
    if (!climbed.contestant->is_local()) {
        return {};
    }
    const std::int64_t requests = probed->asked;
    if (const auto joules = meter.stop(); joules && requests > 0) {
        PALIER_TRY(around_.store.put_memo(
            around_.run,
            planning::counted_energy_memo(climbed.system.hash),
            std::to_string(*joules / k_joules_per_wh * 1000 / static_cast<double>(requests))));
    }
    return remember_speed(climbed);
}

Result<void> Climber::remember_speed(const Climbed& climbed) {
    double read = 0;  // prompt tokens that were computed
    double waited_s = 0;
    PALIER_TRY(around_.store.each_trial(
        around_.run, store::Phase::Latency, climbed.system.hash, [&](const store::Placed& placed) {
            const core::Trial& trial = placed.trial;
            if (trial.timing && trial.grade.failure == core::Failure::None &&
                trial.timing->ttft_ms > 0) {
                read += trial.tokens.prompt.value_or(0) - trial.tokens.cached.value_or(0);
                waited_s += trial.timing->ttft_ms / 1000;
            }
            return true;
        }));
    if (read <= 0 || waited_s <= 0) {
        return {};
    }
    const std::string machine = planning::machine_name(machine::this_host(), options_.threads);
    return around_.store.put_memo(around_.run,
                                  planning::speed_memo(climbed.contestant->sha256, machine),
                                  std::to_string(read / waited_s) + " " +
                                      std::to_string(climbed.latency->tokens_per_s.value_or(0)));
}

Result<void> Climber::perform(const core::MeasureMemory& step) {
    Climbed& climbed = systems_.at(step.system);
    const std::string fact = "memory:" + climbed.system.hash;
    auto known = around_.store.memo(around_.run, fact);
    if (!known) {
        return known.error();
    }
    if (const auto bytes = *known ? whole_number(**known) : std::nullopt) {
        history_.memory_bytes[step.system] = *bytes;
        return {};
    }
    Progress progress;
    progress.stage = Stage::Memory;
    progress.system = step.system;
    around_.progress(progress);
    std::vector<engine::Request> sample;
    for (std::size_t i = 0; i < std::min(core::k_memory_sample, prepared_.test.size()); ++i) {
        sample.push_back(system::request_for(climbed.system.spec, prepared_.test[i]->asked()));
        sample.back().id = i + 1;
    }
    // Two copies of the weights at once would not tell anything and may not fit.
    pool_.close_local();
    auto peak = world_.engines.peak_memory(climbed.open, sample);
    if (!peak) {
        return peak.error();
    }
    history_.memory_bytes[step.system] = *peak;
    if (*peak) {
        PALIER_TRY(around_.store.put_memo(around_.run, fact, std::to_string(**peak)));
        // For plans to come: what the next one would estimate.
        const std::string machine = planning::machine_name(machine::this_host(), options_.threads);
        PALIER_TRY(around_.store.put_memo(
            around_.run,
            planning::memory_memo(climbed.contestant->sha256, climbed.open, machine),
            std::to_string(**peak)));
    }
    return {};
}

}  // namespace palier::run
