#include "report/wording.h"

#include "base/text.h"
#include "core/names.h"
#include "core/trial.h"
#include "report/numbers.h"
#include "report/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace palier::report {

std::string with_colon(Language language, const std::string& left, const std::string& right) {
    return sentence(language, say::colon, {{"left", left}, {"right", right}});
}

std::string with_semicolons(Language language, const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text = text.empty() ? part
                            : sentence(language, say::semicolon, {{"left", text}, {"right", part}});
    }
    return text;
}

const core::SystemSummary* chosen(const core::Summary& summary) {
    if (summary.verdict.choice == core::Choice::None) {
        return nullptr;
    }
    for (const auto& system : summary.systems) {
        if (system.verdict.id == summary.verdict.system) {
            return &system;
        }
    }
    return nullptr;
}

const core::SystemSummary* topline(const core::Summary& summary) {
    for (const auto& system : summary.systems) {
        if (system.verdict.role == core::Role::Topline) {
            return &system;
        }
    }
    return nullptr;
}

std::string model_name(const core::SystemSummary& system) {
    const core::Baseline baseline = system.system.spec.recipe.baseline;
    if (baseline != core::Baseline::None) {
        return system.verdict.candidate + " (" + std::string(core::name_of(baseline)) + ")";
    }
    if (!system.model.empty()) {
        return system.model;
    }
    return system.verdict.candidate.empty() ? system.verdict.id : system.verdict.candidate;
}

bool reads_as_percent(const core::Summary& summary) {
    return summary.plan.zero_one;
}

std::string quality_value(Language language,
                          const core::Summary& summary,
                          double value,
                          double need) {
    if (reads_as_percent(summary)) {
        return percent_apart(language, value, need);
    }
    return number(language, value, std::fabs(value - need) < 5e-4 && value != need ? 5 : 3);
}

std::string dev_id(const core::Summary& summary, std::int64_t place) {
    const auto at = static_cast<std::size_t>(place);  // a negative one is beyond all of them
    return at < summary.dev_ids.size() ? summary.dev_ids[at] : "#" + std::to_string(place);
}

std::optional<std::int64_t> asked_on_dev(const core::Summary& summary,
                                         const core::RungTried& rung) {
    if (rung.cases > 0) {
        return rung.cases;
    }
    if (rung.rung != core::Rung::FewShot) {
        return summary.plan.dev_cases;
    }
    // A run of an earlier version. The job and its seed choose the examples, so every candidate has
    // the same ones.
    for (const core::SystemSummary& system : summary.systems) {
        const core::Recipe& recipe = system.system.spec.recipe;
        if (recipe.rung == rung.rung && !recipe.shots.empty()) {
            return summary.plan.dev_cases - static_cast<std::int64_t>(recipe.shots.size());
        }
    }
    return std::nullopt;
}

bool is_exact(const core::Measure& measure) {
    return measure.quality && measure.items_used == measure.items_total &&
           measure.quality->interval_method == "anytime" &&
           measure.quality->interval.high - measure.quality->interval.low < 1e-9;
}

std::string quality_in_full(Language language,
                            const core::Summary& summary,
                            const core::Measure& measure) {
    const core::QualityMeasure& quality = *measure.quality;
    const bool as_percent = reads_as_percent(summary);
    const Args args{{"metric", quality.metric},
                    {"value", quality_value(language, summary, quality.value, quality.need)},
                    {"range", range(language, quality.interval, as_percent)},
                    {"level", level(language, quality.interval.level)},
                    {"used", count(language, measure.items_used)},
                    {"total", count(language, measure.items_total)}};
    if (is_exact(measure)) {
        return sentence(
            language, as_percent ? say::quality_right_exact : say::quality_metric_exact, args);
    }
    return sentence(language, as_percent ? say::quality_right : say::quality_metric, args);
}

std::string quality_in_short(Language language,
                             const core::Summary& summary,
                             const core::QualityMeasure& quality) {
    return sentence(language,
                    reads_as_percent(summary) ? say::right_short : say::metric_short,
                    {{"metric", quality.metric},
                     {"value", quality_value(language, summary, quality.value, quality.need)}});
}

