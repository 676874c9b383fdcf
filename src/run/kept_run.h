// A run as the store has it, for what is asked of it afterwards. Internal to run.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "core/summary.h"
#include "eval/grader.h"
#include "store/store.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace palier::run {

struct KeptRun {
    store::RunRow row;
    core::Summary summary;
    core::Job job;
    std::unique_ptr<eval::Grader> grader;
    std::vector<core::Case> cases;
    std::vector<const core::Case*> dev;  // in the seeded order
    std::string salt;
    double spent = 0;
};

// By id, prefix or "last". Errors: 11xx, 21xx.
[[nodiscard]] Result<KeptRun> read_run(const std::string& id, store::Store& store);

// By the id of the System, its candidate's or its model's; "": the candidate with the best dev
// score. Error 2011 {system, known}; 2018 {system, run}: no candidate was asked.
[[nodiscard]] Result<const core::SystemSummary*> system_to_diagnose(const KeptRun& kept,
                                                                    const std::string& name);

// Of a System on dev, by case id.
using Trials = std::unordered_map<std::string, core::Trial>;
[[nodiscard]] Result<Trials> dev_trials(store::Store& store,
                                        std::int64_t run,
                                        const std::string& hash);

}  // namespace palier::run
