#include "report/fixture.h"

#include "base/rng.h"
#include "core/trial.h"

#include <array>

namespace palier::report::fixture {
namespace {

const std::vector<std::string> k_labels{
    "facturation", "livraison", "retour", "compte", "technique", "paiement", "produit", "autre"};

core::Candidate planned(std::string id, std::uint64_t size) {
    core::Candidate plan;
    plan.id = std::move(id);
    plan.size = size;
    plan.rungs = {core::Rung::ZeroShot, core::Rung::Structured, core::Rung::FewShot};
    return plan;
}

core::LatencyMeasure latency(double ttft, double p50, double p95, double low, double high) {
    core::LatencyMeasure l;
    l.requests = 153;
    l.ttft_ms_p50 = ttft * 0.8;
    l.ttft_ms_p95 = ttft;
    l.total_ms_p50 = p50;
    l.total_ms_p95 = p95;
    l.total_ms_p95_interval = {low, high, 0.95};
    l.tokens_per_s = 46;
    l.load_average = 0.41;
    return l;
}

core::QualityMeasure accuracy(double value, double low, double high) {
    core::QualityMeasure q;
    q.metric = "accuracy";
    q.value = value;
    q.interval = {low, high, 0.995};
    q.interval_method = "anytime";
    q.need = 146.0 / 182.0;
    return q;
}

// Rows of labels that add up to about `cases`, with `accuracy` of them right.
void add_labels(core::Measure& measure, std::int64_t cases, double right, std::uint64_t seed) {
    Rng rng(seed);
    const std::size_t n = k_labels.size();
    measure.confusion.assign(n, std::vector<std::int64_t>(n + 1, 0));
    for (std::int64_t i = 0; i < cases; ++i) {
        const std::size_t truth = static_cast<std::size_t>(i) % n;
        std::size_t got = truth;
        if (rng.uniform() > right) {
            got = static_cast<std::size_t>(rng.below(n + 1));
        }
        ++measure.confusion[truth][got];
    }
    for (std::size_t i = 0; i < n; ++i) {
        core::LabelRow row;
        row.label = k_labels[i];
        for (std::size_t j = 0; j <= n; ++j) {
            row.support += measure.confusion[i][j];
        }
        for (std::size_t j = 0; j < n; ++j) {
            row.predicted += measure.confusion[j][i];
        }
        row.correct = measure.confusion[i][i];
        const auto share = [](std::int64_t a, std::int64_t b) {
            return b == 0 ? 0.0 : static_cast<double>(a) / static_cast<double>(b);
        };
        row.recall = share(row.correct, row.support);
        row.precision = share(row.correct, row.predicted);
        row.f1 = row.recall + row.precision == 0
                     ? 0
                     : 2 * row.recall * row.precision / (row.recall + row.precision);
        row.recall_interval = {row.recall * 0.8, row.recall + (1 - row.recall) * 0.5, 0.95};
        measure.labels.push_back(row);
    }
}

core::SystemSummary system(const std::string& candidate,
                           std::optional<core::Rung> rung,
                           std::uint64_t parameters) {
    core::SystemSummary s;
    s.verdict.candidate = candidate;
    s.verdict.rung = rung;
    s.verdict.id = candidate + "/" + (rung ? std::string(core::name_of(*rung)) : "recorded");
    s.system.id = s.verdict.id;
    s.system.candidate = candidate;
    s.system.hash = "hash-of-" + s.verdict.id;
    s.model = candidate;
    s.parameters = parameters;
    s.system.spec.model_identity =
        "sha256:1f0e8d3a52b7c96401fe22aa90cd417be3d5b8a6740c1e9f25d38b6047ac91e2";
    s.system.spec.engine = "llama";
    s.system.spec.engine_build = "llama.cpp 0.5.0 (0c1e570), AVX2";
    s.system.spec.weights = core::Weights::AsFile;
    s.system.spec.chat_template = "jinja:9b2f";
    s.measure.system = s.verdict.id;
    s.measure.items_total = 182;
    if (rung) {
        s.system.spec.recipe.rung = *rung;
    }
    return s;
}

core::SystemSummary recorded_topline() {
    core::SystemSummary s = system("qwen2.5-coder-1.5b-recorded", std::nullopt, 1'543'714'304);
    s.verdict.role = core::Role::Topline;
    s.verdict.on_these_cases = core::Decision::Pass;
    s.verdict.on_future_traffic = core::Decision::Pass;
    s.verdict.status = core::Status::Pass;
    s.verdict.reasons = {{"latency_p95", std::nullopt, 1500.0}};
    s.recorded = true;
    s.system.spec.engine = "recorded";
    s.system.spec.engine_build = "recorded 2026-03-01";
    s.notes = {{"recorded", "2026-03-01, few-shot, temperature 0"}};
    s.measure.items_used = 182;
    s.measure.quality = accuracy(170.0 / 182.0, 170.0 / 182.0, 170.0 / 182.0);
    s.measure.other_metrics = {{"accuracy", 170.0 / 182.0}, {"macro_f1", 0.9312}};
    add_labels(s.measure, 182, 0.93, 11);
    return s;
}

core::SystemSummary large() {
    core::SystemSummary s = system("qwen2.5-coder-1.5b", core::Rung::Structured, 1'543'714'304);
    s.system.spec.recipe.constrained = true;
    s.verdict.on_these_cases = core::Decision::Pass;
    s.verdict.status = core::Status::Fail;
    s.verdict.reasons = {{"latency_p95", 2310.0, 1500.0}};
    s.verdict.rungs_not_proved = {core::Rung::ZeroShot, core::Rung::FewShot};
    s.measure.items_used = 58;
    s.measure.quality = accuracy(54.0 / 58.0, 0.862, 0.971);
    s.measure.latency = latency(1980, 1890, 2310, 2240, 2460);
    s.measure.memory_bytes_peak = 1'720'000'000;
    s.measure.other_metrics = {{"accuracy", 54.0 / 58.0}, {"macro_f1", 0.9204}};
    add_labels(s.measure, 58, 0.93, 12);
    return s;
}

core::SystemSummary middle() {
    core::SystemSummary s = system("qwen2.5-coder-0.5b", core::Rung::Structured, 494'032'768);
    s.system.spec.recipe.decide = core::Decide::Score;
    s.system.spec.weights = core::Weights::Bf16Copy;
    s.verdict.on_these_cases = core::Decision::Pass;
    s.verdict.on_future_traffic = core::Decision::Pass;
    s.verdict.status = core::Status::Pass;
    s.verdict.rungs_not_proved = {core::Rung::ZeroShot, core::Rung::FewShot};
    s.measure.items_used = 118;
    s.measure.quality = accuracy(108.0 / 118.0, 0.8571, 0.9505);
    s.measure.latency = latency(362, 318, 410, 396, 447);
    s.measure.latency->ttft_ms_p50 = s.measure.latency->ttft_ms_p95 = std::nullopt;
    s.measure.latency->tokens_per_s = std::nullopt;
    s.measure.memory_bytes_peak = 912'000'000;
    s.measure.other_metrics = {{"accuracy", 108.0 / 118.0}, {"macro_f1", 0.9087}};
    s.measure.batch_checked = 20;
    s.measure.batch_disagreed = 1;
    add_labels(s.measure, 118, 0.915, 13);
    return s;
}

core::SystemSummary small() {
    core::SystemSummary s = system("smollm2-135m", core::Rung::FewShot, 134'515'008);
    s.system.spec.recipe.decide = core::Decide::Score;
    s.system.spec.recipe.shots = {{"Où est mon colis ?", "livraison"},
                                  {"Deux débits", "paiement"},
                                  {"Mot de passe oublié", "compte"},
                                  {"Écran noir", "technique"}};
    s.verdict.on_these_cases = core::Decision::Fail;
    s.verdict.on_future_traffic = core::Decision::Fail;
    s.verdict.status = core::Status::Fail;
    s.verdict.reasons = {{"quality", 22.0 / 31.0, 146.0 / 182.0}};
    s.verdict.rungs_not_proved = {core::Rung::ZeroShot, core::Rung::Structured};
    s.measure.items_used = 31;
    s.measure.quality = accuracy(22.0 / 31.0, 0.527, 0.7976);
    s.measure.memory_bytes_peak = 301'000'000;
    s.measure.errors = {{"invalid_answer", 3}, {"truncated", 1}};
    s.measure.other_metrics = {{"accuracy", 22.0 / 31.0}, {"macro_f1", 0.6641}};
    add_labels(s.measure, 31, 0.7, 14);
    return s;
}

core::RungTried tried(std::string candidate, core::Rung rung, double score, double low) {
    core::RungTried r;
    r.system = candidate + "/" + std::string(core::name_of(rung));
    r.candidate = std::move(candidate);
    r.rung = rung;
    r.dev_score = score;
    r.dev_low = low;
    return r;
}

}  // namespace

core::Summary tickets() {
    core::Summary s;
    s.run = "r7f3a1c";
    s.job_name = "Tri des demandes clients";
    s.job_path = "examples/tickets/palier.toml";
    s.labels = k_labels;
    s.plan.topline = planned("qwen2.5-coder-1.5b-recorded", 1'543'714'304);
    s.plan.topline->recorded = true;
    s.plan.topline->rungs.clear();
    s.plan.candidates = {planned("qwen2.5-coder-1.5b", 1'543'714'304),
                         planned("qwen2.5-coder-0.5b", 494'032'768),
                         planned("smollm2-135m", 134'515'008)};
    s.plan.quality.metric = "accuracy";
    s.plan.quality.min = 800'000;
    s.plan.p95_ms = 1500;
    s.plan.memory_bytes = 2'000'000'000;
    s.plan.dev_cases = 78;
    s.plan.test_cases = 182;
    s.plan.k = 4;
    s.seed = 20260301;
    s.started_at = "2026-03-01T09:12:44Z";
    s.elapsed_s = 384.2;
    s.finished = true;
    s.exit_code = 0;
    s.systems = {recorded_topline(), large(), middle(), small()};
    s.verdict.choice = core::Choice::Slm;
    s.verdict.system = "qwen2.5-coder-0.5b/structured";
    s.verdict.topline_meets_threshold = true;
    s.verdict.exit_code = 0;
    for (const auto& one : s.systems) {
        s.verdict.systems.push_back(one.verdict);
    }
    s.rungs = {tried("qwen2.5-coder-1.5b", core::Rung::ZeroShot, 0.7949, 0.71),
               tried("qwen2.5-coder-1.5b", core::Rung::Structured, 0.9359, 0.88),
               tried("qwen2.5-coder-0.5b", core::Rung::ZeroShot, 0.641, 0.55),
               tried("qwen2.5-coder-0.5b", core::Rung::Structured, 0.9103, 0.851),
               tried("smollm2-135m", core::Rung::ZeroShot, 0.2821, 0.2),
               tried("smollm2-135m", core::Rung::Structured, 0.5641, 0.47),
               tried("smollm2-135m", core::Rung::FewShot, 0.7308, 0.64)};
    s.rungs[4].ruled_out = true;
    for (std::int64_t i = 0; i < s.plan.dev_cases; ++i) {
        s.dev_ids.push_back("d" + std::to_string(i + 1));
    }
    core::RungTried& scored = s.rungs[3];
    scored.cases = 78;
    scored.tokens = 12'480;
    scored.below = s.rungs[2].system;
    scored.compared = 78;
    scored.removed = {3,  4,  8,  13, 20, 31, 32, 40, 41, 50, 51, 52,
                      53, 60, 61, 62, 70, 71, 72, 73, 74, 75, 76};
    scored.added = {7, 9};
    s.comparisons = {{"qwen2.5-coder-1.5b/structured",
                      "qwen2.5-coder-1.5b-recorded/recorded",
                      58,
                      2,
                      3,
                      -1.0 / 58.0,
                      1.0,
                      "mcnemar-exact"},
                     {"qwen2.5-coder-0.5b/structured",
                      "qwen2.5-coder-1.5b-recorded/recorded",
                      118,
                      3,
                      6,
                      -3.0 / 118.0,
                      0.5078,
                      "mcnemar-exact"},
                     {"smollm2-135m/few-shot",
                      "qwen2.5-coder-1.5b-recorded/recorded",
                      31,
                      0,
                      7,
                      -7.0 / 31.0,
                      0.0156,
                      "mcnemar-exact"}};
    s.facts = {
        {"palier", "0.1.0"},
        {"engine", "llama.cpp 0.5.0 (0c1e570), AVX2"},
        {"machine", "AMD EPYC, 2 cores, 24 GiB, Debian 12"},
        {"data (SHA-256)", "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"},
        {"job file (SHA-256)", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
        {"split", "dev 78, test 182, frozen before anything was tuned"}};
    return s;
}

core::Summary orders() {
    core::Summary s = tickets();
    s.run = "r2b90e4";
    s.job_name = "Order messages to fields";
    s.task = core::Task::Extract;
    s.labels.clear();
    s.comparisons.clear();
    s.plan.sequential = false;
    s.plan.zero_one = false;
    s.plan.quality.metric = "micro_f1";
    s.plan.quality.min = 850'000;
    s.currency = "EUR";
    double value = 0.97;
    for (auto& one : s.systems) {
        one.measure.labels.clear();
        one.measure.confusion.clear();
        one.measure.items_used = 182;
        one.measure.quality->metric = "micro_f1";
        one.measure.quality->value = value;
        one.measure.quality->interval = {value - 0.021, value + 0.018, 0.95};
        one.measure.quality->interval_method = "bca";
        one.measure.quality->need = 0.85;
        one.verdict.on_future_traffic.reset();
        for (core::Reason& reason : one.verdict.reasons) {
            if (reason.constraint == "quality") {
                reason = {"quality", value, 0.85};
            }
        }
        one.measure.fields = {{"customer.name", 171, 8, 11, 0.955, 0.94, 0.947},
                              {"items[].quantity", 160, 19, 22, 0.894, 0.879, 0.886},
                              {"total", 140, 40, 42, 0.778, 0.769, 0.773}};
        one.measure.cost = core::CostMeasure{value / 8, "EUR", "price stated in the job x tokens"};
        value -= 0.058;
    }
    return s;
}

Result<void> MemoryStore::each_trial(std::int64_t,
                                     std::optional<store::Phase> phase,
                                     std::string_view system_hash,
                                     const std::function<bool(const store::Placed&)>& visit) {
    if (fails) {
        return refused();
    }
    for (const store::Placed& placed : trials) {
        const bool wanted = (!phase || *phase == placed.phase) &&
                            (system_hash.empty() || system_hash == placed.trial.system_hash);
        if (wanted && !visit(placed)) {
            break;
        }
    }
    return {};
}

Result<void> MemoryStore::each_case(std::int64_t,
                                    const std::function<bool(const core::Case&)>& visit) {
    if (fails) {
        return refused();
    }
    for (const core::Case& one : cases) {
        if (!visit(one)) {
            break;
        }
    }
    return {};
}

MemoryStore tickets_store(const core::Summary& summary, std::int64_t count) {
    static constexpr std::array<std::string_view, 8> texts{
        "Bonjour, ma facture de février compte deux fois l'abonnement, pouvez-vous la corriger ?",
        "Mon colis est marqué livré mais je n'ai rien reçu, le voisin non plus.",
        "Les chaussures sont trop petites, comment les renvoyer sans frais ?",
        "Impossible de me connecter : le lien de réinitialisation a expiré.",
        "L'application se ferme dès que j'ouvre la caméra, téléphone à jour.",
        "La banque m'a débité deux fois pour la même commande hier soir.",
        "Ce modèle existe-t-il en bleu et tient-il dans une valise cabine ?",
        "Merci encore pour votre aide de la semaine dernière !"};
    MemoryStore store;
    Rng rng(7);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t label = static_cast<std::size_t>(i) % k_labels.size();
        core::Case one;
        one.id = "t-" + std::to_string(1000 + i);
        one.input = texts[label];
        one.expected = {k_labels[label]};
        one.line = i + 1;
        store.cases.push_back(one);
        for (const auto& system : summary.systems) {
            if (!system.measure.quality || i >= system.measure.items_used * count / 182) {
                continue;
            }
            store::Placed placed;
            placed.phase = system.verdict.role == core::Role::Topline ? store::Phase::Topline
                                                                      : store::Phase::Test;
            placed.ordinal = i;
            placed.trial.system_hash = system.system.hash;
            placed.trial.case_id = one.id;
            const bool right = rng.uniform() < system.measure.quality->value;
            const std::size_t other =
                (label + 1 + rng.below(k_labels.size() - 1)) % k_labels.size();
            placed.trial.grade.score = right ? k_one : 0;
            placed.trial.grade.parsed = right ? k_labels[label] : k_labels[other];
            placed.trial.answer = placed.trial.grade.parsed;
            if (!right && rng.below(6) == 0) {
                placed.trial.grade.failure = core::Failure::InvalidAnswer;
                placed.trial.grade.parsed.clear();
            }
            store.trials.push_back(placed);
        }
    }
    return store;
}

}  // namespace palier::report::fixture
