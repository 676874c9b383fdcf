#include "planning/dry_run.h"

#include "catalog/folder.h"
#include "core/cost.h"
#include "core/recipes.h"
#include "core/sequential.h"
#include "planning/plan.h"
#include "planning/prepare.h"
#include "planning/request_length.h"
#include "system/system.h"

#include <algorithm>

namespace palier::planning {
namespace {

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
    return characters / static_cast<std::int64_t>(k_characters_per_token);
}

// Tokens that only one case has: what all share is computed once.
struct OwnTokens {
    double in = 0, out = 0;
};
OwnTokens own_tokens(const core::Recipe& recipe, const std::vector<const core::Case*>& cases) {
    OwnTokens own;
    for (const core::Case* item : cases) {
        own.in += static_cast<double>(item->input.size()) / k_characters_per_token;
        if (recipe.decide != core::Decide::Score && !item->expected.empty()) {
            own.out +=
                static_cast<double>(item->expected.front().size()) / k_characters_per_token + 1;
        }
    }
    return own;
}

DryRun::Line line_of(const Prepared& prepared,
                     const Contestant& of,
                     std::string system,
                     bool on_dev,
                     const core::Recipe& recipe,
                     const std::vector<const core::Case*>& cases,
                     const std::optional<ExpectedSpeed>& speed) {
    DryRun::Line line;
    line.system = std::move(system);
    line.on_dev = on_dev;
    line.cases = static_cast<std::int64_t>(cases.size());
    line.prompt_tokens = tokens_of(prepared, recipe, cases);
    line.output_tokens = recipe.decide == core::Decide::Score
                             ? 0
                             : line.cases * static_cast<std::int64_t>(recipe.max_tokens);
    if (of.spec.price) {
        line.cost = core::cost_of(of.spec.price, line.prompt_tokens, line.output_tokens);
    }
    if (speed) {
        const OwnTokens own = own_tokens(recipe, cases);
        line.seconds = own.in / speed->prefill_tokens_per_s +
                       (speed->decode_tokens_per_s > 0 ? own.out / speed->decode_tokens_per_s : 0);
    }
    return line;
}

// Every rung on dev, then the dearest of them on test.
void add_lines(const Prepared& prepared,
               const Contestant& of,
               bool topline,
               const std::optional<ExpectedSpeed>& speed,
               DryRun& out) {
    if (!of.plan.screened_out.empty() && !topline) {
        return;
    }
    core::Recipe last;
    for (const core::Rung rung : of.plan.rungs) {
        last = core::recipes_for(prepared.plan.ingredients, rung, of.plan.abilities, last).front();
        out.lines.push_back(line_of(
            prepared, of, core::system_id(of.plan.id, rung), true, last, prepared.dev, speed));
    }
    std::vector<const core::Case*> cases = prepared.test;
    if (topline && prepared.plan.topline_shown_only) {
        cases.resize(std::min(cases.size(), static_cast<std::size_t>(*prepared.job.share_cases)));
    }
    out.lines.push_back(line_of(prepared, of, of.plan.id, false, last, cases, speed));
}

// What is known of a local contestant's speed and memory, and what it would add to the disk.
Result<Forecast> forecast_of(const Contestant& of,
                             const ClimbOptions& options,
                             const PlanWorld& world,
                             double own_tokens,
                             DryRun& out) {
    Forecaster forecaster(world.workshop,
                          world.store,
                          world.host,
                          options.models_dir,
                          of.open,
                          static_cast<std::int64_t>(own_tokens),
                          world.clock.unix_seconds());
    if (!of.open.path.empty()) {
        return forecaster.of_file(of.open.path, of.sha256);
    }
    const catalog::Wanted wanted = catalog::wanted(of.spec.model);
    const catalog::Known* known = catalog::catalogue().find(wanted.name);
    const catalog::KnownFile* file = known == nullptr ? nullptr
                                     : wanted.quantisation.empty()
                                         ? known->recommended()
                                         : known->file_of(wanted.quantisation);
    if (file == nullptr) {
        return Forecast{};
    }
    out.download_bytes += file->bytes.value_or(0);
    return forecaster.of_known(*known, *file);
}

}  // namespace

Result<DryRun> dry_run(const job::JobFile& file,
                       const ClimbOptions& options,
                       const PlanWorld& world) {
    const auto prepared = prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    DryRun out;
    out.plan = prepared->plan;
    out.notes = prepared->notes;
    out.seconds = 0;
    const double cases = static_cast<double>(std::max<std::size_t>(1, prepared->cases.size()));
    std::vector<const core::Case*> all(prepared->dev);
    all.insert(all.end(), prepared->test.begin(), prepared->test.end());
    const double own = own_tokens({}, all).in / cases;
    const auto add = [&](const Contestant& contestant, bool topline) -> Result<void> {
        std::optional<ExpectedSpeed> speed;
        if (contestant.is_local()) {
            const auto forecast = forecast_of(contestant, options, world, own, out);
            PALIER_TRY(forecast);
            speed = forecast->speed;
            if (forecast->memory_bytes) {
                out.memory_bytes =
                    std::max(out.memory_bytes.value_or(0), forecast->memory_bytes->value);
            }
        }
        const std::size_t before = out.lines.size();
        add_lines(*prepared, contestant, topline, speed, out);
        for (std::size_t i = before; i < out.lines.size(); ++i) {
            if (!out.lines[i].seconds && contestant.is_local()) {
                out.seconds.reset();
            } else if (out.seconds) {
                *out.seconds += out.lines[i].seconds.value_or(0);
            }
        }
        return {};
    };
    if (prepared->topline) {
        PALIER_TRY(add(*prepared->topline, true));
    }
    std::vector<const Contestant*> order;
    for (const Contestant& candidate : prepared->candidates) {
        order.push_back(&candidate);
    }
    std::stable_sort(order.begin(), order.end(), [](const Contestant* a, const Contestant* b) {
        return a->plan.size.value_or(~0ULL) > b->plan.size.value_or(~0ULL);
    });
    for (const Contestant* candidate : order) {
        PALIER_TRY(add(*candidate, false));
    }
    if (prepared->plan.sequential && prepared->plan.quality.min) {
        out.cases_for_promise_b = core::cases_for_promise_b(
            *prepared->plan.quality.min, prepared->plan.k / prepared->plan.alpha);
    }
    return out;
}

}  // namespace palier::planning
