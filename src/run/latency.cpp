#include "run/latency.h"

#include "core/in_order.h"
#include "core/statistics.h"
#include "lib/hash/sha256.h"
#include "machine/host.h"

#include <algorithm>
#include <limits>
#include <map>

namespace palier::run {
namespace {

constexpr double k_level = 0.95;

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
        while (!ended_ && !decided() && (next_ < most_ || !under_way_.empty())) {
            while (next_ < most_ &&
                   under_way_.size() < static_cast<std::size_t>(question_.concurrency)) {
                const core::Input input = case_of(next_).asked();
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
            next_++, question_.system.most_cost(input), around_.clock.now()};
        return {};
    }

    Result<void> take(const system::Ended& ended) {
        const auto found = under_way_.find(ended.ticket);
        PALIER_CHECK(found != under_way_.end(), "a System ends what it was asked, once");
        const std::int64_t ordinal = found->second.ordinal;
        seconds_each_ =
            std::chrono::duration<double>(around_.clock.now() - found->second.posted).count();
        under_way_.erase(found);
        around_.budget.spend(ended.spent);
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
                        .field(around_.salt)
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
        PALIER_TRY(
            around_.store.put_trials(around_.run, {{store::Phase::Latency, ordinal, trial}}));
        if (question_.system.price()) {
            PALIER_TRY(keep_spending(around_));
        }
        gate_.put(ordinal, std::move(trial));
        consume();
        return {};
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
            progress.seconds_left =
                static_cast<double>(most_ - progress.done) * timing.total_ms / 1000;
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
        return {};
    }

    LatencyProbe result() const {
        LatencyProbe probe;
        probe.asked = asked_;
        probe.evaluated = ended_.value_or(Evaluated{});
        probe.done.system = question_.system.system().id;
        probe.done.p95 = p95_.decision();
        probe.done.ttft = ttft_.decision();
        if (totals_.empty()) {
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
        measure.ttft_ms_p50 = ttft50->value;
        measure.ttft_ms_p95 = ttft95->value;
        measure.tokens_per_s =
            decode_ms_ > 0 ? static_cast<double>(decode_tokens_) / decode_ms_ * 1000 : 0;
        measure.load_average = machine::load_average();
        probe.done.p95_ms = measure.total_ms_p95;
        probe.done.ttft_p95_ms = measure.ttft_ms_p95;
        return probe;
    }

    const Surroundings& around_;
    const LatencyQuestion& question_;
    core::MeanTest p95_, ttft_;
    std::int64_t most_;
    std::int64_t next_ = 0;
    std::int64_t asked_ = 0;
    std::map<std::uint64_t, UnderWay> under_way_;
    double seconds_each_ = 0;  // of the latest request
    core::InOrder<core::Trial> gate_;
    std::vector<double> totals_, ttfts_;
    std::int64_t decode_tokens_ = 0;
    double decode_ms_ = 0;
    std::optional<Evaluated> ended_;
};

}  // namespace

Result<LatencyProbe> probe_latency(const Surroundings& around, const LatencyQuestion& question) {
    return Probe(around, question).run();
}

}  // namespace palier::run
