#include "run/climber.h"

#include "core/recipes.h"
#include "core/step_sizes.h"
#include "engine/codes.h"
#include "run/codes.h"
#include "system/identity.h"

#include <algorithm>

namespace palier::run {
std::optional<core::Trouble> trouble_in(const Error& error) {
    if (error.code == engine::codes::template_unusable) {
        return core::Trouble::Template;
    }
    if (error.code == codes::empty_input_too_long) {
        return core::Trouble::Context;
    }
    if (planning::is_of_model_file(error)) {
        return core::Trouble::File;
    }
    if (error.code / 1000 == 5 || error.code == engine::codes::memory_unmeasured) {
        return core::Trouble::Memory;
    }
    return std::nullopt;
}

Climber::Climber(const planning::Prepared& prepared,
                 const planning::ClimbOptions& options,
                 const ClimbWorld& world,
                 const Surroundings& around)
    : prepared_(prepared), options_(options), world_(world), around_(around), pool_(world.engines) {
    for (const planning::Contestant& candidate : prepared.candidates) {
        if (candidate.unusable) {
            const auto trouble = take_trouble(candidate.plan.id, *candidate.unusable);
            PALIER_CHECK(trouble.has_value(), "an unusable file is the candidate's trouble");
        }
    }
}

double Climber::bound() const {
    return prepared_.plan.k / prepared_.plan.alpha;
}

Result<void> Climber::climb() {
    tell(prepared_.said_first);
    for (;;) {
        const core::Step step = core::next_step(prepared_.plan, history_);
        if (std::holds_alternative<core::Stop>(step) ||
            (options_.quality_only && std::holds_alternative<core::ContinueProof>(step))) {
            return {};
        }
        const auto performed = std::visit([&](const auto& known) { return perform(known); }, step);
        if (!performed) {
            PALIER_TRY(take_trouble(candidate_of(step), performed.error()));
        }
        if (history_.stopped != core::StopCause::Finished) {
            return {};
        }
    }
}

Result<void> Climber::take_trouble(const std::string& candidate, const Error& why) {
    const std::optional<core::Trouble> trouble = trouble_in(why);
    if (!trouble) {
        return why;
    }
    troubles_.push_back(Error(codes::candidate_left_out, {{"system", candidate}}).because(why));
    history_.troubles[candidate] = *trouble;
    return {};
}

std::string Climber::candidate_of(const core::Step& step) const {
    return std::visit(
        [&](const auto& known) -> std::string {
            using Kind = std::decay_t<decltype(known)>;
            if constexpr (std::is_same_v<Kind, core::Stop>) {
                return "";
            } else if constexpr (requires { known.candidate; }) {
                return known.candidate;
            } else {
                const auto made = systems_.find(known.system);
                return made != systems_.end() ? made->second.contestant->plan.id
                                              : prepared_.topline->plan.id;
            }
        },
        step);
}

Result<void> Climber::perform(const core::Stop& /*step*/) {
    return {};
}

const planning::Contestant& Climber::contestant(const std::string& id) const {
    if (prepared_.topline && prepared_.topline->plan.id == id) {
        return *prepared_.topline;
    }
    const auto found = std::find_if(
        prepared_.candidates.begin(),
        prepared_.candidates.end(),
        [&](const planning::Contestant& candidate) { return candidate.plan.id == id; });
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

bool Climber::out_of_reach(const Evaluated& evaluated, const std::string& system) {
    if (!evaluated.world_failed()) {
        return false;
    }
    troubles_.push_back(
        Error(codes::system_not_measured, {{"system", system}, {"detail", evaluated.detail}}));
    return true;
}

Result<std::unique_ptr<engine::Client>> Climber::open(const planning::Contestant& of,
                                                      const engine::OpenSpec& spec) {
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
        tell_remarks(of);
        return (*engine)->open_client();
    }
    if (around_.interrupted.load()) {
        history_.stopped = core::StopCause::Interrupted;
        return std::unique_ptr<engine::Client>();
    }
    if (of.spec.is_remote() && engine.error().code / 1000 == 4) {
        troubles_.push_back(
            Error(codes::endpoint_not_measured, {{"system", of.plan.id}}).because(engine.error()));
        history_.troubles[of.plan.id] = core::Trouble::Unreachable;
        return std::unique_ptr<engine::Client>();
    }
    return engine.error();
}

void Climber::tell_remarks(const planning::Contestant& of) {
    if (!remarked_.insert(of.plan.id).second) {
        return;
    }
    tell(of.remarks);
}

void Climber::tell(const std::vector<core::Note>& remarks) {
    for (const core::Note& remark : remarks) {
        remarks_.push_back(remark);
        if (world_.tell) {
            world_.tell(remark);
        }
    }
}

Result<std::optional<system::System>> Climber::asked(const Climbed& climbed) {
    auto client = open(*climbed.contestant, climbed.open);
    if (!client) {
        return client.error();
    }
    if (!*client) {
        return std::optional<system::System>();
    }
    system::Parts parts{
        climbed.system, climbed.contestant->spec.price, std::move(*client), {}, climbed.head};
    if (!climbed.prior.empty()) {
        parts.prior = climbed.prior;
    }
    return std::optional<system::System>(std::in_place, std::move(parts));
}

void Climber::learn(const std::string& candidate, system::System& system) {
    for (auto& [name, value] : system.learned()) {
        learned_[candidate][name] = std::move(value);
    }
}

Result<Climbed*> Climber::system_of(const std::string& id, const planning::Contestant& of) {
    if (const auto found = systems_.find(id); found != systems_.end()) {
        return &found->second;
    }
    const core::Recipe recipe = core::plain_recipe(prepared_.plan.ingredients, of.plan.abilities);
    auto client = open(of, of.open);
    if (!client) {
        return client.error();
    }
    if (!*client) {
        return nullptr;
    }
    auto made = make_system(id, of, recipe, of.open, (*client)->facts());
    if (!made) {
        return made.error();
    }
    return &(systems_[id] = std::move(*made));
}

Result<Climbed> Climber::make_system(const std::string& id,
                                     const planning::Contestant& of,
                                     const core::Recipe& recipe,
                                     const engine::OpenSpec& spec,
                                     const engine::Facts& facts) {
    Climbed climbed;
    climbed.system.id = id;
    climbed.system.candidate = of.plan.id;
    climbed.system.spec =
        system::spec_of(prepared_.job, recipe, facts, of.spec, prepared_.plan.ingredients.shots);
    climbed.system.hash = system::hash_of(climbed.system.spec);
    climbed.contestant = &of;
    climbed.open = spec;
    climbed.facts = facts;
    PALIER_TRY(find_prior(climbed));
    return climbed;
}

Question Climber::question_for(const Climbed& climbed,
                               system::System& system,
                               const std::vector<const core::Case*>& cases,
                               store::Phase phase,
                               Stage stage) const {
    Question question{system, cases, phase, 1, 1, false, stage};
    if (climbed.contestant->is_local()) {
        question.batch = core::k_batch;
    } else if (climbed.contestant->spec.is_recorded() || climbed.contestant->plan.baseline) {
        question.batch = core::k_recorded_batch;
    } else {
        question.batches_under_way = core::k_endpoint_requests;
    }
    return question;
}

}  // namespace palier::run
