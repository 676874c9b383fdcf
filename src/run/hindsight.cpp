#include "run/hindsight.h"

#include "run/forecast.h"
#include "run/request_length.h"

#include <cmath>

namespace palier::run {
namespace {

constexpr double k_mega = 1e6;

std::string rounded(double value) {
    return std::to_string(static_cast<std::int64_t>(std::llround(value)));
}

core::Note note(int code, const std::string& system, double estimated, double measured) {
    const double error = (estimated / measured - 1) * 100;
    return {code,
            {{"system", system},
             {"estimated", rounded(estimated)},
             {"measured", rounded(measured)},
             {"error", (error >= 0.5 ? "+" : "") + rounded(error)}}};
}

}  // namespace

Result<std::vector<core::Note>> estimates_beside(const Prepared& prepared,
                                                 const Climber& climber,
                                                 const ClimbOptions& options,
                                                 const ClimbWorld& world,
                                                 const core::Summary& summary) {
    std::vector<core::Note> notes;
    if (world.workshop == nullptr) {
        return notes;
    }
    const RequestLength length = length_of(prepared);
    const catalog::Host host = catalog::this_host();
    for (const core::SystemSummary& system : summary.systems) {
        const auto found = climber.systems().find(system.system.id);
        if (found == climber.systems().end() || found->second.contestant == nullptr ||
            !found->second.contestant->is_local() ||
            (!system.measure.memory_bytes_peak && !system.measure.latency)) {
            continue;
        }
        const Climbed& climbed = found->second;
        // Without the store: what was measured is not an estimate.
        Forecaster forecaster(world.workshop,
                              nullptr,
                              host,
                              options.models_dir,
                              climbed.open,
                              static_cast<std::int64_t>(length.own_tokens),
                              world.clock.unix_seconds());
        const auto forecast = forecaster.of_file(climbed.open.path, "");
        PALIER_TRY(forecast);
        if (forecast->memory_bytes && system.measure.memory_bytes_peak) {
            notes.push_back(note(7540,
                                 system.system.id,
                                 forecast->memory_bytes->value / k_mega,
                                 static_cast<double>(*system.measure.memory_bytes_peak) / k_mega));
        }
        const auto& latency = system.measure.latency;
        if (forecast->speed && latency && latency->total_ms_p95 > 0 && latency->concurrency == 1) {
            const bool scores = climbed.system.recipe.decide == core::Decide::Score;
            notes.push_back(note(
                7541,
                system.system.id,
                forecast->speed->total_ms(length.own_tokens, scores ? 0 : length.output_tokens),
                latency->total_ms_p95));
        }
    }
    return notes;
}

}  // namespace palier::run
