// How fast llama.cpp's kernels are on this machine: matrix products on synthetic weights of
// realistic sizes, placed where the engine places them, with its threads and its back end.
#pragma once

#include "base/result.h"
#include "engine/workshop.h"

#include <cstdint>
#include <string>
#include <vector>

namespace palier::engine::llama {

// Of each kind of work the fastest of several repetitions: other work only ever slows one down.
// Error 2456.
[[nodiscard]] Result<Calibration> calibrate(const std::vector<std::uint32_t>& types, int threads);
[[nodiscard]] std::string calibration_key(int threads);

}  // namespace palier::engine::llama
