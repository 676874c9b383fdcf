#include "run/evaluation.h"

#include "base/text.h"
#include "core/in_order.h"
#include "eval/split.h"
#include "lib/hash/sha256.h"
#include "system/identity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace palier::run {
namespace {

// A bulk request waits for its whole batch, so this guards against a hang and is no latency limit.
constexpr Nanoseconds k_bulk_timeout = std::chrono::minutes(20);
constexpr Nanoseconds k_patience = std::chrono::milliseconds(100);

constexpr std::string_view k_spent_memo = "spent in billionths";
constexpr double k_nano = 1e9;

std::string thinking_memo(const std::string& system_hash) {
    return "thinking of " + system_hash;
}

struct Pending {
    std::int64_t ordinal = 0;
    core::Input input;
    double most_cost = 0;
    std::string request_key;
    std::string key;
    std::optional<core::Trial> known;  // asked again only to keep its batch the same
};

std::string request_key_of(const Surroundings& around,
                           const Question& question,
                           const system::RequestKeys& keys,
                           const core::Input& input) {
    std::string key = keys.of(input);
    return around.salt.empty() && !question.alone
               ? key
               : hash::sha256_hex(key + around.salt + (question.alone ? "alone" : ""));
}

// What the store has of a request: its Trial, or an answer that is to be graded again.
Result<std::optional<core::Trial>> kept_answer(store::Store& store,
                                               const std::string& key,
                                               const std::string& request_key) {
    auto known = store.find_trial(key);
    return !known || *known ? std::move(known) : store.find_answer(request_key);
}

class Evaluation {
   public:
    Evaluation(const Surroundings& around, const Question& question, const Consumer& consume)
        : around_(around),
          question_(question),
          consume_(consume),
          keys_(question.system.spec()),
          started_(around.clock.now()) {}

