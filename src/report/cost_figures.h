// What a run's Systems cost and use, as the page and the other forms of the report show it. Counted
// elsewhere (docs/guide/cost.md) and handed over as values; what is not known is not there.
#pragma once

#include "base/result.h"
#include "core/cost.h"
#include "core/summary.h"
#include "report/messages.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::report {

struct CostFigures {
    // How the cost of a System on a machine of one's own was counted.
    enum class OwnMachine { NotKnown, AtVolume, AlwaysBusy, ElectricityAlone };
    // One way to serve against buying tokens, at today's prices.
    struct BreakEven {
        core::Serving serving = core::Serving::OwnMachine;
        core::BreakEven volume;  // requests a month
    };
    // One method: figures of two are not comparable, so each has its own plot.
    struct EnergyFigures {
        core::EnergyMethod method = core::EnergyMethod::TdpEstimate;
        std::string name;                              // of the figure, with its method
        std::map<std::string, core::Range> wh_per_1k;  // by System id
    };

    std::string currency;  // ISO 4217, of every amount
    OwnMachine own_machine = OwnMachine::NotKnown;
    std::map<std::string, core::Range> cost_per_1k;  // of 1,000 requests, by System id
    std::vector<EnergyFigures> energy;               // one each method
    std::string system, api;                         // of the lines: what runs here, what is bought
    std::vector<core::CostLine> lines;               // cost of a month
    std::vector<BreakEven> break_even;               // against `api`
    core::Range fallback_share;                      // of the hybrid
    std::optional<double> per_month;                 // requests, where the job states them
    std::vector<std::pair<std::string, std::string>> counted_with;  // name -> value and its origin
    std::vector<core::Note> remarks;                                // what is missing
    std::optional<Error> unread;  // why nothing could be counted: the job as it is now

    // Anything to show; false for {}.
    [[nodiscard]] bool known() const {
        return !cost_per_1k.empty() || !energy.empty() || !lines.empty();
    }
};

// "own machine", "hybrid 5–20 %".
[[nodiscard]] std::string serving_name(Language language,
                                       core::Serving serving,
                                       const core::Range& fallback_share);
// "0.41", "0.41–0.62": three significant digits.
[[nodiscard]] std::string amount(Language language, const core::Range& range);
// "52,310 to 81,000", "never", "always"; a volume that one machine cannot answer gets a "*".
[[nodiscard]] std::string break_even_words(Language language, const core::BreakEven& volume);

// How a figure of energy was come by: "counted by the processor".
[[nodiscard]] std::string energy_word(Language language, core::EnergyMethod method);

}  // namespace palier::report
