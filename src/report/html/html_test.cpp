// The page as a whole: complete, closed, self-contained, and deaf to what data says.
#include "base/text.h"
#include "eval/codes.h"
#include "report/fixture.h"
#include "report/report.h"

#include <doctest/doctest.h>

#include <set>

namespace palier::report {
namespace {

std::string page_of(Language language, const core::Summary& summary, fixture::MemoryStore& store) {
    std::string page;
    REQUIRE(html(language, summary, store, 1, [&](std::string_view part) { page += part; }));
    return page;
}

std::string page_of(Language language, const core::Summary& summary) {
    fixture::MemoryStore store = fixture::tickets_store(summary, 182);
    return page_of(language, summary, store);
}

// Every element that is opened is closed in order; returns what went wrong.
std::string unbalanced(const std::string& page) {
    static const std::set<std::string> alone{"meta", "input", "!doctype", "line", "br"};
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const std::size_t end = page.find('>', at);
        if (end == std::string::npos) {
            return "no end of a tag";
        }
        const bool closes = page[at + 1] == '/';
        const std::size_t first = at + (closes ? 2 : 1);
        const std::string name = page.substr(first, page.find_first_of(" >/", first) - first);
        if (closes) {
            if (open.empty() || open.back() != name) {
                return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
            }
            open.pop_back();
        } else if (page[end - 1] != '/' && !alone.contains(name)) {
            open.push_back(name);
            if (name == "script" || name == "style") {
                at = page.find("</" + name, at) - 1;
                continue;
            }
        }
        at = end;
    }
    return open.empty() ? "" : "open: " + join(open, " ");
}

}  // namespace

TEST_CASE("the page is well formed, in its language, with every section") {
    for (const Language language : {Language::En, Language::Fr}) {
        for (const core::Summary& summary : {fixture::tickets(), fixture::orders()}) {
            const std::string page = page_of(language, summary);
            CHECK(unbalanced(page) == "");
            CHECK(is_valid_utf8(page));
            CHECK(page.find(language == Language::Fr ? "<html lang=\"fr\">"
                                                     : "<html lang=\"en\">") != std::string::npos);
            for (const std::string id : {"verdict",
                                         "staircase",
                                         "tradeoff",
                                         "cost",
                                         "systems",
                                         "details",
                                         "cases",
                                         "method",
                                         "facts"}) {
                CHECK_MESSAGE(page.find("<section id=\"" + id + "\"") != std::string::npos, id);
            }
            CHECK(page.find("PAL-9") == std::string::npos);
            CHECK(page.find("{") == page.find("{", page.find("<style>")));
        }
    }
}

TEST_CASE("the top of the page is a summary: task, meaning, cost, three errors, what to do next") {
    core::Summary summary = fixture::tickets();
    summary.systems[2].system.spec.instructions = "Say which team answers.";
    const std::string page = page_of(Language::En, summary);
    const std::string top = page.substr(0, page.find("<nav"));
    for (const std::string_view part : {"Say which team answers.",
                                        "What it means",
                                        "What it costs is not known yet",
                                        "Where qwen2.5-coder-0.5b goes wrong",
                                        "What to do next",
                                        "palier show r7f3a1c --failures"}) {
        CHECK_MESSAGE(top.find(part) != std::string::npos, std::string(part));
    }
    CHECK(top.find("-o report.html") == std::string::npos);
    const std::string list = top.substr(top.find("<ul class=\"failures\">"));
    const std::string errors = list.substr(0, list.find("</ul>"));
    CHECK(split(errors, '\n').size() == 5);  // the list's start, three cases, its end
}

TEST_CASE("cases and hashes are an appendix that is not printed; the cases open on failures") {
    const std::string page = page_of(Language::En, fixture::tickets());
    const std::size_t appendix = page.find("<div class=\"appendix\">");
    REQUIRE(appendix != std::string::npos);
    CHECK(page.find("<section id=\"cases\"") > appendix);
    CHECK(page.find("<section id=\"facts\"") > appendix);
    CHECK(page.find("<section id=\"method\"") < appendix);
    CHECK(page.find("nav,.skip,.appendix{display:none}") != std::string::npos);
    CHECK(page.find("id=\"filter-fail\" checked") != std::string::npos);
    CHECK(page.find("id=\"filter-all\" checked") == std::string::npos);
}

TEST_CASE("a choice that is not promised for the future says so where it is announced") {
    core::Summary summary = fixture::tickets();
    CHECK(page_of(Language::En, summary).find("A small model is enough</p>") != std::string::npos);
    summary.systems[2].verdict.on_future_traffic = core::Decision::Undecided;
    const std::string page = page_of(Language::En, summary);
    CHECK(page.find("A small model is enough, on these cases") != std::string::npos);
    CHECK(page.find("The choice stands") != std::string::npos);
    // What passes without every limit measured is not green.
    CHECK(page.find("<span class=\"mark open\"><span aria-hidden=\"true\">✓</span> quality") !=
          std::string::npos);
}

