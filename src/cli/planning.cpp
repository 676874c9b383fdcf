#include "cli/planning.h"

#include "base/text.h"
#include "catalog/speed.h"
#include "cli/output.h"
#include "machine/gpus.h"
#include "planning/dry_run.h"
#include "report/numbers.h"
#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace palier::cli {
namespace {

constexpr int k_nvidia_smi_ms = 4000;
constexpr std::size_t k_width = 80;

// What plans are made with; owns what the run's view borrows.
struct Surroundings {
    std::unique_ptr<store::Store> store;
    std::uint64_t gpu_bytes = 0;
};

// The first plan on a machine takes seconds: said at once.
void announce_calibration(const Common& common, const World& world) {
    std::error_code ignored;
    if (world.workshop != nullptr &&
        !std::filesystem::exists(catalog::calibration_path(common.models_dir), ignored)) {
        tell(common, 7542);
    }
}

Result<Surroundings> surroundings(const Common& common, const World& world) {
    announce_calibration(common, world);
    Surroundings around;
    auto store = world.open_store(common.store, true);
    PALIER_TRY(store);
    around.store = std::move(*store);
    for (const machine::Gpu& gpu :
         machine::merged(machine::parse_nvidia_smi(machine::ask_nvidia_smi(k_nvidia_smi_ms)),
                         machine::read_gpus(""))) {
        around.gpu_bytes += gpu.memory_bytes.value_or(0);
    }
    return around;
}

planning::PlanWorld plan_world(const Surroundings& around, const World& world) {
    return {world.workshop,
            around.store.get(),
            machine::this_host(),
            around.gpu_bytes,
            world.clock,
            machine::watch_others("")};
}

// "medium here: about 1.33 GB and 186 ms a request".
Proposal proposal_of(const planning::PlanRow& row, report::Language language) {
    Proposal made;
    made.spec.model = row.name;
    made.bytes = row.file_bytes;
    const auto shown = [&](const std::optional<planning::Expected>& figure, const auto& as_text) {
        return figure ? as_text(figure->value) : std::string("-");
    };
    made.reason = {row.on_disk ? 7538 : 7539,
                   {{"pick", report::sentence(language, 7520 + static_cast<int>(*row.pick))},
                    {"model", row.name},
                    {"memory",
                     shown(row.memory_bytes,
                           [&](double value) {
                               return report::bytes(language, static_cast<std::uint64_t>(value));
                           })},
                    {"time", shown(row.request_ms, [&](double value) {
                         return report::milliseconds(language, value);
                     })}}};
    return made;
}

}  // namespace

void tell_reading(const Common& common, const core::Job& job) {
    const auto local = [](const core::ModelSpec& spec) {
        return !spec.is_remote() && !spec.is_recorded();
    };
    if (std::any_of(job.candidates.begin(), job.candidates.end(), local) ||
        (job.topline && local(*job.topline))) {
        tell(common, 7545, {{"job", job.name}});
    }
}

Result<planning::ModelPlan> model_plan(const Common& common,
                                       const job::JobFile& file,
                                       const planning::ClimbOptions& options,
                                       const planning::PlanOptions& plan_options,
                                       const World& world) {
    const auto around = surroundings(common, world);
    PALIER_TRY(around);
    return planning::plan_models(file, options, plan_options, plan_world(*around, world));
}

Result<job::JobFile> candidates_from_plan(const Common& common,
                                          job::JobFile file,
                                          const planning::ClimbOptions& options,
                                          const World& world) {
    const auto plan = model_plan(common, file, options, {}, world);
    PALIER_TRY(plan);
    return planning::with_candidates(std::move(file), *plan);
}

Propose proposals_from_plan(const Common& common, const World& world) {
    return [&common, &world](const core::Job& job,
                             const std::string& models_dir) -> Result<Proposals> {
        if (world.workshop == nullptr || job.data.test.empty()) {
            return models_on_disk(job, models_dir);
        }
        job::JobFile file;
        file.job = job;
        planning::ClimbOptions options;
        options.models_dir = models_dir;
        const auto plan = model_plan(common, file, options, {}, world);
        PALIER_TRY(plan);
        Proposals out;
        std::uint64_t largest_pick = 0;
        for (const planning::PlanRow* row : plan->picks()) {
            out.candidates.push_back(proposal_of(*row, common.language));
            largest_pick = std::max(largest_pick, row->parameters);
        }
        if (out.candidates.empty()) {
            return models_on_disk(job, models_dir);
        }
        for (const planning::PlanRow& row : plan->rows) {
            if (row.on_disk && row.parameters > largest_pick &&
                (!out.topline || row.file_bytes > out.topline->bytes)) {
                out.topline = Proposal{{}, {7338, {}}, row.file_bytes};
                out.topline->spec.model = row.name;
            }
        }
        return out;
    };
}

Result<planning::DryRun> steps_of(const Common& common,
                                  const job::JobFile& file,
                                  planning::ClimbOptions options,
                                  const World& world) {
    const auto around = surroundings(common, world);
    PALIER_TRY(around);
    options.missing_models_allowed = true;
    if (!file.job.candidates.empty()) {
        return planning::dry_run(file, options, plan_world(*around, world));
    }
    const auto plan = planning::plan_models(file, options, {}, plan_world(*around, world));
    PALIER_TRY(plan);
    return planning::dry_run(
        planning::with_picks(file, *plan), options, plan_world(*around, world));
}

