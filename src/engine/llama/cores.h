// How many threads this process should compute with.
#pragma once

namespace palier::engine::llama {

// `wanted`, or the physical cores when it is 0; never more than the cores that this process may use
// (affinity, cgroup quota), never less than 1: spinning workers that share a core slow each other
// down by far more than the core is worth.
[[nodiscard]] int threads_to_use(int wanted);

}  // namespace palier::engine::llama
