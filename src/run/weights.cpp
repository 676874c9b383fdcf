#include "run/weights.h"

#include "base/log.h"
#include "base/text.h"
#include "core/names.h"
#include "machine/host.h"
#include "planning/weights_sample.h"
#include "system/identity.h"
#include "system/system.h"

namespace palier::run {
namespace {

constexpr double k_worth_it = 0.85;  // of the time with the file's weights

// Bytes of a copy and what is needed beside it, roughly: a limit that it would exceed is not tried.
std::uint64_t needed(core::Weights form, std::uint64_t parameters) {
    const std::uint64_t bytes_each = form == core::Weights::F32Copy    ? 4
                                     : form == core::Weights::Bf16Copy ? 2
                                                                       : 1;
    return parameters * bytes_each + parameters / 4;
}

// Seconds for the sample; nullopt when an answer failed or somebody interrupts.
std::optional<double> timed(const Surroundings& around,
                            system::System& system,
                            const std::vector<core::Input>& inputs) {
    const Nanoseconds start = around.clock.now();
    if (!system.ask(inputs, {engine::Priority::FixedBatch, std::nullopt, false})) {
        return std::nullopt;
    }
    while (system.under_way() > 0) {
        if (around.interrupted.load()) {
            system.cancel_all();
            return std::nullopt;
        }
        for (const system::Ended& ended : system.wait(std::chrono::milliseconds(100))) {
            const auto* answer = std::get_if<core::Answer>(&ended.outcome);
            if (answer == nullptr || !core::says_something(answer->failure)) {
                return std::nullopt;
            }
        }
    }
    return std::chrono::duration<double>(around.clock.now() - start).count();
}

std::optional<double> warmed_and_timed(const Surroundings& around,
                                       const WeightsQuestion& question,
                                       core::Weights weights) {
    auto client = question.open(weights);
    if (!client) {
        return std::nullopt;
    }
    core::Recipe recipe;
    recipe.rung = core::Rung::Structured;
    recipe.decide = core::Decide::Score;
    core::System value;
    value.id = question.model;
    value.spec = system::spec_of(planning::weights_job(), recipe, client->facts());
    system::System system({value, std::nullopt, std::move(client), std::nullopt});
    const std::vector<core::Input> inputs = planning::weights_inputs();
    // The first request pays for the shared prefix and for pages that are not in memory yet.
    if (!timed(around, system, {inputs.front()})) {
        return std::nullopt;
    }
    return timed(around, system, {inputs.begin() + 1, inputs.end()});
}

std::string shown(const std::map<core::Weights, double>& seconds) {
    std::vector<std::string> each;
    for (const auto& [form, measured] : seconds) {
        each.push_back(std::string(core::name_of(form)) + " " + show_seconds(measured));
    }
    return join(each, ", ");
}

// Those that the job's limit and what is free now have room for.
std::vector<core::Weights> affordable(const WeightsQuestion& question) {
    std::vector<core::Weights> forms;
    const std::uint64_t free = machine::this_host().memory_available_bytes;
    for (const core::Weights form : question.others) {
        const std::uint64_t bytes = needed(form, question.parameters);
        if (bytes <= question.memory_limit_bytes.value_or(bytes) && bytes <= free / 2) {
            forms.push_back(form);
        }
    }
    return forms;
}

// All forms timed; nullopt when somebody interrupts.
std::optional<catalog::WeightsForm> measured(const Surroundings& around,
                                             const WeightsQuestion& question,
                                             const std::vector<core::Weights>& others) {
    Progress progress;
    progress.stage = Stage::Weights;
    progress.system = question.model;
    around.progress(progress);
    catalog::WeightsForm form;
    std::optional<double> best;
    const auto time = [&](core::Weights weights, double share) {
        const auto seconds = warmed_and_timed(around, question, weights);
        if (!seconds) {
            return;
        }
        form.seconds[weights] = *seconds;
        if (!best || *seconds <= share * *best) {
            best = seconds;
            form.weights = weights;
        }
    };
    time(core::Weights::AsFile, 1);
    for (const core::Weights other : others) {
        time(other, form.weights == core::Weights::AsFile ? k_worth_it : 1);
    }
    if (around.interrupted.load()) {
        return std::nullopt;
    }
    form.measured_at_unix_s = around.clock.unix_seconds();
    return form;
}

}  // namespace

Result<core::Weights> decide_weights(const Surroundings& around, const WeightsQuestion& question) {
    const std::string fact = "weights:" + question.key;
    const auto pinned = around.store.memo(around.run, fact);
    if (!pinned) {
        return pinned.error();
    }
    if (*pinned) {
        return core::weights_from(split(**pinned, ' ').front()).value_or(core::Weights::AsFile);
    }
    const auto decided = [&](core::Weights weights,
                             const std::string& why) -> Result<core::Weights> {
        const std::string told = std::string(core::name_of(weights)) + " (" + why + ")";
        log::debug("weights of " + question.model + ": " + told);
        PALIER_TRY(around.store.put_memo(around.run, fact, told));
        return weights;
    };
    const std::vector<core::Weights> others = affordable(question);
    if (others.empty()) {
        return decided(core::Weights::AsFile, "no copy that may be faster has room");
    }
    auto form = catalog::kept_weights(question.folder, question.key);
    if (!form) {
        if (!question.wait_until_quiet()) {
            return decided(core::Weights::AsFile, "not measured, the machine is busy");
        }
        form = measured(around, question, others);
        if (!form) {
            return core::Weights::AsFile;  // interrupted: the run goes on later, and decides then
        }
        if (const auto kept = catalog::keep_weights(question.folder, question.key, *form); !kept) {
            log::warning("the form of the weights could not be kept in " +
                         catalog::weights_path(question.folder));
        }
    }
    return decided(form->weights, "measured: " + shown(form->seconds));
}

}  // namespace palier::run
