// The staircase: one landing a candidate, from the largest down; on it, its rungs from the ground
// up.
#include "core/statistics.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report::page {
namespace {

// What became of a rung: a sign, a class for its pattern, words.
struct RungState {
    std::string_view sign, name;
    std::string words;
    std::string figure;  // the quality that it reached, with its number of cases
};

const core::Candidate* plan_of(const core::ClimbPlan& plan, const std::string& candidate) {
    if (plan.topline && plan.topline->id == candidate) {
        return &*plan.topline;
    }
    const auto found = std::ranges::find(plan.candidates, candidate, &core::Candidate::id);
    return found == plan.candidates.end() ? nullptr : &*found;
}

const core::RungTried* tried_rung(const core::Summary& summary,
                                  const std::string& candidate,
                                  core::Rung rung) {
    for (const core::RungTried& tried : summary.rungs) {
        if (tried.candidate == candidate && tried.rung == rung) {
            return &tried;
        }
    }
    return nullptr;
}

std::string on_test(const Page& page, const core::SystemSummary& system) {
    const core::Measure& measure = system.measure;
    if (!measure.quality) {
        return {};
    }
    const core::QualityMeasure& q = *measure.quality;
    return page.say(say::stair_test,
                    {{"value", quality_value(page.language, page.summary, q.value, q.need)},
                     {"n", count(page.language, measure.items_used)}});
}

std::string on_dev(const Page& page, const core::RungTried& tried) {
    const double need = need_of(page.summary).value_or(0);
    Args args{{"value", quality_value(page.language, page.summary, tried.dev_score, need)}};
    const auto asked = asked_on_dev(page.summary, tried);
    if (!asked) {
        return page.say(say::stair_dev_uncounted, args);
    }
    args.emplace_back("n", count(page.language, *asked));
    return page.say(say::stair_dev, args);
}

RungState proved_state(const Page& page, const core::SystemSummary& system) {
    const std::string figure = on_test(page, system);
    if (system.verdict.status == core::Status::Error ||
        system.verdict.on_these_cases == core::Decision::Undecided) {
        return {"!", "open", page.say(say::stair_error), figure};
    }
    if (system.verdict.on_these_cases == core::Decision::Fail) {
        return {"✗", "failed", page.say(say::stair_failed), figure};
    }
    if (system.verdict.status == core::Status::TooClose) {
        return {"≈", "open", page.say(say::stair_close), figure};
    }
    if (system.verdict.status == core::Status::Fail) {
        std::string limits;
        for (const core::Reason& reason : system.verdict.reasons) {
            limits +=
                (limits.empty() ? "" : ", ") +
                page.plain(say::stair_over,
                           {{"constraint", constraint_word(page.language, reason.constraint)}});
        }
        return {"✗", "failed", page.say(say::stair_failed_limit, {{"limits", limits}}), figure};
    }
    return {"✓", "passed", page.say(say::stair_passed), figure};
}

RungState state_of(const Page& page, const core::SystemSummary& system, core::Rung rung) {
    const core::SystemVerdict& verdict = system.verdict;
    const bool proof = (verdict.rung == std::optional(rung) || rung == core::Rung::Baseline) &&
                       (verdict.on_these_cases != core::Decision::Undecided ||
                        verdict.status == core::Status::Error || system.measure.quality);
    if (proof) {
        return proved_state(page, system);
    }
    const bool other_proved = verdict.on_these_cases != core::Decision::Undecided;
    if (const core::RungTried* tried = tried_rung(page.summary, verdict.candidate, rung)) {
        if (tried->trouble) {
            const std::string why = trouble_in_short(page.language, *tried->trouble);
            return {"!", "open", page.say(say::stair_trouble, {{"why", why}}), {}};
        }
        if (tried->ruled_out) {
            return {"⊘", "ruled", page.say(say::stair_ruled_out), on_dev(page, *tried)};
        }
        const int phrase = other_proved ? say::stair_tried : say::stair_not_proved;
        return {"○", "tried", page.say(phrase), on_dev(page, *tried)};
    }
    if (verdict.on_these_cases == core::Decision::Pass) {
        return {"–", "unneeded", page.say(say::stair_not_needed), {}};
    }
    return {"·", "unneeded", page.say(say::stair_not_reached), {}};
}

// A few ids of cases, and how many more there are.
std::string some_ids(const Page& page, const std::vector<std::int64_t>& places) {
    constexpr std::size_t k_shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(places.size(), k_shown); ++i) {
        text += (i > 0 ? ", " : "") + dev_id(page.summary, places[i]);
    }
    if (places.size() > k_shown) {
        text += ", +" + std::to_string(places.size() - k_shown);
    }
    return text.empty() ? "–" : text;
}

