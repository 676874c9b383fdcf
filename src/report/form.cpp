#include "report/form.h"

#include "report/numbers.h"
#include "report/phrases.h"

namespace palier::report {

std::optional<Form> form_of(const core::Measure& measure) {
    const auto share = [&](const char* metric) -> std::optional<double> {
        const auto found = measure.other_metrics.find(metric);
        return found == measure.other_metrics.end() ? std::nullopt : std::optional(found->second);
    };
    const auto valid = share("schema_valid"), right = share("exact_match"),
               wrong = share("valid_but_wrong");
    if (!valid || !right || !wrong) {
        return std::nullopt;
    }
    return Form{*valid, *right, *wrong, share("repaired")};
}

std::optional<std::string> form_line(Language language, const core::SystemSummary& system) {
    const std::optional<Form> form = form_of(system.measure);
    if (!form) {
        return std::nullopt;
    }
    Args args{{"system", system.verdict.id},
              {"valid", percent(language, form->valid)},
              {"right", percent(language, form->right)},
              {"wrong", percent(language, form->valid_but_wrong)}};
    if (!form->repaired) {
        return sentence(language, say::form_line, args);
    }
    args.emplace_back("repaired", percent(language, *form->repaired));
    return sentence(language, say::form_line_repaired, args);
}

}  // namespace palier::report
