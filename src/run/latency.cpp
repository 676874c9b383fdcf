#include "run/latency.h"

#include "core/cost.h"
#include "core/in_order.h"
#include "core/statistics.h"
#include "lib/hash/sha256.h"
#include "machine/host.h"
#include "system/system.h"

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
        while (!ended_ && !decided() && (next_ < most_ || !under_way_.empty())) {
            while (next_ < most_ &&
                   under_way_.size() < static_cast<std::size_t>(question_.concurrency)) {
                engine::Request request = next_request();
                double money = most_cost_of(question_.price, request);
                for (const auto& [id, under_way] : under_way_) {
                    money += under_way.most_cost;
                }
                if (!around_.budget.allows(seconds_each_, money)) {
                    end(Ending::OverBudget);
                    break;
                }
                PALIER_TRY(post(std::move(request)));
            }
            for (const engine::Event& event :
                 question_.engine.wait(around_.budget.patience(std::chrono::milliseconds(100)))) {
                PALIER_TRY(take(event));
            }
            if (around_.interrupted.load()) {
                end(Ending::Interrupted);
            } else if (around_.budget.time_is_up()) {
                end(Ending::OverBudget);
            }
        }
        PALIER_TRY(cancel_rest());
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
                                        question_.system.hash,
                                        [&](const store::Placed& placed) {
                                            if (placed.ordinal == next_ && next_ < most_) {
                                                ++next_;
                                                gate_.put(placed.ordinal, placed.trial);
                                                consume();
                                            }
                                            return true;
                                        });
    }

    engine::Request next_request() {
        engine::Request request =
            system::request_for(around_.job, question_.system.recipe, case_of(next_));
        request.id = ++around_.last_request_id;
        request.own_part_uncached = true;
        request.priority = engine::Priority::Interactive;  // as it is served
        const double limit =
            std::max(question_.p95_ms.value_or(0), question_.ttft_p95_ms.value_or(0));
        request.timeout = std::chrono::duration_cast<Nanoseconds>(
            std::chrono::duration<double, std::milli>(std::max(120'000.0, 10 * limit)));
        return request;
    }

    Result<void> post(engine::Request request) {
        under_way_[request.id] = {
            next_++, most_cost_of(question_.price, request), around_.clock.now()};
        return question_.engine.post({std::move(request)});
    }

    Result<void> take(const engine::Event& event) {
        const auto found = under_way_.find(event.id);
        if (found == under_way_.end() || !event.is_last()) {
            return {};
        }
        const std::int64_t ordinal = found->second.ordinal;
        seconds_each_ =
            std::chrono::duration<double>(around_.clock.now() - found->second.posted).count();
        under_way_.erase(found);
        const core::Case& item = case_of(ordinal);
        core::Trial trial;
        trial.key = hash::Sha256()
                        .field("latency")
                        .field(std::to_string(around_.run))
                        .field(around_.salt)
                        .field(question_.system.hash)
                        .field(std::to_string(ordinal))
                        .hex();
        trial.request_key = trial.key;
        trial.system_hash = question_.system.hash;
        trial.case_id = item.id;
        if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
            if (failed->kind == engine::FailureKind::Cancelled) {
                return {};
            }
            if (failed->kind == engine::FailureKind::Unreachable) {
                end(Ending::Unreachable, failed->detail);
                return {};
            }
            trial.grade = around_.grader.grade_failure(item, core::Failure::Timeout);
            trial.failure_detail = failed->detail;
        } else {
            const auto& response = std::get<engine::Response>(event.what);
            trial.answer = system::raw_answer(response, question_.system.recipe.decide);
            const auto text = system::final_answer(
                around_.job, question_.system.recipe, trial.answer, question_.empty_scores);
            trial.grade = around_.grader.grade(item, text.value_or(""));
            if (response.ttft_ms && response.total_ms) {
                trial.timing = core::Timing{*response.ttft_ms, *response.total_ms};
            }
            trial.prompt_tokens = response.prompt_tokens.value_or(0);
            trial.cached_tokens = response.cached_tokens.value_or(0);
            trial.output_tokens = response.output_tokens.value_or(0);
        }
        around_.budget.spend(
            core::cost_of(question_.price, trial.prompt_tokens, trial.output_tokens));
        PALIER_TRY(
            around_.store.put_trials(around_.run, {{store::Phase::Latency, ordinal, trial}}));
        if (question_.price) {
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
            if (trial->output_tokens > 1 && timing.total_ms > timing.ttft_ms) {
                decode_tokens_ += trial->output_tokens - 1;
                decode_ms_ += timing.total_ms - timing.ttft_ms;
            }
            Progress progress;
            progress.stage = Stage::Latency;
            progress.system = question_.system.id;
            progress.done = static_cast<std::int64_t>(totals_.size());
            progress.total = most_;
            progress.seconds_left =
                static_cast<double>(most_ - progress.done) * timing.total_ms / 1000;
            around_.progress(progress);
        }
    }

    // What finishes all the same is kept and paid for.
    Result<void> cancel_rest() {
        for (const auto& [id, under_way] : under_way_) {
            question_.engine.cancel(id);
        }
        while (!under_way_.empty()) {
            const auto events = question_.engine.wait(std::chrono::seconds(10));
            if (events.empty()) {
                break;
            }
            for (const engine::Event& event : events) {
                PALIER_TRY(take(event));
            }
        }
        return {};
    }

    LatencyProbe result() const {
        LatencyProbe probe;
        probe.evaluated = ended_.value_or(Evaluated{});
        probe.done.system = question_.system.id;
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
