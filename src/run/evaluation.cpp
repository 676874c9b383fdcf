#include "run/evaluation.h"

#include "core/cost.h"
#include "core/in_order.h"
#include "lib/hash/sha256.h"
#include "system/system.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace palier::run {
namespace {

// A bulk request waits for its whole batch, so this guards against a hang and is no latency limit.
constexpr Nanoseconds k_bulk_timeout = std::chrono::minutes(20);
constexpr Nanoseconds k_patience = std::chrono::milliseconds(100);

constexpr std::string_view k_spent_fact = "spent in billionths";
constexpr double k_nano = 1e9;

struct Pending {
    std::int64_t ordinal = 0;
    engine::Request request;
    std::string request_key;
    std::string key;
    std::optional<core::Trial> known;  // asked again only to keep its batch the same
};

core::Failure failure_of(engine::FailureKind kind) {
    switch (kind) {
        case engine::FailureKind::Timeout:
            return core::Failure::Timeout;
        case engine::FailureKind::ContextExceeded:
            return core::Failure::ContextExceeded;
        case engine::FailureKind::Rejected:
            return core::Failure::Rejected;
        case engine::FailureKind::Refused:
            return core::Failure::Refused;
        case engine::FailureKind::ServerError:
            return core::Failure::ServerError;
        case engine::FailureKind::NotRecorded:
        case engine::FailureKind::Unreachable:
        case engine::FailureKind::Unsupported:
        case engine::FailureKind::Cancelled:
            return core::Failure::None;
    }
    return core::Failure::None;
}

// The model said something, which can be graded.
bool has_answer(const core::Trial& trial) {
    const core::Failure failure = trial.grade.failure;
    return failure == core::Failure::None || failure == core::Failure::InvalidAnswer ||
           failure == core::Failure::Truncated;
}

class Evaluation {
   public:
    Evaluation(const Surroundings& around, const Question& question, const Consumer& consume)
        : around_(around), question_(question), consume_(consume), started_(around.clock.now()) {}

    Result<Evaluated> run() {
        while (!ended_) {
            PALIER_TRY(fill());
            if (ended_ || all_answered()) {
                break;
            }
            for (engine::Event& event :
                 question_.engine.wait(around_.budget.patience(k_patience))) {
                PALIER_TRY(take(std::move(event)));
            }
            // Before anything ends it: what has arrived may decide.
            PALIER_TRY(commit_and_consume());
            if (all_answered()) {
                break;
            }
            if (around_.interrupted.load()) {
                end(Ending::Interrupted);
            } else if (around_.budget.time_is_up()) {
                end(Ending::OverBudget);
            }
        }
        PALIER_TRY(settle());
        return ended_.value_or(Evaluated{});
    }

   private:
    void end(Ending ending, std::string detail = "") {
        if (!ended_) {
            ended_ = Evaluated{ending, std::move(detail)};
        }
    }

    [[nodiscard]] bool all_answered() const {
        return pending_.empty() && next_batch_.empty() && next_ == question_.cases.size();
    }

    // Starts batches until enough are under way; a batch that the store has whole is not asked.
    Result<void> fill() {
        while (!ended_ && batches_under_way() < question_.batches_under_way) {
            if (next_batch_.empty()) {
                if (next_ == question_.cases.size()) {
                    return {};
                }
                PALIER_TRY(prepare_batch());
                continue;
            }
            if (around_.interrupted.load()) {
                end(Ending::Interrupted);
                return {};
            }
            if (!affordable(next_batch_)) {
                // What is under way is paid for, and may turn out cheaper than feared.
                if (pending_.empty()) {
                    end(Ending::OverBudget);
                }
                return {};
            }
            PALIER_TRY(post(std::exchange(next_batch_, {})));
        }
        return {};
    }

