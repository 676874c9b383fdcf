#include "base/text.h"
#include "report/numbers.h"
#include "report/plan.h"
#include "report/table.h"

namespace palier::report {
namespace {

// What it is for stands first in a table that cuts long names; of dev that is the rung.
Args names_in(const planning::DryRun::Line& line) {
    const std::size_t slash = line.system.rfind('/');
    if (line.work != planning::Work::Dev || slash == std::string::npos) {
        return {{"system", line.system}};
    }
    return {{"system", line.system.substr(0, slash)}, {"rung", line.system.substr(slash + 1)}};
}

int phrase_of(planning::Work work) {
    switch (work) {
        case planning::Work::Dev:
            return 9734;
        case planning::Work::Test:
            return 9735;
        case planning::Work::Alone:
            return 9736;
        case planning::Work::Memory:
            return 9737;
        case planning::Work::Latency:
            return 9738;
        case planning::Work::Weights:
            return 9739;
        case planning::Work::Future:
            break;
    }
    return 9740;
}

}  // namespace

std::string steps_text(Language language, const planning::DryRun& dry) {
    const auto say = [&](int code, const Args& args = {}) {
        return sentence(language, code, args);
    };
    Table steps;
    steps.columns = {{say(9719), Align::Left, true},
                     {say(9741), Align::Right},
                     {say(9721), Align::Right},
                     {say(9722), Align::Right},
                     {say(7510), Align::Right},
                     {say(9723), Align::Right}};
    bool all_priced = true;
    for (const auto& line : dry.lines) {
        all_priced = all_priced && line.cost;
        steps.rows.push_back({say(phrase_of(line.work), names_in(line)),
                              count(language, line.requests),
                              count(language, line.prompt_tokens),
                              count(language, line.output_tokens),
                              line.seconds ? "~" + duration(language, *line.seconds) : "-",
                              line.cost ? number(language, *line.cost, 4) : "-"});
    }
    std::string text = paragraph(say(9716)) + "\n" + join(steps.lines(k_text_width), "\n") + "\n\n";
    const planning::DryRun::Line total = dry.total();
    const Args sums{{"requests", count(language, total.requests)},
                    {"in", count(language, total.prompt_tokens)},
                    {"out", count(language, total.output_tokens)},
                    {"cost", total.cost ? number(language, *total.cost, 4) : "-"}};
    text += paragraph(say(total.cost ? 9743 : 9742, sums));
    if (!all_priced) {
        text += paragraph(say(7508));
    }
    text += paragraph(dry.seconds ? say(7511, {{"time", duration(language, *dry.seconds)}})
                                  : say(7512));
    text += paragraph(
        dry.memory_bytes
            ? say(7513,
                  {{"memory", bytes(language, static_cast<std::uint64_t>(*dry.memory_bytes))},
                   {"download", bytes(language, dry.download_bytes)}})
            : say(7514, {{"download", bytes(language, dry.download_bytes)}}));
    if (dry.cases_for_promise_b > 0) {
        text += paragraph(say(9718, {{"count", std::to_string(dry.cases_for_promise_b)}}));
    }
    for (const core::Note& note : dry.notes) {
        text += paragraph("- " + say(note.code, note.args), 0, 2);
    }
    return text;
}

}  // namespace palier::report
