// Peak memory of a System, taken in a child process that loads only that System: the parent may
// hold other models, and its own peak never goes down again.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace palier::engine::llama {

// The first argument that tells a program to be the child.
inline constexpr const char* k_peak_verb = "peak-memory-of";

// Starts `program` twice with k_peak_verb: once loading nothing, once as `spec` says with `sample`.
// The difference of their peaks (VmHWM, resident bytes; llama.cpp maps the file, so pages of it
// count when they were touched). Errors: 1021 the child failed, with its last words.
[[nodiscard]] Result<std::uint64_t> peak_memory(const std::string& program,
                                                const OpenSpec& spec,
                                                const std::vector<Request>& sample);

// The child: reads one line of JSON, prints one line {"bytes":n} or {"error":text}. Returns the
// exit status of the process.
int peak_child(std::istream& in, std::ostream& out);

}  // namespace palier::engine::llama
