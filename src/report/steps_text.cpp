#include "base/text.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/plan.h"
#include "report/table.h"

namespace palier::report {
namespace {

// What it is for stands first in a table that cuts long names; of dev that is the rung, which a
// baseline has none of.
Args names_in(Language language, const planning::DryRun::Line& line) {
    if (line.work != planning::Work::Dev) {
        return {{"system", line.system}};
    }
    const std::size_t slash = line.system.rfind('/');
    if (slash == std::string::npos) {
        return {{"system", line.system}, {"rung", sentence(language, say::rung_baseline)}};
    }
    return {{"system", line.system.substr(0, slash)}, {"rung", line.system.substr(slash + 1)}};
}

int phrase_of(planning::Work work) {
    switch (work) {
        case planning::Work::Dev:
            return say::step_dev;
        case planning::Work::Test:
            return say::step_test;
        case planning::Work::Alone:
            return say::step_alone;
        case planning::Work::Memory:
            return say::step_memory;
        case planning::Work::Latency:
            return say::step_latency;
        case planning::Work::Weights:
            return say::step_weights;
        case planning::Work::Future:
            break;
    }
    return say::step_future;
}

}  // namespace

std::string steps_text(Language language, const planning::DryRun& dry) {
    const auto say = [&](int code, const Args& args = {}) {
        return sentence(language, code, args);
    };
    Table steps;
    steps.columns = {{say(say::head_step), Align::Left, true},
                     {say(say::head_requests), Align::Right},
                     {say(say::head_tokens_in), Align::Right},
                     {say(say::head_tokens_out), Align::Right},
                     {say(say::head_time), Align::Right},
                     {say(say::head_step_cost), Align::Right}};
    bool all_priced = true;
    for (const auto& line : dry.lines) {
        all_priced = all_priced && line.cost;
        steps.rows.push_back({say(phrase_of(line.work), names_in(language, line)),
                              count(language, line.requests),
                              count(language, line.prompt_tokens),
                              count(language, line.output_tokens),
                              line.seconds ? "~" + duration(language, *line.seconds) : "-",
                              line.cost ? number(language, *line.cost, 4) : "-"});
    }
    std::string text =
        paragraph(say(say::steps_lead)) + "\n" + join(steps.lines(k_text_width), "\n") + "\n\n";
    const planning::DryRun::Line total = dry.total();
    const Args sums{{"requests", count(language, total.requests)},
                    {"in", count(language, total.prompt_tokens)},
                    {"out", count(language, total.output_tokens)},
                    {"cost", total.cost ? number(language, *total.cost, 4) : "-"}};
    text += paragraph(say(total.cost ? say::steps_total_cost : say::steps_total, sums));
    if (!all_priced) {
        text += paragraph(say(say::cost_unpriced));
    }
    text += paragraph(dry.seconds
                          ? say(say::time_estimated, {{"time", duration(language, *dry.seconds)}})
                          : say(say::time_not_estimated));
    text += paragraph(
        dry.memory_bytes
            ? say(say::memory_and_download,
                  {{"memory", bytes(language, static_cast<std::uint64_t>(*dry.memory_bytes))},
                   {"download", bytes(language, dry.download_bytes)}})
            : say(say::download_only, {{"download", bytes(language, dry.download_bytes)}}));
    if (dry.cases_for_promise_b > 0) {
        text += paragraph(
            say(say::steps_cases_for_b, {{"count", std::to_string(dry.cases_for_promise_b)}}));
    }
    for (const core::Note& note : dry.notes) {
        text += paragraph("- " + say(note.code, note.args), 0, 2);
    }
    return text;
}

}  // namespace palier::report