// What the rung brought: its errors against those of the best rung below, on the same cases.
std::vector<std::string> step_of(const Page& page, const core::RungTried& tried) {
    std::vector<std::string> lines;
    if (tried.compared > 0) {
        const auto below =
            std::ranges::find(page.summary.rungs, tried.below, &core::RungTried::system);
        const auto removed = static_cast<std::int64_t>(tried.removed.size());
        const auto added = static_cast<std::int64_t>(tried.added.size());
        Args args{{"below",
                   below == page.summary.rungs.end() ? tried.below
                                                     : rung_word(page.language, below->rung)},
                  {"removed", count(page.language, removed)},
                  {"added", count(page.language, added)},
                  {"n", count(page.language, tried.compared)}};
        if (page.summary.plan.zero_one) {
            const double p = core::mcnemar_exact(removed, added);
            args.emplace_back(
                "p", (p < 0.001 ? "< " : "= ") + number(page.language, std::max(p, 0.001), 3));
        }
        lines.push_back(
            page.say(page.summary.plan.zero_one ? say::stair_errors : say::stair_better, args));
        if (removed + added > 0) {
            lines.push_back(page.say(say::stair_cases,
                                     {{"removed", some_ids(page, tried.removed)},
                                      {"added", some_ids(page, tried.added)}}));
        }
    }
    if (tried.order_flips) {
        lines.push_back(
            page.say(say::stair_flips, {{"share", percent(page.language, *tried.order_flips)}}));
    }
    if (const std::int64_t tokens = tried.tokens.value_or(0); tokens > 0) {
        const std::string n = count(page.language, tokens);
        lines.push_back(
            tried.seconds ? page.say(say::stair_tokens_time,
                                     {{"n", n}, {"time", duration(page.language, *tried.seconds)}})
                          : page.say(say::stair_tokens, {{"n", n}}));
    }
    return lines;
}

std::string rung_line(const std::string& title,
                      const RungState& state,
                      const std::vector<std::string>& step = {}) {
    std::string html = "<li class=\"rung " + std::string(state.name) +
                       "\"><span class=\"sign\" aria-hidden=\"true\">" + std::string(state.sign) +
                       "</span><span><b>" + title + "</b> " + state.words;
    if (!state.figure.empty()) {
        html += "<small>" + state.figure + "</small>";
    }
    for (const std::string& line : step) {
        html += "<small>" + line + "</small>";
    }
    return html + "</span></li>\n";
}

std::string rungs(const Page& page, const core::SystemSummary& system) {
    std::string html;
    if (system.recorded) {
        RungState state = proved_state(page, system);
        if (system.measure.quality) {
            html = rung_line(page.say(say::stair_recorded), state);
        }
    } else if (system.verdict.status == core::Status::ScreenedOut) {
        html = rung_line("", {"–", "unneeded", page.say(say::stair_screened), {}});
    } else if (const core::Candidate* plan = plan_of(page.summary.plan, system.verdict.candidate)) {
        for (const core::Rung rung : plan->rungs) {
            const core::RungTried* tried = tried_rung(page.summary, system.verdict.candidate, rung);
            html +=
                rung_line(html_sentence(rung_word(page.language, rung)),
                          state_of(page, system, rung),
                          tried != nullptr ? step_of(page, *tried) : std::vector<std::string>());
        }
    }
    if (html.empty()) {
        return html;
    }
    const std::string label = page.say(say::stair_rungs, {{"model", model_name(system)}});
    return "<ul class=\"rungs\" aria-label=\"" + label + "\">\n" + html + "</ul>\n";
}

std::string landing(const Page& page, const core::SystemSummary& system, std::size_t step) {
    const bool is_choice = &system == chosen(page.summary);
    std::string html = "<li class=\"landing s-" +
                       std::string(core::name_of(system.verdict.status)) +
                       (is_choice ? " chosen" : "") + "\" style=\"--step:" + std::to_string(step) +
                       "\">\n<h3>" + html_text(model_name(system)) + "</h3>\n<p class=\"meta\">";
    if (system.parameters > 0) {
        html += html_text(parameters(page.language, system.parameters)) + " · ";
    }
    html += html_text(role_word(page.language, system.verdict.role)) + "</p>\n<p>" +
            status_mark(page, system);
    if (is_choice) {
        html += " <span class=\"tag\">" + page.say(say::stair_chosen) + "</span>";
    }
    html += "</p>\n";
    for (const core::Reason& reason : system.verdict.reasons) {
        html += "<p class=\"why\">" +
                html_sentence(reason_in_short(page.language, page.summary, system, reason)) +
                "</p>\n";
    }
    if (const std::string trouble = trouble_of(page.language, system); !trouble.empty()) {
        html += "<p class=\"why\">" + html_sentence(trouble) + "</p>\n";
    }
    if (const auto failure = system.notes.find("failure"); failure != system.notes.end()) {
        html += "<p class=\"why\">" + html_text(failure->second) + "</p>\n";
    }
    return html + rungs(page, system) + "</li>\n";
}

}  // namespace

std::string staircase_section(const Page& page) {
    std::string html = section_start("staircase", page.say(say::stair_title)) +
                       "<p class=\"lead\">" + page.say(say::stair_lead) + "</p>\n" +
                       "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
                       page.say(say::stair_title) + "\"><ol class=\"stairs\">\n";
    for (std::size_t i = 0; i < page.summary.systems.size(); ++i) {
        html += landing(page, page.summary.systems[i], i);
    }
    return html + "</ol></div>\n" + std::string(k_section_end);
}

}  // namespace palier::report::page
