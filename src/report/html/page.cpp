// The page as a whole: what stands before, between and after the sections.
#include "report/diagnosis.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <array>
#include <utility>

namespace palier::report {
namespace page {

std::string Page::say(int phrase, const Args& args) const {
    return html_sentence(sentence(language, phrase, args));
}

std::string Page::plain(int phrase, const Args& args) const {
    return sentence(language, phrase, args);
}

std::string section_start(std::string_view id, std::string_view title) {
    const std::string name(id);
    return "<section id=\"" + name + "\" aria-labelledby=\"h-" + name + "\">\n<h2 id=\"h-" + name +
           "\">" + std::string(title) + "</h2>\n";
}

std::string scroll_start(const Page& page) {
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
           page.say(say::scroll_hint) + "\">";
}

std::string svg_number(double value) {
    std::string text = number(Language::En, value, 2);
    std::erase(text, ',');
    return text == "-" ? "0" : text;
}

namespace {

// The content policy allows nothing but what the file itself holds.
constexpr std::string_view k_policy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action "
    "'none'\">\n";

std::string head(const Page& page) {
    const std::string title =
        html_text(page.plain(say::page_title, {{"job", page.summary.job_name}}));
    return "<!doctype html>\n<html lang=\"" + std::string(code_of(page.language)) +
           "\">\n<head>\n<meta charset=\"utf-8\">\n" + std::string(k_policy) +
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           "<meta name=\"generator\" content=\"palier\">\n<title>" +
           title + "</title>\n<style>" + std::string(k_style) + "</style>\n</head>\n";
}

std::string masthead(const Page& page) {
    const core::Summary& s = page.summary;
    const std::string date = s.started_at.substr(0, 10);
    std::string html =
        "<body>\n<a class=\"skip\" href=\"#verdict\">" + page.say(say::skip_to_verdict) +
        "</a>\n<header class=\"masthead\"><p class=\"brand\">"
        "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\">"
        "<path d=\"M2 5h7v5h6v5h7v5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\"/>"
        "</svg>palier</p><dl>";
    const std::array<std::pair<int, std::string>, 3> facts{
        {{say::masthead_job, s.job_name}, {say::masthead_run, s.run}, {say::masthead_date, date}}};
    for (const auto& [phrase, value] : facts) {
        html += "<div><dt>" + page.say(phrase) + "</dt><dd>" + html_text(value) + "</dd></div>";
    }
    return html + "</dl></header>\n";
}

std::string contents(const Page& page) {
    const std::array<std::pair<std::string_view, int>, 8> links{{
        {"staircase", say::stair_title},
        {"tradeoff", say::plot_title},
        {"cost", say::cost_title},
        {"systems", say::section_all_systems},
        {"details", say::detail_title},
        {"method", say::method_title},
        {"cases", say::matrix_title},
        {"facts", say::facts_title},
    }};
    std::string html = "<nav aria-label=\"" + page.say(say::contents) + "\"><ul>";
    for (const auto& [id, phrase] : links) {
        html += "<li><a href=\"#" + std::string(id) + "\">" + page.say(phrase) + "</a></li>";
    }
    return html + "</ul></nav>\n";
}

std::string appendix_start(const Page& page) {
    return "<div class=\"appendix\"><p class=\"part\"><b>" + page.say(say::appendix_title) +
           "</b> " + page.say(say::appendix_lead) + "</p>\n";
}

std::string end(const Page& page) {
    return "</main>\n<footer><p>" + page.say(say::page_footer, {{"run", page.summary.run}}) +
           "</p></footer>\n<script>" + std::string(k_script) + "</script>\n</body>\n</html>\n";
}

}  // namespace
}  // namespace page

Result<void> html(Language language,
                  const core::Summary& summary,
                  store::Store& store,
                  std::int64_t run,
                  const Sink& out,
                  const CostFigures& figures) {
    const page::Page page{language, summary};
    std::vector<SystemFailures> failures;
    const SystemFailures* first = nullptr;
    failures.reserve(summary.systems.size());
    for (const core::SystemSummary& system : summary.systems) {
        auto found = read_failures(summary, store, run, system);
        if (!found) {
            return found.error();
        }
        if (std::optional<SystemFailures>& told = *found) {
            failures.push_back(std::move(*told));
            first = &system == told_first(summary) ? &failures.back() : first;
        }
    }
    const auto diagnosis = kept_diagnosis(store, run);
    PALIER_TRY(diagnosis);
    out(page::head(page));
    out(page::masthead(page));
    out("<main>\n");
    out(page::verdict_section(page, figures, first));
    out(page::contents(page));
    out(page::staircase_section(page));
    if (const auto& found = *diagnosis) {
        out("<p class=\"lead\">" + html_sentence(diagnosis_in_short(language, *found)) + "</p>\n");
    }
    out(page::pareto_section(page));
    out(page::cost_section(page, figures));
    out(page::systems_section(page));
    out(page::details_section(page, failures, first));
    out(page::notes_section(page));
    out(page::method_section(page));
    out(page::appendix_start(page));
    PALIER_TRY(page::matrix_section(page, store, run, out));
    out(page::facts_section(page));
    out("</div>\n");
    out(page::end(page));
    return {};
}

}  // namespace palier::report
