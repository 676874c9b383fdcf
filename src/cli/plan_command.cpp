#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "planning/dry_run.h"
#include "report/numbers.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>
#include <cmath>

namespace palier::cli {
namespace {

constexpr std::size_t k_width = 80;
constexpr int k_first_size = 7520;    // small, medium, hardware-limit
constexpr int k_first_remedy = 7530;  // quantisation, context, variant

json::Value as_json(const std::optional<planning::Expected>& expected) {
    if (!expected) {
        return {};
    }
    json::Value value;
    return value.add("value", expected->value).add("basis", planning::name_of(expected->basis));
}

json::Value row_json(const planning::PlanRow& row) {
    json::Value value;
    value.add("name", row.name)
        .add("catalogue_name", row.model.empty() ? json::Value() : json::Value(row.model))
        .add("from_job", row.from_job)
        .add("on_disk", row.on_disk)
        .add("parameters", row.parameters > 0 ? json::Value(row.parameters) : json::Value());
    value.add("released", row.released.empty() ? json::Value() : json::Value(row.released))
        .add("licence", row.licence.empty() ? json::Value() : json::Value(row.licence))
        .add("licence_conditions",
             row.licence_conditions.empty() ? json::Value() : json::Value(row.licence_conditions));
    value.add("file_bytes", row.file_bytes)
        .add("memory_bytes", as_json(row.memory_bytes))
        .add("vram_bytes", as_json(row.vram_bytes))
        .add("ttft_ms", as_json(row.ttft_ms))
        .add("request_ms", as_json(row.request_ms));
    json::Value refused = json::Array{};
    for (const core::Reason& reason : row.refused) {
        json::Value one;
        refused.push(one.add("constraint", reason.constraint)
                         .add("value", reason.measured)
                         .add("limit", reason.limit));
    }
    json::Value remedies = json::Array{};
    for (const planning::Remedy& remedy : row.remedies) {
        constexpr std::array<const char*, 3> k_names{"quantisation", "context", "variant"};
        json::Value one;
        remedies.push(one.add(k_names.at(static_cast<std::size_t>(remedy.what)), remedy.value));
    }
    json::Value unknown = json::Array{};
    for (const std::string& constraint : row.unknown) {
        unknown.push(constraint);
    }
    value.add("refused", std::move(refused))
        .add("remedies", std::move(remedies))
        .add("unknown", std::move(unknown));
    return value.add("pick", row.pick ? json::Value(core::name_of(*row.pick)) : json::Value());
}

class PlanText {
   public:
    PlanText(report::Language language, const planning::ModelPlan& plan)
        : language_(language), plan_(plan) {}

    [[nodiscard]] std::string text() const {
        std::string out = report::paragraph(head()) + "\n";
        if (std::any_of(plan_.rows.begin(), plan_.rows.end(), [](const auto& row) {
                return row.refused.empty();
            })) {
            out += kept() + "\n";
        }
        out += picks() + "\n" + refused();
        return out + report::paragraph(say(plan_.runtime.because)) + report::paragraph(say(7509), 0, 0);
    }

