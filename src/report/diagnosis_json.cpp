// A diagnosis for scripts, and as the run keeps it.
#include "core/names.h"
#include "lib/json/json.h"
#include "report/diagnosis.h"

namespace palier::report {
namespace {

constexpr std::string_view k_memo = "diagnosis";
constexpr std::int64_t k_format = 1;

template <class Named>
json::Value word(Named value) {
    return std::string(core::name_of(value));
}

json::Value interval_json(const core::Interval& interval) {
    return json::Object{{"low", interval.low}, {"high", interval.high}, {"level", interval.level}};
}

json::Value helps_json(const core::Helps& helps) {
    json::Value value;
    value.add("helps", word(helps.help));
    const bool measured = helps.asked > 0;
    value.add("repaired", measured ? json::Value(helps.repaired) : json::Value());
    value.add("asked", measured ? json::Value(helps.asked) : json::Value());
    return value;
}

json::Value table_json(const core::DiagnosedRun& run) {
    json::Value table = json::Array{};
    for (const core::KindFound& row : run.diagnosis.table) {
        json::Value confusions = json::Array{};
        for (const core::Confusion& one : row.confusions) {
            confusions.push(json::Object{
                {"expected", one.expected}, {"answered", one.answered}, {"times", one.times}});
        }
        json::Value value;
        value.add("error", word(row.kind)).add("cases", row.cases);
        value.add("share", interval_json(row.share));
        value.add("retrieval", helps_json(row.retrieval));
        value.add("fine_tuning", helps_json(row.fine_tuning));
        value.add("recurring", row.recurring).add("compared", row.compared);
        value.add("confusions", std::move(confusions));
        value.add("example", run.findings.cases[row.example].case_id);
        table.push(std::move(value));
    }
    return table;
}

json::Value cases_json(const core::DiagnosedRun& run) {
    json::Value cases = json::Array{};
    for (std::size_t i = 0; i < run.findings.cases.size(); ++i) {
        const core::FailedCase& one = run.findings.cases[i];
        json::Value probes = json::Object{};
        for (const auto& [probe, seen] : one.probes) {
            json::Value value;
            value.add("repairs", core::repairs(seen, one.own));
            value.add("error", seen.score >= k_one ? json::Value() : word(seen.kind));
            value.add("answered", seen.answered);
            probes.add(std::string(core::name_of(probe)), std::move(value));
        }
        json::Value value;
        value.add("case", one.case_id).add("error", word(run.diagnosis.kinds[i]));
        value.add("expected", one.expected).add("answered", one.own.answered);
        value.add("score", static_cast<double>(one.own.score) / static_cast<double>(k_one));
        value.add("probes", std::move(probes));
        cases.push(std::move(value));
    }
    return cases;
}

json::Value probes_json(const core::DiagnosedRun& run) {
    json::Value probes = json::Object{};
    for (const core::ProbeAsked& probe : run.probes) {
        json::Value value;
        const auto counted = run.diagnosis.probes.find(probe.probe);
        const bool asked = counted != run.diagnosis.probes.end();
        value.add("asked", asked ? counted->second.asked : 0);
        value.add("repaired", asked ? counted->second.repaired : 0);
        value.add("requests", probe.requests);
        value.add("left_out", probe.left_out ? word(*probe.left_out) : json::Value());
        probes.add(std::string(core::name_of(probe.probe)), std::move(value));
    }
    return probes;
}

json::Value recommendation_json(Language language, const core::DiagnosedRun& run) {
    const core::Recommendation& told = run.diagnosis.recommendation;
    json::Value value;
    value.add("action", word(told.action));
    value.add("rung", told.rung ? word(*told.rung) : json::Value());
    value.add("cases", told.cases);
    value.add("error", told.cases > 0 ? word(told.kind) : json::Value());
    value.add("share", told.cases > 0 ? interval_json(told.share) : json::Value());
    value.add("sentence", recommendation_in_words(language, run));
    return value;
}

json::Value lora_json(Language language, const core::DiagnosedRun& run) {
    const core::Diagnosis& found = run.diagnosis;
    json::Value value;
    value.add("gate", word(found.lora));
    value.add("opens",
              found.lora == core::LoraGate::Opened || found.lora == core::LoraGate::Forced);
    value.add("forced", found.forced.empty() ? json::Value() : json::Value(found.forced));
    value.add("recurring", found.recurring).add("compared", found.compared);
    value.add("recurrence", interval_json(found.recurrence)).add("chance", found.chance);
    value.add("examples", run.examples);
    value.add("sentence", lora_in_words(language, run));
    return value;
}

}  // namespace

std::string diagnosis_json(Language language, const core::DiagnosedRun& run) {
    json::Value causes = json::Object{};
    for (const auto& [action, cases] : run.diagnosis.causes) {
        causes.add(std::string(core::name_of(action)), cases);
    }
    json::Value value;
    value.add("format", k_format).add("run", run.run).add("system", run.system);
    value.add("model", run.model).add("rung", word(run.rung));
    value.add("asked", run.findings.asked).add("failed", run.findings.failed);
    value.add("looked_at", run.diagnosis.looked_at).add("requests", run.requests);
    value.add("interrupted", run.interrupted);
    value.add("recommendation", recommendation_json(language, run));
    value.add("lora", lora_json(language, run));
    value.add("errors", table_json(run)).add("causes", std::move(causes));
    value.add("probes", probes_json(run)).add("cases", cases_json(run));
    return json::write(value);
}

Result<void> keep_diagnosis(store::Store& store,
                            std::int64_t run,
                            const core::DiagnosedRun& diagnosed) {
    return store.put_memo(run, k_memo, diagnosis_json(Language::En, diagnosed));
}

std::optional<KeptDiagnosis> diagnosis_from(std::string_view text) {
    const auto value = json::parse_or_nothing(text);
    if (!value || (*value)["format"].as_int() != k_format) {
        return std::nullopt;
    }
    const json::Value& told = (*value)["recommendation"];
    const json::Value& lora = (*value)["lora"];
    const auto action = core::action_from(told["action"].as_string());
    const auto gate = core::lora_gate_from(lora["gate"].as_string());
    if (!action || !gate) {
        return std::nullopt;
    }
    KeptDiagnosis kept;
    kept.system = (*value)["system"].as_string();
    kept.action = *action;
    kept.rung = core::rung_from(told["rung"].as_string());
    kept.kind = core::error_kind_from(told["error"].as_string()).value_or(kept.kind);
    kept.cases = told["cases"].as_int();
    kept.looked_at = (*value)["looked_at"].as_int();
    kept.lora = *gate;
    kept.forced = lora["forced"].as_string();
    return kept;
}

Result<std::optional<KeptDiagnosis>> kept_diagnosis(store::Store& store, std::int64_t run) {
    const auto kept = store.memo(run, k_memo);
    PALIER_TRY(kept);
    const std::optional<std::string>& text = *kept;
    return text ? diagnosis_from(*text) : std::nullopt;
}

}  // namespace palier::report
