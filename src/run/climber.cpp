#include "run/climber.h"

#include "base/log.h"
#include "base/text.h"
#include "catalog/host.h"
#include "core/sequential.h"
#include "core/statistics.h"
#include "run/dev_score.h"
#include "run/latency.h"
#include "run/recipes.h"
#include "run/weights.h"
#include "system/system.h"

#include <algorithm>

namespace palier::run {
namespace {

// Sizes of a batch: enough to fill the processor, small enough that little is asked past a
// decision.
constexpr std::size_t k_score_batch = 16;
constexpr std::size_t k_generate_batch = 16;
constexpr std::size_t k_endpoint_requests = 4;
// Cases asked again alone, for the batch-of-one check, where no latency probe does it.
constexpr std::size_t k_checked_alone = 4;

}  // namespace

Climber::Climber(const Prepared& prepared,
                 const ClimbOptions& options,
                 const ClimbWorld& world,
                 const Surroundings& around)
    : prepared_(prepared),
      options_(options),
      world_(world),
      around_(around),
      pool_(world.engines) {}

double Climber::bound() const {
    return prepared_.plan.k / prepared_.plan.alpha;
}

std::optional<double> Climber::threshold() const {
    const core::QualityLimit& quality = prepared_.plan.quality;
    if (quality.min) {
        return static_cast<double>(*quality.min) / static_cast<double>(k_one);
    }
    if (history_.topline && history_.topline->reachable) {
        return static_cast<double>(*quality.of_topline) / static_cast<double>(k_one) *
               history_.topline->score;
    }
    return std::nullopt;
}

Result<void> Climber::climb() {
    for (;;) {
        const core::Step step = core::next_step(prepared_.plan, history_);
        if (std::holds_alternative<core::Stop>(step) ||
            (options_.quality_only && std::holds_alternative<core::ContinueProof>(step))) {
            return {};
        }
        PALIER_TRY(perform(step));
        if (history_.stopped != core::StopCause::Finished) {
            return {};
        }
    }
}

Result<void> Climber::perform(const core::Step& step) {
    if (const auto* rung = std::get_if<core::TryRung>(&step)) {
        return try_rung(*rung);
    }
    if (const auto* topline = std::get_if<core::MeasureTopline>(&step)) {
        return measure_topline(*topline);
    }
    if (const auto* proof = std::get_if<core::Prove>(&step)) {
        return prove(*proof);
    }
    if (const auto* latency = std::get_if<core::ProbeLatency>(&step)) {
        return probe(*latency);
    }
    if (const auto* memory = std::get_if<core::MeasureMemory>(&step)) {
        return measure_memory(*memory);
    }
    const auto* more = std::get_if<core::ContinueProof>(&step);
    PALIER_CHECK(more, "every step but Stop is performed");
    return continue_proof(*more);
}

const Contestant& Climber::contestant(const std::string& id) const {
    if (prepared_.topline && prepared_.topline->plan.id == id) {
        return *prepared_.topline;
    }
    const auto found = std::find_if(
        prepared_.candidates.begin(), prepared_.candidates.end(), [&](const Contestant& candidate) {
            return candidate.plan.id == id;
        });
    PALIER_CHECK(found != prepared_.candidates.end(), "core asks for candidates of the plan");
    return *found;
}

bool Climber::stops(const Evaluated& evaluated) {
    if (evaluated.ending == Ending::Interrupted) {
        history_.stopped = core::StopCause::Interrupted;
    } else if (evaluated.ending == Ending::OverBudget) {
        history_.stopped = core::StopCause::Budget;
    }
    return history_.stopped != core::StopCause::Finished;
}

Result<engine::Engine*> Climber::open(const Contestant& of, const engine::OpenSpec& spec) {
    engine::OpenSpec with_progress = spec;
    with_progress.progress = [this, &of](double share) {
        Progress progress;
        progress.stage = Stage::Loading;
        progress.system = of.plan.id;
        progress.done = static_cast<std::int64_t>(share * 100);
        progress.total = 100;
        around_.progress(progress);
        return !around_.interrupted.load();
    };
    auto engine = pool_.open(with_progress);
    if (engine) {
        return *engine;
    }
    if (around_.interrupted.load()) {
        history_.stopped = core::StopCause::Interrupted;
        return nullptr;
    }
    if (of.spec.is_remote() && engine.error().code / 1000 == 4) {
        log::warning(of.plan.id + " cannot be reached: " + of.spec.endpoint);
        history_.unreachable.push_back(of.plan.id);
        return nullptr;
    }
    return engine.error();
}

Result<core::Weights> Climber::weights_of(const Contestant& of, const core::Recipe& scored) {
    if (!of.is_local() || options_.file_weights || scored.decide != core::Decide::Score) {
        return core::Weights::AsFile;
    }
    if (const auto known = weights_.find(of.plan.id); known != weights_.end()) {
        return known->second;
    }
    const catalog::Host host = catalog::this_host();
    WeightsQuestion question;
    question.spec = of.open;
    question.parameters = of.parameters;
    question.memory_limit_bytes = prepared_.job.constraints.memory_bytes;
    question.machine = host.processor + " x" + std::to_string(host.cores);
    for (std::size_t i = 0; i < std::min<std::size_t>(k_score_batch + 1, prepared_.dev.size());
         ++i) {
        question.sample.push_back(system::request_for(prepared_.job, scored, *prepared_.dev[i]));
    }
    auto weights = decide_weights(
        around_, question, [&](const engine::OpenSpec& spec) { return pool_.open(spec); });
    if (!weights) {
        return weights.error();
    }
    weights_[of.plan.id] = *weights;
    return *weights;
}

Result<engine::OpenSpec> Climber::spec_for(const Contestant& of, const core::Recipe& recipe) {
    auto weights = weights_of(of, recipe);
    if (!weights) {
        return weights.error();
    }
    engine::OpenSpec spec = of.open;
    spec.bf16_copy = *weights == core::Weights::Bf16Copy;
    return spec;
}

Result<std::vector<engine::LabelScore>> Climber::empty_scores(const Climbed& climbed,
                                                              engine::Engine& engine) {
    const core::Recipe& recipe = climbed.system.recipe;
    if (recipe.decide != core::Decide::Score || recipe.norm != core::LabelNorm::MinusEmpty) {
        return std::vector<engine::LabelScore>{};
    }
    engine::Request request = system::empty_request(prepared_.job, recipe);
    const std::string fact = "empty:" + system::request_key(engine.facts(), request);
    auto known = around_.store.fact(around_.run, fact);
    if (!known) {
        return known.error();
    }
    if (*known) {
        if (auto scores = system::scores_of(**known, prepared_.job.labels.size())) {
            return *scores;
        }
    }
    request.id = ++around_.last_request_id;
    PALIER_TRY(engine.post({request}));
    for (;;) {
        for (const engine::Event& event : engine.wait(std::chrono::seconds(1))) {
            if (event.id != request.id || !event.is_last()) {
                continue;
            }
            if (const auto* response = std::get_if<engine::Response>(&event.what)) {
                PALIER_TRY(around_.store.put_fact(
                    around_.run, fact, system::raw_answer(*response, core::Decide::Score)));
                return response->scores;
            }
            return Error(1011,
                         {{"system", climbed.system.id},
                          {"reason", std::get<engine::Failed>(event.what).detail}});
        }
    }
}

Result<Climbed> Climber::make_system(const std::string& id,
                                     const Contestant& of,
                                     core::Recipe recipe,
                                     const engine::OpenSpec& spec,
                                     engine::Engine& engine) {
    Climbed climbed;
    recipe.weights = spec.bf16_copy ? core::Weights::Bf16Copy : core::Weights::AsFile;
    climbed.system.id = id;
    climbed.system.candidate = of.plan.id;
    climbed.system.recipe = std::move(recipe);
    climbed.system.hash = system::system_hash(prepared_.job, climbed.system.recipe, engine.facts());
    climbed.contestant = &of;
    climbed.open = spec;
    climbed.facts = engine.facts();
    auto empty = empty_scores(climbed, engine);
    if (!empty) {
        return empty.error();
    }
    climbed.empty_scores = std::move(*empty);
    return climbed;
}

Result<Climbed*> Climber::system_of(const std::string& id, const Contestant& of) {
    if (const auto found = systems_.find(id); found != systems_.end()) {
        return &found->second;
    }
    core::Recipe recipe = recipes_for(prepared_.job, core::Rung::ZeroShot, {}, {}, {}).front();
    auto engine = open(of, of.open);
    if (!engine) {
        return engine.error();
    }
    if (!*engine) {
        return nullptr;
    }
    auto made = make_system(id, of, std::move(recipe), of.open, **engine);
    if (!made) {
        return made.error();
    }
    return &(systems_[id] = std::move(*made));
}

Question Climber::question_for(const Climbed& climbed,
                               engine::Engine& engine,
                               const std::vector<const core::Case*>& cases,
                               store::Phase phase,
                               Stage stage) const {
    Question question{climbed.system,
                      engine,
                      climbed.contestant->spec.price,
                      climbed.empty_scores,
                      cases,
                      phase,
                      1,
                      1,
                      false,
                      stage};
    if (climbed.contestant->is_local()) {
        question.batch =
            climbed.system.recipe.decide == core::Decide::Score ? k_score_batch : k_generate_batch;
    } else if (climbed.contestant->spec.is_recorded()) {
        question.batch = 64;
    } else {
        question.batches_under_way = k_endpoint_requests;
    }
    return question;
}

Result<void> Climber::try_rung(const core::TryRung& step) {
    const Contestant& of = contestant(step.candidate);
    std::vector<core::Shot> shots;
    std::vector<const core::Case*> measured = prepared_.dev;
    if (step.rung == core::Rung::FewShot) {
        Rng rng(prepared_.job.seed);
        for (const std::size_t i : choose_shots(prepared_.job, prepared_.dev, rng)) {
            shots.push_back({prepared_.dev[i]->input, prepared_.dev[i]->expected.front()});
            measured[i] = nullptr;
        }
        // An example in the prompt says nothing about the cases to come.
        measured.erase(std::remove(measured.begin(), measured.end(), nullptr), measured.end());
    }
    auto first = open(of, of.open);
    if (!first) {
        return first.error();
    }
    if (!*first) {
        return {};
    }
    const auto recipes =
        recipes_for(prepared_.job, step.rung, (*first)->facts(), best_recipes_[of.plan.id], shots);
    const std::string id = core::system_id(of.plan.id, step.rung);
    std::optional<DevScore> best;
    for (const core::Recipe& recipe : recipes) {
        auto spec = spec_for(of, recipe);
        if (!spec) {
            return spec.error();
        }
        auto engine = open(of, *spec);
        if (!engine) {
            return engine.error();
        }
        if (!*engine) {
            return {};
        }
        auto climbed = make_system(id, of, recipe, *spec, **engine);
        if (!climbed) {
            return climbed.error();
        }
        // "r of the topline" is a paired claim about future traffic, which dev does not settle.
        DevScorer scorer(prepared_.plan,
                         prepared_.job,
                         prepared_.plan.quality.min ? threshold() : std::nullopt);
        auto evaluated =
            evaluate(around_,
                     question_for(*climbed, **engine, measured, store::Phase::Dev, Stage::Dev),
                     [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                         scorer.add(item, trial);
                         return true;
                     });
        if (!evaluated) {
            return evaluated.error();
        }
        if (stops(*evaluated)) {
            return {};
        }
        if (evaluated->ending == Ending::Unreachable) {
            log::warning(id + ": " + evaluated->detail);
            history_.unreachable.push_back(of.plan.id);
            return {};
        }
        DevScore score = scorer.score();
        if (!best || score.value > best->value) {
            best = score;
            systems_[id] = std::move(*climbed);
        }
    }
    if (best->value >= best_scores_.try_emplace(of.plan.id, -1).first->second) {
        best_scores_[of.plan.id] = best->value;
        best_recipes_[of.plan.id] = systems_.at(id).system.recipe;
    }
    history_.rungs.push_back({of.plan.id, step.rung, id, best->value, best->low, best->ruled_out});
    return {};
}

Result<void> Climber::measure_topline(const core::MeasureTopline& step) {
    const Contestant& of = *prepared_.topline;
    core::ToplineDone done;
    done.system = step.system;
    auto climbed = system_of(step.system, of);
    if (!climbed) {
        return climbed.error();
    }
    Result<engine::Engine*> engine = nullptr;
    if (*climbed) {
        engine = open(of, (*climbed)->open);
        if (!engine) {
            return engine.error();
        }
    }
    if (!*climbed || !*engine) {
        if (history_.stopped == core::StopCause::Finished) {
            done.reachable = false;
            history_.topline = done;
        }
        return {};
    }
    std::vector<const core::Case*> cases = prepared_.test;
    if (prepared_.plan.topline_shown_only) {
        cases.resize(std::min(cases.size(), static_cast<std::size_t>(*prepared_.job.share_cases)));
    }
    DevScorer scorer(prepared_.plan, prepared_.job, std::nullopt);
    topline_test_.clear();
    auto evaluated =
        evaluate(around_,
                 question_for(**climbed, **engine, cases, store::Phase::Topline, Stage::Topline),
                 [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                     scorer.add(item, trial);
                     topline_test_.push_back(trial.grade.score);
                     done.total += trial.grade.score;
                     return true;
                 });
    if (!evaluated) {
        return evaluated.error();
    }
    if (stops(*evaluated)) {
        return {};
    }
    done.cases = static_cast<std::int64_t>(cases.size());
    if (evaluated->ending == Ending::Unreachable) {
        (*climbed)->failure_detail = evaluated->detail;
        log::warning(step.system + ": " + evaluated->detail);
        done.reachable = false;
        done.cases = static_cast<std::int64_t>(topline_test_.size());
    }
    (*climbed)->used = done.cases;
    done.score = scorer.score().value;
    if (done.reachable && prepared_.plan.quality.min) {
        done.on_these_cases = micros_of(done.score) >= *prepared_.plan.quality.min
                                  ? core::Decision::Pass
                                  : core::Decision::Fail;
        if (prepared_.plan.sequential) {
            // The mean in doubles may round across the threshold; the total does not.
            const Micros need = core::need_of(*prepared_.plan.quality.min, done.cases);
            done.on_these_cases = done.total >= need ? core::Decision::Pass : core::Decision::Fail;
        }
    }
    history_.topline = done;
    return {};
}

Result<void> Climber::prove(const core::Prove& step) {
    const Contestant& of = contestant(step.candidate);
    core::ProofDone done;
    done.candidate = step.candidate;
    done.system = step.system;
    auto climbed = system_of(step.system, of);
    if (!climbed) {
        return climbed.error();
    }
    if (!*climbed) {
        return {};
    }
    Climbed& system = **climbed;
    auto engine = open(of, system.open);
    if (!engine) {
        return engine.error();
    }
    if (!*engine) {
        return {};
    }
    const auto cases = static_cast<std::int64_t>(prepared_.test.size());
    const Micros need =
        prepared_.plan.quality.min
            ? core::need_of(*prepared_.plan.quality.min, cases)
            : core::need_of_topline(*prepared_.plan.quality.of_topline, history_.topline->total);
    core::TotalTest test(cases, need, prepared_.plan.zero_one, bound());
    DevScorer scorer(prepared_.plan, prepared_.job, std::nullopt);
    double cost = 0;
    auto evaluated = evaluate(
        around_,
        question_for(system, **engine, prepared_.test, store::Phase::Test, Stage::Proof),
        [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
            scorer.add(item, trial);
            cost += cost_of(of.spec.price, trial.prompt_tokens, trial.output_tokens);
            test.add(trial.grade.score);
            return !prepared_.plan.sequential || test.decision() == core::Decision::Undecided;
        });
    if (!evaluated) {
        return evaluated.error();
    }
    system.used = test.used();
    if (stops(*evaluated)) {
        return {};
    }
    if (evaluated->ending == Ending::Unreachable) {
        system.failure_detail = evaluated->detail;
        log::warning(step.system + ": " + evaluated->detail);
        done.end = core::ProofEnd::Error;
        history_.proofs.push_back(done);
        return {};
    }
    done.score = scorer.score().value;
    done.on_these_cases = test.decision();
    if (!prepared_.plan.sequential) {
        done.on_these_cases =
            done.score >= *threshold() ? core::Decision::Pass : core::Decision::Fail;
    }
    system.stopped_early = system.used < cases;
    if (prepared_.plan.sequential) {
        system.interval = test.anytime_interval();
    }
    if (of.spec.price) {
        history_.cost_per_1k[step.system] = cost / static_cast<double>(system.used) * 1000;
    }
    PALIER_TRY(check_alone(system, **engine));
    if (history_.stopped == core::StopCause::Finished) {
        history_.proofs.push_back(done);
    }
    return {};
}

Result<void> Climber::check_alone(Climbed& climbed, engine::Engine& engine) {
    if (!climbed.contestant->is_local()) {
        return {};
    }
    const std::vector<const core::Case*> sample(
        prepared_.test.begin(),
        prepared_.test.begin() + std::min<std::ptrdiff_t>(k_checked_alone, climbed.used));
    std::vector<std::string> batched;
    PALIER_TRY(around_.store.each_trial(
        around_.run, store::Phase::Test, climbed.system.hash, [&](const store::Placed& placed) {
            batched.push_back(placed.trial.grade.parsed);
            return batched.size() < sample.size();
        }));
    Question question =
        question_for(climbed, engine, sample, store::Phase::BatchCheck, Stage::Proof);
    question.batch = 1;
    question.alone = true;
    climbed.batch_checked = 0;
    climbed.batch_disagreed = 0;
    auto evaluated = evaluate(
        around_, question, [&](std::int64_t ordinal, const core::Case&, const core::Trial& trial) {
            const auto i = static_cast<std::size_t>(ordinal);
            if (i < batched.size()) {
                ++climbed.batch_checked;
                climbed.batch_disagreed += trial.grade.parsed != batched[i] ? 1 : 0;
            }
            return true;
        });
    if (!evaluated) {
        return evaluated.error();
    }
    stops(*evaluated);
    return {};
}

Result<void> Climber::continue_proof(const core::ContinueProof& step) {
    Climbed& climbed = systems_.at(step.system);
    auto engine = open(*climbed.contestant, climbed.open);
    if (!engine) {
        return engine.error();
    }
    if (!*engine) {
        history_.future[step.system] = core::Decision::Undecided;
        return {};
    }
    const core::QualityLimit& quality = prepared_.plan.quality;
    core::MeanTest test = quality.min ? core::MeanTest(*quality.min, bound())
                                      : core::MeanTest::of_topline(*quality.of_topline, bound());
    const bool is_topline = prepared_.topline && climbed.contestant == &*prepared_.topline;
    const std::int64_t at_least = climbed.used;
    auto evaluated = evaluate(
        around_,
        question_for(climbed,
                     **engine,
                     prepared_.test,
                     is_topline ? store::Phase::Topline : store::Phase::Test,
                     Stage::Continue),
        [&](std::int64_t ordinal, const core::Case&, const core::Trial& trial) {
            const auto i = static_cast<std::size_t>(ordinal);
            if (prepared_.first_of_group[i] && test.decision() == core::Decision::Undecided) {
                if (quality.min) {
                    test.add(trial.grade.score);
                } else {
                    test.add_pair(trial.grade.score, topline_test_[i]);
                }
            }
            climbed.used = std::max(climbed.used, ordinal + 1);
            return ordinal + 1 < at_least || test.decision() == core::Decision::Undecided;
        });
    if (!evaluated) {
        return evaluated.error();
    }
    if (stops(*evaluated)) {
        return {};
    }
    history_.future[step.system] = test.decision();
    return {};
}

Result<void> Climber::probe(const core::ProbeLatency& step) {
    Climbed& climbed = systems_.at(step.system);
    core::LatencyDone done;
    done.system = step.system;
    const bool limited = prepared_.plan.p95_ms || prepared_.plan.ttft_p95_ms;
    if (options_.quality_only && !limited) {
        history_.latencies.push_back(done);
        return {};
    }
    auto engine = open(*climbed.contestant, climbed.open);
    if (!engine) {
        return engine.error();
    }
    if (!*engine) {
        return {};
    }
    auto probed = probe_latency(around_,
                                LatencyQuestion{climbed.system,
                                                **engine,
                                                climbed.contestant->spec.price,
                                                climbed.empty_scores,
                                                prepared_.test,
                                                prepared_.plan.p95_ms,
                                                prepared_.plan.ttft_p95_ms,
                                                bound(),
                                                prepared_.job.concurrency});
    if (!probed) {
        return probed.error();
    }
    if (stops(probed->evaluated)) {
        return {};
    }
    if (probed->evaluated.ending == Ending::Unreachable) {
        log::warning(step.system + ": " + probed->evaluated.detail);
        history_.latencies.push_back(done);
        return {};
    }
    climbed.latency = probed->measure;
    history_.latencies.push_back(probed->done);
    return {};
}

Result<void> Climber::measure_memory(const core::MeasureMemory& step) {
    Climbed& climbed = systems_.at(step.system);
    const std::string fact = "memory:" + climbed.system.hash;
    auto known = around_.store.fact(around_.run, fact);
    if (!known) {
        return known.error();
    }
    if (*known) {
        history_.memory_bytes[step.system] = std::stoull(**known);
        return {};
    }
    Progress progress;
    progress.stage = Stage::Memory;
    progress.system = step.system;
    around_.progress(progress);
    std::vector<engine::Request> sample;
    for (std::size_t i = 0; i < std::min<std::size_t>(k_score_batch, prepared_.test.size()); ++i) {
        sample.push_back(
            system::request_for(prepared_.job, climbed.system.recipe, *prepared_.test[i]));
        sample.back().id = i + 1;
    }
    // Two copies of the weights at once would not tell anything and may not fit.
    pool_.close_local();
    auto peak = world_.engines.peak_memory(climbed.open, sample);
    if (!peak) {
        return peak.error();
    }
    history_.memory_bytes[step.system] = *peak;
    if (*peak) {
        PALIER_TRY(around_.store.put_fact(around_.run, fact, std::to_string(**peak)));
    }
    return {};
}

}  // namespace palier::run
