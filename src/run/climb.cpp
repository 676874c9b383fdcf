#include "run/climb.h"

#include "machine/others.h"
#include "planning/hindsight.h"
#include "planning/prepare.h"
#include "run/climber.h"
#include "run/codes.h"
#include "run/latency.h"
#include "run/summarise.h"
#include "run/views.h"

#include <algorithm>

namespace palier::run {
namespace {

// The run to go on with: the newest with the same identity, unless a fresh one is wanted. A fresh
// run that was cut short is the newest one then, so it goes on, with its own salt.
Result<std::pair<store::RunRow, std::string>> run_for(const planning::Prepared& prepared,
                                                      const planning::ClimbOptions& options,
                                                      const ClimbWorld& world) {
    if (!options.fresh) {
        auto found = world.store.find_run(prepared.identity);
        if (!found) {
            return found.error();
        }
        if (*found) {
            auto salt = world.store.memo((*found)->row, "salt");
            if (!salt) {
                return salt.error();
            }
            return std::pair(std::move(**found), salt->value_or(""));
        }
    }
    store::RunRow row;
    row.identity = prepared.identity;
    row.job_name = prepared.job.name;
    row.job_path = prepared.job_path;
    row.job_text = prepared.job_text;
    row.data_hash = prepared.test_hash;
    row.started_at = iso8601(world.clock.unix_seconds());
    auto begun = world.store.begin_run(row);
    if (!begun) {
        return begun.error();
    }
    const std::string salt = options.fresh ? begun->id : "";
    PALIER_TRY(world.store.put_memo(begun->row, "salt", salt));
    PALIER_TRY(world.store.put_cases(begun->row, prepared.cases));
    return std::pair(std::move(*begun), salt);
}

// The world failed where it may be well by now; a recording that lacks a case stays as it is.
bool missed_a_system(const core::Summary& summary) {
    return std::any_of(
        summary.systems.begin(), summary.systems.end(), [](const core::SystemSummary& system) {
            return system.verdict.status == core::Status::Error && !system.recorded;
        });
}

// A broken recording is refused before the run begins, so that no run without an answer stays.
Result<void> check_recordings(const planning::Prepared& prepared, engine::Engines& engines) {
    std::vector<const planning::Contestant*> all;
    if (prepared.topline) {
        all.push_back(&*prepared.topline);
    }
    for (const planning::Contestant& candidate : prepared.candidates) {
        all.push_back(&candidate);
    }
    for (const planning::Contestant* contestant : all) {
        if (contestant->spec.is_recorded()) {
            PALIER_TRY(engines.open(contestant->open));
        }
    }
    return {};
}

// A rung that is of no use, of a candidate that has others.
void note_useless_rungs(core::Summary& summary) {
    for (const core::RungTried& rung : summary.rungs) {
        const bool has_others = std::any_of(
            summary.rungs.begin(), summary.rungs.end(), [&](const core::RungTried& other) {
                return other.candidate == rung.candidate && !other.trouble;
            });
        if (rung.trouble && has_others) {
            const int code = *rung.trouble == core::Trouble::Context  ? codes::prompt_does_not_fit
                             : *rung.trouble == core::Trouble::Unable ? codes::states_not_given
                                                                      : codes::template_refuses;
            summary.notes.push_back({code, {{"system", rung.system}}});
        }
    }
}

std::vector<planning::OpenedSystem> opened_locally(const Climber& climber) {
    std::vector<planning::OpenedSystem> opened;
    for (const auto& [id, climbed] : climber.systems()) {
        if (climbed.contestant != nullptr && climbed.contestant->is_local()) {
            const bool scores = climbed.system.spec.recipe.decide == core::Decide::Score;
            opened.push_back({id, climbed.open, scores});
        }
    }
    return opened;
}

}  // namespace

Result<ClimbResult> climb(const job::JobFile& file,
                          const planning::ClimbOptions& options,
                          const ClimbWorld& world) {
    auto prepared = planning::prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    PALIER_TRY(check_recordings(*prepared, world.engines));
    const auto lock = world.store.lock(prepared->identity);
    if (!lock) {
        return lock.error();
    }
    auto found = run_for(*prepared, options, world);
    if (!found) {
        return found.error();
    }
    const store::RunRow& row = found->first;
    ClimbResult result;
    result.run = row.row;
    if (options.again_latency) {
        PALIER_TRY(world.store.take_out(row.row, store::Phase::Latency));
        PALIER_TRY(world.store.put_memo(
            row.row, k_latency_again_memo, iso8601(world.clock.unix_seconds())));
    }
    if (row.finished && !options.again_latency) {
        auto summary = world.store.summary(row.row);
        if (!summary) {
            return summary.error();
        }
        if (!missed_a_system(*summary)) {
            result.summary = std::move(*summary);
            result.already_done = true;
            return result;
        }
    }
    const auto spent = kept_spending(world.store, row.row);
    if (!spent) {
        return spent.error();
    }
    Budget budget(world.clock,
                  options.max_seconds ? options.max_seconds : prepared->job.budget_seconds,
                  options.max_cost ? options.max_cost : prepared->job.budget_money,
                  row.elapsed_s,
                  *spent);
    const Surroundings around{prepared->job,
                              *prepared->grader,
                              world.store,
                              row.row,
                              found->second,
                              world.clock,
                              budget,
                              world.interrupted,
                              world.progress};
    Climber climber(*prepared, options, world, around);
    const auto climbed = climber.climb();
    const double elapsed = budget.elapsed_seconds();
    PALIER_TRY(world.store.add_elapsed(row.row, elapsed - row.elapsed_s));
    PALIER_TRY(climbed);
    auto summary = summarise(*prepared, climber, options, around, row, elapsed);
    if (!summary) {
        return summary.error();
    }
    note_useless_rungs(*summary);
    auto hindsight = planning::estimates_beside(*prepared,
                                                opened_locally(climber),
                                                options,
                                                world.workshop,
                                                world.clock,
                                                machine::watch_others(world.machine_root),
                                                *summary);
    PALIER_TRY(hindsight);
    summary->notes.insert(summary->notes.end(),
                          std::make_move_iterator(hindsight->begin()),
                          std::make_move_iterator(hindsight->end()));
    PALIER_TRY(world.store.put_summary(row.row, *summary));
    result.summary = std::move(*summary);
    result.troubles = climber.troubles();
    return result;
}

Result<std::string> rendered_prompt(const job::JobFile& file,
                                    const planning::ClimbOptions& options,
                                    engine::Engines& engines,
                                    const std::string& system,
                                    const std::string& case_id) {
    auto prepared = planning::prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    return render_prompt(*prepared, engines, system, case_id);
}

Result<std::vector<engine::RecordedAnswer>> topline_answers(const job::JobFile& file,
                                                            const planning::ClimbOptions& options,
                                                            store::Store& store,
                                                            const ClimbResult& result) {
    auto prepared = planning::prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    return answers_of_topline(*prepared, store, result);
}

}  // namespace palier::run