TEST_CASE("a baseline that was chosen has no model whose size is unknown, and its own mark") {
    core::Summary summary = fixture::tickets();
    CHECK(page_of(Language::En, summary).find("</svg> baseline") == std::string::npos);
    core::SystemSummary& middle = summary.systems[2];
    middle.verdict.role = core::Role::Baseline;
    middle.verdict.candidate = "baseline";
    middle.model.clear();
    middle.system.spec.recipe.baseline = core::Baseline::Ngrams;
    middle.parameters = 0;
    summary.verdict.choice = core::Choice::Baseline;
    const std::string page = page_of(Language::En, summary);
    CHECK(page.find("<dt>Model size</dt><dd><strong>no model</strong>") != std::string::npos);
    CHECK(page.find("</svg> baseline</li>") != std::string::npos);
}

TEST_CASE("a time under a thousandth of a second has digits on the axis") {
    core::Summary summary = fixture::tickets();
    for (core::SystemSummary& system : summary.systems) {
        if (system.measure.latency) {
            system.measure.latency->total_ms_p95 = 0.08;
            system.measure.latency->total_ms_p95_interval = {0.06, 0.1, 0.95};
        }
    }
    summary.plan.p95_ms = 0.1;
    const std::string page = page_of(Language::En, summary);
    CHECK(page.find(">0.04\u00a0ms</text>") != std::string::npos);
}

TEST_CASE("nothing in the page is loaded from elsewhere") {
    const std::string page = page_of(Language::En, fixture::tickets());
    for (const std::string_view trace :
         {"http://", "https://", "src=", "url(", "@import", "<link", "fetch(", "XMLHttpRequest"}) {
        CHECK_MESSAGE(page.find(trace) == std::string::npos, std::string(trace));
    }
    CHECK(page.find("default-src 'none'") != std::string::npos);
}

TEST_CASE("each plot has a title, a description and a table with the same values") {
    const std::string page = page_of(Language::En, fixture::tickets());
    CHECK(page.find("aria-labelledby=\"plot-wide-t plot-wide-d\"") != std::string::npos);
    CHECK(page.find("<desc id=\"plot-narrow-d\">") != std::string::npos);
    CHECK(page.find("The same as a table") != std::string::npos);
}

TEST_CASE("hostile text from data and models stays text") {
    const std::string hostile =
        "</td></style><script>alert(1)</script><img src=x onerror='a'\">&\x01\xff";
    core::Summary summary = fixture::tickets();
    summary.job_name = hostile;
    summary.labels[0] = hostile;
    summary.facts.emplace_back(hostile, hostile);
    summary.notes.push_back({eval::codes::read_as_latin1, {{"file", hostile}}});
    summary.plan.quality.metric = hostile;
    for (auto& system : summary.systems) {
        system.model = hostile;
        system.system.spec.model_identity = hostile;
        system.notes[hostile] = hostile;
        system.measure.errors[hostile] = 1;
        system.measure.other_metrics[hostile] = 1;
        system.measure.quality->metric = hostile;
        system.measure.fields.push_back({hostile, 1, 1, 1, 1, 1, 1});
        for (auto& row : system.measure.labels) {
            row.label = hostile;
        }
    }
    fixture::MemoryStore store = fixture::tickets_store(summary, 40);
    for (auto& one : store.cases) {
        one.input = hostile;
        one.expected = {hostile};
    }
    for (auto& placed : store.trials) {
        placed.trial.grade.parsed = hostile;
    }
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string page = page_of(language, summary, store);
        CHECK(unbalanced(page) == "");
        CHECK(is_valid_utf8(page));
        CHECK(page.find("<script>alert") == std::string::npos);
        CHECK(page.find("<img") == std::string::npos);
        CHECK(page.find('\x01') == std::string::npos);
        // One style sheet, one script: ours.
        CHECK(split(page, '\n').size() > 100);
        CHECK(page.find("</style>") == page.rfind("</style>"));
        CHECK(page.find("<script>") == page.rfind("<script>"));
    }
}

TEST_CASE("a run that proved nothing still has a page") {
    core::Summary summary = fixture::tickets();
    summary.verdict.choice = core::Choice::None;
    summary.verdict.system.clear();
    summary.exit_code = 130;
    for (auto& system : summary.systems) {
        system.measure = core::Measure{};
        system.verdict.status = core::Status::NotTried;
        system.verdict.on_these_cases = core::Decision::Undecided;
        system.verdict.reasons.clear();
    }
    fixture::MemoryStore empty;
    for (const std::string& page :
         {page_of(Language::En, summary, empty), page_of(Language::En, core::Summary{}, empty)}) {
        CHECK(unbalanced(page) == "");
        CHECK(page.find("nothing to draw") != std::string::npos);
        CHECK(page.find("No answers of this run are kept.") != std::string::npos);
    }
}

TEST_CASE("an error of the store comes back as it is") {
    fixture::MemoryStore store;
    store.fails = true;
    const auto result = html(Language::En, fixture::tickets(), store, 1, [](std::string_view) {});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == store::codes::result_damaged);
}

}  // namespace palier::report
