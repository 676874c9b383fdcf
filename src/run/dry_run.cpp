#include "core/sequential.h"
#include "run/budget.h"
#include "run/climb.h"
#include "run/prepare.h"
#include "run/recipes.h"
#include "system/system.h"

#include <algorithm>

namespace palier::run {
namespace {

// Characters of a token, on the safe side: French and English text has 3 to 5.
constexpr std::int64_t k_characters_per_token = 3;

std::int64_t tokens_of(const Prepared& prepared,
                       const core::Recipe& recipe,
                       const std::vector<const core::Case*>& cases) {
    std::int64_t characters = 0;
    for (const core::Case* item : cases) {
        for (const engine::Message& message :
             system::request_for(prepared.job, recipe, *item).messages) {
            characters += static_cast<std::int64_t>(message.content.size());
        }
    }
    return characters / k_characters_per_token;
}

DryRun::Line line_of(const Prepared& prepared,
                     const Contestant& of,
                     std::string system,
                     bool on_dev,
                     const core::Recipe& recipe,
                     const std::vector<const core::Case*>& cases) {
    DryRun::Line line;
    line.system = std::move(system);
    line.on_dev = on_dev;
    line.cases = static_cast<std::int64_t>(cases.size());
    line.prompt_tokens = tokens_of(prepared, recipe, cases);
    line.output_tokens = recipe.decide == core::Decide::Score
                             ? 0
                             : line.cases * static_cast<std::int64_t>(recipe.max_tokens);
    if (of.spec.price) {
        line.cost = cost_of(of.spec.price, line.prompt_tokens, line.output_tokens);
    }
    return line;
}

// Every rung on dev, then the dearest of them on test.
void add_lines(const Prepared& prepared, const Contestant& of, bool topline, DryRun& out) {
    if (!of.plan.screened_out.empty() && !topline) {
        return;
    }
    std::vector<core::Shot> shots;
    Rng rng(prepared.job.seed);
    for (const std::size_t i : choose_shots(prepared.job, prepared.dev, rng)) {
        shots.push_back({prepared.dev[i]->input, prepared.dev[i]->expected.front()});
    }
    engine::Facts facts;
    facts.can_score = of.is_local();
    core::Recipe last;
    for (const core::Rung rung : of.plan.rungs) {
        last = recipes_for(prepared.job, rung, facts, last, shots).front();
        out.lines.push_back(
            line_of(prepared, of, core::system_id(of.plan.id, rung), true, last, prepared.dev));
    }
    std::vector<const core::Case*> cases = prepared.test;
    if (topline && prepared.plan.topline_shown_only) {
        cases.resize(std::min(cases.size(), static_cast<std::size_t>(*prepared.job.share_cases)));
    }
    out.lines.push_back(line_of(prepared, of, of.plan.id, false, last, cases));
}

}  // namespace

Result<DryRun> dry_run(const job::JobFile& file, const ClimbOptions& options) {
    const auto prepared = prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    DryRun out;
    out.plan = prepared->plan;
    out.notes = prepared->notes;
    if (prepared->topline) {
        add_lines(*prepared, *prepared->topline, true, out);
    }
    std::vector<const Contestant*> order;
    for (const Contestant& candidate : prepared->candidates) {
        order.push_back(&candidate);
    }
    std::stable_sort(order.begin(), order.end(), [](const Contestant* a, const Contestant* b) {
        return a->plan.size.value_or(~0ULL) > b->plan.size.value_or(~0ULL);
    });
    for (const Contestant* candidate : order) {
        add_lines(*prepared, *candidate, false, out);
    }
    if (prepared->plan.sequential && prepared->plan.quality.min) {
        out.cases_for_promise_b = core::cases_for_promise_b(
            *prepared->plan.quality.min, prepared->plan.k / prepared->plan.alpha);
    }
    return out;
}

}  // namespace palier::run
