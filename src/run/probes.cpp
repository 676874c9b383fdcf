#include "run/probes.h"

#include "core/recipes.h"
#include "core/screen.h"
#include "eval/error_kinds.h"
#include "eval/metrics.h"

#include <algorithm>

namespace palier::run {
namespace {

using core::LeftOut;
using core::Probe;

constexpr int k_more_tokens = 4;  // times as many
constexpr int k_nearest_shown = 5;

bool is_prompting(core::Rung rung) {
    return rung == core::Rung::ZeroShot || rung == core::Rung::Structured ||
           rung == core::Rung::FewShot;
}

const core::Candidate* planned(const core::Summary& summary, const std::string& id) {
    if (summary.plan.topline && summary.plan.topline->id == id) {
        return &*summary.plan.topline;
    }
    const auto found = std::ranges::find(summary.plan.candidates, id, &core::Candidate::id);
    return found == summary.plan.candidates.end() ? nullptr : &*found;
}

// Graded by what the store does not keep of a case.
bool is_gradable(const core::Job& job) {
    const std::string& metric = job.constraints.quality.metric;
    return !eval::runs_sql(metric) && !eval::judges_patterns(metric);
}

class Planner {
   public:
    Planner(const core::Summary& summary,
            const core::SystemSummary& system,
            const core::Job& job,
            const std::vector<Failing>& failing)
        : summary_(summary),
          system_(system),
          job_(job),
          failing_(failing),
          recipe_(system.system.spec.recipe) {
        if (const core::Candidate* found = planned(summary, system.verdict.candidate)) {
            abilities_ = found->abilities;
        }
        base_.max_tokens = summary.plan.ingredients.max_tokens;
    }

    std::vector<ProbePlan> plan() {
        add(Probe::AsIs, as_is());
        add(Probe::Constrained, constrained());
        add(Probe::ReadOut, read_out());
        add(Probe::WithExamples, with_examples());
        add(Probe::MoreTokens, more_tokens());
        add(Probe::WithoutContext, without_context());
        add(Probe::GoldContext, gold_context());
        add(Probe::Topline, topline());
        return std::move(plans_);
    }

   private:
    void add(Probe probe, std::optional<LeftOut> left_out) {
        made_.probe = probe;
        made_.left_out = !is_gradable(job_)    ? LeftOut::Ungradable
                         : left_out            ? left_out
                         : made_.cases.empty() ? std::optional(LeftOut::NothingToAsk)
                                               : std::nullopt;
        if (made_.of == nullptr) {
            made_.of = &system_;
        }
        if (made_.left_out) {
            made_.cases.clear();
        }
        plans_.push_back(std::exchange(made_, {}));
    }

    void ask_all(const core::Recipe& recipe) {
        made_.recipe = recipe;
        for (const Failing& one : failing_) {
            made_.cases.push_back(*one.item);
        }
    }

    // Baselines, recordings and heads are asked in their own way alone.
    [[nodiscard]] bool can_be_prompted() const {
        return system_.verdict.role != core::Role::Baseline && !system_.recorded &&
               abilities_.can_write;
    }

    std::optional<LeftOut> as_is() {
        if (recipe_.rung == core::Rung::ZeroShot) {
            return LeftOut::OwnWay;
        }
        if (!can_be_prompted()) {
            return LeftOut::EngineCannot;
        }
        core::Recipe plain = base_;
        plain.rung = core::Rung::ZeroShot;
        ask_all(plain);
        return {};
    }

    std::optional<LeftOut> constrained() {
        if (recipe_.constrained && recipe_.rung == core::Rung::Structured) {
            return LeftOut::OwnWay;
        }
        const bool can = abilities_.can_constrain && (summary_.task == core::Task::Classify ||
                                                      summary_.task == core::Task::Extract);
        if (!can_be_prompted() || !can) {
            return LeftOut::EngineCannot;
        }
        core::Recipe held = base_;
        held.rung = core::Rung::Structured;
        held.constrained = true;
        // As a climb asks it, so that its answers are known.
        held.repairs = abilities_.can_check ? 1 : 0;
        ask_all(held);
        return {};
    }