    // What is known of the batch is handed on at once: it may be enough, as it was before.
    Result<void> prepare_batch() {
        bool all_known = true;
        const std::size_t last = std::min(next_ + question_.batch, question_.cases.size());
        for (; next_ < last; ++next_) {
            auto pending = prepare(static_cast<std::int64_t>(next_));
            if (!pending) {
                return pending.error();
            }
            all_known = all_known && pending->known;
            if (pending->known) {
                if (has_answer(*pending->known)) {
                    last_good_ = pending->request;
                }
                finish(pending->ordinal, *pending->known);
            }
            next_batch_.push_back(std::move(*pending));
        }
        if (all_known) {
            next_batch_.clear();
        }
        return commit_and_consume();
    }

    [[nodiscard]] std::size_t batches_under_way() const {
        return (pending_.size() + question_.batch - 1) / question_.batch;
    }

    Result<Pending> prepare(std::int64_t ordinal) {
        const core::Case& item = *question_.cases[static_cast<std::size_t>(ordinal)];
        Pending pending;
        pending.ordinal = ordinal;
        pending.request = system::request_for(around_.job, question_.system.recipe, item);
        pending.request.timeout = k_bulk_timeout;
        pending.request_key = system::request_key(question_.engine.facts(), pending.request);
        if (!around_.salt.empty() || question_.alone) {
            pending.request_key = hash::sha256_hex(pending.request_key + around_.salt +
                                                   (question_.alone ? "alone" : ""));
        }
        pending.key =
            trial_key(pending.request_key, question_.system.hash, item, around_.grader.version());
        auto known = around_.store.find_trial(pending.key);
        if (!known) {
            return known.error();
        }
        pending.known = std::move(*known);
        if (!pending.known) {
            auto answer = around_.store.find_answer(pending.request_key);
            if (!answer) {
                return answer.error();
            }
            if (*answer) {
                pending.known = regraded(std::move(**answer), pending, item);
            }
        }
        return pending;
    }

    // The same answer under another recipe or grader.
    core::Trial regraded(core::Trial trial, const Pending& pending, const core::Case& item) {
        trial.key = pending.key;
        trial.system_hash = question_.system.hash;
        trial.case_id = item.id;
        if (has_answer(trial)) {
            grade(trial, item);
        }
        return trial;
    }

    void grade(core::Trial& trial, const core::Case& item) {
        const auto text = system::final_answer(
            around_.job, question_.system.recipe, trial.answer, question_.empty_scores);
        const bool truncated = trial.grade.failure == core::Failure::Truncated;
        trial.grade = around_.grader.grade(item, text.value_or(""));
        if (truncated && trial.grade.failure != core::Failure::None) {
            trial.grade.failure = core::Failure::Truncated;
        }
    }

    // The dearest that this batch can get, and the time that it should take going by what was seen.
    bool affordable(const std::vector<Pending>& batch) const {
        double money = 0;
        for (const Pending& pending : batch) {
            money += most_cost_of(question_.price, pending.request);
        }
        return affordable(money, batch.size());
    }

    bool affordable(double money, std::size_t requests) const {
        // What is under way will be paid for too.
        for (const auto& [id, pending] : pending_) {
            money += most_cost_of(question_.price, pending.request);
        }
        const double seconds = asked_ == 0 ? 0
                                           : seconds_since_start() / static_cast<double>(asked_) *
                                                 static_cast<double>(requests);
        return around_.budget.allows(seconds, money);
    }

    [[nodiscard]] double seconds_since_start() const {
        return std::chrono::duration<double>(around_.clock.now() - started_).count();
    }

    Result<void> post(std::vector<Pending> batch) {
        std::vector<engine::Request> requests;
        for (Pending& pending : batch) {
            pending.request.id = ++around_.last_request_id;
            requests.push_back(pending.request);
            pending_.emplace(around_.last_request_id, std::move(pending));
        }
        return question_.engine.post(std::move(requests));
    }

