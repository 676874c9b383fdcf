#include "planning/test_planning.h"

#include "base/text.h"
#include "catalog/folder.h"
#include "engine/fake/small_file.h"
#include "lib/hash/sha256.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace palier::planning {
namespace {

constexpr std::uint64_t k_free = 16'000'000'000;
constexpr const char* k_limits = R"([constraints]
quality = { metric = "accuracy", min = 0.7 }
)";

// Bytes as stored, of the types that these tests meet.
std::uint64_t stored(const engine::Matrix& matrix) {
    constexpr std::uint32_t k_f32 = 0;
    constexpr std::uint32_t k_q5_0 = 6;
    constexpr std::uint32_t k_q8_0 = 8;
    constexpr std::uint32_t k_q4_k = 12;
    constexpr std::uint32_t k_q6_k = 14;
    const std::uint64_t elements = matrix.columns * matrix.rows * matrix.depth;
    switch (matrix.type) {
        case k_f32:
            return elements * 4;
        case k_q5_0:
            return elements * 22 / 32;
        case k_q8_0:
            return elements * 34 / 32;
        case k_q4_k:
            return elements * 144 / 256;
        case k_q6_k:
            return elements * 210 / 256;
        default:
            return elements * 2;
    }
}

}  // namespace

PlanDesk::PlanDesk(std::unique_ptr<TestJobs> jobs) : owned(std::move(jobs)), world(*owned) {
    workshop.bytes_of = stored;
    workshop.calibration.seconds_per_step = 1e-6;
    workshop.calibration.seconds_per_matrix = 1e-6;
    workshop.calibration.seconds_per_logit = 1e-9;
    workshop.calibration.seconds_per_element = 1e-10;
    workshop.calibration.seconds_per_attended = 1e-12;
    workshop.calibration.seconds_per_attended_alone = 1e-12;
    host.processor = "a processor";
    host.cores = 4;
    host.memory_bytes = host.memory_available_bytes = k_free;
    options = ClimbOptions{};
    options.models_dir = world.folder.file("models");
    std::filesystem::create_directories(options.models_dir);
}

job::JobFile PlanDesk::job(const std::string& tables) {
    return world.job(k_limits + tables, 60, 20);
}

PlanWorld PlanDesk::around() {
    return {has_workshop ? &workshop : nullptr,
            world.store.get(),
            host,
            gpu_bytes,
            world.clock,
            others,
            supposed};
}

Result<ModelPlan> PlanDesk::try_plan(const job::JobFile& file, PlanOptions plan_options) {
    return plan_models(file, options, plan_options, around());
}

ModelPlan PlanDesk::plan(const job::JobFile& file, PlanOptions plan_options) {
    auto made = try_plan(file, plan_options);
    INFO((made ? 0 : made.error().code));
    REQUIRE(made);
    return *made;
}

std::string PlanDesk::add_entry(catalog::Entry entry, const std::string& bytes) {
    const std::string path = options.models_dir + "/" + entry.file;
    store_sqlite::write_bytes(path, bytes);
    const auto sha256 = hash::sha256_file(path);
    REQUIRE(sha256);
    entry.sha256 = *sha256;
    entry.bytes = bytes.size();
    REQUIRE(catalog::change_index(options.models_dir, [&](std::vector<catalog::Entry>& entries) {
        entries.push_back(entry);
    }));
    return *sha256;
}

std::string PlanDesk::import(const std::string& name, const std::string& bytes) {
    catalog::Entry entry;
    entry.name = name;
    entry.file = name + ".gguf";
    return add_entry(entry, bytes);
}

std::string PlanDesk::have(const std::string& model, const std::string& quantisation) {
    const catalog::Known* known = catalog::catalogue().find(model);
    REQUIRE(known != nullptr);
    const catalog::KnownFile* file = known->file_of(quantisation);
    REQUIRE(file != nullptr);
    catalog::Entry entry;
    entry.name = known->recommended() == file ? model : model + ":" + to_lower(quantisation);
    entry.file = file->file;
    entry.model = model;
    entry.quantisation = quantisation;
    return add_entry(entry, small_chat_model());
}

void PlanDesk::measured(const std::string& fact, const std::string& value) {
    store::RunRow row;
    row.identity = fact;
    const auto run = world.store->begin_run(row);
    REQUIRE(run);
    REQUIRE(world.store->put_memo(run->row, fact, value));
}

std::string small_chat_model() {
    return engine::fake::SmallFile("llama", true).bytes();
}

const PlanRow& row_named(const ModelPlan& plan, const std::string& name) {
    const auto found = std::find_if(
        plan.rows.begin(), plan.rows.end(), [&](const PlanRow& row) { return row.name == name; });
    INFO(name);
    REQUIRE(found != plan.rows.end());
    return *found;
}

const core::Reason* refused_for(const PlanRow& row, std::string_view constraint) {
    const auto found =
        std::find_if(row.refused.begin(), row.refused.end(), [&](const core::Reason& reason) {
            return reason.constraint == constraint;
        });
    return found == row.refused.end() ? nullptr : &*found;
}

bool not_known(const PlanRow& row, std::string_view constraint) {
    return std::find(row.unknown.begin(), row.unknown.end(), constraint) != row.unknown.end();
}

}  // namespace palier::planning