std::optional<double> need_of(const core::Summary& summary) {
    for (const auto& system : summary.systems) {
        if (system.measure.quality) {
            return system.measure.quality->need;
        }
    }
    if (summary.plan.quality.min) {
        return static_cast<double>(*summary.plan.quality.min) / static_cast<double>(k_one);
    }
    return std::nullopt;
}

std::string need_in_words(Language language, const core::Summary& summary) {
    if (summary.plan.quality.of_topline) {
        const double share =
            static_cast<double>(*summary.plan.quality.of_topline) / static_cast<double>(k_one);
        const double need = need_of(summary).value_or(0);
        return sentence(
            language,
            say::need_of_topline,
            {{"share", percent(language, share)},
             {"need",
              reads_as_percent(summary) ? percent(language, need) : number(language, need, 3)}});
    }
    // The stated minimum: for 0/1 scores the measured need is that minimum rounded up to whole
    // cases.
    const double need = summary.plan.quality.min ? static_cast<double>(*summary.plan.quality.min) /
                                                       static_cast<double>(k_one)
                                                 : need_of(summary).value_or(0);
    return reads_as_percent(summary) ? percent(language, need) : number(language, need, 3);
}

std::string status_word(Language language, core::Status status) {
    switch (status) {
        case core::Status::Pass:
            return sentence(language, say::status_pass);
        case core::Status::Fail:
            return sentence(language, say::status_fail);
        case core::Status::TooClose:
            return sentence(language, say::status_too_close);
        case core::Status::RuledOutOnDev:
            return sentence(language, say::status_ruled_out);
        case core::Status::ScreenedOut:
            return sentence(language, say::status_screened_out);
        case core::Status::NotTried:
            return sentence(language, say::status_not_tried);
        case core::Status::NotNeeded:
            return sentence(language, say::status_not_needed);
        case core::Status::Error:
            return sentence(language, say::status_error);
    }
    return {};
}

bool is_quality_only(const core::SystemVerdict& verdict) {
    return verdict.status == core::Status::Pass &&
           std::ranges::any_of(verdict.reasons,
                               [](const core::Reason& reason) { return !reason.measured; });
}

bool is_unfinished(const core::SystemSummary& system) {
    return system.verdict.status == core::Status::NotTried && !system.system.hash.empty();
}

std::string status_word(Language language, const core::SystemSummary& system) {
    if (is_unfinished(system)) {
        return sentence(language, say::status_unfinished);
    }
    const core::SystemVerdict& verdict = system.verdict;
    return is_quality_only(verdict) ? sentence(language, say::status_quality_only)
                                    : status_word(language, verdict.status);
}

std::string_view status_sign(core::Status status, bool ascii) {
    switch (status) {
        case core::Status::Pass:
            return ascii ? "+" : "✓";
        case core::Status::Fail:
            return ascii ? "x" : "✗";
        case core::Status::TooClose:
            return ascii ? "~" : "≈";
        case core::Status::RuledOutOnDev:
            return ascii ? "/" : "⊘";
        case core::Status::ScreenedOut:
            return ascii ? "-" : "–";
        case core::Status::NotTried:
        case core::Status::NotNeeded:
            return ascii ? "." : "·";
        case core::Status::Error:
            return "!";
    }
    return " ";
}

std::string role_word(Language language, core::Role role) {
    switch (role) {
        case core::Role::Topline:
            return sentence(language, say::role_topline);
        case core::Role::Candidate:
            return sentence(language, say::role_candidate);
        case core::Role::Baseline:
            return sentence(language, say::role_baseline);
        case core::Role::Hybrid:
            return sentence(language, say::role_hybrid);
    }
    return {};
}

std::string rung_word(Language language, core::Rung rung) {
    switch (rung) {
        case core::Rung::Baseline:
            return sentence(language, say::rung_baseline);
        case core::Rung::ZeroShot:
            return sentence(language, say::rung_zero_shot);
        case core::Rung::Structured:
            return sentence(language, say::rung_structured);
        case core::Rung::FewShot:
            return sentence(language, say::rung_few_shot);
        case core::Rung::Rag:
            return sentence(language, say::rung_rag);
        case core::Rung::Head:
            return sentence(language, say::rung_head);
        case core::Rung::Lora:
            return sentence(language, say::rung_lora);
        case core::Rung::Full:
            return sentence(language, say::rung_full);
    }
    return {};
}

