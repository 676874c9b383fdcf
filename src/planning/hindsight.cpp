#include "planning/hindsight.h"

#include "planning/codes.h"
#include "planning/forecast.h"
#include "planning/request_length.h"

#include <algorithm>
#include <cmath>

namespace palier::planning {
namespace {

constexpr double k_mega = 1e6;

std::string rounded(double value) {
    return std::to_string(static_cast<std::int64_t>(std::llround(value)));
}

// From here on a percentage is no help: "+882 %" says less than "about 10 times".
constexpr double k_far = 2;

// The sentences of one figure: off by some percent, or by a factor.
struct Sentences {
    int near = 0, far_over = 0, far_under = 0;
};

core::Note note(const Sentences& sentences,
                const std::string& system,
                double estimated,
                double measured) {
    const double ratio = estimated / measured;
    core::Note out{
        sentences.near,
        {{"system", system}, {"estimated", rounded(estimated)}, {"measured", rounded(measured)}}};
    if (ratio < k_far && ratio > 1 / k_far) {
        const double error = (ratio - 1) * 100;
        out.args.emplace_back("error", (error >= 0.5 ? "+" : "") + rounded(error));
        return out;
    }
    out.code = ratio > 1 ? sentences.far_over : sentences.far_under;
    out.args.emplace_back("factor", rounded(std::max(ratio, 1 / ratio)));
    return out;
}

}  // namespace

Result<std::vector<core::Note>> estimates_beside(const Prepared& prepared,
                                                 const std::vector<OpenedSystem>& local,
                                                 const ClimbOptions& options,
                                                 engine::Workshop* workshop,
                                                 const Clock& clock,
                                                 const machine::OthersWatch& others,
                                                 const core::Summary& summary) {
    std::vector<core::Note> notes;
    if (workshop == nullptr) {
        return notes;
    }
    const RequestLength length = length_of(prepared);
    const machine::Host host = machine::this_host();
    for (const core::SystemSummary& system : summary.systems) {
        const auto opened = std::ranges::find(local, system.system.id, &OpenedSystem::id);
        if (opened == local.end() ||
            (!system.measure.memory_bytes_peak && !system.measure.latency)) {
            continue;
        }
        // Without the store: what was measured is not an estimate.
        Forecaster forecaster(workshop,
                              nullptr,
                              host,
                              options.models_dir,
                              opened->open,
                              static_cast<std::int64_t>(length.own_tokens),
                              clock.unix_seconds(),
                              others);
        const auto forecast = forecaster.of_file(opened->open.path, "");
        PALIER_TRY(forecast);
        if (forecast->memory_bytes && system.measure.memory_bytes_peak) {
            notes.push_back(
                note({codes::memory_in_hindsight, codes::memory_far_over, codes::memory_far_under},
                     system.system.id,
                     forecast->memory_bytes->value / k_mega,
                     static_cast<double>(*system.measure.memory_bytes_peak) / k_mega));
        }
        const auto& latency = system.measure.latency;
        if (forecast->speed && !forecast->speed->busy && latency && latency->total_ms_p95 > 0 &&
            latency->concurrency == 1) {
            const double output = opened->scores_labels ? 0 : length.output_tokens;
            notes.push_back(note(
                {codes::latency_in_hindsight, codes::latency_far_over, codes::latency_far_under},
                system.system.id,
                forecast->speed->total_ms(length.own_tokens, output),
                latency->total_ms_p95));
        }
    }
    return notes;
}

}  // namespace palier::planning
