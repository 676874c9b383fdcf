// Prepare: everything about a run that is fixed before the first question: cases and their order,
// models and their files, the plan.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/staircase.h"
#include "core/summary.h"
#include "engine/engine.h"
#include "eval/grader.h"
#include "job/job_file.h"
#include "planning/options.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace palier::planning {

// A candidate or the topline, as far as it is known without opening it.
// Of the codes for a file that cannot be read, is damaged or is no model that writes text.
[[nodiscard]] bool is_of_model_file(const Error& error);

struct Contestant {
    core::Candidate plan;
    core::ModelSpec spec;
    engine::OpenSpec open;
    std::uint64_t parameters = 0;   // 0 = not known
    std::string sha256;             // of a local file, "" otherwise
    std::optional<Error> unusable;  // why its file is no model that can be tried
    // What its file gives reason to say before it is asked (catalog/remarks.h).
    std::vector<core::Note> remarks;
    // A model file on this machine.
    [[nodiscard]] bool is_local() const {
        return !spec.is_remote() && !spec.is_recorded() && !plan.baseline;
    }
};

struct Prepared {
    core::Job job;  // with the overrides of the options
    std::string job_path, job_text;
    std::vector<core::Case> cases;             // all of them
    std::vector<const core::Case*> dev, test;  // in the seeded order; pointers into `cases`
    std::vector<const core::Case*> train;      // to learn from besides dev; likewise
    // What a System may learn from; nothing where there is no dev to measure it on.
    [[nodiscard]] std::size_t to_learn_from() const {
        return dev.empty() ? 0 : dev.size() + train.size();
    }
    std::vector<bool> first_of_group;   // by position in test: promise B uses these only
    std::string split_hash, test_hash;  // eval/split.h
    std::unique_ptr<eval::Grader> grader;
    std::optional<Contestant> topline;
    std::vector<Contestant> candidates;
    core::ClimbPlan plan;
    std::vector<core::Note> notes;
    std::vector<core::Note> said_first;  // of the job itself, before the first case
    std::string identity;                // of the run: equal = resumable

    Prepared() = default;
    Prepared(Prepared&&) = default;
    Prepared& operator=(Prepared&&) = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    ~Prepared() = default;
};

// The API key that a spec names, by environment variable or file; "" when it names none. Error 2122
// when there is none where it should be.
[[nodiscard]] Result<std::string> api_key(const core::ModelSpec& spec);

[[nodiscard]] Result<Prepared> prepare(const job::JobFile& file, const ClimbOptions& options);

}  // namespace palier::planning
