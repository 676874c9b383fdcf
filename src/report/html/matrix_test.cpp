#include "report/fixture.h"
#include "report/html/parts.h"

#include <doctest/doctest.h>

namespace palier::report::page {
namespace {

std::string matrix_of(const core::Summary& summary, fixture::MemoryStore& store) {
    const Page page{Language::En, summary};
    std::string html;
    REQUIRE(matrix_section(page, store, 1, [&](std::string_view part) { html += part; }));
    return html;
}

std::size_t times(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each case is a row, and a System that was not asked has a dot") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 182);
    const std::string html = matrix_of(summary, store);
    CHECK(times(html, "<th scope=\"row\">") == 182);
    CHECK(times(html, "class=\"absent\"") == (182 - 58) + (182 - 118) + (182 - 31));
    CHECK(has(html, "id=\"filter-fail\""));
    CHECK_FALSE(has(html, "too many for a page"));
}

TEST_CASE("rows are marked as failing and as different from the scores alone") {
    core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 3);
    store.trials.clear();
    const auto put = [&](std::size_t system, int ordinal, Micros score) {
        store::Placed placed;
        placed.phase = store::Phase::Test;
        placed.ordinal = ordinal;
        placed.trial.system_hash = summary.systems[system].system.hash;
        placed.trial.case_id = store.cases[static_cast<std::size_t>(ordinal)].id;
        placed.trial.grade.score = score;
        store.trials.push_back(placed);
    };
    put(1, 0, k_one);
    put(2, 0, k_one);
    put(1, 1, 0);
    put(2, 1, 0);
    put(1, 2, k_one);
    put(2, 2, k_one / 2);
    const std::string html = matrix_of(summary, store);
    CHECK(times(html, "<tr><th scope=\"row\">") == 1);
    CHECK(times(html, "<tr class=\"fail\">") == 1);
    CHECK(times(html, "<tr class=\"fail diff\">") == 1);
    CHECK(has(html, "◐"));
    CHECK(has(html, "score 0.5"));
}

TEST_CASE("a large run lists only failures and differences, and says so") {
    core::Summary summary = fixture::tickets();
    for (auto& system : summary.systems) {
        system.measure.quality->value = 0.95;
    }
    fixture::MemoryStore store = fixture::tickets_store(summary, 5000);
    const std::string html = matrix_of(summary, store);
    CHECK(has(html, "5,000\u00a0cases are too many for a page"));
    CHECK_FALSE(has(html, "are shown."));
    const std::size_t rows = times(html, "<th scope=\"row\">");
    CHECK(rows > 100);
    CHECK(rows < 2000);
    CHECK(times(html, "<tr><th scope=\"row\">") == 0);
}

TEST_CASE("even the failures are cut when there are too many, and that is said too") {
    core::Summary summary = fixture::tickets();
    for (auto& system : summary.systems) {
        system.measure.quality->value = 0;
    }
    fixture::MemoryStore store = fixture::tickets_store(summary, 3000);
    const std::string html = matrix_of(summary, store);
    CHECK(times(html, "<th scope=\"row\">") == 2000);
    CHECK(has(html, "the first 2,000 are shown."));
}

TEST_CASE("dev and latency Trials are not part of the matrix") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 20);
    for (auto& placed : store.trials) {
        placed.phase = store::Phase::Latency;
    }
    CHECK(has(matrix_of(summary, store), "No answers of this run are kept."));
}

}  // namespace palier::report::page
