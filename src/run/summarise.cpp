#include "run/summarise.h"

#include "catalog/known.h"
#include "core/cost.h"
#include "core/statistics.h"
#include "eval/measure.h"
#include "machine/host.h"
#include "run/codes.h"
#include "run/confidence.h"

#include <algorithm>
#include <unordered_map>

namespace palier::run {
namespace {

class Summariser {
   public:
    Summariser(const planning::Prepared& prepared,
               const Climber& climber,
               const planning::ClimbOptions& options,
               const Surroundings& around,
               const store::RunRow& row)
        : prepared_(prepared), climber_(climber), options_(options), around_(around), row_(row) {
        for (const core::Case* item : prepared.test) {
            by_id_[item->id] = item;
        }
    }

    Result<core::Summary> make(double elapsed_seconds) {
        core::Summary summary;
        summary.run = row_.id;
        summary.job_name = prepared_.job.name;
        summary.job_path = prepared_.job_path;
        summary.task = prepared_.job.task;
        summary.labels = prepared_.job.labels;
        summary.plan = prepared_.plan;
        summary.seed = prepared_.job.seed;
        summary.started_at = row_.started_at;
        summary.elapsed_s = elapsed_seconds;
        const core::History& history = climber_.history();
        summary.finished = history.stopped == core::StopCause::Finished;
        summary.verdict = core::verdict(prepared_.plan, history);
        summary.exit_code =
            history.stopped == core::StopCause::Interrupted ? 130 : summary.verdict.exit_code;
        summary.rungs = core::rungs_tried(prepared_.plan, history);
        for (const core::Case* item : prepared_.dev) {
            summary.dev_ids.push_back(item->id);
        }
        summary.notes = prepared_.notes;
        summary.notes.insert(
            summary.notes.end(), climber_.remarks().begin(), climber_.remarks().end());
        summary.currency = currency();
        for (const core::SystemVerdict& verdict : summary.verdict.systems) {
            auto system = system_summary(verdict, summary);
            if (!system) {
                return system.error();
            }
            summary.systems.push_back(std::move(*system));
        }
        for (const auto& [candidate, learned] : climber_.learned()) {
            for (const auto& [name, value] : learned) {
                if (const int code = code_of_learned(name); code != 0) {
                    summary.notes.push_back({code, {{"system", candidate}, {"what", value}}});
                }
            }
        }
        for (const core::LatencyDone& probe : history.latencies) {
            if (probe.busy) {
                summary.notes.push_back({codes::latency_not_measured, {{"system", probe.system}}});
            }
        }
        PALIER_TRY(count_earlier_runs(summary));
        summary.facts = facts();
        return summary;
    }

   private:
    // The note of the message table for what engine::Client::learned names; 0: none.
    static int code_of_learned(const std::string& name) {
        return name == "left_out"       ? codes::parts_left_out
               : name == "short_counts" ? codes::prompts_counted_short
                                        : 0;
    }

    [[nodiscard]] std::string currency() const {
        if (prepared_.job.constraints.cost_per_1k) {
            return prepared_.job.constraints.cost_per_1k->currency;
        }
        for (const planning::Contestant& candidate : prepared_.candidates) {
            if (candidate.spec.price) {
                return candidate.spec.price->currency;
            }
        }
        return prepared_.topline && prepared_.topline->spec.price
                   ? prepared_.topline->spec.price->currency
                   : "";
    }

    const planning::Contestant& contestant(const core::SystemVerdict& verdict) const {
        if (verdict.role == core::Role::Topline) {
            return *prepared_.topline;
        }
        const auto found = std::find_if(prepared_.candidates.begin(),
                                        prepared_.candidates.end(),
                                        [&](const planning::Contestant& candidate) {
                                            return candidate.plan.id == verdict.candidate;
                                        });
        PALIER_CHECK(found != prepared_.candidates.end(),
                     "a verdict speaks of the plan's candidates");
        return *found;
    }

    // The System that was proved, or else the best one on dev, whose recipe is worth showing.
    const Climbed* climbed_of(const core::SystemVerdict& verdict) const {
        const auto& systems = climber_.systems();
        if (const auto found = systems.find(verdict.id); found != systems.end()) {
            return &found->second;
        }
        std::optional<core::RungTried> best;
        for (const core::RungTried& rung : core::rungs_tried(prepared_.plan, climber_.history())) {
            if (rung.candidate == verdict.candidate && !rung.trouble &&
                (!best || rung.dev_score > best->dev_score)) {
                best = rung;
            }
        }
        if (best) {
            return &systems.at(best->system);
        }
        // One that has no rungs on dev, such as a recording that lacks a case.
        const auto only = std::find_if(systems.begin(), systems.end(), [&](const auto& system) {
            return system.second.system.candidate == verdict.candidate;
        });
        return only != systems.end() ? &only->second : nullptr;
    }