   private:
    [[nodiscard]] std::string say(int code, const report::Args& args = {}) const {
        return report::sentence(language_, code, args);
    }
    // "~" before an estimate from the file, "~~" from the catalogue, nothing before a measurement.
    [[nodiscard]] static std::string mark(planning::Basis basis) {
        return basis == planning::Basis::Measured ? ""
               : basis == planning::Basis::File   ? "~"
                                                  : "~~";
    }
    [[nodiscard]] std::string bytes(const std::optional<planning::Expected>& value) const {
        return value ? mark(value->basis) +
                           report::bytes(language_, static_cast<std::uint64_t>(value->value))
                     : "-";
    }
    [[nodiscard]] std::string time(const std::optional<planning::Expected>& value) const {
        return value ? mark(value->basis) + report::milliseconds(language_, value->value) : "-";
    }
    [[nodiscard]] std::string head() const {
        return say(plan_.memory_limit ? 7500 : 7515,
                   {{"memory", report::bytes(language_, plan_.memory_limit.value_or(0))}}) +
               " " +
               say(plan_.output_tokens > 0 ? 7506 : 7507,
                   {{"prompt", report::count(language_, plan_.prompt_tokens)},
                    {"output", report::count(language_, plan_.output_tokens)}});
    }
    [[nodiscard]] std::string kept() const {
        report::Table table;
        table.columns = {{say(7516)},
                         {say(7517), report::Align::Left, true},
                         {say(9241), report::Align::Right},
                         {say(9238), report::Align::Right},
                         {say(7518), report::Align::Right},
                         {say(7519), report::Align::Right}};
        for (const planning::PlanRow& row : plan_.rows) {
            if (!row.refused.empty()) {
                continue;
            }
            table.rows.push_back(
                {row.pick ? say(k_first_size + static_cast<int>(*row.pick)) : "",
                 row.name,
                 row.parameters > 0 ? report::parameters(language_, row.parameters) : "-",
                 bytes(row.memory_bytes),
                 time(row.request_ms),
                 row.remote || row.recorded ? "-" : say(row.on_disk ? 7524 : 7525)});
        }
        return join(table.lines(k_width), "\n") + "\n" + report::paragraph(say(7526));
    }
    [[nodiscard]] std::string picks() const {
        std::string out;
        std::vector<std::string> pulls;
        for (const planning::PlanRow& row : plan_.rows) {
            if (!row.pick) {
                continue;
            }
            const auto size = say(k_first_size + static_cast<int>(*row.pick));
            out += report::paragraph(say(7527,
                                 {{"size", size},
                                  {"name", row.name},
                                  {"licence", row.licence.empty() ? say(7536) : row.licence}}),
                             2,
                             4);
            if (!row.licence_conditions.empty()) {
                out += report::paragraph(row.licence_conditions, 4, 4);
            }
            for (const std::string& unknown : row.unknown) {
                out += report::paragraph(
                    say(7533, {{"constraint", report::constraint_word(language_, unknown)}}), 4, 4);
            }
            if (!row.on_disk) {
                pulls.push_back("palier models pull " + row.name);
            }
        }
        if (out.empty()) {
            return report::paragraph(say(7528));
        }
        out = report::paragraph(say(7529)) + out;
        if (!pulls.empty()) {
            out += report::paragraph(say(7534)) + "  " + join(pulls, "\n  ") + "\n";
        }
        return out;
    }
    [[nodiscard]] std::string refused() const {
        std::string out;
        for (const planning::PlanRow& row : plan_.rows) {
            if (row.refused.empty()) {
                continue;
            }
            std::vector<std::string> parts;
            for (const core::Reason& reason : row.refused) {
                parts.push_back(words(reason));
            }
            for (const auto what : {planning::Remedy::What::Quantisation,
                                    planning::Remedy::What::Context,
                                    planning::Remedy::What::Variant}) {
                std::vector<std::string> values;
                for (const planning::Remedy& remedy : row.remedies) {
                    if (remedy.what == what) {
                        values.push_back(remedy.value);
                    }
                }
                if (!values.empty()) {
                    parts.push_back(say(k_first_remedy + static_cast<int>(what),
                                        {{"value", join(values, ", ")}}));
                }
            }
            out += report::paragraph(row.name + ": " + join(parts, "; "), 2, 4);
        }
        return out.empty() ? "" : report::paragraph(say(7535)) + out + "\n";
    }
    [[nodiscard]] std::string words(const core::Reason& reason) const {
        const std::string name = report::constraint_word(language_, reason.constraint);
        if (!reason.measured || !reason.limit) {
            return name;
        }
        const auto value = [&](double amount) {
            if (reason.constraint == "memory" || reason.constraint == "vram") {
                return report::bytes(language_, static_cast<std::uint64_t>(amount));
            }
            return reason.constraint == "context" ? report::number(language_, amount, 0)
                                                  : report::milliseconds(language_, amount);
        };
        return say(9256,
                   {{"constraint", name},
                    {"measured", value(*reason.measured)},
                    {"limit", value(*reason.limit)}});
    }

    report::Language language_;
    const planning::ModelPlan& plan_;
};

json::Value plan_json(const planning::ModelPlan& plan) {
    json::Value value;
    value.add("format", 1)
        .add("memory_limit_bytes", plan.memory_limit)
        .add("memory_available_bytes",
             plan.memory_available > 0 ? json::Value(plan.memory_available) : json::Value());
    value.add("request",
              json::Object{{"prompt_tokens_estimated", plan.prompt_tokens},
                           {"output_tokens_estimated", plan.output_tokens}});
    json::Value rows = json::Array{};
    for (const planning::PlanRow& row : plan.rows) {
        rows.push(row_json(row));
    }
    value.add("models", std::move(rows));
    return value.add("runtime", planning::name_of(plan.runtime.runtime));
}

}  // namespace

int plan(const Common& common, const PlanArguments& arguments, const World& world) {
    const auto file = job::read_job(arguments.job);
    if (!file) {
        return fail(common, file.error());
    }
    tell_reading(common, file->job);
    planning::ClimbOptions options;
    options.models_dir = common.models_dir;
    options.threads = static_cast<int>(arguments.threads.value_or(0));
    const auto made = model_plan(common, *file, options, {arguments.on_disk}, world);
    if (!made) {
        return fail(common, made.error());
    }
    // The job's own candidates are what a climb would try; the plan's picks only where it has none.
    const job::JobFile tried =
        file->job.candidates.empty() ? planning::with_picks(*file, *made) : *file;
    std::optional<planning::DryRun> steps;
    if (!tried.job.candidates.empty()) {
        auto dry = steps_of(common, tried, options, world);
        if (!dry) {
            return fail(common, dry.error());
        }
        steps = std::move(*dry);
    }
    if (common.json) {
        json::Value value = plan_json(*made);
        if (steps) {
            add_steps(value, *steps);
        }
        print(json::write(value) + "\n");
    } else {
        print(PlanText(common.language, *made).text());
        if (steps) {
            print("\n" + steps_text(common, *steps));
        }
    }
    return made->picked(core::Size::Limit) == nullptr && file->job.candidates.empty() ? 3 : 0;
}

}  // namespace palier::cli
