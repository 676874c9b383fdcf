#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rate_session.h"
#include "report/ratings.h"
#include "run/rated_answers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

namespace palier::cli {
namespace {

constexpr double k_level_of_ratings = 0.95;
constexpr int k_rating_interrupted = 130;

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

void print_ratings(const Common& common, const RatingDesk& desk) {
    report::Rated rated;
    rated.run = desk.row.id;
    rated.metric = desk.summary.plan.quality.metric;
    rated.on_dev = desk.answers.on_dev;
    for (const core::SystemSummary* system : desk.answers.systems) {
        rated.systems.push_back(system->system.id);
    }
    rated.found =
        core::summarise(rated.systems.size(), desk.answers.given, desk.ratings, k_level_of_ratings);
    print(common.json ? report::rated_json(rated) + "\n"
                      : "\n" + report::rated_text(common.language, rated));
}

}  // namespace

int rate(const Common& common, const RateArguments& arguments, const World& world) {
    auto desk = rating_desk_of(common, arguments, world);
    if (!desk) {
        return fail(common, desk.error());
    }
    Keyboard keyboard(STDIN_FILENO, world.interrupted);
    if (!arguments.summary) {
        const auto done = rate_with(common, arguments, **desk, keyboard);
        if (!done) {
            return fail(common, done.error());
        }
    }
    print_ratings(common, **desk);
    return keyboard.interrupted() ? k_rating_interrupted : 0;
}

}  // namespace palier::cli
