// Plan: which models to try for a job on this machine, before anything is measured. Every figure is
// an estimate unless it says that it was measured.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/shortlist.h"
#include "job/job_file.h"
#include "planning/forecast.h"
#include "planning/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::planning {

// What would let a refused model take part.
struct Remedy {
    enum class What { Quantisation, Context, Variant } what = What::Quantisation;
    std::string value;  // "Q4_K_M", "4096", the name of a pruned or distilled variant
    bool operator==(const Remedy&) const = default;
};

struct PlanRow {
    std::string name;          // as a job writes it: "qwen3-0.6b", "qwen3-0.6b:Q8_0", a path
    std::string model;         // catalogue name; "" = not in the catalogue
    std::string quantisation;  // of the catalogue's file; "" = not from the catalogue
    bool from_job = false;     // the job names it as a candidate
    bool on_disk = false;
    bool can_pull = false;  // `palier models pull` can fetch it
    bool remote = false;
    bool recorded = false;
    std::uint64_t parameters = 0;  // that must be in memory; 0 = not known
    std::string released;          // ISO date or its beginning; "" = not known
    std::string licence, licence_conditions;
    std::optional<std::uint64_t> file_bytes;
    std::optional<Expected> memory_bytes;  // at the peak, as a climb opens it
    std::optional<Expected> vram_bytes;    // with all layers on GPUs
    std::optional<Expected> ttft_ms;       // of a request of this job, served alone, instructions
    std::optional<Expected> request_ms;    // cached
    std::optional<ExpectedSpeed> speed;
    std::vector<core::Reason> refused;  // empty = kept
    std::vector<Remedy> remedies;
    std::vector<std::string>
        unknown;  // constraints that could not be checked: "language", "memory"
    std::optional<core::Size> pick;
};

// Where the winner could run, and with what.
enum class Runtime { Embedded, Ollama, Vllm, Tgi };
[[nodiscard]] std::string_view name_of(Runtime runtime);  // "palier", "ollama", "vllm", "tgi"
struct RuntimeAdvice {
    Runtime runtime = Runtime::Embedded;
    int because = 0;  // a sentence of the message table
};
// By the job's requests at once and the memory of this machine's GPUs. Pure.
[[nodiscard]] RuntimeAdvice advice(const core::Job& job, std::uint64_t gpu_bytes);

struct ModelPlan {
    std::vector<PlanRow> rows;  // kept before refused, each from the largest to the smallest
    std::uint64_t memory_available = 0;         // bytes, on the machine now; 0 = not known
    std::optional<std::uint64_t> memory_limit;  // the smaller of that and the job's
    std::optional<std::uint64_t> vram_limit;    // of the job and of a supposed machine's GPU
    std::int64_t prompt_tokens = 0;             // of a long request (95 %), from characters
    std::int64_t output_tokens = 0;             // of a long answer; 0 = labels are scored
    RuntimeAdvice runtime;
    bool busy = false;  // speeds are estimated from a calibration beside other processes
    std::optional<machine::Supposed> machine;  // that everything is estimated for, if not this one
    [[nodiscard]] const PlanRow* picked(core::Size size) const;
    [[nodiscard]] std::vector<const PlanRow*> picks() const;  // the largest first
};

struct PlanOptions {
    bool on_disk_only = false;  // leave out what would have to be downloaded
};

// Borrowed.
struct PlanWorld {
    engine::Workshop* workshop = nullptr;  // nullptr: nothing is estimated
    store::Store* store = nullptr;         // measurements of earlier runs; nullptr = none
    machine::Host host;
    std::uint64_t gpu_bytes = 0;  // of all GPUs together
    const Clock& clock;
    machine::OthersWatch others = {};  // while the machine is calibrated; empty: not watched
    const machine::Supposed* supposed = nullptr;  // plan for this machine instead of the host
};

// The job's candidates, the models of the catalogue and those imported, screened by what is known
// of them: the job's memory limit and what is free here, or on the supposed machine, whose VRAM
// then has to hold a model whole; context, tools, licence, language,
// privacy, and latency where the estimate is off the limit by more than its own error and the
// machine was quiet when it was calibrated. A model that cannot be judged is not refused: `unknown`
// says what about it. Errors: those of reading the job's data, 1001 and 2416 of the models folder,
// 24xx of a candidate that the job names.
[[nodiscard]] Result<ModelPlan> plan_models(const job::JobFile& file,
                                            const ClimbOptions& options,
                                            const PlanOptions& plan_options,
                                            const PlanWorld& world);

// Of the world's machine, this or the supposed one; models opened as `spec` says.
[[nodiscard]] Forecaster forecaster_for(const PlanWorld& world,
                                        const ClimbOptions& options,
                                        const engine::OpenSpec& spec,
                                        std::int64_t prompt_tokens);

// A candidate more for each of the plan's picks, downloaded or not.
[[nodiscard]] job::JobFile with_picks(job::JobFile file, const ModelPlan& plan);

// The same for a climb. Error 2440 when nothing fits, 2441 when picks
// must be downloaded first, with the commands.
[[nodiscard]] Result<job::JobFile> with_candidates(job::JobFile file, const ModelPlan& plan);

}  // namespace palier::planning
