#include "run/latency.h"

#include "core/in_order.h"
#include "core/statistics.h"
#include "lib/hash/sha256.h"
#include "machine/host.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace palier::run {
namespace {

constexpr double k_level = 0.95;

// Labels that are scored, a layer on a hidden state and a baseline give their answer at once: there
// is no first token of it.
bool writes_text(const core::Recipe& recipe) {
    return recipe.decide == core::Decide::Generate && recipe.baseline == core::Baseline::None;
}

class Probe {
   public:
    Probe(const Surroundings& around, const LatencyQuestion& question)
        : around_(around),
          question_(question),
          p95_(950'000, question.bound),
          ttft_(950'000, question.bound),
          most_(question.p95_ms || question.ttft_p95_ms ? k_most_probes : k_probes_without_limit) {}

    Result<LatencyProbe> run() {
        PALIER_TRY(replay());
        question_.system.set_allowance([this](double most) { return affordable(most); });
        while (!ended_ && !decided() && (has_next() || !under_way_.empty() || !unsure_.empty())) {
            while (has_next() &&
                   under_way_.size() < static_cast<std::size_t>(question_.concurrency)) {
                const core::Input input = case_of(peek_next()).asked();
                if (!affordable(question_.system.most_cost(input))) {
                    end(Ending::OverBudget);
                    break;
                }
                PALIER_TRY(ask(input));
            }
            for (const system::Ended& ended :
                 question_.system.wait(around_.budget.patience(std::chrono::milliseconds(100)))) {
                PALIER_TRY(take(ended));
            }
            PALIER_TRY(judge_load());
            if (around_.interrupted.load()) {
                end(Ending::Interrupted);
            } else if (around_.budget.time_is_up()) {
                end(Ending::OverBudget);
            }
        }
        PALIER_TRY(cancel_rest());
        question_.system.set_allowance({});
        return result();
    }

   private:
    struct UnderWay {
        std::int64_t ordinal = 0;
        double most_cost = 0;
        Nanoseconds posted{0};
        bool beside_others = false;  // its time says nothing
    };

    void end(Ending ending, std::string detail = "") {
        if (!ended_) {
            ended_ = Evaluated{ending, std::move(detail)};
        }
    }

    [[nodiscard]] bool decided() const {
        if (!question_.p95_ms && !question_.ttft_p95_ms) {
            return static_cast<std::int64_t>(totals_.size()) >= most_;
        }
        return (!question_.p95_ms || p95_.decision() != core::Decision::Undecided) &&
               (!question_.ttft_p95_ms || ttft_.decision() != core::Decision::Undecided);
    }

    const core::Case& case_of(std::int64_t ordinal) const {
        return *question_.cases[static_cast<std::size_t>(ordinal) % question_.cases.size()];
    }

    // What an earlier session of this run has measured, in order.
    Result<void> replay() {
        auto again = around_.store.memo(around_.run, k_latency_again_memo);
        if (!again) {
            return again.error();
        }
        attempt_ = again->value_or("");
        return around_.store.each_trial(around_.run,
                                        store::Phase::Latency,
                                        question_.system.system().hash,
                                        [&](const store::Placed& placed) {
                                            if (placed.ordinal == next_ && next_ < most_) {
                                                ++next_;
                                                gate_.put(placed.ordinal, placed.trial);
                                                consume();
                                            }
                                            return true;
                                        });
    }

    [[nodiscard]] bool has_next() const { return !again_.empty() || next_ < most_; }
    [[nodiscard]] std::int64_t peek_next() const {
        return again_.empty() ? next_ : *again_.begin();
    }
    std::int64_t take_next() {
        const std::int64_t ordinal = peek_next();
        if (again_.empty()) {
            ++next_;
        } else {
            again_.erase(again_.begin());
        }
        return ordinal;
    }

    // What was asked since the last look is kept if the machine was left alone, and asked again if
    // it was not.
    Result<void> judge_load() {
        if (question_.quiet == nullptr) {
            return keep_unsure();
        }
        switch (question_.quiet->was()) {
            case Quiet::Was::Quiet:
                return keep_unsure();
            case Quiet::Was::NotKnownYet:
                // Nothing more will come that could tell.
                if (under_way_.empty() && !has_next() &&
                    question_.quiet->wait_until_quiet(around_.interrupted)) {
                    return keep_unsure();
                }
                return {};
            case Quiet::Was::Busy:
                break;
        }
        for (const store::Placed& placed : unsure_) {
            again_.insert(placed.ordinal);
        }
        unsure_.clear();
        for (auto& [ticket, under_way] : under_way_) {
            under_way.beside_others = true;
        }
        Progress progress;
        progress.stage = Stage::Busy;
        progress.system = question_.system.system().id;
        around_.progress(progress);
        if (!question_.quiet->wait_until_quiet(around_.interrupted) &&
            !around_.interrupted.load()) {
            end(Ending::Busy);
        }
        return {};
    }

    Result<void> keep_unsure() {
        if (unsure_.empty()) {
            return {};
        }
        PALIER_TRY(around_.store.put_trials(around_.run, unsure_));
        for (store::Placed& placed : std::exchange(unsure_, {})) {
            gate_.put(placed.ordinal, std::move(placed.trial));
        }
        consume();
        return {};
    }

    // With what is under way, which will be paid for too.
    [[nodiscard]] bool affordable(double money) const {
        for (const auto& [ticket, under_way] : under_way_) {
            money += under_way.most_cost;
        }
        return around_.budget.allows(seconds_each_, money);
    }

    Result<void> ask(const core::Input& input) {
        const double limit =
            std::max(question_.p95_ms.value_or(0), question_.ttft_p95_ms.value_or(0));
        system::How how;
        how.own_part_uncached = true;
        how.timeout = std::chrono::duration_cast<Nanoseconds>(
            std::chrono::duration<double, std::milli>(std::max(120'000.0, 10 * limit)));
        const auto tickets = question_.system.ask({input}, how);
        if (!tickets) {
            return tickets.error();
        }
        ++asked_;
        under_way_[tickets->front()] = {
            take_next(), question_.system.most_cost(input), around_.clock.now(), false};
        return {};
    }

    Result<void> take(const system::Ended& ended) {
        const auto found = under_way_.find(ended.ticket);
        PALIER_CHECK(found != under_way_.end(), "a System ends what it was asked, once");
        const std::int64_t ordinal = found->second.ordinal;
        seconds_each_ =
            std::chrono::duration<double>(around_.clock.now() - found->second.posted).count();
        const bool beside_others = found->second.beside_others;
        under_way_.erase(found);
        around_.budget.spend(ended.spent);
        if (beside_others) {
            again_.insert(ordinal);
            return {};
        }
        if (const auto* trouble = std::get_if<system::Trouble>(&ended.outcome)) {
            if (trouble->kind == system::Trouble::Kind::OverBudget) {
                end(Ending::OverBudget);
            } else if (trouble->kind != system::Trouble::Kind::Cancelled) {
                end(Ending::Unreachable, trouble->detail);
            }
            return {};
        }
        const auto& answer = std::get<core::Answer>(ended.outcome);
        const core::Case& item = case_of(ordinal);
        const core::System& system = question_.system.system();
        core::Trial trial = trial_of(answer, item, system, around_.grader);
        trial.key = hash::Sha256()
                        .field("latency")
                        .field(std::to_string(around_.run))
                        .field(around_.salt + attempt_)
                        .field(system.hash)
                        .field(std::to_string(ordinal))
                        .hex();
        trial.request_key = trial.key;
        // As it would be served: with as many beside it as the job says. What gave no answer has no
        // time.
        trial.timing.reset();
        if (core::says_something(answer.failure) && answer.ttft_ms && answer.total_ms) {
            trial.timing = core::Timing{*answer.ttft_ms, *answer.total_ms};
        }
        unsure_.push_back({store::Phase::Latency, ordinal, std::move(trial)});
        return question_.system.price() ? keep_spending(around_) : Result<void>();
    }

    void consume() {
        while (auto trial = gate_.take()) {
            if (decided()) {
                continue;
            }
            constexpr double k_never = std::numeric_limits<double>::infinity();
            const core::Timing timing = trial->timing.value_or(core::Timing{k_never, k_never});
            if (question_.p95_ms) {
                p95_.add(timing.total_ms <= *question_.p95_ms ? k_one : 0);
            }
            if (question_.ttft_p95_ms) {
                ttft_.add(timing.ttft_ms <= *question_.ttft_p95_ms ? k_one : 0);
            }
            totals_.push_back(timing.total_ms);
            ttfts_.push_back(timing.ttft_ms);
            const int output_tokens = trial->tokens.output.value_or(0);
            if (output_tokens > 1 && timing.total_ms > timing.ttft_ms) {
                decode_tokens_ += output_tokens - 1;
                decode_ms_ += timing.total_ms - timing.ttft_ms;
            }
            Progress progress;
            progress.stage = Stage::Latency;
            progress.system = question_.system.system().id;
            progress.done = static_cast<std::int64_t>(totals_.size());
            progress.total = most_;
            waited_ms_ += std::isfinite(timing.total_ms) ? timing.total_ms : 0;
            progress.seconds_left = waited_ms_ / static_cast<double>(progress.done) / 1000 *
                                    static_cast<double>(most_ - progress.done) /
                                    question_.concurrency;
            around_.progress(progress);
        }
    }

    // What finishes all the same is kept and paid for.
    Result<void> cancel_rest() {
        question_.system.cancel_all();
        while (!under_way_.empty()) {
            const auto all = question_.system.wait(std::chrono::seconds(10));
            if (all.empty()) {
                break;
            }
            for (const system::Ended& ended : all) {
                PALIER_TRY(take(ended));
            }
        }
        return question_.quiet == nullptr ? keep_unsure() : Result<void>();
    }

    LatencyProbe result() const {
        LatencyProbe probe;
        probe.asked = asked_;
        probe.evaluated = ended_.value_or(Evaluated{});
        probe.done.system = question_.system.system().id;
        probe.done.p95 = p95_.decision();
        probe.done.ttft = ttft_.decision();
        probe.done.busy = probe.evaluated.ending == Ending::Busy;
        if (totals_.empty() || probe.done.busy) {
            return probe;
        }
        const auto total50 = core::quantile(totals_, 0.5, k_level);
        const auto total95 = core::quantile(totals_, 0.95, k_level);
        const auto ttft50 = core::quantile(ttfts_, 0.5, k_level);
        const auto ttft95 = core::quantile(ttfts_, 0.95, k_level);
        core::LatencyMeasure& measure = probe.measure;
        measure.requests = static_cast<std::int64_t>(totals_.size());
        measure.concurrency = question_.concurrency;
        measure.total_ms_p50 = total50->value;
        measure.total_ms_p95 = total95->value;
        measure.total_ms_p95_interval = total95->interval;
        measure.total_ms_p95_bounded = total95->bounded;
        if (writes_text(question_.system.system().spec.recipe)) {
            measure.ttft_ms_p50 = ttft50->value;
            measure.ttft_ms_p95 = ttft95->value;
        }
        if (decode_ms_ > 0) {
            measure.tokens_per_s = static_cast<double>(decode_tokens_) / decode_ms_ * 1000;
        }
        measure.load_average = machine::load_average();
        probe.done.p95_ms = measure.total_ms_p95;
        // A System that writes no text shows all of its answer at once: then its first sign is
        // that.
        probe.done.ttft_p95_ms = ttft95->value;
        return probe;
    }

    const Surroundings& around_;
    const LatencyQuestion& question_;
    core::MeanTest p95_, ttft_;
    std::int64_t most_;
    std::string attempt_;  // so that another attempt does not meet the keys of the first
    std::int64_t next_ = 0;
    std::int64_t asked_ = 0;
    std::map<std::uint64_t, UnderWay> under_way_;
    double seconds_each_ = 0;            // of the latest request
    std::vector<store::Placed> unsure_;  // taken since the last look at the load
    std::set<std::int64_t> again_;       // taken under load
    core::InOrder<core::Trial> gate_;
    std::vector<double> totals_, ttfts_;
    std::int64_t decode_tokens_ = 0;
    double decode_ms_ = 0;
    double waited_ms_ = 0;
    std::optional<Evaluated> ended_;
};

}  // namespace

Result<LatencyProbe> probe_latency(const Surroundings& around, const LatencyQuestion& question) {
    return Probe(around, question).run();
}

}  // namespace palier::run
