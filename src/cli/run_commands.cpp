#include "base/files.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "planning/costing.h"
#include "planning/options.h"
#include "report/cost.h"
#include "report/objects.h"
#include "report/report.h"
#include "report/runs.h"
#include "run/climb.h"
#include "run/codes.h"

#include <filesystem>
#include <optional>

namespace palier::cli {
namespace {

// A run with its summary, out of a store that is only read.
struct Loaded {
    std::unique_ptr<store::Store> store;
    store::RunRow row;
    core::Summary summary;
    std::string today;  // YYYY-MM-DD
};

Result<Loaded> load(const Common& common, const std::string& id, const World& world) {
    auto store = world.open_store(common.store, true);
    if (!store) {
        return store.error();
    }
    auto row = (*store)->run(id);
    if (!row) {
        return row.error();
    }
    auto summary = (*store)->summary(row->row);
    if (!summary) {
        return summary.error();
    }
    constexpr std::size_t day = 10;
    return Loaded{std::move(*store),
                  std::move(*row),
                  std::move(*summary),
                  iso8601(world.clock.unix_seconds()).substr(0, day)};
}

// The cost and energy of a run, counted with the job as it is now. A job that is gone, changed its
// name or cannot be read is `unread`: the report is made without costs and says why.
report::CostFigures cost_figures(const Common& common, const Loaded& loaded) {
    const auto answer = [&]() -> Result<planning::CostAnswer> {
        const auto prices = catalog::load_prices();
        if (!prices) {
            return prices.error();
        }
        planning::CostQuestion question;
        question.today = loaded.today;
        return planning::cost_of_run(loaded.row, question, *prices, *loaded.store);
    }();
    if (answer) {
        return report::figures_of(common.language, *answer);
    }
    report::CostFigures figures;
    figures.unread = answer.error();
    return figures;
}

Result<std::string> rendered(const Common& common, const std::string& format, Loaded& loaded) {
    std::string out;
    const report::Sink sink = [&](std::string_view piece) { out += piece; };
    if (format == "html") {
        PALIER_TRY(report::html(common.language,
                                loaded.summary,
                                *loaded.store,
                                loaded.row.row,
                                sink,
                                cost_figures(common, loaded)));
    } else if (format == "csv-trials") {
        PALIER_TRY(report::csv_trials(loaded.summary, *loaded.store, loaded.row.row, sink));
    } else if (format == "md") {
        out = report::markdown(common.language, loaded.summary, cost_figures(common, loaded));
    } else if (format == "csv") {
        out = report::csv(loaded.summary);
    } else {
        out = report::verdict_json(loaded.summary, cost_figures(common, loaded)) + "\n";
    }
    return out;
}

// What each System answered to a case, as far as it was asked.
Result<report::CaseAnswers> answers_to(Loaded& loaded, const std::string& case_id) {
    report::CaseAnswers found{loaded.row.id, {}, {}};
    core::Case& item = found.item;
    std::string example;
    PALIER_TRY(loaded.store->each_case(loaded.row.row, [&](const core::Case& c) {
        if (example.empty()) {
            example = c.id;
        }
        if (c.id == case_id) {
            item = c;
        }
        return item.id.empty();
    }));
    if (item.id.empty()) {
        return Error(run::codes::no_such_case, {{"case", case_id}, {"example", example}});
    }
    for (const core::SystemSummary& system : loaded.summary.systems) {
        PALIER_TRY(loaded.store->each_trial(
            loaded.row.row, std::nullopt, system.system.hash, [&](const store::Placed& placed) {
                if (placed.trial.case_id == case_id && placed.phase != store::Phase::Latency) {
                    found.answers.push_back({system.system.id, placed.trial});
                }
                return true;
            }));
    }
    return found;
}

}  // namespace

int report_run(const Common& common, const ReportArguments& arguments, const World& world) {
    auto loaded = load(common, arguments.run, world);
    if (!loaded) {
        return fail(common, loaded.error());
    }
    const auto text = rendered(common, common.json ? "json" : arguments.format, *loaded);
    if (!text) {
        return fail(common, text.error());
    }
    std::string path = arguments.output;
    if (path.empty() && arguments.format == "html" && !common.json) {
        path = "palier-" + loaded->row.id + ".html";
    }
    if (path.empty() || path == "-") {
        print(*text);
        return 0;
    }
    const auto written = write_file(path, *text);
    if (!written) {
        return fail(common, written.error());
    }
    tell(common, say::report_written, {{"file", path}});
    return 0;
}

int list_runs(const Common& common, const World& world) {
    auto store = world.open_store(common.store, true);
    if (!store) {
        return fail(common, store.error());
    }
    const auto runs = (*store)->runs();
    if (!runs) {
        return fail(common, runs.error());
    }
    if (runs->empty() && !common.json) {
        tell(common, say::no_run_yet);
        return 0;
    }
    std::vector<report::RunListed> listed;
    for (const store::RunRow& row : *runs) {
        report::RunListed one{row, {}, {}};
        if (row.finished) {
            auto summary = (*store)->summary(row.row);
            if (summary) {
                one.verdict = std::move(summary->verdict);
            } else {
                one.unreadable = summary.error();
            }
        }
        listed.push_back(std::move(one));
    }
    print(common.json ? report::runs_json(common.language, listed) + "\n"
                      : report::runs_text(common.language, listed));
    return 0;
}

int show(const Common& common, const ShowArguments& arguments, const World& world) {
    auto loaded = load(common, arguments.run, world);
    if (!loaded) {
        return fail(common, loaded.error());
    }
    if (!arguments.case_id.empty()) {
        const auto found = answers_to(*loaded, arguments.case_id);
        if (!found) {
            return fail(common, found.error());
        }
        print(common.json ? report::case_json(*found) + "\n"
                          : report::case_text(common.language, *found));
        return 0;
    }
    if (common.json) {
        print(report::verdict_json(loaded->summary) + "\n");
        return 0;
    }
    report::Style style;
    style.colour = stdout_takes_colour();
    print(report::text(common.language, loaded->summary, style));
    return 0;
}

std::optional<store::RunRow> run_named(const std::string& name, store::Store& store) {
    if (std::filesystem::exists(name)) {
        return std::nullopt;
    }
    auto row = store.run(name);
    return row ? std::optional(std::move(*row)) : std::nullopt;
}

int prompt(const Common& common, const PromptArguments& arguments, const World& world) {
    const auto text = [&]() -> Result<std::string> {
        if (auto store = world.open_store(common.store, true)) {
            if (const auto row = run_named(arguments.job, **store)) {
                return run::prompt_of_run(
                    *row, **store, world.engines, arguments.system, arguments.case_id);
            }
        }
        const auto file = job::read_job(arguments.job);
        if (!file) {
            return file.error();
        }
        planning::ClimbOptions options;
        options.models_dir = common.models_dir;
        options.palier_version = world.version;
        return run::rendered_prompt(
            *file, options, world.engines, arguments.system, arguments.case_id);
    }();
    if (!text) {
        return fail(common, text.error());
    }
    print(common.json ? report::prompt_json(arguments.system, *text) + "\n"
                      : *text + (text->ends_with('\n') ? "" : "\n"));
    return 0;
}

}  // namespace palier::cli