namespace {

// "small/zero-shot on dev", "small on test", "small latency"; "chosen future".
std::string step_name(const planning::DryRun::Line& line) {
    const std::string work(planning::name_of(line.work));
    if (line.work == planning::Work::Dev || line.work == planning::Work::Test) {
        return line.system + " on " + work;
    }
    return (line.system.empty() ? "chosen" : line.system) + " " + work;
}

json::Value or_null(const std::string& text) {
    return text.empty() ? json::Value() : json::Value(text);
}

void add_most(json::Value& value, const planning::DryRun::Line& line) {
    value.add("requests", line.requests).add("prompt_tokens", line.prompt_tokens);
    value.add("output_tokens", line.output_tokens).add("cost", line.cost);
}

// What it is for stands first in a table that cuts long names; of dev that is the rung.
report::Args names_in(const planning::DryRun::Line& line) {
    const std::size_t slash = line.system.rfind('/');
    if (line.work != planning::Work::Dev || slash == std::string::npos) {
        return {{"system", line.system}};
    }
    return {{"system", line.system.substr(0, slash)}, {"rung", line.system.substr(slash + 1)}};
}

int phrase_of(planning::Work work) {
    switch (work) {
        case planning::Work::Dev:
            return 9734;
        case planning::Work::Test:
            return 9735;
        case planning::Work::Alone:
            return 9736;
        case planning::Work::Memory:
            return 9737;
        case planning::Work::Latency:
            return 9738;
        case planning::Work::Weights:
            return 9739;
        case planning::Work::Future:
            break;
    }
    return 9740;
}

}  // namespace

void add_steps(json::Value& value, const planning::DryRun& dry) {
    json::Value steps = json::Array{};
    for (const auto& line : dry.lines) {
        json::Value step;
        step.add("step", step_name(line)).add("system", or_null(line.system));
        step.add("work", std::string(planning::name_of(line.work))).add("cases", line.cases);
        add_most(step, line);
        step.add("seconds_estimated", line.seconds);
        steps.push(std::move(step));
    }
    json::Value total;
    add_most(total, dry.total());
    value.add("k", dry.plan.k).add("alpha", dry.plan.alpha);
    value.add("n_dev", dry.plan.dev_cases).add("n_test", dry.plan.test_cases);
    value.add("cases_for_promise_b", dry.cases_for_promise_b).add("steps", std::move(steps));
    value.add("total", std::move(total));
    value.add("minutes_estimated", dry.seconds ? std::optional(*dry.seconds / 60) : std::nullopt);
    value.add("memory_bytes_estimated", dry.memory_bytes);
    value.add("download_bytes", dry.download_bytes);
}

std::string steps_text(const Common& common, const planning::DryRun& dry) {
    const auto say = [&](int code, const report::Args& args = {}) {
        return report::sentence(common.language, code, args);
    };
    report::Table steps;
    steps.columns = {{say(9719), report::Align::Left, true},
                     {say(9741), report::Align::Right},
                     {say(9721), report::Align::Right},
                     {say(9722), report::Align::Right},
                     {say(7510), report::Align::Right},
                     {say(9723), report::Align::Right}};
    bool all_priced = true;
    for (const auto& line : dry.lines) {
        all_priced = all_priced && line.cost;
        steps.rows.push_back(
            {say(phrase_of(line.work), names_in(line)),
             report::count(common.language, line.requests),
             report::count(common.language, line.prompt_tokens),
             report::count(common.language, line.output_tokens),
             line.seconds ? "~" + report::duration(common.language, *line.seconds) : "-",
             line.cost ? report::number(common.language, *line.cost, 4) : "-"});
    }
    std::string text = report::paragraph(say(9716)) + "\n" + join(steps.lines(k_width), "\n") + "\n\n";
    const planning::DryRun::Line total = dry.total();
    const report::Args sums{
        {"requests", report::count(common.language, total.requests)},
        {"in", report::count(common.language, total.prompt_tokens)},
        {"out", report::count(common.language, total.output_tokens)},
        {"cost", total.cost ? report::number(common.language, *total.cost, 4) : "-"}};
    text += report::paragraph(say(total.cost ? 9743 : 9742, sums));
    if (!all_priced) {
        text += report::paragraph(say(7508));
    }
    text += report::paragraph(dry.seconds
                          ? say(7511, {{"time", report::duration(common.language, *dry.seconds)}})
                          : say(7512));
    text += report::paragraph(
        dry.memory_bytes
            ? say(7513,
                  {{"memory",
                    report::bytes(common.language, static_cast<std::uint64_t>(*dry.memory_bytes))},
                   {"download", report::bytes(common.language, dry.download_bytes)}})
            : say(7514, {{"download", report::bytes(common.language, dry.download_bytes)}}));
    if (dry.cases_for_promise_b > 0) {
        text += report::paragraph(say(9718, {{"count", std::to_string(dry.cases_for_promise_b)}}));
    }
    for (const core::Note& note : dry.notes) {
        text += report::paragraph("- " + say(note.code, note.args), 0, 2);
    }
    return text;
}

int print_steps(const Common& common,
                const job::JobFile& file,
                const planning::ClimbOptions& options,
                const World& world) {
    const auto dry = steps_of(common, file, options, world);
    if (!dry) {
        return fail(common, dry.error());
    }
    if (common.json) {
        json::Value value;
        value.add("format", 1);
        add_steps(value, *dry);
        print(json::write(value) + "\n");
    } else {
        print(steps_text(common, *dry));
    }
    return 0;
}

}  // namespace palier::cli