    Result<void> take(engine::Event event) {
        const auto found = pending_.find(event.id);
        if (found == pending_.end() || !event.is_last()) {
            return {};
        }
        Pending pending = std::move(found->second);
        pending_.erase(found);
        ++asked_;
        if (pending.known) {  // consumed when its batch was begun
            if (const auto* response = std::get_if<engine::Response>(&event.what)) {
                around_.budget.spend(core::cost_of(question_.price,
                                                   response->prompt_tokens.value_or(0),
                                                   response->output_tokens.value_or(0)));
            }
            return {};
        }
        const core::Case& item = *question_.cases[static_cast<std::size_t>(pending.ordinal)];
        core::Trial trial;
        trial.key = pending.key;
        trial.request_key = pending.request_key;
        trial.system_hash = question_.system.hash;
        trial.case_id = item.id;
        trial.recorded = question_.engine.facts().recorded;
        if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
            trial.grade.failure = failure_of(failed->kind);
            // Once it has ended, nothing more is asked to find out whose failure it was.
            if (failed->kind == engine::FailureKind::ServerError && (ended_ || !world_is_well())) {
                end(Ending::Unreachable, failed->detail);
                return {};
            }
            if (trial.grade.failure == core::Failure::None) {
                end(Ending::Unreachable, failed->detail);
                return {};
            }
            const core::Failure failure = trial.grade.failure;
            trial.grade = around_.grader.grade_failure(item, failure);
            trial.failure_detail = failed->detail;
        } else {
            answered(std::get<engine::Response>(event.what), item, trial);
            last_good_ = pending.request;
        }
        around_.budget.spend(
            core::cost_of(question_.price, trial.prompt_tokens, trial.output_tokens));
        finish(pending.ordinal, std::move(trial));
        return {};
    }

    void answered(const engine::Response& response, const core::Case& item, core::Trial& trial) {
        trial.answer = system::raw_answer(response, question_.system.recipe.decide);
        trial.prompt_tokens = response.prompt_tokens.value_or(0);
        trial.cached_tokens = response.cached_tokens.value_or(0);
        trial.output_tokens = response.output_tokens.value_or(0);
        if (response.alone && response.ttft_ms && response.total_ms) {
            trial.timing = core::Timing{*response.ttft_ms, *response.total_ms};
        }
        if (response.finish == engine::Finish::Length) {
            trial.grade.failure = core::Failure::Truncated;
        }
        if (response.prompt_truncated) {
            // The model did not see the whole prompt: its answer is not an answer to this case.
            trial.grade = around_.grader.grade_failure(item, core::Failure::ContextExceeded);
            return;
        }
        grade(trial, item);
    }

    // A repeated 5xx is the model's failure only while the last good case still succeeds.
    bool world_is_well() {
        if (!last_good_) {
            return false;
        }
        engine::Request probe = *last_good_;
        probe.id = ++around_.last_request_id;
        if (!affordable(most_cost_of(question_.price, probe), 1)) {
            end(Ending::OverBudget);
            return false;
        }
        if (!question_.engine.post({probe})) {
            return false;
        }
        std::optional<bool> well;
        while (!well && !around_.interrupted.load() && !around_.budget.time_is_up()) {
            for (engine::Event& event :
                 question_.engine.wait(around_.budget.patience(k_patience))) {
                if (event.id != probe.id || !event.is_last()) {
                    set_aside_.push_back(std::move(event));
                    continue;
                }
                const auto* response = std::get_if<engine::Response>(&event.what);
                well = response != nullptr;
                if (response) {
                    around_.budget.spend(core::cost_of(question_.price,
                                                       response->prompt_tokens.value_or(0),
                                                       response->output_tokens.value_or(0)));
                }
            }
        }
        if (!well) {
            question_.engine.cancel(probe.id);
            end(around_.interrupted.load() ? Ending::Interrupted : Ending::OverBudget);
        }
        return well.value_or(false);
    }

    void finish(std::int64_t ordinal, core::Trial trial) {
        uncommitted_.push_back({question_.phase, ordinal, std::move(trial)});
    }

