#include "planning/dry_run.h"

#include "base/check.h"
#include "catalog/folder.h"
#include "core/sequential.h"
#include "planning/dry_lines.h"
#include "planning/plan.h"
#include "planning/prepare.h"

#include <algorithm>
#include <utility>

namespace palier::planning {
namespace {

// What is known of a local contestant's speed and memory, and what it would add to the disk.
Result<Forecast> forecast_of(const Contestant& of,
                             const ClimbOptions& options,
                             const PlanWorld& world,
                             double own_tokens,
                             DryRun& out) {
    Forecaster forecaster =
        forecaster_for(world, options, of.open, static_cast<std::int64_t>(own_tokens));
    if (!of.open.path.empty()) {
        return forecaster.of_file(of.open.path, of.sha256);
    }
    const catalog::Wanted wanted = catalog::wanted(of.spec.model);
    const catalog::Known* known = catalog::catalogue().find(wanted.name);
    const catalog::KnownFile* file = known == nullptr ? nullptr
                                     : wanted.quantisation.empty()
                                         ? known->recommended()
                                         : known->file_of(wanted.quantisation);
    if (file == nullptr) {
        return Forecast{};
    }
    out.download_bytes += file->bytes.value_or(0);
    return forecaster.of_known(*known, *file);
}

// Of each local contestant that is asked; memory and downloads of all go into `out`.
Result<Speeds> speeds_of(const Prepared& prepared,
                         const ClimbOptions& options,
                         const PlanWorld& world,
                         DryRun& out) {
    const double cases = static_cast<double>(std::max<std::size_t>(1, prepared.cases.size()));
    std::vector<const core::Case*> all(prepared.dev);
    all.insert(all.end(), prepared.test.begin(), prepared.test.end());
    const double own = own_tokens({}, all).in / cases;
    std::vector<const Contestant*> contestants;
    if (prepared.topline) {
        contestants.push_back(&*prepared.topline);
    }
    for (const Contestant& candidate : prepared.candidates) {
        contestants.push_back(&candidate);
    }
    Speeds speeds;
    for (const Contestant* contestant : contestants) {
        if (!contestant->is_local()) {
            continue;
        }
        const auto forecast = forecast_of(*contestant, options, world, own, out);
        PALIER_TRY(forecast);
        const bool is_topline = prepared.topline && contestant == &*prepared.topline;
        if (is_topline || contestant->plan.screened_out.empty()) {
            speeds[contestant->plan.id] = forecast->speed;
        }
        if (const std::optional<Expected>& memory = forecast->memory_bytes) {
            out.memory_bytes = std::max(out.memory_bytes.value_or(0), memory->value);
        }
    }
    return speeds;
}

// nullopt when a model of this machine takes a time that is not known.
std::optional<double> seconds_of(const std::vector<DryRun::Line>& lines, const Speeds& speeds) {
    const bool unknown = std::ranges::any_of(speeds, [](const auto& one) { return !one.second; });
    double seconds = 0;
    for (const DryRun::Line& line : lines) {
        seconds += line.seconds.value_or(0);
    }
    return unknown ? std::nullopt : std::optional(seconds);
}

}  // namespace

std::string_view name_of(Work work) {
    switch (work) {
        case Work::Dev:
            return "dev";
        case Work::Test:
            return "test";
        case Work::Alone:
            return "alone";
        case Work::Memory:
            return "memory";
        case Work::Latency:
            return "latency";
        case Work::Weights:
            return "weights";
        case Work::Future:
            return "future";
    }
    PALIER_CHECK(false, "work without a word");
    return "";
}

DryRun::Line DryRun::total() const {
    Line total;
    for (const Line& line : lines) {
        total.cases += line.cases;
        total.requests += line.requests;
        total.prompt_tokens += line.prompt_tokens;
        total.output_tokens += line.output_tokens;
        if (line.cost) {
            total.cost = total.cost.value_or(0) + *line.cost;
        }
    }
    total.seconds = seconds;
    return total;
}

Result<DryRun> dry_run(const job::JobFile& file,
                       const ClimbOptions& options,
                       const PlanWorld& world) {
    const auto prepared = prepare(file, options);
    if (!prepared) {
        return prepared.error();
    }
    DryRun out;
    out.plan = prepared->plan;
    out.notes = prepared->notes;
    out.notes.insert(out.notes.end(), prepared->said_first.begin(), prepared->said_first.end());
    const auto remark = [&out](const Contestant& of) {
        out.notes.insert(out.notes.end(), of.remarks.begin(), of.remarks.end());
    };
    if (prepared->topline) {
        remark(*prepared->topline);
    }
    std::ranges::for_each(prepared->candidates, remark);
    const auto speeds = speeds_of(*prepared, options, world, out);
    PALIER_TRY(speeds);
    out.lines = dry_lines(*prepared, options, *speeds);
    out.seconds = seconds_of(out.lines, *speeds);
    if (const std::optional<Micros>& min = out.plan.quality.min; out.plan.sequential && min) {
        out.cases_for_promise_b = core::cases_for_promise_b(*min, out.plan.k / out.plan.alpha);
    }
    return out;
}

}  // namespace palier::planning