std::string rung_cell(Language language, const core::SystemSummary& system) {
    if (system.recorded) {
        return sentence(language, say::rung_recorded);
    }
    if (system.verdict.role == core::Role::Baseline) {
        return sentence(language, say::rung_baseline);
    }
    return system.verdict.rung ? rung_word(language, *system.verdict.rung)
                               : sentence(language, say::none_yet);
}

std::int64_t learned_from(const core::SystemSummary& system) {
    const auto found = system.notes.find("learned_from");
    const auto cases = found == system.notes.end() ? std::nullopt : whole_number(found->second);
    return static_cast<std::int64_t>(cases.value_or(0));
}

std::string how_in_words(Language language, const core::SystemSummary& system) {
    if (system.recorded) {
        return sentence(language, say::how_recorded);
    }
    const core::Recipe& recipe = system.system.spec.recipe;
    const bool scores = recipe.decide == core::Decide::Score;
    if (recipe.nearest > 0) {
        return sentence(language,
                        scores ? say::how_nearest_score : say::how_nearest,
                        {{"n", std::to_string(recipe.nearest)}});
    }
    if (!recipe.shots.empty()) {
        return sentence(language,
                        scores ? say::how_shots_score : say::how_shots,
                        {{"n", std::to_string(recipe.shots.size())}});
    }
    if (recipe.decide == core::Decide::Head) {
        return sentence(language, say::how_head, {{"n", count(language, learned_from(system))}});
    }
    switch (system.verdict.rung.value_or(recipe.rung)) {
        case core::Rung::Rag:
            return sentence(language, say::how_rag);
        case core::Rung::Lora:
            return sentence(language, say::how_lora);
        case core::Rung::Full:
            return sentence(language, say::how_full);
        default:
            break;
    }
    if (scores) {
        return sentence(language, say::how_score);
    }
    if (recipe.reasons) {
        return sentence(language, recipe.constrained ? say::how_reasons : say::how_reasons_free);
    }
    if (recipe.repairs > 0 && !recipe.constrained) {
        return sentence(language, say::how_checked);
    }
    return sentence(language, recipe.constrained ? say::how_constrained : say::how_zero_shot);
}

std::string constraint_word(Language language, std::string_view constraint) {
    static constexpr std::array<std::pair<std::string_view, int>, 13> words{{
        {"quality", say::constraint_quality},
        {"latency_p95", say::constraint_latency},
        {"ttft_p95", say::constraint_ttft},
        {"cost", say::constraint_cost},
        {"memory", say::constraint_memory},
        {"privacy", say::constraint_privacy},
        {"context", say::constraint_context},
        {"licence", say::constraint_licence},
        {"tools", say::constraint_tools},
        {"language", say::constraint_language},
        {"template", say::constraint_template},
        {"vram", say::constraint_vram},
        {"file", say::constraint_file},
    }};
    for (const auto& [name, phrase] : words) {
        if (name == constraint) {
            return sentence(language, phrase);
        }
    }
    return std::string(constraint);
}

std::string failure_word(Language language, std::string_view failure) {
    for (int i = static_cast<int>(core::Failure::Timeout);
         i <= static_cast<int>(core::Failure::PatternError);
         ++i) {
        constexpr int first_of_graders = static_cast<int>(core::Failure::SqlError);
        if (core::name_of(static_cast<core::Failure>(i)) == failure) {
            return sentence(language,
                            i < first_of_graders ? say::failure_timeout + i - 1
                                                 : say::failure_sql_error + i - first_of_graders);
        }
    }
    return std::string(failure);
}

std::string reason_value(Language language,
                         const core::Summary& summary,
                         std::string_view constraint,
                         double value) {
    if (constraint == "quality") {
        return reads_as_percent(summary) ? percent(language, value) : number(language, value, 3);
    }
    if (constraint == "latency_p95" || constraint == "ttft_p95") {
        return milliseconds(language, value);
    }
    if (constraint == "cost") {
        return money(language, value, summary.currency);
    }
    if (constraint == "memory") {
        return bytes(language, value > 0 ? static_cast<std::uint64_t>(value) : 0);
    }
    return count(language, std::llround(value));
}

