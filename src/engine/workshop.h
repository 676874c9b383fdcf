// The port to what the embedded engine can tell and do without opening a model: how it would hold
// weights, how fast its kernels are on this machine, and quantising a file.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace palier::engine {

// Weights of one tensor, by the numbers that its file gives.
struct Matrix {
    std::uint32_t type = 0;     // ggml's number
    std::uint64_t columns = 0;  // elements of a row
    std::uint64_t rows = 1;
    std::uint64_t depth = 1;  // experts of a mixture; 1 otherwise
    bool looked_up = false;  // only single rows of it are read (token embeddings), never multiplied
    bool operator==(const Matrix&) const = default;
};

// How the engine holds it in memory.
struct Held {
    std::uint32_t type = 0;   // after conversion, before repacking
    std::uint64_t bytes = 0;  // in memory
    bool repacked = false;    // for the processor's matrix units: in a buffer of its own, so that a
                              // tied output matrix is there twice; staged through a copy as stored
};

// What memory depends on besides the file.
struct MemoryUse {
    std::vector<Held> held;    // one for each matrix asked about, in their order
    int cells = 0;             // tokens that the key-value cache has room for
    int batch = 0;             // tokens in one forward pass
    int rows = 0;              // rows of logits in one forward pass; as many sequences have a state
    bool full_windows = true;  // layers with a sliding window keep all cells too
};

// Seconds of this machine's work, with the engine's own kernels and threads.
struct KernelSpeed {
    std::uint32_t type = 0;          // as stored in files
    double seconds_per_weight = 0;   // decoding: one token, weights read from memory
    double seconds_per_product = 0;  // prefill: one weight times one token more
    double seconds_per_pass = 0;     // prefill: one weight, however few tokens
};
struct Calibration {
    std::string key;                   // machine, engine build, threads
    std::int64_t taken_at_unix_s = 0;  // 0: not stamped
    int threads = 0;
    std::vector<KernelSpeed> kernels;
    double seconds_per_step = 0;      // one operation of the graph on one token, whatever its size
    double seconds_per_matrix = 0;    // the same of a matrix product, besides its weights
    double seconds_per_logit = 0;     // choosing a token: one of the vocabulary
    double seconds_per_element = 0;   // norms, activations, sums: one element, prefill
    double seconds_per_attended = 0;  // prefill: query and cached token, one element of a head
    // Decoding: one head's query and cached token; its size hardly counts (64 to 256 elements:
    // 33 and 25 ns).
    double seconds_per_attended_alone = 0;
    double memory_bytes_per_s = 0;  // reading
    bool busy = false;              // other processes kept the machine busy meanwhile
};

struct QuantiseRequest {
    std::string from, to;    // paths; `to` is replaced if it is there
    std::string type;        // "Q4_K_M"
    int threads = 0;         // 0 = physical cores
    bool size_only = false;  // nothing is written
};
struct Quantised {
    std::uint64_t bytes = 0;  // of the tensors of the result
};

class Workshop {
   public:
    virtual ~Workshop() = default;
    // Of `spec` only context_tokens, sequences and weights count; the file is not opened.
    // `vocabulary`: tokens. Errors: 2456 a type that the engine does not hold.
    [[nodiscard]] virtual Result<MemoryUse> memory_facts(const OpenSpec& spec,
                                                         const std::vector<Matrix>& matrices,
                                                         int vocabulary) = 0;
    // Identity of what a calibration holds for: machine, build, threads (0 = as open would choose).
    [[nodiscard]] virtual std::string calibration_key(int threads) = 0;
    // Runs the kernels, some 100 ms for each type; the machine should be quiet. Error 2456.
    [[nodiscard]] virtual Result<Calibration> calibrate(const std::vector<std::uint32_t>& types,
                                                        int threads) = 0;
    // Names of the types that quantise() knows, smallest first.
    [[nodiscard]] virtual std::vector<std::string> quantisations() = 0;
    // Errors: 2454 unknown type, 2455 llama.cpp refuses.
    [[nodiscard]] virtual Result<Quantised> quantise(const QuantiseRequest& request) = 0;
};

}  // namespace palier::engine
