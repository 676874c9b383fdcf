#include "planning/dry_lines.h"

#include "base/check.h"
#include "core/cost.h"
#include "core/recipes.h"
#include "core/step_sizes.h"
#include "planning/request_length.h"
#include "planning/weights_sample.h"
#include "system/follow_ups.h"
#include "system/identity.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace palier::planning {
namespace {

using Cases = std::vector<const core::Case*>;

// Of the prompts that a recipe makes.
class PromptTokens {
   public:
    PromptTokens(const Prepared& prepared, const core::ModelSpec& model, const core::Recipe& recipe)
        : spec_(system::spec_of(prepared.job, recipe, {}, model, prepared.plan.ingredients.shots)),
          shots_(spec_),
          turns_(system::FollowUps(spec_).most()) {
        // A decision has the labels beside the messages, each in a shell of its own.
        for (const std::string& label : spec_.labels) {
            if (model.api == core::Api::Decisions) {
                constexpr std::size_t k_shell_tokens = 8;
                beside_ += static_cast<std::int64_t>((label.size() + k_characters_per_token - 1) /
                                                         k_characters_per_token +
                                                     k_shell_tokens);
            }
        }
    }
    [[nodiscard]] std::int64_t of(const core::Case& item) const {
        const engine::Request plain = system::plain_request_for(spec_, shots_, item.asked());
        const std::int64_t first = tokens_of(system::first_question(spec_, plain)) + beside_;
        // What a turn says again of the one before it: its text, and a few words.
        constexpr std::int64_t k_words = 300;
        return first + (turns_ - 1) * (tokens_of(plain) + most_output() + k_words);
    }
    [[nodiscard]] std::int64_t turns() const { return turns_; }
    // Of one turn.
    [[nodiscard]] std::int64_t most_output() const { return spec_.recipe.max_tokens; }

    [[nodiscard]] bool shows_nearest() const { return spec_.recipe.nearest > 0; }

   private:
    core::SystemSpec spec_;
    system::ShownShots shots_;
    std::int64_t turns_;
    std::int64_t beside_ = 0;
};

Cases first_of(const Cases& cases, std::size_t count) {
    return {cases.begin(),
            cases.begin() + static_cast<std::ptrdiff_t>(std::min(count, cases.size()))};
}

// As a probe asks them: from the first one again when they run out.
Cases repeated(const Cases& cases, std::int64_t count) {
    Cases all;
    for (std::int64_t i = 0; i < count && !cases.empty(); ++i) {
        all.push_back(cases[static_cast<std::size_t>(i) % cases.size()]);
    }
    return all;
}

void take_most(std::optional<double>& most, const std::optional<double>& other) {
    if (other) {
        most = std::max(most.value_or(*other), *other);
    }
}

class DryLines {
   public:
    DryLines(const Prepared& prepared, const ClimbOptions& options, const Speeds& speeds)
        : prepared_(prepared), options_(options), speeds_(speeds) {}

    std::vector<DryRun::Line> make() {
        for (const core::Rehearsed& rehearsed : core::rehearse(prepared_.plan)) {
            std::visit([&](const auto& step) { add(step, rehearsed); }, rehearsed.step);
        }
        // It ends every climb that chooses a System.
        std::ranges::stable_partition(
            lines_, [](const Asking& one) { return one.line.work != Work::Future; });
        return summed();
    }

   private:
    // A line of one System's work; on dev, of those of its recipes that ask alike.
    struct Asking {
        DryRun::Line line;
        core::Recipe recipe;
    };

    [[nodiscard]] std::vector<DryRun::Line> summed() const {
        std::vector<DryRun::Line> lines;
        for (const Asking& one : lines_) {
            const auto found = std::ranges::find_if(lines, [&](const DryRun::Line& other) {
                return other.system == one.line.system && other.work == one.line.work;
            });
            if (found == lines.end()) {
                lines.push_back(one.line);
                continue;
            }
            found->cases = std::max(found->cases, one.line.cases);
            found->requests += one.line.requests;
            found->prompt_tokens += one.line.prompt_tokens;
            found->output_tokens += one.line.output_tokens;
            if (one.line.cost) {
                found->cost = found->cost.value_or(0) + *one.line.cost;
            }
            if (one.line.seconds) {
                found->seconds = found->seconds.value_or(0) + *one.line.seconds;
            }
        }
        return lines;
    }

