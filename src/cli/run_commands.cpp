#include "base/files.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "planning/costing.h"
#include "planning/options.h"
#include "report/cost.h"
#include "report/diagnosis.h"
#include "report/failures.h"
#include "report/objects.h"
#include "report/report.h"
#include "report/runs.h"
#include "run/climb.h"
#include "run/codes.h"
#include "system/scores.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

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
        const auto diagnosis = report::kept_diagnosis(*loaded.store, loaded.row.row);
        PALIER_TRY(diagnosis);
        out = report::markdown(common.language, loaded.summary, cost_figures(common, loaded));
        if (const std::optional<report::KeptDiagnosis>& kept = *diagnosis) {
            out += "\n" + report::diagnosis_markdown(common.language, *kept);
        }
    } else if (format == "csv") {
        out = report::csv(loaded.summary);
    } else {
        out = report::verdict_json(loaded.summary, cost_figures(common, loaded)) + "\n";
    }
    return out;
}

// The labels of a scored answer, the best first; empty where none were scored. As text sums,
// whatever the recipe then makes of them. A label that the endpoint rules out has none.
std::vector<std::pair<std::string, double>> named_scores(const core::Summary& summary,
                                                         const core::Trial& trial) {
    std::vector<std::pair<std::string, double>> named;
    const auto scores = system::scores_of(trial.answer, summary.labels.size());
    for (std::size_t i = 0; scores && i < scores->size(); ++i) {
        if (std::isfinite((*scores)[i].log_probability)) {
            named.emplace_back(summary.labels[i], (*scores)[i].log_probability);
        }
    }
    std::ranges::stable_sort(named, std::greater<>{}, &std::pair<std::string, double>::second);
    return named;
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
                // A probe asks the same question under other circumstances.
                const bool probe = placed.phase == store::Phase::Latency ||
                                   placed.phase == store::Phase::Diagnosis;
                if (placed.trial.case_id == case_id && !probe) {
                    found.answers.push_back({system.system.id,
                                             placed.trial,
                                             named_scores(loaded.summary, placed.trial)});
                }
                return true;
            }));
    }
    return found;
}

// By the id of the System or the name of its model. Error 2011 {system, known}.
Result<const core::SystemSummary*> system_named(const core::Summary& summary,
                                                const std::string& name) {
    std::string known;
    for (const core::SystemSummary& system : summary.systems) {
        if (name == system.verdict.id || name == system.verdict.candidate || name == system.model) {
            return &system;
        }
        known += (known.empty() ? "" : ", ") + system.verdict.id;
    }
    return Error(run::codes::no_such_system, {{"system", name}, {"known", known}});
}

int show_failures(const Common& common, const std::string& name, Loaded& loaded) {
    const auto system = name.empty() ? Result(report::told_first(loaded.summary))
                                     : system_named(loaded.summary, name);
    if (!system) {
        return fail(common, system.error());
    }
    std::optional<report::SystemFailures> found;
    if (*system != nullptr) {
        auto read = report::read_failures(loaded.summary, *loaded.store, loaded.row.row, **system);
        if (!read) {
            return fail(common, read.error());
        }
        found = std::move(*read);
    }
    if (!found) {
        const std::string model = *system != nullptr ? (*system)->verdict.id : loaded.row.job_name;
        return fail(common,
                    Error(say::failures_not_kept, {{"model", model}, {"run", loaded.row.id}}));
    }
    print(common.json ? report::failures_json(loaded.row.id, *found) + "\n"
                      : report::failures_text(common.language, *found));
    return 0;
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
    if (arguments.failures) {
        return show_failures(common, arguments.case_id, *loaded);
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
    print_verdict(common, loaded->summary, *loaded->store, loaded->row.row);
    return 0;
}

void print_verdict(const Common& common,
                   const core::Summary& summary,
                   store::Store& store,
                   std::int64_t run) {
    report::Style style;
    style.colour = stdout_takes_colour();
    style.one_line_verdict = !stdout_is_terminal();
    std::optional<report::SystemFailures> failures;
    if (const core::SystemSummary* told = report::told_first(summary)) {
        auto found = report::read_failures(summary, store, run, *told);
        if (found) {
            failures = std::move(*found);
        } else {
            complain(common, found.error());
        }
    }
    print(report::text(common.language, summary, style, failures));
    const auto diagnosis = report::kept_diagnosis(store, run);
    if (!diagnosis) {
        complain(common, diagnosis.error());
    } else if (const std::optional<report::KeptDiagnosis>& kept = *diagnosis) {
        print("\n" + report::diagnosis_line(common.language, *kept));
    }
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
