// The verdict in one sentence and its two promises. The sentence is assembled of clauses: what it
// comes to, the figures of the choice, then why each smaller candidate is not the choice.
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/report.h"
#include "report/wording.h"

#include <algorithm>
#include <cstdint>

namespace palier::report {
namespace {

constexpr std::size_t k_candidates_named = 3;

using Clauses = std::vector<std::string>;

std::string name_of_model(const core::SystemSummary& system) {
    return plain_line(model_name(system));
}

// The rung of a candidate with the best score on dev; nullptr when none was tried.
const core::RungTried* best_on_dev(const core::Summary& summary, const std::string& candidate) {
    const core::RungTried* best = nullptr;
    for (const core::RungTried& rung : summary.rungs) {
        if (rung.candidate == candidate && (!best || rung.dev_score > best->dev_score)) {
            best = &rung;
        }
    }
    return best;
}

std::string ruled_out_clause(Language language,
                             const core::Summary& summary,
                             const core::SystemSummary& system) {
    const core::RungTried* best = best_on_dev(summary, system.verdict.candidate);
    core::QualityMeasure on_dev;
    on_dev.metric = summary.plan.quality.metric;
    on_dev.value = best ? best->dev_score : 0;
    on_dev.need = need_of(summary).value_or(0);
    const std::int64_t asked = best ? asked_on_dev(summary, *best).value_or(summary.plan.dev_cases)
                                    : summary.plan.dev_cases;
    return sentence(language,
                    say::ruled_out,
                    {{"model", name_of_model(system)},
                     {"n", count(language, asked)},
                     {"value", quality_in_short(language, summary, on_dev)}});
}

int phrase_of(std::string_view constraint) {
    if (constraint == "latency_p95") return say::too_slow;
    if (constraint == "ttft_p95") return say::too_slow_to_start;
    if (constraint == "cost") return say::too_expensive;
    if (constraint == "memory") return say::too_big;
    if (constraint == "privacy") return say::too_public;
    if (constraint == "context") return say::context_short;
    if (constraint == "licence") return say::licence_refused;
    if (constraint == "tools") return say::no_tools;
    return say::failed;
}

// Why this System fails or was refused; its first reason is the one that is told.
std::string reason_clause(Language language,
                          const core::Summary& summary,
                          const core::SystemSummary& system) {
    Args args{{"model", name_of_model(system)}};
    const auto& reasons = system.verdict.reasons;
    const bool weak = reasons.empty() || reasons.front().constraint == "quality";
    if (weak && system.measure.quality) {
        args.emplace_back("value", quality_in_short(language, summary, *system.measure.quality));
        args.emplace_back("n", count(language, system.measure.items_used));
        args.emplace_back("need", need_in_words(language, summary));
        return sentence(language, say::too_weak, args);
    }
    if (reasons.empty()) {
        return sentence(language, say::failed, args);
    }
    const core::Reason& reason = reasons.front();
    const bool screened = system.verdict.status == core::Status::ScreenedOut;
    if (!reason.measured && !screened) {
        args.emplace_back("constraint", constraint_word(language, reason.constraint));
        return sentence(language, say::not_measured, args);
    }
    const auto shown = [&](const std::optional<double>& value) {
        return value ? reason_value(language, summary, reason.constraint, *value)
                     : sentence(language, say::none_yet);
    };
    args.emplace_back("measured", shown(reason.measured));
    args.emplace_back("limit", shown(reason.limit));
    return sentence(language, phrase_of(reason.constraint), args);
}

std::string too_close_clause(Language language, const core::SystemSummary& system) {
    Args args{{"model", name_of_model(system)}};
    for (const core::Reason& reason : system.verdict.reasons) {
        if (reason.constraint == "latency_p95" && reason.measured && reason.limit &&
            system.measure.latency) {
            args.emplace_back("measured", milliseconds(language, *reason.measured));
            args.emplace_back("limit", milliseconds(language, *reason.limit));
            args.emplace_back("n", count(language, system.measure.latency->requests));
            return sentence(language, say::too_close_latency, args);
        }
    }
    return sentence(language, say::too_close, args);
}

std::string error_clause(Language language, const core::SystemSummary& system) {
    Args args{{"model", name_of_model(system)}};
    const std::string why = trouble_of(language, system);
    if (why.empty()) {
        return sentence(language, say::failed_to_run, args);
    }
    args.emplace_back("why", why);
    return sentence(language, say::failed_because, args);
}

bool is_undecided(core::Status status) {
    return status == core::Status::TooClose || status == core::Status::NotTried ||
           status == core::Status::Error;
}

std::string clause_about(Language language,
                         const core::Summary& summary,
                         const core::SystemSummary& system) {
    switch (system.verdict.status) {
        case core::Status::RuledOutOnDev:
            return ruled_out_clause(language, summary, system);
        case core::Status::TooClose:
            return too_close_clause(language, system);
        case core::Status::NotTried:
            return sentence(language,
                            is_unfinished(system) ? say::not_finished : say::not_tried,
                            {{"model", name_of_model(system)}});
        case core::Status::Error:
            return error_clause(language, system);
        default:
            return reason_clause(language, summary, system);
    }
}

// At most three candidates by name, then how many more there are.
Clauses clauses_about(Language language,
                      const core::Summary& summary,
                      const std::vector<const core::SystemSummary*>& systems) {
    Clauses clauses;
    for (const core::SystemSummary* system : systems) {
        if (clauses.size() == k_candidates_named && systems.size() > k_candidates_named + 1) {
            const auto left = static_cast<std::int64_t>(systems.size() - clauses.size());
            clauses.push_back(sentence(language, say::and_more, {{"n", count(language, left)}}));
            break;
        }
        clauses.push_back(clause_about(language, summary, *system));
    }
    return clauses;
}

std::string figures(Language language,
                    const core::Summary& summary,
                    const core::SystemSummary& system) {
    const core::Measure& measure = system.measure;
    std::vector<std::string> parts;
    if (measure.quality) {
        parts.push_back(quality_in_full(language, summary, measure));
    }
    if (measure.latency) {
        const std::string time = milliseconds(language, measure.latency->total_ms_p95);
        parts.push_back(sentence(language, say::p95_is, {{"time", time}}));
    }
    if (measure.memory_bytes_peak) {
        const std::string memory = bytes(language, *measure.memory_bytes_peak);
        parts.push_back(sentence(language, say::memory_is, {{"bytes", memory}}));
    }
    if (measure.cost) {
        const std::string cost = money(language, measure.cost->per_1k, measure.cost->currency);
        parts.push_back(sentence(language, say::cost_is, {{"money", cost}}));
    }
    if (system.recorded) {
        parts.push_back(sentence(language, say::figures_recorded));
    }
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

// Candidates below the choice (all of them when no candidate was chosen), decided ones first.
struct Others {
    std::vector<const core::SystemSummary*> decided, undecided;
};
Others others_of(const core::Summary& summary, const core::SystemSummary* choice) {
    Others others;
    bool below = choice == nullptr || choice->verdict.role == core::Role::Topline ||
                 choice->verdict.role == core::Role::Hybrid;
    for (const auto& system : summary.systems) {
        if (&system == choice) {
            below = true;
        } else if (below && system.verdict.role != core::Role::Topline) {
            (is_undecided(system.verdict.status) ? others.undecided : others.decided)
                .push_back(&system);
        }
    }
    return others;
}

std::string lead_of_choice(Language language,
                           const core::Summary& summary,
                           const core::SystemSummary& system) {
    const Args args{{"model", name_of_model(system)}, {"how", how_in_words(language, system)}};
    switch (summary.verdict.choice) {
        case core::Choice::Llm:
            return sentence(language, say::llm_needed, args);
        case core::Choice::Baseline:
            return sentence(language, say::baseline_enough, args);
        case core::Choice::Hybrid:
            return sentence(language, say::hybrid_enough, args);
        default:
            return sentence(language, say::slm_enough, args);
    }
}

Headline with_choice(Language language,
                     const core::Summary& summary,
                     const core::SystemSummary& system) {
    Clauses clauses;
    if (std::string numbers = figures(language, summary, system); !numbers.empty()) {
        clauses.push_back(std::move(numbers));
    }
    const Others others = others_of(summary, &system);
    for (std::string& clause : clauses_about(language, summary, others.decided)) {
        clauses.push_back(std::move(clause));
    }
    if (!others.undecided.empty()) {
        std::string list;
        for (const std::string& clause : clauses_about(language, summary, others.undecided)) {
            list += (list.empty() ? "" : ", ") + clause;
        }
        clauses.push_back(sentence(language, say::only_decided, {{"list", list}}));
    } else if (others.decided.empty() && summary.verdict.choice == core::Choice::Slm) {
        clauses.push_back(sentence(language, say::smallest_candidate));
    }
    if (summary.exit_code == 130) {
        clauses.push_back(sentence(language, say::interrupted_tail));
    }
    return {lead_of_choice(language, summary, system), with_semicolons(language, clauses)};
}

int unreachable_phrase(const core::Summary& summary) {
    const auto has = [&](core::Trouble trouble) {
        return std::ranges::any_of(summary.systems, [&](const core::SystemSummary& system) {
            return system.verdict.trouble == trouble;
        });
    };
    return has(core::Trouble::Failing) && !has(core::Trouble::Unreachable) ? say::topline_failing
                                                                           : say::unreachable;
}

int phrase_without_choice(const core::Summary& summary) {
    if (cannot_run_here(summary)) {
        return say::cannot_run_here;
    }
    switch (summary.exit_code) {
        case 130:
            return say::interrupted;
        case 5:
            return say::budget_ended;
        case 4:
            return unreachable_phrase(summary);
        case 7:
            return say::no_decision;
        default:
            return say::none_passes;
    }
}

Headline without_choice(Language language, const core::Summary& summary) {
    const Others others = others_of(summary, nullptr);
    Clauses clauses;
    const core::SystemSummary* ceiling = topline(summary);
    const bool ceiling_fails =
        ceiling != nullptr && summary.verdict.topline_meets_threshold != std::optional(false) &&
        (ceiling->verdict.status != core::Status::Pass || !ceiling->verdict.reasons.empty());
    if (ceiling_fails) {
        clauses.push_back(clause_about(language, summary, *ceiling));
    }
    // What is still open explains the outcome of a stopped run better than what failed before.
    const bool open_first =
        summary.exit_code == 7 || summary.exit_code == 4 || cannot_run_here(summary);
    for (const auto* group : {open_first ? &others.undecided : &others.decided,
                              open_first ? &others.decided : &others.undecided}) {
        for (std::string& clause : clauses_about(language, summary, *group)) {
            clauses.push_back(std::move(clause));
        }
    }
    if (clauses.empty() && summary.exit_code == 3) {
        clauses.push_back(sentence(language, say::nothing_tried));
    }
    return {sentence(language, phrase_without_choice(summary)), with_semicolons(language, clauses)};
}

std::string with_capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text;
}

// The lead starts with a word of ours, not with a model's name, which keeps its case.
bool starts_with_our_word(const core::Summary& summary, const core::SystemSummary* choice) {
    return choice == nullptr || summary.verdict.choice == core::Choice::Llm ||
           summary.verdict.choice == core::Choice::Baseline;
}

std::string alpha_words(Language language, const core::Summary& summary) {
    return percent_apart(language, summary.plan.alpha, 0);
}

std::string decision_word(Language language, core::Decision decision) {
    switch (decision) {
        case core::Decision::Pass:
            return sentence(language, say::status_pass);
        case core::Decision::Fail:
            return sentence(language, say::status_fail);
        case core::Decision::Undecided:
            break;
    }
    return sentence(language, say::promise_close);
}

}  // namespace

Headline headline_parts(Language language, const core::Summary& summary) {
    const core::SystemSummary* choice = chosen(summary);
    Headline parts = choice != nullptr ? with_choice(language, summary, *choice)
                                       : without_choice(language, summary);
    const core::SystemSummary* ceiling = topline(summary);
    const bool misses = summary.verdict.topline_meets_threshold == std::optional(false) &&
                        ceiling != nullptr && ceiling->measure.quality.has_value();
    if (misses) {
        const std::string rest =
            sentence(language,
                     say::topline_misses_rest,
                     {{"model", name_of_model(*ceiling)},
                      {"value", quality_in_short(language, summary, *ceiling->measure.quality)},
                      {"n", count(language, ceiling->measure.items_used)},
                      {"need", need_in_words(language, summary)}});
        const std::string outcome =
            parts.details.empty() ? parts.lead : with_colon(language, parts.lead, parts.details);
        parts = {sentence(language, say::topline_misses),
                 with_semicolons(language, {rest, outcome})};
    }
    if (misses || starts_with_our_word(summary, choice)) {
        parts.lead = with_capital(parts.lead);
    }
    return parts;
}

std::string headline(Language language, const core::Summary& summary) {
    const Headline parts = headline_parts(language, summary);
    if (parts.details.empty()) {
        return parts.lead + ".";
    }
    return with_colon(language, parts.lead, parts.details) + ".";
}

Promises promise_parts(Language language, const core::Summary& summary) {
    const core::SystemSummary* system = chosen(summary);
    const core::ClimbPlan& plan = summary.plan;
    Args args{{"n", count(language, plan.test_cases)},
              {"need", need_in_words(language, summary)},
              {"alpha", alpha_words(language, summary)},
              {"k", std::to_string(plan.k)},
              {"total", count(language, plan.test_cases)}};
    Promises result;
    result.on_these_cases.title = sentence(language, say::here_title, args);
    result.on_future_traffic.title = sentence(language, say::future_title);
    result.on_these_cases.word = sentence(language, say::promise_none);
    result.on_future_traffic.word = result.on_these_cases.word;
    if (system == nullptr) {
        result.on_these_cases.text = sentence(language, say::here_none, args);
        if (summary.exit_code == 3) {
            // An outcome like another, not a promise that is missing.
            result.on_these_cases.made = true;
            result.on_these_cases.decision = core::Decision::Fail;
            result.on_these_cases.word = sentence(language, say::here_all_fail);
        }
        result.on_future_traffic.text = sentence(language, say::future_none);
        return result;
    }
    const core::Measure& measure = system->measure;
    args.emplace_back("used", count(language, measure.items_used));
    Promise& here = result.on_these_cases;
    here.made = system->verdict.on_these_cases != core::Decision::Undecided;
    here.decision = system->verdict.on_these_cases;
    // A's decision stands even if the cases that were answered after it say otherwise.
    const bool whole_set = measure.items_used == measure.items_total && measure.quality &&
                           measure.quality->value >= measure.quality->need - 1e-12;
    switch (here.decision) {
        case core::Decision::Pass:
            here.text = sentence(language, whole_set ? say::here_pass_exact : say::here_pass, args);
            break;
        case core::Decision::Fail:
            here.text = sentence(language, say::here_fail, args);
            break;
        default:
            here.text = sentence(language, say::here_undecided, args);
    }
    if (here.made) {
        here.word = decision_word(language, here.decision);
    }
    Promise& future = result.on_future_traffic;
    if (!plan.sequential) {
        args.emplace_back("metric", plan.quality.metric);
        int phrase = say::future_open;
        if (measure.quality) {
            phrase = say::future_full_set;
            const core::Interval& interval = measure.quality->interval;
            args.emplace_back("range", range(language, interval, reads_as_percent(summary)));
            args.emplace_back("level", level(language, interval.level));
            args.emplace_back("method", measure.quality->interval_method);
        }
        future.text = sentence(language, phrase, args);
        return result;
    }
    if (!system->verdict.on_future_traffic) {
        future.text = sentence(language, say::future_unsettled, args);
        return result;
    }
    future.made = true;
    future.decision = *system->verdict.on_future_traffic;
    future.word = decision_word(language, future.decision);
    const int phrase = future.decision == core::Decision::Pass   ? say::future_pass
                       : future.decision == core::Decision::Fail ? say::future_fail
                                                                 : say::future_close;
    future.text = sentence(language, phrase, args);
    if (future.decision != core::Decision::Pass && here.decision == core::Decision::Pass) {
        future.text += " " + sentence(language, say::here_stands);
    }
    return result;
}

std::vector<std::string> promises(Language language, const core::Summary& summary) {
    const Promises parts = promise_parts(language, summary);
    std::vector<std::string> lines;
    for (const Promise* promise : {&parts.on_these_cases, &parts.on_future_traffic}) {
        lines.push_back(sentence(
            language,
            say::promise_line,
            {{"title", promise->title}, {"word", promise->word}, {"text", promise->text}}));
    }
    return lines;
}

}  // namespace palier::report