    std::optional<LeftOut> read_out() {
        if (recipe_.decide == core::Decide::Score && recipe_.rung == core::Rung::Structured) {
            return LeftOut::OwnWay;
        }
        if (!can_be_prompted() || !abilities_.can_score || summary_.task != core::Task::Classify) {
            return LeftOut::EngineCannot;
        }
        core::Recipe scored = base_;
        scored.rung = core::Rung::Structured;
        scored.decide = core::Decide::Score;
        ask_all(scored);
        return {};
    }

    // As the climb would show them: in the way of deciding that is best without examples. Where the
    // System shows examples itself, others.
    std::optional<LeftOut> with_examples() {
        if (!can_be_prompted()) {
            return LeftOut::EngineCannot;
        }
        const bool own_rung = recipe_.rung == core::Rung::FewShot;
        core::Recipe shown = own_rung ? recipe_ : base_;
        shown.rung = core::Rung::FewShot;
        shown.shots.clear();
        shown.nearest = 0;
        shown.norm = core::LabelNorm::Sum;  // the others need what only a climb finds out
        shown.max_tokens = base_.max_tokens;
        if (!own_rung && structured_is_better()) {
            shown.decide = abilities_.can_score ? core::Decide::Score : core::Decide::Generate;
            shown.constrained = !abilities_.can_score && abilities_.can_constrain;
        }
        for (core::Recipe& one : ways_to_show(shown)) {
            if (!own_rung || one.nearest != recipe_.nearest || one.shots != recipe_.shots) {
                ask_all(one);
                leave_out_shown(one);
                return {};
            }
        }
        return own_rung ? LeftOut::OwnWay : LeftOut::NoExamples;
    }

    // The usual number of nearest ones first, then the fixed sets.
    [[nodiscard]] std::vector<core::Recipe> ways_to_show(const core::Recipe& base) const {
        const core::Ingredients& from = summary_.plan.ingredients;
        std::vector<core::Recipe> ways;
        std::vector<int> nearest = from.nearest;
        std::ranges::stable_partition(nearest, [](int n) { return n == k_nearest_shown; });
        for (const int n : nearest) {
            ways.push_back(base);
            ways.back().nearest = n;
        }
        for (const std::vector<std::size_t>& set : from.fixed) {
            ways.push_back(base);
            for (const std::size_t number : set) {
                ways.back().shots.push_back(from.shots[number]);
            }
        }
        return ways;
    }

    // An example says nothing of the case that it is.
    void leave_out_shown(const core::Recipe& recipe) {
        std::erase_if(made_.cases, [&](const core::Case& item) {
            return std::ranges::any_of(
                recipe.shots, [&](const core::Shot& shot) { return shot.input == item.input; });
        });
    }

    [[nodiscard]] bool structured_is_better() const {
        std::optional<double> plain, structured;
        for (const core::RungTried& rung : summary_.rungs) {
            if (rung.candidate == system_.verdict.candidate && !rung.trouble) {
                plain = rung.rung == core::Rung::ZeroShot ? rung.dev_score : plain;
                structured = rung.rung == core::Rung::Structured ? rung.dev_score : structured;
            }
        }
        return structured && (!plain || *structured > *plain);
    }

    // In the System's own way, for what depends on the case.
    std::optional<LeftOut> ask_own_way(const core::Recipe& recipe) {
        made_.recipe = recipe;
        if (made_.cases.empty()) {
            return LeftOut::NothingToAsk;
        }
        return recipe.decide == core::Decide::Head ||
                       system_.verdict.role == core::Role::Baseline || system_.recorded
                   ? std::optional(LeftOut::EngineCannot)
                   : std::nullopt;
    }

