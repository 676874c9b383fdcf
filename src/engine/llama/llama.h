// The embedded engine: llama.cpp 0.5.0 in this process, one GGUF file, the CPU (or the GPU that
// llama.cpp was built for).
//
// - Fixed batches are worked on in waves of consecutive requests, decoded together. What the
//   prompts of a batch have in common, up to the place where a request's own input starts, is
//   computed once and kept for the batches that follow (`fixed_lane.h`). Interactive and bulk
//   requests have a context of their own, in which they join and leave at every pass
//   (`open_lane.h`).
// - Prompts are rendered by the model's own Jinja template, thinking switched off, dates in it
//   fixed to 2026-01-01 so that the same request always gives the same prompt. A template that
//   refuses a system message gets its text at the head of the first user message. A file without a
//   template gets the "plain" format: "### User:" and "### Assistant:" headings.
// - Scores: `labels.h` says how a label's tokens are found and when the end of turn counts.
// - Where llama.cpp computes with AMX, Q5_0 weights are held as Q8_0 of exactly the same values (it
//   has no AMX kernel for Q5_0); Facts::build says so.
// - Nothing is truncated: a prompt that does not fit ends with Failed{ContextExceeded}.
// - A fixed batch's answers at temperature 0 depend only on build, machine, threads and the batch
//   itself, not on what was asked before or is asked beside it.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace palier::engine::llama {

// Errors: 2300-2306 (lib/gguf/gguf.h), 2310 llama.cpp refuses the file, 2311 stopped by
// spec.progress, 2312 not a model that generates text, 2313 its chat template cannot be read,
// 5090 not enough memory, 1001 the file cannot be read for its hash.
[[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec);

// Loads, answers `sample`, and returns this process's peak resident memory in bytes: for a child
// process that does nothing else. Its caller subtracts the peak of a process that loads nothing.
// Errors: those of open, and 2315 if the system does not tell (no /proc).
[[nodiscard]] Result<std::uint64_t> peak_memory_here(const OpenSpec& spec,
                                                     const std::vector<Request>& sample);

// Version and commit of the llama.cpp that is built in.
[[nodiscard]] std::string build_text();

// Peak resident memory of this process so far, in bytes. Error 2315 if the system does not tell.
[[nodiscard]] Result<std::uint64_t> peak_resident_bytes();

}  // namespace palier::engine::llama
