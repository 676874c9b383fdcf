// A workshop for tests: holds weights as stored, has the kernels it is given, and writes files as
// its script says.
#pragma once

#include "engine/workshop.h"

#include <functional>
#include <string>
#include <vector>

namespace palier::engine::fake {

class FakeWorkshop final : public Workshop {
   public:
    // Bytes of weights by the matrix; default: one byte an element.
    std::function<std::uint64_t(const Matrix&)> bytes_of = [](const Matrix& matrix) {
        return matrix.columns * matrix.rows * matrix.depth;
    };
    int rows = 16;
    std::string key = "this machine";
    Calibration calibration;  // what calibrate() gives, with the types asked for
    std::function<Result<Quantised>(const QuantiseRequest&)> quantising =
        [](const QuantiseRequest&) { return Quantised{1000}; };
    std::vector<std::vector<std::uint32_t>> calibrated;  // types of each call

    Result<MemoryUse> memory_facts(const OpenSpec& spec,
                                   const std::vector<Matrix>& matrices,
                                   int /*vocabulary*/) override {
        MemoryUse facts;
        facts.cells = spec.context_tokens;
        facts.batch = 512;
        facts.rows = rows;
        for (const Matrix& matrix : matrices) {
            facts.held.push_back({matrix.type, bytes_of(matrix), false});
        }
        return facts;
    }
    std::string calibration_key(int /*threads*/) override { return key; }
    Result<Calibration> calibrate(const std::vector<std::uint32_t>& types,
                                  int /*threads*/) override {
        calibrated.push_back(types);
        Calibration made = calibration;
        made.key = key;
        made.kernels.clear();
        for (const std::uint32_t type : types) {
            made.kernels.push_back({type, 1e-10, 1e-11, 1e-10});
        }
        return made;
    }
    std::vector<std::string> quantisations() override { return {"Q4_K_M", "Q8_0"}; }
    Result<Quantised> quantise(const QuantiseRequest& request) override {
        return quantising(request);
    }
};

}  // namespace palier::engine::fake