    std::optional<LeftOut> more_tokens() {
        core::Recipe longer = recipe_;
        const int context = system_.system.spec.context_tokens;
        longer.max_tokens *= k_more_tokens;
        if (context > 0) {
            longer.max_tokens = std::min(longer.max_tokens, context / 2);
        }
        for (const Failing& one : failing_) {
            if (one.seen.kind == core::ErrorKind::Truncated &&
                longer.max_tokens > recipe_.max_tokens) {
                made_.cases.push_back(*one.item);
            }
        }
        return ask_own_way(longer);
    }

    std::optional<LeftOut> without_context() {
        for (const Failing& one : failing_) {
            if (!one.item->context.empty()) {
                made_.cases.push_back(*one.item);
                made_.cases.back().context.clear();
            }
        }
        return ask_own_way(recipe_);
    }

    std::optional<LeftOut> gold_context() {
        for (const Failing& one : failing_) {
            std::string gold = eval::gold_context(*one.item);
            if (!gold.empty() && summary_.task != core::Task::Classify) {
                made_.cases.push_back(*one.item);
                made_.cases.back().context = std::move(gold);
            }
        }
        return ask_own_way(recipe_);
    }

    std::optional<LeftOut> topline() {
        const auto found =
            std::ranges::find_if(summary_.systems, [](const core::SystemSummary& one) {
                return one.verdict.role == core::Role::Topline && !one.system.hash.empty();
            });
        if (found == summary_.systems.end()) {
            return LeftOut::NoTopline;
        }
        const core::ModelSpec source = found->source.value_or(core::ModelSpec{});
        if (&*found == &system_) {
            return LeftOut::OwnWay;
        }
        if (!source.is_recorded() && source.is_remote() &&
            (job_.share_cases || !core::may_see_data(job_.constraints, source.endpoint))) {
            return LeftOut::Privacy;
        }
        if (found->system.spec.recipe.decide == core::Decide::Head) {
            return LeftOut::EngineCannot;
        }
        made_.of = &*found;
        ask_all(found->system.spec.recipe);
        return {};
    }

    const core::Summary& summary_;
    const core::SystemSummary& system_;
    const core::Job& job_;
    const std::vector<Failing>& failing_;
    const core::Recipe& recipe_;
    core::Abilities abilities_;
    core::Recipe base_;
    ProbePlan made_;
    std::vector<ProbePlan> plans_;
};

}  // namespace

std::vector<ProbePlan> probes_for(const core::Summary& summary,
                                  const core::SystemSummary& system,
                                  const core::Job& job,
                                  const std::vector<Failing>& failing) {
    return Planner(summary, system, job, failing).plan();
}

std::vector<core::Rung> prompting_rungs(const core::Summary& summary,
                                        const std::string& candidate) {
    std::vector<core::Rung> rungs;
    if (const core::Candidate* found = planned(summary, candidate)) {
        rungs = found->rungs;
    }
    std::erase_if(rungs, [](core::Rung rung) { return !is_prompting(rung); });
    return rungs;
}

std::vector<core::Rung> prompting_tried(const core::Summary& summary,
                                        const std::string& candidate) {
    std::vector<core::Rung> rungs;
    for (const core::RungTried& rung : summary.rungs) {
        if (rung.candidate == candidate && is_prompting(rung.rung)) {
            rungs.push_back(rung.rung);
        }
    }
    return rungs;
}

const ProbePlan* probe_of(core::Rung rung, const std::vector<ProbePlan>& probes) {
    const auto of = [&](Probe probe) -> const ProbePlan* {
        const auto found = std::ranges::find(probes, probe, &ProbePlan::probe);
        return found != probes.end() && !found->left_out ? &*found : nullptr;
    };
    switch (rung) {
        case core::Rung::ZeroShot:
            return of(Probe::AsIs);
        case core::Rung::Structured:
            return of(Probe::ReadOut) != nullptr ? of(Probe::ReadOut) : of(Probe::Constrained);
        case core::Rung::FewShot:
            return of(Probe::WithExamples);
        default:
            return nullptr;
    }
}

}  // namespace palier::run