    Result<void> commit_and_consume() {
        for (std::vector<engine::Event> aside = std::exchange(set_aside_, {});
             engine::Event & event : aside) {
            PALIER_TRY(take(std::move(event)));
        }
        if (!uncommitted_.empty()) {
            PALIER_TRY(commit());
            for (store::Placed& placed : uncommitted_) {
                gate_.put(placed.ordinal, std::move(placed.trial));
            }
            uncommitted_.clear();
        }
        while (!ended_) {
            auto trial = gate_.take();
            if (!trial) {
                break;
            }
            const std::int64_t ordinal = gate_.next() - 1;
            sum_ += trial->grade.score;
            if (!consume_(ordinal, *question_.cases[static_cast<std::size_t>(ordinal)], *trial)) {
                end(Ending::Enough);
            }
            report(ordinal + 1);
        }
        return {};
    }

    Result<void> commit() {
        PALIER_TRY(around_.store.put_trials(around_.run, uncommitted_));
        return question_.price ? keep_spending(around_) : Result<void>();
    }

    void report(std::int64_t done) {
        const auto now = around_.clock.now();
        const auto total = static_cast<std::int64_t>(question_.cases.size());
        if (done != total && now - reported_ < std::chrono::milliseconds(100)) {
            return;
        }
        reported_ = now;
        Progress progress{
            question_.stage, question_.system.id, done, total, std::nullopt, std::nullopt};
        progress.score =
            static_cast<double>(sum_) / static_cast<double>(k_one) / static_cast<double>(done);
        progress.seconds_left =
            seconds_since_start() / static_cast<double>(done) * static_cast<double>(total - done);
        around_.progress(progress);
    }

    // Cancels what is under way and keeps what finishes all the same.
    Result<void> settle() {
        for (const auto& [id, pending] : pending_) {
            question_.engine.cancel(id);
        }
        for (std::vector<engine::Event> aside = std::exchange(set_aside_, {});
             engine::Event & event : aside) {
            PALIER_TRY(take(std::move(event)));
        }
        while (!pending_.empty()) {
            const auto events = question_.engine.wait(std::chrono::seconds(10));
            if (events.empty()) {
                break;
            }
            for (const engine::Event& event : events) {
                PALIER_TRY(take(event));
            }
        }
        if (!uncommitted_.empty()) {
            PALIER_TRY(commit());
            uncommitted_.clear();
        }
        return {};
    }

    const Surroundings& around_;
    const Question& question_;
    const Consumer& consume_;
    Nanoseconds started_;
    Nanoseconds reported_{0};
    std::size_t next_ = 0;
    std::uint64_t asked_ = 0;
    Micros sum_ = 0;
    std::vector<Pending> next_batch_;  // not yet posted
    std::map<std::uint64_t, Pending> pending_;
    std::vector<store::Placed> uncommitted_;
    std::vector<engine::Event> set_aside_;
    core::InOrder<core::Trial> gate_;
    std::optional<engine::Request> last_good_;
    std::optional<Evaluated> ended_;
};

}  // namespace

Result<void> keep_spending(const Surroundings& around) {
    // As integers, which read back the same in every locale.
    const double nano = std::ceil(around.budget.spent_money() * k_nano);
    return around.store.put_fact(
        around.run, k_spent_fact, std::to_string(static_cast<std::int64_t>(nano)));
}

Result<double> kept_spending(store::Store& store, std::int64_t run) {
    auto kept = store.fact(run, k_spent_fact);
    if (!kept) {
        return kept.error();
    }
    return *kept ? static_cast<double>(std::stoll(**kept)) / k_nano : 0.0;
}

std::string trial_key(const std::string& request_key,
                      const std::string& system_hash,
                      const core::Case& item,
                      const std::string& grader_version) {
    hash::Sha256 sha;
    sha.field("trial").field(request_key).field(system_hash).field(grader_version).field(item.id);
    for (const std::string& expected : item.expected) {
        sha.field(expected);
    }
    return sha.hex();
}

Result<Evaluated> evaluate(const Surroundings& around,
                           const Question& question,
                           const Consumer& consume) {
    return Evaluation(around, question, consume).run();
}

}  // namespace palier::run
