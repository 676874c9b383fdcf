#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/terminal.h"
#include "core/names.h"
#include "job/job_file.h"
#include "planning/options.h"
#include "report/objects.h"
#include "report/report.h"
#include "run/climb.h"

namespace palier::cli {
namespace {

Result<planning::ClimbOptions> options_of(const Common& common,
                                          const ClimbArguments& arguments,
                                          const core::Job& job,
                                          const World& world) {
    planning::ClimbOptions options;
    options.models_dir = common.models_dir;
    options.again_latency = arguments.again == "latency";
    options.fresh = arguments.fresh;
    options.live_topline = arguments.live;
    options.quality_only = arguments.quality_only;
    options.all = arguments.all;
    options.whole_topline = !arguments.record_topline.empty();
    options.file_weights = arguments.file_weights;
    options.threads = static_cast<int>(arguments.threads.value_or(0));
    options.seed = arguments.seed;
    options.palier_version = world.version;
    if (!arguments.again.empty() && !options.again_latency) {
        return Error(say::option_not_understood,
                     {{"option", "again"}, {"value", arguments.again}, {"example", "latency"}});
    }
    if (!arguments.max_time.empty()) {
        options.max_seconds = parse_seconds(arguments.max_time);
        if (!options.max_seconds) {
            return Error(
                say::option_not_understood,
                {{"option", "max-time"}, {"value", arguments.max_time}, {"example", "\"30 min\""}});
        }
    }
    if (!arguments.max_cost.empty()) {
        options.max_cost = parse_money(arguments.max_cost);
        if (!options.max_cost) {
            return Error(
                say::option_not_understood,
                {{"option", "max-cost"}, {"value", arguments.max_cost}, {"example", "\"5 EUR\""}});
        }
        const auto priced = [&](const core::ModelSpec& spec) {
            return spec.price && spec.price->currency == options.max_cost->currency;
        };
        bool all = !job.topline || priced(*job.topline);
        for (const core::ModelSpec& candidate : job.candidates) {
            all = all && priced(candidate);
        }
        if (!all) {
            return Error(say::max_cost_needs_prices,
                         {{"value", arguments.max_cost}, {"currency", options.max_cost->currency}});
        }
    }
    return options;
}

// The live topline's answers, so that later climbs need not run it.
Result<void> record(const Common& common,
                    const ClimbArguments& arguments,
                    const job::JobFile& file,
                    const planning::ClimbOptions& options,
                    store::Store& store,
                    const run::ClimbResult& result,
                    const World& world) {
    auto answers = run::topline_answers(file, options, store, result);
    if (!answers) {
        return answers.error();
    }
    const core::SystemSummary* topline = nullptr;
    for (const core::SystemSummary& system : result.summary.systems) {
        if (system.verdict.role == core::Role::Topline) {
            topline = &system;
        }
    }
    const core::SystemSpec& spec = topline->system.spec;
    const core::Recipe& recipe = spec.recipe;
    PALIER_TRY(world.write_recording(
        arguments.record_topline,
        topline->model,
        topline->parameters,
        {{"system", topline->system.id},
         {"system_sha256", topline->system.hash},
         {"model_sha256", spec.model_identity},
         {"engine", spec.engine + " " + spec.engine_build},
         {"weights", std::string(core::name_of(spec.weights))},
         {"rung", std::string(core::name_of(recipe.rung))},
         {"decide", std::string(core::name_of(recipe.decide))},
         {"label_norm", std::string(core::name_of(recipe.norm))},
         {"shots",
          std::to_string(recipe.nearest > 0 ? static_cast<std::size_t>(recipe.nearest)
                                            : recipe.shots.size())},
         {"temperature", shortest(recipe.temperature)},
         {"max_tokens", std::to_string(recipe.max_tokens)},
         {"palier", world.version},
         {"seed", std::to_string(result.summary.seed)}},
        *answers));
    tell(common,
         say::topline_recorded,
         {{"file", arguments.record_topline}, {"count", std::to_string(answers->size())}});
    return {};
}

}  // namespace

int climb(const Common& common, const ClimbArguments& arguments, const World& world) {
    auto file = job::read_job(arguments.job);
    if (!file) {
        return fail(common, file.error());
    }
    if (arguments.print_config) {
        print(common.json ? report::config_json(file->origins) + "\n"
                          : report::config_text(file->origins));
        return 0;
    }
    const auto options = options_of(common, arguments, file->job, world);
    if (!options) {
        return fail(common, options.error());
    }
    tell_reading(common, file->job);
    if (arguments.dry_run) {
        return print_steps(common, *file, *options, world);
    }
    auto store = world.open_store(common.store, false);
    if (!store) {
        return fail(common, store.error());
    }
    if (file->job.candidates.empty()) {
        auto filled = candidates_from_plan(common, *std::move(file), *options, world);
        if (!filled) {
            return fail(common, filled.error());
        }
        file = std::move(filled);
    }
    ProgressLine line(common.language, world.clock);
    const auto result = run::climb(*file,
                                   *options,
                                   {world.engines,
                                    **store,
                                    world.clock,
                                    world.interrupted,
                                    [&](const run::Progress& p) { line.show(p); },
                                    world.workshop,
                                    "",
                                    [&](const core::Note& note) {
                                        line.clear();
                                        tell(common, note.code, note.args);
                                    }});
    line.end();
    line.clear();
    if (!result) {
        return fail(common, result.error());
    }
    if (!arguments.record_topline.empty()) {
        const auto recorded = record(common, arguments, *file, *options, **store, *result, world);
        if (!recorded) {
            return fail(common, recorded.error());
        }
    }
    for (const Error& trouble : result->troubles) {
        complain(common, trouble);
    }
    if (result->already_done) {
        tell(common, say::ended_before);
    } else if (!result->summary.finished) {
        tell(common, say::climb_stopped);
    }
    if (common.json) {
        print(report::verdict_json(result->summary) + "\n");
    } else {
        print_verdict(common, result->summary, **store, result->run);
    }
    return result->summary.exit_code;
}

}  // namespace palier::cli
