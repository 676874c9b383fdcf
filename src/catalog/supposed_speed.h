// How fast a supposed machine's kernels would be, as a calibration that nobody took: decoding is
// bound by memory, prefill by arithmetic. An estimate from three figures of the machine.
#pragma once

#include "engine/workshop.h"
#include "machine/supposed.h"

#include <cstdint>
#include <vector>

namespace palier::catalog {

// Of the tensor types asked for, those that files hold; others are left out. Pure.
//   a weight, decoding       bytes of its type / (bandwidth x efficiency)
//   a weight times a token   2 / gflops, of its type where the machine states one
//   an element between       8 bytes / (bandwidth x efficiency): read and written as f32
//   prefill, attended        4 / gflops: query times key, and weight times value
//   decoding, attended       256 bytes / (bandwidth x efficiency): a head of 64, keys and values
//   an operation             step_us, and a token of the vocabulary 5 ns on the processor
// The last three are what two cores of Zen 5 were measured at, scaled: 11 ns an attended token at
// 25.9 GB/s, 0.3 ns an element, 5.3 ns a token of the vocabulary.
[[nodiscard]] engine::Calibration supposed_calibration(const machine::Supposed& machine,
                                                       const std::vector<std::uint32_t>& types);

}  // namespace palier::catalog
