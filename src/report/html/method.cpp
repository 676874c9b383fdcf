// How the verdict was reached, what is worth knowing, and what it takes to reproduce it.
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <cmath>
#include <utility>

namespace palier::report::page {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string facts_list(const Facts& facts) {
    std::string html = "<dl class=\"facts\">\n";
    for (const auto& [name, value] : facts) {
        html += "<div><dt>" + html_text(name) + "</dt><dd>" + html_text(value) + "</dd></div>\n";
    }
    return html + "</dl>\n";
}

std::string identities(const Page& page) {
    std::string html = "<h3>" + page.say(say::facts_systems) + "</h3>\n";
    for (const auto& system : page.summary.systems) {
        Facts facts;
        const auto add = [&](int phrase, const std::string& value) {
            if (!value.empty()) {
                facts.emplace_back(page.plain(phrase), value);
            }
        };
        const core::SystemSpec& spec = system.system.spec;
        add(say::facts_hash, system.system.hash);
        add(say::facts_model, spec.model_identity);
        add(say::facts_engine,
            spec.engine_build.empty() ? spec.engine : spec.engine + ", " + spec.engine_build);
        if (spec.engine == "llama") {
            add(say::facts_weights, std::string(core::name_of(spec.weights)));
        }
        add(say::facts_template, spec.chat_template);
        for (const auto& [name, value] : system.notes) {
            facts.emplace_back(name, value);
        }
        if (!facts.empty()) {
            html += "<details><summary>" + html_text(system.verdict.id) + "</summary>" +
                    facts_list(facts) + "</details>\n";
        }
    }
    return html;
}

}  // namespace

std::string notes_section(const Page& page) {
    std::vector<std::string> lines;
    for (const core::Note& note : page.summary.notes) {
        lines.push_back(page.say(note.code, note.args));
    }
    for (const auto& system : page.summary.systems) {
        const core::Measure& m = system.measure;
        if (m.batch_checked > 0) {
            lines.push_back(page.say(m.batch_disagreed == 0 ? say::batch_clean : say::batch_line,
                                     {{"system", system.verdict.id},
                                      {"checked", count(page.language, m.batch_checked)},
                                      {"disagreed", count(page.language, m.batch_disagreed)}}));
        }
    }
    if (lines.empty()) {
        return {};
    }
    std::string html = section_start("notes", page.say(say::section_notes)) + "<ul>\n";
    for (const std::string& line : lines) {
        html += "<li>" + line + "</li>\n";
    }
    return html + "</ul>\n" + std::string(k_section_end);
}

std::string method_section(const Page& page) {
    const core::ClimbPlan& plan = page.summary.plan;
    const Args args{{"seed", std::to_string(page.summary.seed)},
                    {"dev", count(page.language, plan.dev_cases)},
                    {"test", count(page.language, plan.test_cases)},
                    {"need", need_in_words(page.language, page.summary)},
                    {"alpha", percent_apart(page.language, plan.alpha, 0)},
                    {"k", std::to_string(plan.k)},
                    {"bound", count(page.language, std::llround(plan.k / plan.alpha))},
                    {"metric", plan.quality.metric}};
    std::string html =
        section_start("method", page.say(say::method_title)) + "<ol class=\"method\">\n";
    for (int phrase = say::method_1; phrase <= say::method_6; ++phrase) {
        html += "<li>" + page.say(phrase, args) + "</li>\n";
    }
    html += "</ol>\n";
    if (!plan.sequential) {
        html += "<p>" + page.say(say::method_full_set, args) + "</p>\n";
    }
    return html + std::string(k_section_end);
}

std::string facts_section(const Page& page) {
    const core::Summary& s = page.summary;
    Facts facts{{page.plain(say::facts_run), s.run},
                {page.plain(say::facts_job), s.job_path},
                {page.plain(say::facts_started), s.started_at},
                {page.plain(say::facts_elapsed), duration(page.language, s.elapsed_s)},
                {page.plain(say::facts_seed), std::to_string(s.seed)}};
    facts.insert(facts.end(), s.facts.begin(), s.facts.end());
    return section_start("facts", page.say(say::facts_title)) + facts_list(facts) +
           identities(page) + std::string(k_section_end);
}

}  // namespace palier::report::page
