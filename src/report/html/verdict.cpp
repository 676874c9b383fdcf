// The verdict card: what it comes to, the figures of the choice, the two promises.
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>
#include <cmath>

namespace palier::report::page {
namespace {

// Sign, word and class of the outcome.
struct Badge {
    std::string_view sign, name;
    int phrase;
};

Badge badge_of(const core::Summary& summary) {
    switch (summary.verdict.choice) {
        case core::Choice::Slm:
            return {"✓", "good", say::badge_slm};
        case core::Choice::Llm:
            return {"✓", "good", say::badge_llm};
        case core::Choice::Hybrid:
            return {"✓", "good", say::badge_hybrid};
        case core::Choice::Baseline:
            return {"✓", "good", say::badge_baseline};
        case core::Choice::None:
            break;
    }
    return summary.exit_code == 3 ? Badge{"✗", "bad", say::badge_none}
                                  : Badge{"≈", "open", say::badge_open};
}

// A choice that is not promised for future traffic does not look as if it were.
std::string badge_words(const Page& page, int phrase) {
    const core::SystemSummary* system = chosen(page.summary);
    const bool promised = system == nullptr ||
                          system->verdict.on_future_traffic == std::optional(core::Decision::Pass);
    const std::string words = page.plain(phrase);
    return promised ? words : page.plain(say::badge_on_these, {{"badge", words}});
}

// A figure in large type with up to three lines under it, the last two optional.
std::string tile(std::string_view title,
                 std::string_view value,
                 const std::vector<std::string>& lines,
                 std::string_view extra = {}) {
    // Words instead of a figure are set smaller.
    const bool figure = value.find_first_of("0123456789") != std::string_view::npos;
    std::string html = "<div class=\"tile" + std::string(figure ? "" : " void") + "\"><dt>" +
                       std::string(title) + "</dt><dd><strong>" + std::string(value) + "</strong>" +
                       std::string(extra);
    for (const std::string& line : lines) {
        html += "<span>" + line + "</span>";
    }
    return html + "</dd></div>\n";
}

std::string quality_tile(const Page& page, const core::Measure& measure) {
    if (!measure.quality) {
        return tile(page.say(say::tile_quality), page.say(say::tile_not_measured), {});
    }
    const core::QualityMeasure& q = *measure.quality;
    const bool as_percent = reads_as_percent(page.summary);
    const Args args{{"range", range(page.language, q.interval, as_percent)},
                    {"level", level(page.language, q.interval.level)},
                    {"used", count(page.language, measure.items_used)},
                    {"total", count(page.language, measure.items_total)},
                    {"need", need_in_words(page.language, page.summary)}};
    return tile(page.say(say::quality_of, {{"metric", q.metric}}),
                html_sentence(quality_value(page.language, page.summary, q.value, q.need)),
                {page.say(say::tile_needed, args),
                 is_exact(measure) ? page.say(say::tile_exact) : page.say(say::tile_range, args),
                 page.say(say::tile_used, args)},
                interval_bar(page, q));
}

std::string limit_line(const Page& page, const std::optional<std::string>& limit) {
    return limit ? page.say(say::tile_limit, {{"limit", *limit}}) : page.say(say::tile_no_limit);
}

std::string latency_tile(const Page& page, const core::Measure& measure) {
    std::optional<std::string> limit;
    if (page.summary.plan.p95_ms) {
        limit = milliseconds(page.language, *page.summary.plan.p95_ms);
    }
    std::vector<std::string> lines{limit_line(page, limit)};
    if (!measure.latency) {
        return tile(page.say(say::tile_latency), page.say(say::tile_not_measured), lines);
    }
    const core::LatencyMeasure& l = *measure.latency;
    lines.push_back(page.say(
        say::tile_probe,
        {{"n", count(page.language, l.requests)}, {"concurrency", std::to_string(l.concurrency)}}));
    return tile(page.say(say::tile_latency),
                html_sentence(milliseconds(page.language, l.total_ms_p95)),
                lines);
}

std::string memory_tile(const Page& page, const core::Measure& measure) {
    std::optional<std::string> limit;
    if (page.summary.plan.memory_bytes) {
        limit = bytes(page.language, *page.summary.plan.memory_bytes);
    }
    return tile(page.say(say::tile_memory),
                measure.memory_bytes_peak
                    ? html_sentence(bytes(page.language, *measure.memory_bytes_peak))
                    : page.say(say::tile_not_measured),
                {limit_line(page, limit)});
}

std::string cost_tile(const Page& page,
                      const core::SystemSummary& system,
                      const CostFigures& figures) {
    const core::Measure& measure = system.measure;
    const auto counted = figures.cost_per_1k.find(system.verdict.id);
    if (!measure.cost && counted != figures.cost_per_1k.end()) {
        return tile(page.say(say::tile_cost),
                    html_sentence(amount(page.language, counted->second) + " " + figures.currency),
                    {});
    }
    if (!measure.cost) {
        return tile(page.say(say::tile_cost),
                    page.say(say::tile_not_measured),
                    {page.say(say::tile_not_priced)});
    }
    std::optional<std::string> limit;
    if (page.summary.plan.cost_per_1k) {
        limit = money(page.language, *page.summary.plan.cost_per_1k, page.summary.currency);
    }
    return tile(page.say(say::tile_cost),
                html_sentence(money(page.language, measure.cost->per_1k, measure.cost->currency)),
                {limit_line(page, limit)});
}

std::string size_tile(const Page& page, const core::SystemSummary& system) {
    if (system.system.spec.recipe.baseline != core::Baseline::None) {
        return tile(page.say(say::tile_size), page.say(say::tile_no_model), {});
    }
    if (system.parameters == 0) {
        return tile(page.say(say::tile_size), page.say(say::tile_unknown), {});
    }
    std::vector<std::string> lines{page.say(say::tile_parameters)};
    const core::SystemSummary* ceiling = topline(page.summary);
    if (ceiling != nullptr && ceiling->parameters > system.parameters) {
        const double times =
            static_cast<double>(ceiling->parameters) / static_cast<double>(system.parameters);
        lines.push_back(page.say(say::tile_smaller, {{"times", number(page.language, times, 1)}}));
    }
    return tile(page.say(say::tile_size), parameters(page.language, system.parameters), lines);
}

std::string promise_box(const Promise& promise) {
    std::string_view sign = "–";
    std::string_view name = "open";
    if (promise.made) {
        switch (promise.decision) {
            case core::Decision::Pass:
                sign = "✓";
                name = "good";
                break;
            case core::Decision::Fail:
                sign = "✗";
                name = "bad";
                break;
            case core::Decision::Undecided:
                sign = "≈";
                break;
        }
    }
    return "<div class=\"promise\"><h3>" + html_sentence(promise.title) + "</h3><p class=\"mark " +
           std::string(name) + "\"><span aria-hidden=\"true\">" + std::string(sign) + "</span> " +
           html_sentence(promise.word) + "</p><p>" + html_sentence(promise.text) + "</p></div>\n";
}

}  // namespace

std::string interval_bar(const Page& page, const core::QualityMeasure& quality) {
    const auto position = [](double share) {
        return svg_number(std::clamp(share, 0.0, 1.0) * 100);
    };
    const double low = std::clamp(quality.interval.low, 0.0, 1.0);
    const double high = std::clamp(quality.interval.high, low, 1.0);
    const std::string label =
        page.say(say::tile_scale,
                 {{"range", range(page.language, quality.interval, reads_as_percent(page.summary))},
                  {"need", need_in_words(page.language, page.summary)}});
    return "<span class=\"bar\" role=\"img\" aria-label=\"" + label +
           "\"><i class=\"span\" style=\"left:" + position(low) +
           "%;width:" + svg_number((high - low) * 100) +
           "%\"></i><i class=\"dot\" style=\"left:" + position(quality.value) +
           "%\"></i><i class=\"need\" style=\"left:" + position(quality.need) + "%\"></i></span>";
}

std::string verdict_section(const Page& page,
                            const CostFigures& figures,
                            const SystemFailures* failures) {
    const core::SystemSummary* system = chosen(page.summary);
    const Badge badge = badge_of(page.summary);
    const Headline parts = headline_parts(page.language, page.summary);
    std::string html =
        "<section id=\"verdict\" class=\"card\" aria-labelledby=\"h-verdict\" "
        "tabindex=\"-1\">\n<p class=\"mark " +
        std::string(badge.name) + "\"><span aria-hidden=\"true\">" + std::string(badge.sign) +
        "</span> " + html_sentence(badge_words(page, badge.phrase)) +
        "</p>\n<h1 id=\"h-verdict\">" + html_sentence(parts.lead) + "</h1>\n";
    html += task_line(page);
    if (!parts.details.empty()) {
        html += "<p class=\"details\">" + html_sentence(parts.details) + ".</p>\n";
    }
    if (system != nullptr) {
        html += "<dl class=\"tiles\">\n" + quality_tile(page, system->measure) +
                latency_tile(page, system->measure) + memory_tile(page, system->measure) +
                cost_tile(page, *system, figures) + size_tile(page, *system) + "</dl>\n";
    }
    const Promises both = promise_parts(page.language, page.summary);
    html += "<h2>" + page.say(say::summary_meaning) + "</h2>\n<div class=\"promises\">" +
            promise_box(both.on_these_cases) +
            (system != nullptr ? promise_box(both.on_future_traffic) : "") + "</div>\n" +
            cost_line(page, figures) + "<div class=\"two\"><div>\n";
    if (failures != nullptr) {
        html += failures_block(page, *failures, "h2");
    }
    return html + "</div><div>\n" + next_block(page) + "</div></div>\n" +
           std::string(k_section_end);
}

}  // namespace palier::report::page