    // Which of the ways of showing examples wins on dev is not known: the longest prompt of each
    // case counts.
    [[nodiscard]] std::vector<PromptTokens> prompts_of(const core::Rehearsed& rehearsed) const {
        const Contestant& of = contestant(rehearsed.candidate);
        std::vector<PromptTokens> prompts;
        const auto add = [&](const core::Recipe& recipe) {
            prompts.emplace_back(prepared_, of.spec, recipe);
        };
        if (rehearsed.recipe.rung != core::Rung::FewShot ||
            std::holds_alternative<core::TryRecipe>(rehearsed.step)) {
            add(rehearsed.recipe);
            return prompts;
        }
        for (const core::Recipe& recipe : core::recipes_for(prepared_.plan.ingredients,
                                                            core::Rung::FewShot,
                                                            of.plan.abilities,
                                                            rehearsed.recipe)) {
            if (recipe.norm == core::LabelNorm::Sum) {
                add(recipe);
            }
        }
        return prompts;
    }

    static std::int64_t tokens_of_longest(const std::vector<PromptTokens>& prompts,
                                          const core::Case& item) {
        std::int64_t tokens = 0;
        for (const PromptTokens& one : prompts) {
            tokens = std::max(tokens, one.of(item));
        }
        return tokens;
    }

    [[nodiscard]] const Contestant& contestant(const std::string& id) const {
        if (prepared_.topline && prepared_.topline->plan.id == id) {
            return *prepared_.topline;
        }
        const auto found = std::ranges::find_if(
            prepared_.candidates,
            [&](const Contestant& candidate) { return candidate.plan.id == id; });
        PALIER_CHECK(found != prepared_.candidates.end(), "core rehearses the plan's candidates");
        return *found;
    }

    [[nodiscard]] static Cases longest_of(const Cases& cases,
                                          std::size_t count,
                                          const std::vector<PromptTokens>& prompts) {
        std::vector<std::pair<std::int64_t, const core::Case*>> by_length;
        by_length.reserve(cases.size());
        for (const core::Case* item : cases) {
            by_length.emplace_back(tokens_of_longest(prompts, *item), item);
        }
        std::ranges::stable_sort(
            by_length, std::greater<>(), [](const auto& one) { return one.first; });
        Cases longest;
        for (const auto& [tokens, item] : by_length) {
            if (longest.size() < count) {
                longest.push_back(item);
            }
        }
        return longest;
    }

    // They stand in a prompt of their own job; its words are counted with each, beside those of
    // this job: at most.
    [[nodiscard]] static std::vector<core::Case> weights_cases() {
        std::vector<core::Case> cases;
        for (const core::Input& input : weights_inputs()) {
            core::Case item;
            item.input = input.text + weights_job().instructions;
            item.expected = {weights_job().labels.front()};
            cases.push_back(std::move(item));
        }
        return cases;
    }

    void add(const core::TryRecipe& step, const core::Rehearsed& rehearsed) {
        const core::Recipe& recipe = step.recipe;
        const bool scores = recipe.decide == core::Decide::Score;
        if (scores && contestant(step.candidate).is_local() && !options_.file_weights &&
            !prepared_.job.weights) {
            // The first request of each form warms up.
            Cases asked;
            for (const core::Case& item : weights_cases_) {
                asked.insert(asked.end(), k_weights_forms, &item);
            }
            add(rehearsed, step.candidate, Work::Weights, asked, weights_cases_.size());
        }
        Cases cases;
        for (const std::int64_t place : step.cases) {
            cases.push_back(prepared_.dev[static_cast<std::size_t>(place)]);
        }
        if (recipe.decide == core::Decide::Head) {
            cases.insert(cases.end(), prepared_.train.begin(), prepared_.train.end());
        }
        const std::size_t asked = cases.size();
        if (scores && recipe.norm == core::LabelNorm::MinusEmpty) {
            cases.push_back(&empty_);
        }
        add(rehearsed, core::system_id(step.candidate, recipe.rung), Work::Dev, cases, asked);
    }

    void add(const core::MeasureTopline& /*step*/, const core::Rehearsed& rehearsed) {
        Cases cases = prepared_.test;
        if (prepared_.plan.topline_shown_only && prepared_.job.share_cases) {
            cases = first_of(cases, static_cast<std::size_t>(*prepared_.job.share_cases));
        }
        add(rehearsed, rehearsed.candidate, Work::Test, cases, cases.size());
    }

    void add(const core::Prove& step, const core::Rehearsed& rehearsed) {
        add(rehearsed, step.candidate, Work::Test, prepared_.test, prepared_.test.size());
        if (contestant(step.candidate).is_local()) {
            const Cases again = first_of(prepared_.test, core::k_checked_alone);
            add(rehearsed, step.candidate, Work::Alone, again, again.size());
        }
    }

    void add(const core::MeasureMemory& /*step*/, const core::Rehearsed& rehearsed) {
        const Cases sample = first_of(prepared_.test, core::k_memory_sample);
        add(rehearsed, rehearsed.candidate, Work::Memory, sample, sample.size());
    }

