// PlanDesk: for the tests of what is said before anything is measured: a job, a machine, a models
// folder and an engine's workshop that holds weights as they are stored.
#pragma once

#include "catalog/folder.h"
#include "engine/fake/fake_workshop.h"
#include "planning/plan.h"
#include "planning/test_jobs.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace palier::planning {

struct PlanDesk {
    explicit PlanDesk(std::unique_ptr<TestJobs> jobs = std::make_unique<TestJobs>());

    std::unique_ptr<TestJobs> owned;
    TestJobs& world;
    engine::fake::FakeWorkshop workshop;
    machine::Host host;  // 16 GB free
    std::uint64_t gpu_bytes = 0;
    ClimbOptions options;  // the models folder is empty
    bool has_workshop = true;
    machine::OthersWatch others;  // nobody else is there
    const machine::Supposed* supposed = nullptr;

    // A job that names no candidate, or these.
    [[nodiscard]] job::JobFile job(const std::string& tables = "");
    [[nodiscard]] Result<ModelPlan> try_plan(const job::JobFile& file, PlanOptions plan_options);
    // One that succeeds.
    [[nodiscard]] ModelPlan plan(const job::JobFile& file, PlanOptions plan_options = {});
    [[nodiscard]] PlanWorld around();

    // A file that `import` would have left, of no model of the catalogue; returns its SHA-256.
    std::string import(const std::string& name, const std::string& bytes);
    // A file that `pull` would have left.
    std::string have(const std::string& model, const std::string& quantisation);
    // What an earlier climb would have left.
    void measured(const std::string& fact, const std::string& value);

   private:
    std::string add_entry(catalog::Entry entry, const std::string& bytes);
};

// A model of two layers that can chat.
[[nodiscard]] std::string small_chat_model();
[[nodiscard]] const PlanRow& row_named(const ModelPlan& plan, const std::string& name);
// The reason of this name; nullptr: not refused for it.
[[nodiscard]] const core::Reason* refused_for(const PlanRow& row, std::string_view constraint);
[[nodiscard]] bool not_known(const PlanRow& row, std::string_view constraint);

}  // namespace palier::planning
