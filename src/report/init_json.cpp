#include "core/names.h"
#include "lib/json/json.h"
#include "report/init.h"
#include "report/supposed_object.h"

#include <array>

namespace palier::report {
namespace {

json::Value criteria_json(const std::array<core::SignalRow, 4>& table,
                          const core::Answers& answers,
                          Language language,
                          const core::ReferencePrices& prices) {
    json::Value criteria = json::Array{};
    for (const core::SignalRow& row : table) {
        json::Value value;
        value.add("criterion", core::name_of(row.criterion))
            .add("signal", core::name_of(row.signal))
            .add("rests_on", reason_of(language, row, answers, prices));
        if (row.criterion == core::Criterion::Volume) {
            value.add("bill_per_month_estimate", row.bill_per_month)
                .add("currency", prices.api.currency);
        }
        criteria.push(std::move(value));
    }
    return criteria;
}

constexpr std::array<const char*, 3> k_yardsticks{"gpu", "processor", "stated"};

}  // namespace

std::string init_json(Language language, const NewJob& made) {
    const auto table = core::decision_table(made.answers, made.prices);
    json::Value labels = json::Array{}, candidates = json::Array{}, reasons = json::Array{};
    for (const std::string& label : made.job.labels) {
        labels.push(label);
    }
    for (const planning::Proposal& candidate : made.proposals.candidates) {
        candidates.push(json::Object{
            {"model", candidate.spec.model},
            {"reason", reason_of(language, candidate, made.proposals.machine.has_value())}});
    }
    json::Value data;
    data.add("test", made.data);
    if (made.profile != nullptr) {
        data.add("cases", made.profile->records).add("encoding", made.profile->encoding);
        for (const core::Note& reason : made.profile->reasons) {
            reasons.push(sentence(language, reason.code, reason.args));
        }
    }
    json::Value value;
    value.add("format", 1).add("job", made.job_file);
    value.add("machine",
              made.proposals.machine ? supposed_object(*made.proposals.machine) : json::Value());
    value.add("schema", made.schema_file.empty() ? json::Value() : json::Value(made.schema_file));
    json::Value defaults = json::Array{};
    for (const std::string& flag : made.by_default) {
        defaults.push(flag);
    }
    value.add("defaults_taken", std::move(defaults));
    value.add("data", std::move(data)).add("task", core::name_of(made.job.task));
    value.add("labels", std::move(labels)).add("language", made.job.language);
    value.add("language_by_default", made.language_by_default);
    value.add("metric", made.job.constraints.quality.metric)
        .add("min", static_cast<double>(*made.job.constraints.quality.min) / k_one);
    value.add("reasons", std::move(reasons));
    value.add("criteria", criteria_json(table, made.answers, language, made.prices));
    static constexpr std::array<const char*, 3> k_first{"small", "large", "neither"};
    value.add("try_first", k_first[static_cast<std::size_t>(core::first_try(table))]);
    value.add(
        "topline",
        made.proposals.topline ? json::Value(made.proposals.topline->spec.model) : json::Value());
    value.add("cloud_ceiling",
              made.cloud ? json::Value(json::Object{{"endpoint", made.cloud->endpoint},
                                                    {"model", made.cloud->model},
                                                    {"key_env", made.cloud->key_env}})
                         : json::Value());
    value.add("yardstick",
              json::Object{{"kind", k_yardsticks[static_cast<std::size_t>(made.prices.yardstick)]},
                           {"price", made.prices.machine.amount},
                           {"currency", made.prices.machine.currency}});
    value.add("candidates", std::move(candidates)).add("next", next_command(made));
    return json::write(value);
}

}  // namespace palier::report
