// Plan: which models to try for a job on this machine, and what the climb would take, before
// anything is measured. Everything here is an estimate unless it says that it was measured.
#pragma once

#include "base/result.h"
#include "catalog/host.h"
#include "core/shortlist.h"
#include "engine/workshop.h"
#include "job/job_file.h"
#include "run/climb.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::run {

// What a figure rests on.
enum class Basis {
    Measured,   // by an earlier run of palier on this machine
    File,       // estimated from the model's file and what the engine says of itself
    Catalogue,  // estimated from figures of the catalogue
};
// "measured", "file", "catalogue".
[[nodiscard]] std::string_view name_of(Basis basis);

struct Expected {
    double value = 0;
    Basis basis = Basis::Catalogue;
};

// What would let a refused model take part.
struct Remedy {
    enum class What { Quantisation, Context, Variant } what = What::Quantisation;
    std::string value;  // "Q4_K_M", "4096", "smollm2-360m"
    bool operator==(const Remedy&) const = default;
};

struct PlanRow {
    std::string name;       // as a job writes it: "qwen3-0.6b:Q8_0", a path, an endpoint's model
    std::string model;      // catalogue name; "" = not in the catalogue
    bool from_job = false;  // the job names it as a candidate
    bool on_disk = false;
    bool remote = false;
    std::uint64_t parameters = 0;  // 0 = not known
    std::string released;
    std::string licence, licence_conditions;
    std::optional<std::uint64_t> file_bytes;
    std::optional<Expected> memory_bytes;  // at the peak, as the climb would open it
    std::optional<Expected> ttft_ms;       // of a request of this job's length, served alone
    std::optional<Expected> request_ms;
    std::vector<core::Reason> refused;  // empty = kept
    std::vector<Remedy> remedies;
    std::vector<std::string> unknown;  // constraints that could not be checked: "language", "tools"
    std::optional<core::Size> pick;
};

// Where the winner could run, and with what.
enum class Runtime { Embedded, Ollama, Vllm, Tgi };
[[nodiscard]] std::string_view name_of(Runtime runtime);  // "palier", "ollama", "vllm", "tgi"
struct RuntimeAdvice {
    Runtime runtime = Runtime::Embedded;
    int because = 0;  // a sentence of the message table
};

struct ModelPlan {
    std::vector<PlanRow> rows;  // kept first, from the largest to the smallest
    std::uint64_t memory_available = 0;           // bytes on this machine now; 0 = not known
    std::optional<std::uint64_t> memory_limit;    // the smaller of that and the job's
    std::int64_t prompt_tokens = 0;               // of a request, estimated from characters
    std::int64_t output_tokens = 0;               // at most
    RuntimeAdvice runtime;
    [[nodiscard]] const PlanRow* picked(core::Size size) const;
};

struct PlanOptions {
    bool on_disk_only = false;  // leave out models that would have to be downloaded
};

// Borrowed.
struct PlanWorld {
    engine::Workshop& workshop;
    store::Store* store = nullptr;  // measurements of earlier runs; nullptr = none
    catalog::Host host;
    const Clock& clock;
};

// The job's candidates and the catalogue's models, screened by what is known of them: the job's
// memory limit and what is free here, context, tools, licence, language, privacy, and latency where
// the estimate is off the limit by more than its own error. Errors: those of reading the job's
// data, 1001 and 2416 of the models folder; a model file that cannot be read is refused with reason
// "file", not an error.
[[nodiscard]] Result<ModelPlan> plan_models(const job::JobFile& file,
                                            const ClimbOptions& options,
                                            const PlanOptions& plan_options,
                                            const PlanWorld& world);

// The job with the plan's picks as its candidates. Error 2420 when nothing fits, 2421 when picks
// must be downloaded first, with the commands.
[[nodiscard]] Result<job::JobFile> with_candidates(job::JobFile file, const ModelPlan& plan);

}  // namespace palier::run