    Result<Evaluated> run() {
        question_.system.set_allowance([this](double most) { return affordable(most, 1); });
        while (!ended_) {
            PALIER_TRY(fill());
            if (ended_ || all_answered()) {
                break;
            }
            for (system::Ended& ended :
                 question_.system.wait(around_.budget.patience(k_patience))) {
                take(std::move(ended));
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
        if (!unheard_.empty()) {
            end(Ending::Refused, unheard_.back().second.failure_detail);
        }
        PALIER_TRY(settle());
        question_.system.set_allowance({});
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
        pending.input = item.asked();
        pending.most_cost = question_.system.most_cost(pending.input);
        pending.request_key = request_key_of(around_, question_, keys_, pending.input);
        pending.key = trial_key(
            pending.request_key, question_.system.system().hash, item, around_.grader.version());
        const auto kept = kept_answer(around_.store, pending.key, pending.request_key);
        PALIER_TRY(kept);
        if (const std::optional<core::Trial>& trial = *kept) {
            pending.known = reread(*trial, pending, item);
        }
        return pending;
    }

    // The same answer, perhaps under another recipe or grader.
    core::Trial reread(const core::Trial& kept, const Pending& pending, const core::Case& item) {
        core::Trial trial = trial_of(question_.system.reread(pending.input, kept),
                                     item,
                                     question_.system.system(),
                                     around_.grader);
        trial.key = pending.key;
        trial.request_key = pending.request_key;
        return trial;
    }

    // The dearest that this batch can get, and the time that it should take going by what was seen.
    bool affordable(const std::vector<Pending>& batch) const {
        double money = 0;
        for (const Pending& pending : batch) {
            money += pending.most_cost;
        }
        return affordable(money, batch.size());
    }

    bool affordable(double money, std::size_t requests) const {
        // What is under way will be paid for too.
        for (const auto& [id, pending] : pending_) {
            money += pending.most_cost;
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
        std::vector<core::Input> inputs;
        inputs.reserve(batch.size());
        for (const Pending& pending : batch) {
            inputs.push_back(pending.input);
        }
        auto tickets =
            question_.system.ask(inputs, {engine::Priority::FixedBatch, k_bulk_timeout, false});
        if (!tickets) {
            return tickets.error();
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            pending_.emplace((*tickets)[i], std::move(batch[i]));
        }
        return {};
    }

    void take(system::Ended ended) {
        const auto found = pending_.find(ended.ticket);
        PALIER_CHECK(found != pending_.end(), "a System ends what it was asked, once");
        const Pending pending = std::move(found->second);
        pending_.erase(found);
        ++asked_;
        around_.budget.spend(ended.spent);
        if (pending.known) {  // consumed when its batch was begun
            return;
        }
        if (const auto* trouble = std::get_if<system::Trouble>(&ended.outcome)) {
            const auto kind = trouble->kind;
            end(kind == system::Trouble::Kind::OverBudget    ? Ending::OverBudget
                : kind == system::Trouble::Kind::Unsupported ? Ending::Unable
                                                             : Ending::Unreachable,
                trouble->detail);
            return;
        }
        const core::Case& item = *question_.cases[static_cast<std::size_t>(pending.ordinal)];
        core::Trial trial = trial_of(
            std::get<core::Answer>(ended.outcome), item, question_.system.system(), around_.grader);
        trial.key = pending.key;
        trial.request_key = pending.request_key;
        if (trial.tokens.thinking) {
            thinking_.thought += *trial.tokens.thinking;
            thinking_.output += trial.tokens.output.value_or(0);
        }
        if (ended.unheard) {
            unheard_.emplace_back(pending.ordinal, std::move(trial));
            return;
        }
        if (question_.system.has_answered()) {
            // The endpoint takes requests: those that it rejected were rejected for what they are.
            for (auto& [ordinal, rejected] : std::exchange(unheard_, {})) {
                finish(ordinal, std::move(rejected));
            }
        }
        finish(pending.ordinal, std::move(trial));
    }

    void finish(std::int64_t ordinal, core::Trial trial) {
        uncommitted_.push_back({question_.phase, ordinal, std::move(trial)});
    }

    Result<void> commit_and_consume() {
        if (!uncommitted_.empty()) {
            PALIER_TRY(commit());
            for (store::Placed& placed : uncommitted_) {
                gate_.put(placed.ordinal, std::move(placed.trial));
            }
            uncommitted_.clear();
        }
        std::int64_t done = 0;
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
            done = ordinal + 1;
        }
        if (done > 0) {
            report(done);
        }
        return {};
    }

    Result<void> commit() {
        PALIER_TRY(around_.store.put_trials(around_.run, uncommitted_));
        return question_.system.price() ? keep_spending(around_) : Result<void>();
    }

    void report(std::int64_t done) {
        const auto now = around_.clock.now();
        const auto total = static_cast<std::int64_t>(question_.cases.size());
        if (done != total && !ended_ && now - reported_ < std::chrono::milliseconds(100)) {
            return;
        }
        reported_ = now;
        Progress progress{
            question_.stage, question_.system.system().id, done, total, std::nullopt, std::nullopt};
        progress.score =
            static_cast<double>(sum_) / static_cast<double>(k_one) / static_cast<double>(done);
        // The first answers pay for what the others share.
        constexpr std::int64_t k_enough_to_tell = 4;
        if (done >= k_enough_to_tell) {
            progress.seconds_left = seconds_since_start() / static_cast<double>(done) *
                                    static_cast<double>(total - done);
        }
        around_.progress(progress);
    }

    // Cancels what is under way and keeps what finishes all the same.
    Result<void> settle() {
        question_.system.cancel_all();
        while (!pending_.empty()) {
            std::vector<system::Ended> all = question_.system.wait(std::chrono::seconds(10));
            if (all.empty()) {
                break;
            }
            for (system::Ended& ended : all) {
                take(std::move(ended));
            }
        }
        if (!uncommitted_.empty()) {
            PALIER_TRY(commit());
            uncommitted_.clear();
        }
        PALIER_TRY(keep_thinking());
        // What failed has cost something too.
        return question_.system.price() ? keep_spending(around_) : Result<void>();
    }

    Result<void> keep_thinking() const {
        if (thinking_.output == 0) {
            return {};
        }
        const std::string& hash = question_.system.system().hash;
        auto kept = kept_thinking(around_.store, around_.run, hash);
        PALIER_TRY(kept);
        return around_.store.put_memo(around_.run,
                                      thinking_memo(hash),
                                      std::to_string(kept->thought + thinking_.thought) + "/" +
                                          std::to_string(kept->output + thinking_.output));
    }

    const Surroundings& around_;
    const Question& question_;
    const Consumer& consume_;
    const system::RequestKeys keys_;
    Nanoseconds started_;
    Nanoseconds reported_{0};
    std::size_t next_ = 0;
    std::uint64_t asked_ = 0;
    Micros sum_ = 0;
    std::vector<Pending> next_batch_;  // not yet posted
    std::map<std::uint64_t, Pending> pending_;
    std::vector<store::Placed> uncommitted_;
    // Rejected before anything was answered: neither kept nor consumed until something is.
    std::vector<std::pair<std::int64_t, core::Trial>> unheard_;
    core::InOrder<core::Trial> gate_;
    Thinking thinking_;  // of what was asked here
    std::optional<Evaluated> ended_;
};

}  // namespace

Result<void> keep_spending(const Surroundings& around) {
    // As integers, which read back the same in every locale.
    const double nano = std::ceil(around.budget.spent_money() * k_nano);
    return around.store.put_memo(
        around.run, k_spent_memo, std::to_string(static_cast<std::int64_t>(nano)));
}

Result<Thinking> kept_thinking(store::Store& store,
                               std::int64_t run,
                               const std::string& system_hash) {
    auto kept = store.memo(run, thinking_memo(system_hash));
    PALIER_TRY(kept);
    const std::vector<std::string> parts = split(kept->value_or(""), '/');
    const auto thought = whole_number(parts.front());
    const auto output = whole_number(parts.back());
    if (parts.size() != 2 || !thought || !output) {
        return Thinking{};
    }
    return Thinking{static_cast<std::int64_t>(*thought), static_cast<std::int64_t>(*output)};
}

Result<double> kept_spending(store::Store& store, std::int64_t run) {
    auto kept = store.memo(run, k_spent_memo);
    if (!kept) {
        return kept.error();
    }
    const auto nano = *kept ? whole_number(**kept) : std::nullopt;
    return nano ? static_cast<double>(*nano) / k_nano : 0.0;
}

core::Trial trial_of(const core::Answer& answer,
                     const core::Case& item,
                     const core::System& system,
                     const eval::Grader& grader) {
    core::Trial trial;
    trial.system_hash = system.hash;
    trial.case_id = item.id;
    trial.answer = answer.raw;
    trial.grade = grader.grade(item, answer);
    trial.failure_detail =
        answer.failure_detail.empty() ? trial.grade.failure_detail : answer.failure_detail;
    if (answer.alone && answer.ttft_ms && answer.total_ms) {
        trial.timing = core::Timing{*answer.ttft_ms, *answer.total_ms};
    }
    trial.tokens = answer.tokens;
    trial.recorded = answer.recorded;
    return trial;
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
    eval::add_beyond_expected(sha, item);
    return sha.hex();
}

Result<Unasked> not_asked_yet(const Surroundings& around, const Question& question) {
    const system::RequestKeys keys(question.system.spec());
    Unasked unasked;
    for (const core::Case* item : question.cases) {
        const std::string request = request_key_of(around, question, keys, item->asked());
        const std::string key =
            trial_key(request, question.system.system().hash, *item, around.grader.version());
        const auto kept = kept_answer(around.store, key, request);
        PALIER_TRY(kept);
        if (!*kept) {
            unasked.cases.push_back(item);
            unasked.most_cost += question.system.most_cost(item->asked());
        }
    }
    return unasked;
}

Result<Evaluated> evaluate(const Surroundings& around,
                           const Question& question,
                           const Consumer& consume) {
    return Evaluation(around, question, consume).run();
}

}  // namespace palier::run
