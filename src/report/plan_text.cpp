#include "base/text.h"
#include "report/loans.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/plan.h"
#include "report/supposed.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report {
namespace {

constexpr int k_first_size = say::size_small;             // small, medium, hardware-limit
constexpr int k_first_remedy = say::remedy_quantisation;  // quantisation, context, variant

class PlanText {
   public:
    PlanText(Language language, const planning::ModelPlan& plan)
        : language_(language), plan_(plan) {}

    [[nodiscard]] std::string text() const {
        std::string out = (plan_.machine ? supposed_note(language_, *plan_.machine) : "") +
                          paragraph(head()) +
                          (plan_.busy ? paragraph(say(say::plan_calibrated_busy)) : "") + "\n";
        if (std::any_of(plan_.rows.begin(), plan_.rows.end(), [](const auto& row) {
                return row.refused.empty();
            })) {
            out += kept() + "\n";
        }
        out += picks() + "\n" + refused();
        return out + paragraph(say(plan_.runtime.because)) +
               paragraph(say(say::runtimes_elsewhere), 0, 0);
    }

   private:
    [[nodiscard]] std::string say(int code, const Args& args = {}) const {
        return sentence(language_, code, args);
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
        return value ? mark(value->basis) + milliseconds(language_, value->value) : "-";
    }
    [[nodiscard]] bool on_gpu() const { return plan_.machine && plan_.machine->vram_bytes > 0; }
    [[nodiscard]] std::string head() const {
        const Args args{{"memory", report::bytes(language_, plan_.memory_limit.value_or(0))},
                        {"vram", report::bytes(language_, plan_.vram_limit.value_or(0))}};
        const int code = on_gpu()             ? say::plan_head_supposed_gpu
                         : plan_.machine      ? say::plan_head_supposed
                         : plan_.memory_limit ? say::plan_head
                                              : say::plan_head_no_memory;
        return say(code, args) + " " +
               say(plan_.output_tokens > 0 ? say::plan_request : say::plan_request_scored,
                   {{"prompt", count(language_, plan_.prompt_tokens)},
                    {"output", count(language_, plan_.output_tokens)}});
    }
    [[nodiscard]] std::string kept() const {
        Table table;
        table.columns = {{say(say::head_try)},
                         {say(say::head_model), Align::Left, true},
                         {say(say::head_parameters), Align::Right},
                         {say(on_gpu() ? say::head_vram : say::head_memory), Align::Right},
                         {say(say::head_request), Align::Right},
                         {say(say::head_file), Align::Right}};
        for (const planning::PlanRow& row : plan_.rows) {
            if (!row.refused.empty()) {
                continue;
            }
            table.rows.push_back({row.pick ? say(k_first_size + static_cast<int>(*row.pick)) : "",
                                  row.name,
                                  row.parameters > 0 ? parameters(language_, row.parameters) : "-",
                                  bytes(on_gpu() ? row.vram_bytes : row.memory_bytes),
                                  time(row.request_ms),
                                  row.remote || row.recorded
                                      ? "-"
                                      : say(row.on_disk ? say::file_here : say::file_to_pull)});
        }
        return join(table.lines(k_text_width), "\n") + "\n" +
               paragraph(say(plan_.machine ? say::plan_legend_supposed : say::plan_legend));
    }
    [[nodiscard]] std::string picks() const {
        std::string out;
        std::vector<std::string> pulls;
        for (const planning::PlanRow& row : plan_.rows) {
            if (!row.pick) {
                continue;
            }
            const auto size = say(k_first_size + static_cast<int>(*row.pick));
            out +=
                paragraph(say(say::pick_line,
                              {{"size", size},
                               {"name", row.name},
                               {"licence",
                                row.licence.empty() ? say(say::licence_not_stated) : row.licence}}),
                          2,
                          4);
            if (!row.licence_conditions.empty()) {
                out += paragraph(in_language(language_, row.licence_conditions), 4, 4);
            }
            for (const std::string& unknown : row.unknown) {
                out += paragraph(say(say::constraint_unknown,
                                     {{"constraint", constraint_word(language_, unknown)}}),
                                 4,
                                 4);
            }
            if (!row.on_disk) {
                pulls.push_back("palier models pull " + row.name);
            }
        }
        if (out.empty()) {
            return paragraph(say(say::picks_none));
        }
        out = paragraph(say(say::picks_lead)) + out;
        if (!pulls.empty()) {
            out += paragraph(say(say::to_fetch)) + "  " + join(pulls, "\n  ") + "\n";
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
            out +=
                paragraph(with_colon(language_, row.name, with_semicolons(language_, parts)), 2, 4);
        }
        return out.empty() ? "" : paragraph(say(say::refused_lead)) + out + "\n";
    }
    [[nodiscard]] std::string words(const core::Reason& reason) const {
        const std::string name = constraint_word(language_, reason.constraint);
        if (!reason.measured || !reason.limit) {
            return name;
        }
        const auto value = [&](double amount) {
            if (reason.constraint == "memory" || reason.constraint == "vram") {
                return report::bytes(language_, static_cast<std::uint64_t>(amount));
            }
            return reason.constraint == "context" ? number(language_, amount, 0)
                                                  : milliseconds(language_, amount);
        };
        return say(say::reason_measured,
                   {{"constraint", name},
                    {"measured", value(*reason.measured)},
                    {"limit", value(*reason.limit)}});
    }

    Language language_;
    const planning::ModelPlan& plan_;
};

}  // namespace

std::string plan_text(Language language, const planning::ModelPlan& plan) {
    return PlanText(language, plan).text();
}

}  // namespace palier::report