    Result<core::SystemSummary> system_summary(const core::SystemVerdict& verdict,
                                               core::Summary& summary) {
        core::SystemSummary out;
        out.verdict = verdict;
        const planning::Contestant& of = contestant(verdict);
        out.parameters = of.parameters;
        // Some files hold the embeddings twice; the catalogue counts them once, as people do.
        const catalog::Known* known =
            of.is_local() && !of.spec.parameters ? catalog::catalogue().find(of.plan.id) : nullptr;
        if (known != nullptr && known->parameters) {
            out.parameters = known->parameters->value;
        }
        out.model = of.plan.id;
        out.source = of.spec;
        if (of.is_local()) {
            out.source->model = of.open.path;
        }
        out.recorded = of.spec.is_recorded();
        out.measure.items_total = static_cast<std::int64_t>(prepared_.test.size());
        const Climbed* climbed = climbed_of(verdict);
        if (!climbed) {
            out.system.id = verdict.id;
            out.system.candidate = verdict.candidate;
            return out;
        }
        out.system = climbed->system;
        out.notes.insert(climbed->facts.notes.begin(), climbed->facts.notes.end());
        if (const auto learned = climber_.learned().find(verdict.candidate);
            learned != climber_.learned().end()) {
            out.notes.insert(learned->second.begin(), learned->second.end());
        }
        if (!climbed->failure_detail.empty()) {
            out.notes["failure"] = climbed->failure_detail;
        }
        PALIER_TRY(measure(verdict, *climbed, out.measure, summary));
        return out;
    }

    Result<void> measure(const core::SystemVerdict& verdict,
                         const Climbed& climbed,
                         core::Measure& out,
                         core::Summary& summary) {
        const bool topline = verdict.role == core::Role::Topline;
        const std::optional<core::Price>& price = climbed.contestant->spec.price;
        eval::Tally tally(prepared_.job);
        ConfidenceTally confidence(climbed, prepared_.job.labels);
        std::optional<double> cost = 0;  // nullopt: of some answer nobody counted the tokens
        std::vector<Micros> scores;
        PALIER_TRY(around_.store.each_trial(
            around_.run,
            topline ? store::Phase::Topline : store::Phase::Test,
            climbed.system.hash,
            [&](const store::Placed& placed) {
                if (placed.ordinal >= climbed.used) {
                    return false;
                }
                tally.add(*by_id_.at(placed.trial.case_id), placed.trial);
                confidence.add(*by_id_.at(placed.trial.case_id), placed.trial);
                scores.push_back(placed.trial.grade.score);
                const auto one = core::cost_of(price, placed.trial.tokens);
                cost = cost && one ? std::optional(*cost + *one) : std::nullopt;
                return true;
            }));
        const std::int64_t total = out.items_total;
        if (tally.cases() > 0) {
            out = tally.measure();
            out.items_total = total;
            Rng rng(prepared_.job.seed);
            out.quality = tally.quality(rng);
            // An early stop chose its own number of cases, so only an anytime interval holds.
            if (out.quality && climbed.stopped_early && prepared_.plan.sequential &&
                out.items_used < total) {
                out.quality->interval = climbed.interval;
                out.quality->interval_method = "anytime";
            }
            if (out.quality) {
                out.quality->need = core::threshold(prepared_.plan, climber_.history()).value_or(0);
            }
        }
        out.reliability = confidence.result();
        out.learning_curve = climbed.curve;
        const auto thinking = kept_thinking(around_.store, around_.run, climbed.system.hash);
        PALIER_TRY(thinking);
        if (thinking->output > 0) {
            summary.notes.push_back({codes::tokens_of_thinking,
                                     {{"system", climbed.system.id},
                                      {"thought", std::to_string(thinking->thought)},
                                      {"output", std::to_string(thinking->output)}}});
        }
        if (tally.cases() == 0) {
            PALIER_TRY(count_failures_on_dev(climbed, out));
        }
        if (topline) {
            topline_scores_ = std::move(scores);
        } else if (!topline_scores_.empty()) {
            compare(climbed.system.id, scores, summary);
        }
        out.system = climbed.system.id;
        out.latency = climbed.latency;
        if (cost && price && tally.cases() > 0) {
            out.cost = core::CostMeasure{*cost / static_cast<double>(tally.cases()) * 1000,
                                         price->currency,
                                         "price stated in the job x tokens counted"};
        }
        const auto memory = climber_.history().memory_bytes.find(climbed.system.id);
        if (memory != climber_.history().memory_bytes.end()) {
            out.memory_bytes_peak = memory->second;
        }
        out.batch_checked = climbed.batch_checked;
        out.batch_disagreed = climbed.batch_disagreed;
        return {};
    }

