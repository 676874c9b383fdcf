// Summary: a finished (or stopped) run as one value. `run` makes it, `store` keeps it, `report`
// shows it. Everything that a reader may want to know without the Trials is here.
#pragma once

#include "core/measure.h"
#include "core/staircase.h"
#include "core/system.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::core {

struct SystemSummary {
    System system;  // spec and hash empty when nothing was asked
    SystemVerdict verdict;
    Measure measure;
    std::uint64_t parameters = 0;  // 0 = not known
    std::string model;             // name for people
    // Where the model is and what its tokens cost, as the job said it then; absent in runs of
    // palier 0.1.
    std::optional<ModelSpec> source;
    bool recorded = false;
    std::map<std::string, std::string> notes;
};

// Paired comparison of a System with the topline, on the cases that both answered.
struct Comparison {
    std::string system, with;
    std::int64_t cases = 0;
    std::int64_t only_system = 0, only_with = 0;  // 0/1 scores: right where the other was wrong
    double difference = 0;                        // mean score, system less with
    double p_value = 1;
    std::string test;  // "mcnemar-exact" or "paired-permutation"
};

// A sentence about the data or the run for the report: code and arguments of the message table.
struct Note {
    int code = 0;
    std::vector<std::pair<std::string, std::string>> args;
};

struct Summary {
    std::string run;
    std::string job_name, job_path;
    Task task = Task::Classify;
    std::vector<std::string> labels;
    ClimbPlan plan;
    std::uint64_t seed = 1;
    std::string started_at;  // ISO 8601, UTC
    double elapsed_s = 0;    // over all sessions of the run
    bool finished = false;
    Verdict verdict;
    int exit_code = 3;
    std::vector<SystemSummary> systems;  // in the verdict's order
    std::vector<RungTried> rungs;
    std::vector<std::string> dev_ids;  // of the cases, by place in dev
    std::vector<Comparison> comparisons;
    std::vector<Note> notes;
    // Reproducibility, in reading order: name -> value (hashes, versions, seeds, machine).
    std::vector<std::pair<std::string, std::string>> facts;
    std::string currency;  // of the cost limit and of the costs, "" if none
};

}  // namespace palier::core
