#include "core/names.h"
#include "lib/json/json.h"
#include "report/models_json.h"
#include "report/plan.h"
#include "report/supposed_object.h"

#include <array>

namespace palier::report {
namespace {

json::Value as_json(const std::optional<planning::Expected>& expected) {
    if (!expected) {
        return {};
    }
    json::Value value;
    return value.add("value", expected->value).add("basis", planning::name_of(expected->basis));
}

json::Value row_json(const planning::PlanRow& row) {
    json::Value value;
    value.add("name", row.name)
        .add("catalogue_name", row.model.empty() ? json::Value() : json::Value(row.model))
        .add("from_job", row.from_job)
        .add("on_disk", row.on_disk)
        .add("parameters", row.parameters > 0 ? json::Value(row.parameters) : json::Value());
    value.add("released", row.released.empty() ? json::Value() : json::Value(row.released))
        .add("licence", row.licence.empty() ? json::Value() : json::Value(row.licence))
        .add("licence_conditions",
             row.licence_conditions.empty() ? json::Value() : json::Value(row.licence_conditions));
    value.add("file_bytes", row.file_bytes)
        .add("memory_bytes", as_json(row.memory_bytes))
        .add("vram_bytes", as_json(row.vram_bytes))
        .add("ttft_ms", as_json(row.ttft_ms))
        .add("request_ms", as_json(row.request_ms));
    json::Value refused = json::Array{};
    for (const core::Reason& reason : row.refused) {
        json::Value one;
        refused.push(one.add("constraint", reason.constraint)
                         .add("value", reason.measured)
                         .add("limit", reason.limit));
    }
    json::Value remedies = json::Array{};
    for (const planning::Remedy& remedy : row.remedies) {
        constexpr std::array<const char*, 3> k_names{"quantisation", "context", "variant"};
        json::Value one;
        remedies.push(one.add(k_names.at(static_cast<std::size_t>(remedy.what)), remedy.value));
    }
    json::Value unknown = json::Array{};
    for (const std::string& constraint : row.unknown) {
        unknown.push(constraint);
    }
    value.add("refused", std::move(refused))
        .add("remedies", std::move(remedies))
        .add("unknown", std::move(unknown));
    return value.add("pick", row.pick ? json::Value(core::name_of(*row.pick)) : json::Value());
}

// "small/zero-shot on dev", "small on test", "small latency"; "chosen future".
std::string step_name(const planning::DryRun::Line& line) {
    const std::string work(planning::name_of(line.work));
    if (line.work == planning::Work::Dev || line.work == planning::Work::Test) {
        return line.system + " on " + work;
    }
    return (line.system.empty() ? "chosen" : line.system) + " " + work;
}

json::Value or_null(const std::string& text) {
    return text.empty() ? json::Value() : json::Value(text);
}

void add_most(json::Value& value, const planning::DryRun::Line& line) {
    value.add("requests", line.requests).add("prompt_tokens", line.prompt_tokens);
    value.add("output_tokens", line.output_tokens).add("cost", line.cost);
}

void add_steps(json::Value& value, const planning::DryRun& dry) {
    json::Value steps = json::Array{};
    for (const auto& line : dry.lines) {
        json::Value step;
        step.add("step", step_name(line)).add("system", or_null(line.system));
        step.add("work", std::string(planning::name_of(line.work))).add("cases", line.cases);
        add_most(step, line);
        step.add("seconds_estimated", line.seconds);
        steps.push(std::move(step));
    }
    json::Value total;
    add_most(total, dry.total());
    value.add("k", dry.plan.k).add("alpha", dry.plan.alpha);
    value.add("n_dev", dry.plan.dev_cases).add("n_test", dry.plan.test_cases);
    value.add("cases_for_promise_b", dry.cases_for_promise_b).add("steps", std::move(steps));
    value.add("total", std::move(total));
    value.add("minutes_estimated", dry.seconds ? std::optional(*dry.seconds / 60) : std::nullopt);
    value.add("memory_bytes_estimated", dry.memory_bytes);
    value.add("download_bytes", dry.download_bytes);
    json::Value notes = json::Array{};
    for (const core::Note& note : dry.notes) {
        notes.push(remark_json(note.code, note.args));
    }
    value.add("notes", std::move(notes));
}

json::Value plan_object(const planning::ModelPlan& plan) {
    json::Value value;
    value.add("format", 1)
        .add("machine", plan.machine ? supposed_object(*plan.machine) : json::Value())
        .add("memory_limit_bytes", plan.memory_limit)
        .add("vram_limit_bytes", plan.vram_limit)
        .add("memory_available_bytes",
             plan.memory_available > 0 ? json::Value(plan.memory_available) : json::Value());
    value.add("request",
              json::Object{{"prompt_tokens_estimated", plan.prompt_tokens},
                           {"output_tokens_estimated", plan.output_tokens}});
    value.add("calibrated_on_busy_machine", plan.busy);
    json::Value rows = json::Array{};
    for (const planning::PlanRow& row : plan.rows) {
        rows.push(row_json(row));
    }
    value.add("models", std::move(rows));
    return value.add("runtime", planning::name_of(plan.runtime.runtime));
}

}  // namespace

std::string plan_json(const planning::ModelPlan& plan, const planning::DryRun* dry) {
    json::Value value = plan_object(plan);
    if (dry != nullptr) {
        add_steps(value, *dry);
    }
    return json::write(value);
}

std::string steps_json(const planning::DryRun& dry) {
    json::Value value;
    value.add("format", 1);
    add_steps(value, dry);
    return json::write(value);
}

}  // namespace palier::report