    // Of a System that was never proved, dev says what its answers failed of.
    Result<void> count_failures_on_dev(const Climbed& climbed, core::Measure& out) const {
        return around_.store.each_trial(
            around_.run, store::Phase::Dev, climbed.system.hash, [&](const store::Placed& placed) {
                if (placed.trial.grade.failure != core::Failure::None) {
                    ++out.errors[std::string(core::name_of(placed.trial.grade.failure))];
                }
                return true;
            });
    }

    // On the first cases, which both have answered: the order is the same for all.
    void compare(const std::string& system,
                 const std::vector<Micros>& scores,
                 core::Summary& summary) const {
        const std::size_t cases = std::min(scores.size(), topline_scores_.size());
        if (cases == 0 || !prepared_.plan.sequential) {
            return;
        }
        core::Comparison comparison;
        comparison.system = system;
        comparison.with = prepared_.topline->plan.id;
        comparison.cases = static_cast<std::int64_t>(cases);
        std::vector<double> mine;
        std::vector<double> theirs;
        double difference = 0;
        for (std::size_t i = 0; i < cases; ++i) {
            comparison.only_system += scores[i] > topline_scores_[i] ? 1 : 0;
            comparison.only_with += scores[i] < topline_scores_[i] ? 1 : 0;
            mine.push_back(static_cast<double>(scores[i]) / static_cast<double>(k_one));
            theirs.push_back(static_cast<double>(topline_scores_[i]) / static_cast<double>(k_one));
            difference += mine.back() - theirs.back();
        }
        comparison.difference = difference / static_cast<double>(cases);
        if (prepared_.plan.zero_one) {
            comparison.test = "mcnemar-exact";
            comparison.p_value = core::mcnemar_exact(comparison.only_system, comparison.only_with);
        } else {
            Rng rng(prepared_.job.seed);
            comparison.test = "paired-permutation";
            comparison.p_value = core::paired_permutation(mine, theirs, 10'000, rng);
        }
        summary.comparisons.push_back(std::move(comparison));
    }

    // Choosing again on the same test cases wears them out, and the alpha of one run does not cover
    // it.
    Result<void> count_earlier_runs(core::Summary& summary) const {
        auto runs = around_.store.runs();
        if (!runs) {
            return runs.error();
        }
        const auto earlier =
            std::count_if(runs->begin(), runs->end(), [&](const store::RunRow& run) {
                return run.row < row_.row && run.data_hash == row_.data_hash;
            });
        if (earlier > 0) {
            summary.notes.push_back({codes::earlier_looks, {{"count", std::to_string(earlier)}}});
        }
        return {};
    }

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const {
        const machine::Host host = machine::this_host();
        std::vector<std::pair<std::string, std::string>> facts{
            {"palier", options_.palier_version},
            {"run", row_.id},
            {"seed", std::to_string(prepared_.job.seed)},
            {"alpha", std::to_string(prepared_.plan.alpha)},
            {"K", std::to_string(prepared_.plan.k)},
            {"metric",
             prepared_.grader->metric().name + ": " + prepared_.grader->metric().convention},
            {"grader version", prepared_.grader->version()},
            {"split SHA-256", prepared_.split_hash},
            {"test cases SHA-256", prepared_.test_hash},
            {"processor",
             host.processor + ", " + std::to_string(host.cores) + " cores for this process"},
            {"memory", show_bytes(host.memory_bytes)},
            {"system", host.system}};
        for (const auto& [id, climbed] : climber_.systems()) {
            facts.emplace_back(id + " system SHA-256", climbed.system.hash);
            facts.emplace_back(id + " model", climbed.system.spec.model_identity);
            facts.emplace_back(id + " engine",
                               climbed.system.spec.engine + " " + climbed.system.spec.engine_build);
            facts.emplace_back(id + " chat template", climbed.system.spec.chat_template);
        }
        return facts;
    }

    const planning::Prepared& prepared_;
    const Climber& climber_;
    const planning::ClimbOptions& options_;
    const Surroundings& around_;
    const store::RunRow& row_;
    std::unordered_map<std::string, const core::Case*> by_id_;
    std::vector<Micros> topline_scores_;
};

}  // namespace

Result<core::Summary> summarise(const planning::Prepared& prepared,
                                const Climber& climber,
                                const planning::ClimbOptions& options,
                                const Surroundings& around,
                                const store::RunRow& row,
                                double elapsed_seconds) {
    return Summariser(prepared, climber, options, around, row).make(elapsed_seconds);
}

}  // namespace palier::run
