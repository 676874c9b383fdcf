#include "base/text.h"
#include "core/names.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/plan.h"
#include "report/table.h"
#include "report/wording.h"

namespace palier::report {
namespace {

// Whose step it is, and on dev of which rung, which a baseline has none of.
struct Named {
    std::string model;
    std::string rung;
};

Named names_in(Language language, const planning::DryRun::Line& line) {
    const std::size_t slash =
        line.work == planning::Work::Dev ? line.system.rfind('/') : std::string::npos;
    if (slash == std::string::npos) {
        return {line.system, sentence(language, say::rung_baseline)};
    }
    const std::string name = line.system.substr(slash + 1);
    const auto rung = core::rung_from(name);
    return {line.system.substr(0, slash), rung ? rung_word(language, *rung) : name};
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
    std::string model;
    for (const auto& line : dry.lines) {
        all_priced = all_priced && line.cost;
        const Named named = names_in(language, line);
        const bool of_choice = line.work == planning::Work::Future;
        // Names are long, and a model has many steps: it is named once.
        if (!of_choice && named.model != model) {
            model = named.model;
            steps.rows.push_back({plain_line(model), "", "", "", "", ""});
        }
        steps.rows.push_back(
            {(of_choice ? "" : "  ") + say(phrase_of(line.work), {{"rung", named.rung}}),
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