    void add(const core::ProbeLatency& /*step*/, const core::Rehearsed& rehearsed) {
        const bool limited = prepared_.plan.p95_ms || prepared_.plan.ttft_p95_ms;
        if (options_.quality_only && !limited) {
            return;
        }
        const std::int64_t most = limited ? core::k_most_probes : core::k_probes_without_limit;
        const Cases cases = repeated(prepared_.test, most);
        add(rehearsed,
            rehearsed.candidate,
            Work::Latency,
            cases,
            std::min(cases.size(), prepared_.test.size()));
    }

    // The line of the proof has all of test. What was under way when the proof had seen enough is
    // asked once more, whichever cases those are.
    void add(const core::ContinueProof& /*step*/, const core::Rehearsed& rehearsed) {
        if (options_.quality_only) {
            return;
        }
        const Contestant& of = contestant(rehearsed.candidate);
        const std::size_t under_way = of.is_local()           ? core::k_batch
                                      : of.spec.is_recorded() ? core::k_recorded_batch
                                                              : core::k_endpoint_requests;
        const Cases longest = longest_of(prepared_.test, under_way, prompts_of(rehearsed));
        add(rehearsed, "", Work::Future, longest, longest.size());
    }

    static void add(const core::Stop& /*step*/, const core::Rehearsed& /*rehearsed*/) {}

    void add(const core::Rehearsed& rehearsed,
             std::string system,
             Work work,
             const Cases& requests,
             std::size_t cases) {
        const Contestant& of = contestant(rehearsed.candidate);
        DryRun::Line line;
        line.system = std::move(system);
        line.work = work;
        line.cases = static_cast<std::int64_t>(cases);
        // A recording is asked nothing, a baseline has no prompt.
        const bool live = !of.spec.is_recorded() && !of.plan.baseline;
        const std::vector<PromptTokens> prompts = prompts_of(rehearsed);
        line.requests = static_cast<std::int64_t>(requests.size()) * prompts.front().turns();
        for (const core::Case* item : live ? requests : Cases()) {
            line.prompt_tokens += tokens_of_longest(prompts, *item);
        }
        if (live && rehearsed.recipe.decide == core::Decide::Generate) {
            line.output_tokens = line.requests * prompts.front().most_output();
        }
        if (live && of.spec.price) {
            line.cost = core::cost_of(of.spec.price, line.prompt_tokens, line.output_tokens);
        }
        if (const auto known = speeds_.find(rehearsed.candidate); known != speeds_.end()) {
            if (const std::optional<ExpectedSpeed>& speed = known->second) {
                OwnTokens own = own_tokens(rehearsed.recipe, requests);
                // Examples near the case are no common beginning: they are read with each.
                own.in = std::ranges::any_of(prompts, &PromptTokens::shows_nearest)
                             ? static_cast<double>(line.prompt_tokens) /
                                   static_cast<double>(prompts.front().turns())
                             : own.in;
                const double decode = speed->decode_tokens_per_s;
                line.seconds =
                    own.in / speed->prefill_tokens_per_s + (decode > 0 ? own.out / decode : 0);
            }
        }
        merge({std::move(line), rehearsed.recipe});
    }

    void merge(Asking asking) {
        const DryRun::Line& line = asking.line;
        const auto found = std::ranges::find_if(lines_, [&](const Asking& other) {
            return other.line.system == line.system && other.line.work == line.work &&
                   (line.work != Work::Dev || core::asks_alike(other.recipe, asking.recipe));
        });
        if (found == lines_.end()) {
            lines_.push_back(std::move(asking));
            return;
        }
        DryRun::Line& known = found->line;
        known.cases = std::max(known.cases, line.cases);
        known.requests = std::max(known.requests, line.requests);
        known.prompt_tokens = std::max(known.prompt_tokens, line.prompt_tokens);
        known.output_tokens = std::max(known.output_tokens, line.output_tokens);
        take_most(known.cost, line.cost);
        take_most(known.seconds, line.seconds);
    }

    const Prepared& prepared_;
    const ClimbOptions& options_;
    const Speeds& speeds_;
    const std::vector<core::Case> weights_cases_ = weights_cases();
    const core::Case empty_;  // what minus-empty asks
    std::vector<Asking> lines_;
};

}  // namespace

std::vector<DryRun::Line> dry_lines(const Prepared& prepared,
                                    const ClimbOptions& options,
                                    const Speeds& speeds) {
    return DryLines(prepared, options, speeds).make();
}

OwnTokens own_tokens(const core::Recipe& recipe, const std::vector<const core::Case*>& cases) {
    OwnTokens own;
    for (const core::Case* item : cases) {
        own.in += static_cast<double>(item->input.size()) / k_characters_per_token;
        own.out += recipe.reasons ? system::k_most_reasoning_tokens : 0;
        if (recipe.decide != core::Decide::Score && !item->expected.empty()) {
            own.out +=
                static_cast<double>(item->expected.front().size()) / k_characters_per_token + 1;
        }
    }
    return own;
}

}  // namespace palier::planning
