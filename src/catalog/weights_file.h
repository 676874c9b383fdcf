// The form of the weights that pays on this machine, kept beside the calibration: measured once for
// a model, an engine build and a machine.
#pragma once

#include "base/result.h"
#include "core/job.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace palier::catalog {

struct WeightsForm {
    core::Weights weights = core::Weights::AsFile;
    // What decided: seconds for the same requests with each form that could run.
    std::map<core::Weights, double> seconds;
    std::int64_t measured_at_unix_s = 0;
    bool operator==(const WeightsForm&) const = default;
};

// Where a folder keeps them.
[[nodiscard]] std::string weights_path(const std::string& folder);
// `key`: everything that the choice holds for. nullopt: none is kept, or it cannot be read.
[[nodiscard]] std::optional<WeightsForm> kept_weights(const std::string& folder,
                                                      const std::string& key);
// Replaces what was kept under this key. Error 1002 when the folder cannot be written.
[[nodiscard]] Result<void> keep_weights(const std::string& folder,
                                        const std::string& key,
                                        const WeightsForm& form);

}  // namespace palier::catalog
