#include "run/rated_answers.h"

#include "base/rng.h"
#include "base/text.h"
#include "core/answer.h"
#include "eval/rating_text.h"
#include "lib/hash/sha256.h"
#include "run/codes.h"
#include "store/codes.h"
#include "system/reading.h"

#include <algorithm>
#include <set>
#include <utility>

namespace palier::run {
namespace {

constexpr const char* k_memo = "ratings";

// As a user of the System got it.
std::string text_of(const core::SystemSummary& system, const core::Trial& trial) {
    if (!core::says_something(trial.grade.failure)) {
        return "";
    }
    // Of label scores, states and baselines the label is all that a user sees.
    const core::Recipe& recipe = system.system.spec.recipe;
    if (recipe.decide != core::Decide::Generate || recipe.baseline != core::Baseline::None) {
        return trial.grade.parsed;
    }
    return std::string(trim(system::AnswerReader(system.system).read(trial).text));
}

std::string key_of(const std::string& case_id, const std::string& text) {
    return hash::Sha256().field(case_id).field(text).hex();
}

Result<void> read_answers(const core::Summary& summary,
                          store::Store& store,
                          std::int64_t run,
                          const std::vector<store::Phase>& phases,
                          RunAnswers& out) {
    for (const core::SystemSummary& system : summary.systems) {
        if (system.system.hash.empty()) {
            continue;
        }
        const std::size_t place = out.systems.size();
        const std::size_t before = out.given.size();
        for (const store::Phase phase : phases) {
            PALIER_TRY(
                store.each_trial(run, phase, system.system.hash, [&](const store::Placed& placed) {
                    const core::Trial& trial = placed.trial;
                    std::string text = text_of(system, trial);
                    std::string key = key_of(trial.case_id, text);
                    out.given.push_back(
                        {place, trial.case_id, key, text.empty(), trial.grade.score});
                    out.texts.emplace(std::move(key), std::move(text));
                    return true;
                }));
        }
        if (out.given.size() > before) {
            out.systems.push_back(&system);
        }
    }
    return {};
}

}  // namespace

Result<RunAnswers> answers_of_run(const core::Summary& summary,
                                  store::Store& store,
                                  std::int64_t run) {
    RunAnswers out;
    PALIER_TRY(read_answers(summary, store, run, {store::Phase::Test, store::Phase::Topline}, out));
    if (out.given.empty()) {
        out.on_dev = true;
        PALIER_TRY(read_answers(summary, store, run, {store::Phase::Dev}, out));
    }
    if (out.given.empty()) {
        return Error(codes::nothing_to_rate, {{"run", summary.run}});
    }
    std::map<std::string, std::int64_t> answered;
    for (const core::GivenAnswer& answer : out.given) {
        ++answered[answer.case_id];
    }
    std::map<std::string, std::string> group_of;
    PALIER_TRY(store.each_case(run, [&](const core::Case& item) {
        if (answered.contains(item.id)) {
            out.cases.push_back(item);
            group_of.emplace(item.id, item.group);
        }
        return true;
    }));
    std::ranges::sort(out.cases, {}, &core::Case::id);
    std::set<std::pair<std::size_t, std::string>> met;
    for (core::GivenAnswer& answer : out.given) {
        const std::string& group = group_of[answer.case_id];
        answer.independent = group.empty() || met.emplace(answer.system, group).second;
    }
    return out;
}

std::vector<ToRate> rating_order(const RunAnswers& answers,
                                 std::uint64_t seed,
                                 std::optional<std::uint64_t> most_cases) {
    // A key is a hash of case and text, so that their order betrays no System; a set of them has
    // each text once.
    std::map<std::string, std::map<std::string, int>> keys;
    for (const core::GivenAnswer& answer : answers.given) {
        keys[answer.case_id].emplace(answer.key, 0);
    }
    std::vector<const core::Case*> cases;
    cases.reserve(answers.cases.size());
    for (const core::Case& item : answers.cases) {
        cases.push_back(&item);
    }
    Rng rng(seed);
    rng.shuffle(cases);
    cases.resize(std::min<std::size_t>(cases.size(), most_cases.value_or(cases.size())));
    std::vector<ToRate> order;
    for (const core::Case* item : cases) {
        std::vector<ToRate> texts;
        for (const auto& [key, unused] : keys[item->id]) {
            texts.push_back({item, key});
        }
        rng.shuffle(texts);
        order.insert(order.end(), texts.begin(), texts.end());
    }
    return order;
}

Result<std::vector<core::Rating>> kept_ratings(store::Store& store, std::int64_t run) {
    auto read = store.memo(run, k_memo);
    PALIER_TRY(read);
    const std::optional<std::string> text = *std::move(read);
    return text ? eval::ratings_from(*text) : Result(std::vector<core::Rating>());
}

Result<void> keep_ratings(store::Store& store,
                          std::int64_t run,
                          const std::vector<core::Rating>& ratings) {
    return store.put_memo(run, k_memo, eval::ratings_text(ratings));
}

Result<std::unique_ptr<store::RunLock>> lock_ratings(store::Store& store,
                                                     const store::RunRow& run) {
    auto lock = store.lock("ratings of " + run.id);
    if (!lock && lock.error().code == store::codes::run_in_progress) {
        Error taken(codes::ratings_in_progress, lock.error().args);
        taken.args.emplace_back("run", run.id);
        return taken;
    }
    return lock;
}

}  // namespace palier::run
