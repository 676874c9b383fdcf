#include "cli/cli.h"

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "report/objects.h"

namespace palier::cli {
namespace {

int version(const Common& common, const World& world) {
    if (common.json) {
        print(report::version_json(world.version, world.engine_builds) + "\n");
    } else {
        print("palier " + world.version + "\n" + world.engine_builds + "\n");
    }
    return 0;
}

}  // namespace

int run(int argc, const char* const* argv, const World& world) {
    const Arguments arguments = parse_arguments(argc, argv);
    const Common& common = arguments.common;
    if (const auto* help = std::get_if<Help>(&arguments.verb)) {
        print(help->text);
        return 0;
    }
    if (!common.ca_file.empty() && world.use_ca_file) {
        world.use_ca_file(common.ca_file);
    }
    if (const auto* misused = std::get_if<Misused>(&arguments.verb)) {
        return fail(common, Error(say::misused, {{"what", misused->text}}));
    }
    if (const auto* verb = std::get_if<ClimbArguments>(&arguments.verb)) {
        return climb(common, *verb, world);
    }
    if (const auto* verb = std::get_if<ReportArguments>(&arguments.verb)) {
        return report_run(common, *verb, world);
    }
    if (std::holds_alternative<RunsArguments>(arguments.verb)) {
        return list_runs(common, world);
    }
    if (const auto* verb = std::get_if<ShowArguments>(&arguments.verb)) {
        return show(common, *verb, world);
    }
    if (const auto* verb = std::get_if<DiagnoseArguments>(&arguments.verb)) {
        return diagnose(common, *verb, world);
    }
    if (const auto* verb = std::get_if<ServeArguments>(&arguments.verb)) {
        return serve(common, *verb, world);
    }
    if (const auto* verb = std::get_if<PromptArguments>(&arguments.verb)) {
        return prompt(common, *verb, world);
    }
    if (const auto* verb = std::get_if<CostArguments>(&arguments.verb)) {
        return cost(common, *verb, world);
    }
    if (const auto* verb = std::get_if<DoctorArguments>(&arguments.verb)) {
        return doctor(common, *verb);
    }
    if (const auto* verb = std::get_if<ModelsArguments>(&arguments.verb)) {
        return models(common, *verb, world);
    }
    if (const auto* verb = std::get_if<PlanArguments>(&arguments.verb)) {
        return plan(common, *verb, world);
    }
    if (const auto* verb = std::get_if<InitArguments>(&arguments.verb)) {
        return init(common, *verb, world);
    }
    if (const auto* verb = std::get_if<DataCheckArguments>(&arguments.verb)) {
        return data_check(common, *verb, world);
    }
    if (const auto* verb = std::get_if<DataLabelArguments>(&arguments.verb)) {
        return data_label(common, *verb, world);
    }
    if (const auto* verb = std::get_if<RateArguments>(&arguments.verb)) {
        return rate(common, *verb, world);
    }
    return version(common, world);
}

}  // namespace palier::cli
