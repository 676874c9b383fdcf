#include "base/files.h"
#include "base/text.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "lib/json/json.h"
#include "planning/costing.h"
#include "planning/options.h"
#include "report/cost.h"
#include "report/report.h"
#include "report/table.h"
#include "run/climb.h"

#include <filesystem>
#include <optional>

namespace palier::cli {
namespace {

// A run with its summary, out of a store that is only read.
struct Loaded {
    std::unique_ptr<store::Store> store;
    store::RunRow row;
    core::Summary summary;
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
    return Loaded{std::move(*store), std::move(*row), std::move(*summary)};
}

// The cost and energy of a run, counted with the job as it is now. A job that is gone, changed its
// name or cannot be read is `unread`: the report is made without costs and says why.
report::CostFigures cost_figures(const Common& common,
                                 const store::RunRow& row,
                                 store::Store& store) {
    const auto answer = [&]() -> Result<planning::CostAnswer> {
        const auto prices = catalog::load_prices();
        if (!prices) {
            return prices.error();
        }
        return planning::cost_of_run(row, {}, *prices, store);
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
                                cost_figures(common, loaded.row, *loaded.store)));
    } else if (format == "csv-trials") {
        PALIER_TRY(report::csv_trials(loaded.summary, *loaded.store, loaded.row.row, sink));
    } else if (format == "md") {
        out = report::markdown(
            common.language, loaded.summary, cost_figures(common, loaded.row, *loaded.store));
    } else if (format == "csv") {
        out = report::csv(loaded.summary);
    } else {
        out =
            report::verdict_json(loaded.summary, cost_figures(common, loaded.row, *loaded.store)) +
            "\n";
    }
    return out;
}

// One line a System: its answer to the case and what it was worth.
int show_case(const Common& common, Loaded& loaded, const std::string& case_id) {
    core::Case item;
    std::string example;
    const auto read = loaded.store->each_case(loaded.row.row, [&](const core::Case& c) {
        if (example.empty()) {
            example = c.id;
        }
        if (c.id == case_id) {
            item = c;
        }
        return item.id.empty();
    });
    if (!read) {
        return fail(common, read.error());
    }
    if (item.id.empty()) {
        return fail(common, Error(2012, {{"case", case_id}, {"example", example}}));
    }
    json::Value answers = json::Array{};
    std::string lines;
    for (const core::SystemSummary& system : loaded.summary.systems) {
        const auto seen = loaded.store->each_trial(
            loaded.row.row, std::nullopt, system.system.hash, [&](const store::Placed& placed) {
                if (placed.trial.case_id != case_id || placed.phase == store::Phase::Latency) {
                    return true;
                }
                const core::Grade& grade = placed.trial.grade;
                const double score = static_cast<double>(grade.score) / static_cast<double>(k_one);
                json::Value answer;
                answer.add("system", system.system.id).add("answer", placed.trial.answer);
                answer.add("parsed", grade.parsed).add("score", score);
                answer.add("failure", std::string(core::name_of(grade.failure)));
                answers.push(std::move(answer));
                lines += "\n" + system.system.id + "  " +
                         (grade.score == k_one ? "= "
                          : grade.score == 0   ? "x "
                                               : "~ ") +
                         json::write(json::Value(score)) + "\n  " + placed.trial.answer + "\n";
                if (!grade.parsed.empty() && grade.parsed != placed.trial.answer) {
                    lines += "  -> " + grade.parsed + "\n";
                }
                if (!placed.trial.failure_detail.empty()) {
                    lines += "  " + placed.trial.failure_detail + "\n";
                }
                return true;
            });
        if (!seen) {
            return fail(common, seen.error());
        }
    }
    if (common.json) {
        json::Value value;
        value.add("format", 1)
            .add("run", loaded.row.id)
            .add("case", item.id)
            .add("input", item.input);
        json::Value expected = json::Array{};
        for (const std::string& accepted : item.expected) {
            expected.push(accepted);
        }
        value.add("expected", std::move(expected)).add("answers", std::move(answers));
        print(json::write(value) + "\n");
        return 0;
    }
    print(report::sentence(common.language, 9730) + "  " + item.input + "\n" +
          report::sentence(common.language, 9731) + "  " + join(item.expected, " | ") + "\n" +
          lines);
    return 0;
}

std::string outcome_of(const core::Verdict& verdict) {
    return std::string(core::name_of(verdict.choice)) +
           (verdict.system.empty() ? "" : " " + verdict.system);
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
    tell(common, 9713, {{"file", path}});
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
    if (common.json) {
        json::Value list = json::Array{};
        for (const store::RunRow& row : *runs) {
            json::Value value;
            value.add("run", row.id).add("job", row.job_name).add("path", row.job_path);
            value.add("started_at", row.started_at)
                .add("finished", row.finished)
                .add("elapsed_s", row.elapsed_s);
            value.add("exit", row.finished ? json::Value(row.exit_code) : json::Value());
            if (const auto summary = (*store)->summary(row.row); row.finished && !summary) {
                value.add("unreadable", report::explain(common.language, summary.error()));
            }
            list.push(std::move(value));
        }
        print(json::write(json::Object{{"format", 1}, {"runs", std::move(list)}}) + "\n");
        return 0;
    }
    if (runs->empty()) {
        tell(common, 9715);
        return 0;
    }
    const auto say = [&](int code) { return report::sentence(common.language, code); };
    std::vector<std::vector<std::string>> rows{{say(9725), say(9726), say(9727), say(9728)}};
    for (const store::RunRow& row : *runs) {
        std::string outcome = say(9729);
        if (row.finished) {
            const auto summary = (*store)->summary(row.row);
            outcome = summary ? outcome_of(summary->verdict)
                              : report::explain(common.language, summary.error());
        }
        rows.push_back({row.id, row.job_name, row.started_at, outcome});
    }
    print(report::aligned(rows));
    return 0;
}

int show(const Common& common, const ShowArguments& arguments, const World& world) {
    auto loaded = load(common, arguments.run, world);
    if (!loaded) {
        return fail(common, loaded.error());
    }
    if (!arguments.case_id.empty()) {
        return show_case(common, *loaded, arguments.case_id);
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
    if (common.json) {
        print(json::write(
                  json::Object{{"format", 1}, {"system", arguments.system}, {"prompt", *text}}) +
              "\n");
    } else {
        print(*text + (text->ends_with('\n') ? "" : "\n"));
    }
    return 0;
}

}  // namespace palier::cli
