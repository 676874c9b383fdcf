// What a reader of one page needs besides the verdict: the task, what it costs, where it goes
// wrong, what to do next. With the verdict it is the first printed page.
#include "base/text.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report::page {
namespace {

constexpr std::size_t k_task_characters = 260;
constexpr std::size_t k_case_characters = 150;

// The instructions are the same for every System; a recording may lack them.
std::string instructions_of(const core::Summary& summary) {
    for (const core::SystemSummary& system : summary.systems) {
        if (!system.system.spec.instructions.empty()) {
            return system.system.spec.instructions;
        }
    }
    return {};
}

// "0.41 EUR", of 1,000 requests; nullopt where nothing is known.
std::optional<std::string> cost_of(const Page& page,
                                   const core::SystemSummary& system,
                                   const CostFigures& figures) {
    if (const auto& cost = system.measure.cost) {
        return money(page.language, cost->per_1k, cost->currency);
    }
    const auto found = figures.cost_per_1k.find(system.verdict.id);
    if (found == figures.cost_per_1k.end()) {
        return std::nullopt;
    }
    return amount(page.language, found->second) + " " + figures.currency;
}

// "Text: palier show last", its command set as one.
std::string with_command(const std::string& sentence) {
    const std::size_t at = sentence.rfind(" palier ");
    return at == std::string::npos
               ? sentence
               : sentence.substr(0, at + 1) + "<code>" + sentence.substr(at + 1) + "</code>";
}

int phrase_of(const core::SystemSummary& system, const CostFigures& figures) {
    if (system.measure.cost) {
        return say::summary_cost_stated;
    }
    switch (figures.own_machine) {
        case CostFigures::OwnMachine::AtVolume:
            return say::summary_cost_at_volume;
        case CostFigures::OwnMachine::AlwaysBusy:
            return say::summary_cost_busy;
        case CostFigures::OwnMachine::ElectricityAlone:
            return say::summary_cost_electricity;
        case CostFigures::OwnMachine::NotKnown:
            break;
    }
    return say::summary_cost_counted;
}

}  // namespace

std::string task_line(const Page& page) {
    const std::string task =
        shortened(plain_line(instructions_of(page.summary)), k_task_characters);
    return task.empty() ? ""
                        : "<p class=\"task\"><b>" + page.say(say::summary_task) + "</b> " +
                              html_text(task) + "</p>\n";
}

std::string cost_line(const Page& page, const CostFigures& figures) {
    const core::SystemSummary* system = chosen(page.summary);
    if (system == nullptr) {
        return {};
    }
    const auto cost = cost_of(page, *system, figures);
    if (!cost) {
        return "<p>" + page.say(say::summary_cost_unknown) + "</p>\n";
    }
    std::string text = page.plain(
        phrase_of(*system, figures),
        {{"cost", *cost},
         {"count",
          count(page.language, static_cast<std::int64_t>(figures.per_month.value_or(0)))}});
    const core::SystemSummary* ceiling = topline(page.summary);
    const auto other =
        ceiling != nullptr && ceiling != system ? cost_of(page, *ceiling, figures) : std::nullopt;
    text = other ? page.plain(say::summary_cost_against, {{"left", text}, {"cost", *other}})
                 : text + ".";
    return "<p>" + html_sentence(text) + "</p>\n";
}

std::string failures_block(const Page& page,
                           const SystemFailures& failures,
                           std::string_view heading) {
    const core::Failures& found = failures.found;
    const std::string name(heading);
    std::string html = "<" + name + ">" + html_sentence(failures_title(page.language, failures)) +
                       "</" + name + ">\n";
    if (const std::string pattern = pattern_in_words(page.language, found); !pattern.empty()) {
        html += "<p>" + html_sentence(pattern) + "</p>\n";
    }
    if (found.telling.empty()) {
        return html;
    }
    html += "<ul class=\"failures\">\n";
    for (const std::size_t i : found.telling) {
        const core::GradedCase& one = found.cases[i];
        html += "<li><q>" + html_text(shortened(plain_line(one.input), k_case_characters)) +
                "</q> <span>" + html_text(one.case_id) + ", " +
                html_sentence(failure_in_words(page.language, one)) + "</span></li>\n";
    }
    return html + "</ul>\n";
}

std::string next_block(const Page& page) {
    std::string html = "<h2>" + page.say(say::section_next) + "</h2>\n<ul class=\"next\">\n";
    for (const std::string& step : next_steps(page.language, page.summary, Medium::Page)) {
        html += "<li>" + with_command(html_sentence(step)) + "</li>\n";
    }
    return html + "</ul>\n";
}

}  // namespace palier::report::page
