#include "base/text.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rate_session.h"
#include "eval/rating_text.h"
#include "planning/costing.h"
#include "report/ratings.h"
#include "run/judge.h"
#include "run/rated_answers.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

namespace palier::cli {
namespace {

constexpr double k_level_of_ratings = 0.95;
constexpr int k_rating_interrupted = 130;
constexpr Nanoseconds k_between_lines = std::chrono::seconds(10);

// Everything of one call.
struct RatingDesk {
    std::unique_ptr<store::Store> store;
    store::RunRow row;
    core::Summary summary;
    run::RunAnswers answers;  // of the summary
    std::vector<core::Rating> ratings;
};

Result<std::unique_ptr<RatingDesk>> rating_desk_of(const Common& common,
                                                   const RateArguments& arguments,
                                                   const World& world) {
    auto store = world.open_store(common.store, arguments.summary);
    PALIER_TRY(store);
    auto row = (*store)->run(arguments.run);
    PALIER_TRY(row);
    auto summary = (*store)->summary(row->row);
    PALIER_TRY(summary);
    auto desk = std::make_unique<RatingDesk>();
    desk->store = *std::move(store);
    desk->row = *std::move(row);
    desk->summary = *std::move(summary);
    auto answers = run::answers_of_run(desk->summary, *desk->store, desk->row.row);
    PALIER_TRY(answers);
    desk->answers = *std::move(answers);
    auto ratings = run::kept_ratings(*desk->store, desk->row.row);
    PALIER_TRY(ratings);
    desk->ratings = *std::move(ratings);
    return desk;
}

std::string rater_of(const RateArguments& arguments) {
    if (!arguments.rater.empty()) {
        return arguments.rater;
    }
    const char* user = std::getenv("USER");
    return user != nullptr && *user != '\0' ? user : "me";
}

Result<void> keep(RatingDesk& desk) {
    return run::keep_ratings(*desk.store, desk.row.row, desk.ratings);
}

// Takes back this rater's last rating that was typed, and what was put by rule after it.
Result<void> undo(const Common& common, RatingDesk& desk, const std::string& rater) {
    const auto typed =
        std::find_if(desk.ratings.rbegin(), desk.ratings.rend(), [&](const core::Rating& rating) {
            const auto text = desk.answers.texts.find(rating.answer);
            return rating.rater == rater && text != desk.answers.texts.end() &&
                   !text->second.empty();
        });
    if (typed == desk.ratings.rend()) {
        tell(common, say::rate_nothing_to_undo);
        return {};
    }
    const auto of = std::ranges::find(desk.answers.given, typed->answer, &core::GivenAnswer::key);
    tell(common, say::rate_undone, {{"id", of->case_id}});
    std::size_t place = 0;
    const auto first = static_cast<std::size_t>(desk.ratings.rend() - typed) - 1;
    std::erase_if(desk.ratings, [&](const core::Rating& rating) {
        return place++ >= first && rating.rater == rater;
    });
    return keep(desk);
}

// Answers that say nothing are not shown: they are bad by rule, and take their place in the order,
// so that whoever stops early has rated a random part of all of them.
Result<void> rate_all(const Common& common,
                      RatingDesk& desk,
                      const std::vector<run::ToRate>& order,
                      const std::string& rater,
                      RateSession& session) {
    for (;;) {
        std::set<std::string> done;
        for (const core::Rating& rating : desk.ratings) {
            if (rating.rater == rater) {
                done.insert(rating.answer);
            }
        }
        const auto next = std::ranges::find_if(
            order, [&](const run::ToRate& one) { return !done.contains(one.key); });
        if (next == order.end()) {
            return {};
        }
        const std::string& text = desk.answers.texts.at(next->key);
        if (text.empty()) {
            desk.ratings.push_back({next->key, rater, core::Opinion::Bad, ""});
            PALIER_TRY(keep(desk));
            continue;
        }
        const RateSession::Reply reply = session.ask(
            *next->item, text, next - order.begin(), static_cast<std::int64_t>(order.size()));
        if (reply.asked == RateSession::Asked::Quit) {
            return {};
        }
        if (reply.asked == RateSession::Asked::Undo) {
            PALIER_TRY(undo(common, desk, rater));
            continue;
        }
        const core::Opinion opinion = reply.asked == RateSession::Asked::Good ? core::Opinion::Good
                                      : reply.asked == RateSession::Asked::Bad
                                          ? core::Opinion::Bad
                                          : core::Opinion::Skipped;
        desk.ratings.push_back({next->key, rater, opinion, reply.note});
        PALIER_TRY(keep(desk));
    }
}

Result<void> rate_with(const Common& common,
                       const RateArguments& arguments,
                       RatingDesk& desk,
                       Keyboard& keyboard) {
    const auto lock = run::lock_ratings(*desk.store, desk.row);
    PALIER_TRY(lock);
    // Somebody may have rated while the lock was waited for.
    auto ratings = run::kept_ratings(*desk.store, desk.row.row);
    PALIER_TRY(ratings);
    desk.ratings = *std::move(ratings);
    const auto order = run::rating_order(desk.answers, arguments.seed.value_or(1), arguments.cases);
    std::set<const core::Case*> cases;
    for (const run::ToRate& one : order) {
        cases.insert(one.item);
    }
    const std::string rater = rater_of(arguments);
    tell(common,
         say::rate_begins,
         {{"texts", std::to_string(order.size())},
          {"cases", std::to_string(cases.size())},
          {"rater", rater}});
    RateSession session(common, keyboard);
    return rate_all(common, desk, order, rater, session);
}

using AskedJudge = std::optional<report::Judged::Asked>;

// The last judge of the run, if there was one.
Result<std::optional<report::Judged>> judged_of(RatingDesk& desk, const AskedJudge& asked) {
    auto kept = run::kept_judge(*desk.store, desk.row.row);
    PALIER_TRY(kept);
    const std::optional<core::JudgeIdentity> judge = *std::move(kept);
    if (!judge) {
        return std::optional<report::Judged>();
    }
    const auto verdicts = run::kept_verdicts(*judge, desk.answers, *desk.store);
    PALIER_TRY(verdicts);
    report::Judged judged{*judge,
                          core::summarise_judged({desk.answers.systems.size(),
                                                  judge->rules.size(),
                                                  desk.answers.given,
                                                  desk.ratings,
                                                  *verdicts,
                                                  desk.summary.plan.alpha,
                                                  desk.answers.on_dev,
                                                  desk.summary.plan.test_cases}),
                          asked};
    for (std::size_t i = 0; i < desk.answers.systems.size(); ++i) {
        judged.found.systems[i].judges_itself =
            desk.answers.systems[i]->system.spec.model_identity == judge->model_identity;
    }
    return std::optional(std::move(judged));
}

Result<std::vector<std::string>> rules_of(const RateArguments& arguments) {
    std::vector<std::string> rules;
    if (!arguments.rules_file.empty()) {
        auto read = eval::read_rules(arguments.rules_file);
        PALIER_TRY(read);
        rules = *std::move(read);
    }
    for (const std::string& rule : arguments.rules) {
        if (!trim(rule).empty()) {
            rules.emplace_back(trim(rule));
        }
    }
    if (rules.empty()) {
        return Error(say::judge_needs_rules);
    }
    return rules;
}

// False where nothing was asked, and what would be is printed.
Result<bool> judge_with(const Common& common,
                        const RateArguments& arguments,
                        const World& world,
                        RatingDesk& desk,
                        AskedJudge& asked) {
    const auto rules = rules_of(arguments);
    PALIER_TRY(rules);
    const auto file = planning::job_of_run(desk.row, desk.summary);
    PALIER_TRY(file);
    core::ModelSpec model;
    model.model = arguments.judge;
    model.endpoint = arguments.endpoint;
    model.key_env = arguments.key_env;
    std::string price;
    if (model.is_remote()) {
        const auto prices = catalog::load_prices();
        PALIER_TRY(prices);
        if (const catalog::ModelPrice* found = catalog::find_price(*prices, model.model)) {
            price = found->name();
            model.price = core::Price{found->input_per_1m, found->output_per_1m, found->currency};
        }
    }
    const auto judge = run::Judge::open(model,
                                        *rules,
                                        file->job,
                                        common.models_dir,
                                        static_cast<int>(arguments.threads.value_or(0)),
                                        world.engines);
    PALIER_TRY(judge);
    const std::string& name = (*judge)->identity().name;
    if (arguments.dry_run) {
        const auto left = (*judge)->left(desk.answers, *desk.store);
        PALIER_TRY(left);
        const auto texts = std::ranges::count_if(
            desk.answers.texts, [](const auto& text) { return !text.second.empty(); });
        const report::JudgeDryRun dry{name, *left, static_cast<std::size_t>(texts), rules->size()};
        print(common.json ? report::judge_dry_json(dry) + "\n"
                          : report::judge_dry_text(common.language, dry));
        return false;
    }
    const auto lock = run::lock_ratings(*desk.store, desk.row);
    PALIER_TRY(lock);
    const Nanoseconds began = world.clock.now();
    Nanoseconds said = began;
    const auto tell_progress = [&](std::int64_t done, std::int64_t all) {
        if (world.clock.now() - said >= k_between_lines) {
            said = world.clock.now();
            tell(common,
                 say::judge_progress,
                 {{"model", name}, {"done", std::to_string(done)}, {"all", std::to_string(all)}});
        }
    };
    const auto work =
        (*judge)->judge(desk.answers, *desk.store, desk.row.row, world.interrupted, tell_progress);
    PALIER_TRY(work);
    asked = {work->requests,
             work->prompt_tokens,
             work->output_tokens,
             std::chrono::duration<double>(world.clock.now() - began).count(),
             work->cost,
             model.price ? model.price->currency : "",
             price};
    return true;
}

Result<void> print_ratings(const Common& common, RatingDesk& desk, const AskedJudge& asked) {
    report::Rated rated;
    rated.run = desk.row.id;
    rated.metric = desk.summary.plan.quality.metric;
    rated.on_dev = desk.answers.on_dev;
    for (const core::SystemSummary* system : desk.answers.systems) {
        rated.systems.push_back(system->system.id);
    }
    rated.found =
        core::summarise(rated.systems.size(), desk.answers.given, desk.ratings, k_level_of_ratings);
    auto judged = judged_of(desk, asked);
    PALIER_TRY(judged);
    rated.judged = *std::move(judged);
    print(common.json ? report::rated_json(rated) + "\n"
                      : "\n" + report::rated_text(common.language, rated));
    return {};
}

bool names_judges_options(const RateArguments& arguments) {
    return !arguments.rules_file.empty() || !arguments.rules.empty() ||
           !arguments.endpoint.empty() || !arguments.key_env.empty() || arguments.dry_run ||
           arguments.threads;
}

}  // namespace

int rate(const Common& common, const RateArguments& arguments, const World& world) {
    if (arguments.judge.empty() && names_judges_options(arguments)) {
        return fail(common, Error(say::rules_without_judge));
    }
    auto desk = rating_desk_of(common, arguments, world);
    if (!desk) {
        return fail(common, desk.error());
    }
    Keyboard keyboard(STDIN_FILENO, world.interrupted);
    const auto done = [&]() -> Result<void> {
        AskedJudge asked;
        if (!arguments.judge.empty()) {
            const auto judged = judge_with(common, arguments, world, **desk, asked);
            PALIER_TRY(judged);
            if (!*judged) {
                return {};
            }
        } else if (!arguments.summary) {
            PALIER_TRY(rate_with(common, arguments, **desk, keyboard));
        }
        return print_ratings(common, **desk, asked);
    }();
    if (!done) {
        return fail(common, done.error());
    }
    return keyboard.interrupted() ? k_rating_interrupted : 0;
}

}  // namespace palier::cli