std::string reason_in_short(Language language,
                            const core::Summary& summary,
                            const core::SystemSummary& system,
                            const core::Reason& reason) {
    Args args{{"constraint", constraint_word(language, reason.constraint)}};
    const bool needs_at_least = reason.constraint == "quality" || reason.constraint == "context";
    if (reason.measured && reason.limit) {
        std::string limit = reason_value(language, summary, reason.constraint, *reason.limit);
        std::string measured = reason_value(language, summary, reason.constraint, *reason.measured);
        if (reason.constraint == "quality") {
            measured = quality_value(language, summary, *reason.measured, *reason.limit);
            limit = need_in_words(language, summary);
        }
        args.emplace_back("measured", measured);
        args.emplace_back("limit", limit);
        return sentence(language, needs_at_least ? say::reason_needed : say::reason_measured, args);
    }
    const bool screened = system.verdict.status == core::Status::ScreenedOut;
    return sentence(language, screened ? say::reason_refused : say::reason_not_measured, args);
}

std::string trouble_in_short(Language language, core::Trouble trouble) {
    switch (trouble) {
        case core::Trouble::File:
            return sentence(language, say::trouble_file);
        case core::Trouble::Template:
            return sentence(language, say::trouble_template);
        case core::Trouble::Context:
            return sentence(language, say::trouble_context);
        case core::Trouble::Memory:
            return sentence(language, say::trouble_memory);
        case core::Trouble::Failing:
            return sentence(language, say::trouble_failing);
        case core::Trouble::Unable:
            return sentence(language, say::trouble_unable);
        case core::Trouble::Unreachable:
            break;
    }
    return {};
}

std::string trouble_of(Language language, const core::SystemSummary& system) {
    const std::optional<core::Trouble>& trouble = system.verdict.trouble;
    return trouble ? trouble_in_short(language, *trouble) : "";
}

bool cannot_run_here(const core::Summary& summary) {
    // 5 is a budget's too, of a run that it stopped.
    return summary.exit_code == 2 ||
           (summary.exit_code == 5 && summary.finished &&
            std::ranges::any_of(summary.systems, [](const core::SystemSummary& system) {
                return system.verdict.trouble == core::Trouble::Memory;
            }));
}

namespace {

// Measuring again on a quiet machine can settle it.
bool latency_is_open(const core::SystemSummary& system) {
    const core::SystemVerdict& verdict = system.verdict;
    const bool passed = verdict.on_these_cases == core::Decision::Pass && !system.recorded;
    return std::ranges::any_of(verdict.reasons, [&](const core::Reason& reason) {
        const bool limited = reason.constraint == "latency_p95" || reason.constraint == "ttft_p95";
        return limited &&
               (verdict.status == core::Status::TooClose || (passed && !reason.measured));
    });
}

}  // namespace

std::vector<std::string> next_steps(Language language,
                                    const core::Summary& summary,
                                    Medium medium) {
    std::vector<std::string> lines;
    const core::SystemSummary* ceiling = topline(summary);
    const Args run{{"run", summary.run},
                   {"job", summary.job_path},
                   {"system", ceiling != nullptr ? ceiling->verdict.id : ""}};
    const auto add = [&](int phrase) { lines.push_back(sentence(language, phrase, run)); };
    const core::SystemSummary* system = chosen(summary);
    if (summary.exit_code == 130) {
        add(say::next_resume);
    } else if (cannot_run_here(summary)) {
        add(say::next_trouble);
    } else if (summary.exit_code == 5) {
        add(say::next_budget);
    } else if (summary.exit_code == 4) {
        add(say::next_endpoint);
    }
    const bool latency_open = std::ranges::any_of(summary.systems, latency_is_open);
    if (latency_open) {
        add(say::next_latency);
    }
    if (system == nullptr) {
        if (summary.verdict.topline_meets_threshold == std::optional(false)) {
            add(say::next_topline);
        } else if (summary.exit_code == 3 && !latency_open) {
            add(say::next_weak);
        }
    } else {
        if (system->recorded) {
            add(say::next_live);
        }
        if (summary.plan.sequential &&
            system->verdict.on_future_traffic == std::optional(core::Decision::Undecided)) {
            add(say::next_more);
        }
    }
    if (medium == Medium::Terminal) {
        add(say::next_report);
    } else {
        add(say::next_failures);
    }
    add(say::next_cases);
    return lines;
}

}  // namespace palier::report
