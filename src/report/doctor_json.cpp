#include "lib/json/json.h"
#include "report/doctor.h"

namespace palier::report {
namespace {

json::Value texts(const std::vector<std::string>& values) {
    json::Value list = json::Array{};
    for (const std::string& value : values) {
        list.push(value);
    }
    return list;
}

json::Value disk_json(const std::optional<machine::Disk>& disk) {
    if (!disk) {
        return {};
    }
    return json::Object{{"path", disk->path}, {"free_bytes", disk->free_bytes}};
}

json::Value machine_json(const machine::Examination& found) {
    const machine::Processor& p = found.processor;
    json::Value processor;
    processor.add("name", p.name.empty() ? json::Value() : json::Value(p.name))
        .add("cores", p.cores)
        .add("threads", p.threads)
        .add("threads_allowed", found.allowed_threads)
        .add("container_limit", found.cpu_limit)
        .add("instruction_sets", p.flags_known ? texts(p.instruction_sets) : json::Value());
    json::Value memory;
    memory.add("total_bytes", found.memory.total_bytes)
        .add("free_bytes", found.memory.free_bytes())
        .add("container_limit_bytes", found.memory.limit_bytes)
        .add("container_used_bytes", found.memory.limit_used_bytes)
        .add("container_limit_from",
             found.memory.limit_bytes ? json::Value(found.memory.limit_from) : json::Value());
    json::Value gpus = json::Array{};
    for (const machine::Gpu& gpu : found.gpus) {
        json::Value one;
        one.add("name", gpu.name)
            .add("memory_bytes", gpu.memory_bytes)
            .add("memory_free_bytes", gpu.memory_free_bytes)
            .add("driver", gpu.driver.empty() ? json::Value() : json::Value(gpu.driver))
            .add("from", gpu.from);
        gpus.push(std::move(one));
    }
    json::Value value;
    value.add("format", 1)
        .add("system", found.system)
        .add("processor", std::move(processor))
        .add("memory", std::move(memory))
        .add("gpus", std::move(gpus));
    value.add("disk",
              json::Object{{"models", disk_json(found.models_disk)},
                           {"store", disk_json(found.store_disk)}});
    value.add("load_average", found.load).add("busy_share", found.busy_share);
    value.add("energy_counter",
              found.energy_counter == machine::CounterState::Readable     ? "readable"
              : found.energy_counter == machine::CounterState::Unreadable ? "unreadable"
                                                                          : "absent");
    return value;
}

}  // namespace

std::string doctor_json(Language language,
                        const machine::Examination& found,
                        const std::vector<machine::Problem>& problems) {
    json::Value value = machine_json(found);
    json::Value services = json::Array{};
    for (const machine::Service& service : found.services) {
        json::Value one;
        one.add("name", service.name)
            .add("url", service.url)
            .add("state", std::string(machine::name_of(service.state)))
            .add("models", texts(service.models));
        services.push(std::move(one));
    }
    json::Value models = json::Array{};
    for (const machine::ModelFile& file : found.models) {
        models.push(json::Object{{"file", file.name}, {"bytes", file.bytes}});
    }
    json::Value list = json::Array{};
    for (const machine::Problem& problem : problems) {
        list.push(json::Object{{"code", "PAL-" + std::to_string(problem.code)},
                               {"message", problem_text(language, problem)}});
    }
    value.add("engines", std::move(services))
        .add("keys_set", texts(found.keys_set))
        .add("models", std::move(models))
        .add("problems", std::move(list));
    return json::write(value);
}

}  // namespace palier::report
