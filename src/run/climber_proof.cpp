// Climber's steps on test: the topline, the proofs, and the chosen System's way to promise B.
#include "core/cost.h"
#include "core/sequential.h"
#include "core/step_sizes.h"
#include "run/climber.h"
#include "run/dev_score.h"

#include <algorithm>

namespace palier::run {
namespace {

// Of a topline whose cases are all known: exact, whatever an early decision would have been. The
// mean in doubles may round across the threshold; the total does not.
core::Decision decision_of_all(const core::ClimbPlan& plan,
                               Micros min,
                               const core::ToplineDone& topline) {
    const bool reached = plan.sequential ? topline.total >= core::need_of(min, topline.cases)
                                         : micros_of(topline.score) >= min;
    return reached ? core::Decision::Pass : core::Decision::Fail;
}

}  // namespace

Result<void> Climber::perform(const core::MeasureTopline& step) {
    const planning::Contestant& of = *prepared_.topline;
    core::ToplineDone done;
    done.system = step.system;
    auto climbed = system_of(step.system, of);
    if (!climbed) {
        return climbed.error();
    }
    std::optional<system::System> system;
    if (*climbed) {
        auto opened = asked(**climbed);
        if (!opened) {
            return opened.error();
        }
        system = std::move(*opened);
    }
    if (!system) {
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
    // Held against a threshold of its own, it needs no more than to be decided; what is recorded is
    // there anyway.
    const bool may_stop = prepared_.plan.quality.min && prepared_.plan.sequential &&
                          prepared_.plan.order != core::Order::All &&
                          !prepared_.plan.topline_shown_only && !of.plan.recorded &&
                          !options_.whole_topline;
    const auto all = static_cast<std::int64_t>(cases.size());
    core::TotalTest test(all,
                         core::need_of(prepared_.plan.quality.min.value_or(k_one), all),
                         prepared_.plan.zero_one,
                         bound());
    topline_test_.clear();
    auto evaluated =
        evaluate(around_,
                 question_for(**climbed, *system, cases, store::Phase::Topline, Stage::Topline),
                 [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                     scorer.add(item, trial);
                     topline_test_.push_back(trial.grade.score);
                     done.failed += trial.grade.failure != core::Failure::None ? 1 : 0;
                     done.total += trial.grade.score;
                     test.add(trial.grade.score);
                     return !may_stop || test.decision() == core::Decision::Undecided;
                 });
    if (!evaluated) {
        return evaluated.error();
    }
    learn(of.plan.id, *system);
    if (stops(*evaluated)) {
        return {};
    }
    done.cases = static_cast<std::int64_t>(topline_test_.size());
    if (out_of_reach(*evaluated, step.system)) {
        (*climbed)->failure_detail = evaluated->detail;
        done.reachable = false;
    }
    (*climbed)->used = done.cases;
    (*climbed)->stopped_early = may_stop && done.cases < all;
    if ((*climbed)->stopped_early) {
        (*climbed)->interval = test.anytime_interval();
    }
    done.score = scorer.score().value;
    if (done.reachable && prepared_.plan.quality.min) {
        done.on_these_cases =
            (*climbed)->stopped_early
                ? test.decision()
                : decision_of_all(prepared_.plan, *prepared_.plan.quality.min, done);
    }
    history_.topline = done;
    return {};
}

Result<void> Climber::perform(const core::Prove& step) {
    const planning::Contestant& of = contestant(step.candidate);
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
    Climbed& proved = **climbed;
    auto system = asked(proved);
    if (!system) {
        return system.error();
    }
    if (!*system) {
        return {};
    }
    const auto cases = static_cast<std::int64_t>(prepared_.test.size());
    const Micros need =
        prepared_.plan.quality.min
            ? core::need_of(*prepared_.plan.quality.min, cases)
            : core::need_of_topline(*prepared_.plan.quality.of_topline, history_.topline->total);
    core::TotalTest test(cases, need, prepared_.plan.zero_one, bound());
    DevScorer scorer(prepared_.plan, prepared_.job, std::nullopt);
    std::optional<double> cost = 0;  // nullopt: of some answer nobody counted the tokens
    auto evaluated = evaluate(
        around_,
        question_for(proved, **system, prepared_.test, store::Phase::Test, Stage::Proof),
        [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
            scorer.add(item, trial);
            const auto one = core::cost_of(of.spec.price, trial.tokens);
            cost = cost && one ? std::optional(*cost + *one) : std::nullopt;
            test.add(trial.grade.score);
            return !prepared_.plan.sequential || test.decision() == core::Decision::Undecided;
        });
    if (!evaluated) {
        return evaluated.error();
    }
    learn(of.plan.id, **system);
    proved.used = test.used();
    if (stops(*evaluated)) {
        return {};
    }
    if (out_of_reach(*evaluated, step.system)) {
        proved.failure_detail = evaluated->detail;
        done.end = core::ProofEnd::Error;
        history_.proofs.push_back(done);
        return {};
    }
    done.score = scorer.score().value;
    done.on_these_cases = test.decision();
    if (!prepared_.plan.sequential) {
        done.on_these_cases = done.score >= *core::threshold(prepared_.plan, history_)
                                  ? core::Decision::Pass
                                  : core::Decision::Fail;
    }
    proved.stopped_early = proved.used < cases;
    if (prepared_.plan.sequential) {
        proved.interval = test.anytime_interval();
    }
    if (of.plan.baseline) {
        history_.cost_per_1k[step.system] = 0;  // no tokens
    } else if (of.spec.price) {
        history_.cost_per_1k[step.system] =
            cost ? std::optional(*cost / static_cast<double>(proved.used) * 1000) : std::nullopt;
    }
    PALIER_TRY(check_alone(proved, **system));
    if (history_.stopped == core::StopCause::Finished) {
        history_.proofs.push_back(done);
    }
    return {};
}

Result<void> Climber::check_alone(Climbed& climbed, system::System& system) {
    if (!climbed.contestant->is_local()) {
        return {};
    }
    const std::vector<const core::Case*> sample(
        prepared_.test.begin(),
        prepared_.test.begin() + std::min<std::ptrdiff_t>(core::k_checked_alone, climbed.used));
    std::vector<std::string> batched;
    PALIER_TRY(around_.store.each_trial(
        around_.run, store::Phase::Test, climbed.system.hash, [&](const store::Placed& placed) {
            batched.push_back(placed.trial.grade.parsed);
            return batched.size() < sample.size();
        }));
    Question question =
        question_for(climbed, system, sample, store::Phase::BatchCheck, Stage::Alone);
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

Result<void> Climber::perform(const core::ContinueProof& step) {
    Climbed& climbed = systems_.at(step.system);
    auto system = asked(climbed);
    if (!system) {
        return system.error();
    }
    if (!*system) {
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
                     **system,
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

}  // namespace palier::run
