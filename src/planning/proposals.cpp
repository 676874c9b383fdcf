#include "planning/proposals.h"

#include "catalog/catalog.h"

#include <algorithm>
#include <filesystem>

namespace palier::planning {

Proposals models_on_disk(const std::string& models_dir) {
    namespace fs = std::filesystem;
    std::vector<const catalog::KnownModel*> known, present;
    for (const catalog::KnownModel& model : catalog::known_models()) {
        if (model.bytes == 0) {
            continue;  // not known, which is not small
        }
        known.push_back(&model);
        std::error_code missing;
        const auto bytes = fs::file_size(fs::path(models_dir) / model.file, missing);
        if (!missing && bytes == model.bytes) {
            present.push_back(&model);
        }
    }
    const auto larger = [](const auto* a, const auto* b) { return a->bytes > b->bytes; };
    std::stable_sort(known.begin(), known.end(), larger);
    std::stable_sort(present.begin(), present.end(), larger);
    Proposals out;
    const auto proposal = [](const catalog::KnownModel& model, Proposal::Why why) {
        Proposal made;
        made.spec.model = model.name;
        made.why = why;
        made.bytes = model.bytes;
        return made;
    };
    constexpr std::size_t k_candidates = 2;
    std::size_t first = 0;
    if (present.size() > k_candidates) {
        out.topline = proposal(*present.front(), Proposal::Why::Ceiling);
        first = 1;
    }
    for (std::size_t i = first; i < present.size(); ++i) {
        out.candidates.push_back(proposal(*present[i], Proposal::Why::Here));
    }
    for (std::size_t i = known.size() - std::min(known.size(), k_candidates);
         present.empty() && i < known.size();
         ++i) {
        out.candidates.push_back(proposal(*known[i], Proposal::Why::ToFetch));
    }
    return out;
}

Proposals proposals_of(const ModelPlan& plan, const core::Constraints& limits) {
    const auto is_over = [](const std::optional<Expected>& figure, const auto& limit) {
        return figure && limit && figure->value > static_cast<double>(*limit);
    };
    const auto value_of = [](const std::optional<Expected>& figure) {
        return figure ? std::optional(figure->value) : std::nullopt;
    };
    Proposals out;
    out.machine = plan.machine;
    const bool on_gpu = plan.machine && plan.machine->vram_bytes > 0;
    std::uint64_t largest_pick = 0;
    for (const PlanRow* row : plan.picks()) {
        const bool runs = row->on_disk || row->can_pull;
        if (!runs || is_over(row->request_ms, limits.p95_ms) ||
            is_over(row->memory_bytes, limits.memory_bytes)) {
            continue;
        }
        Proposal made;
        made.spec.model = row->name;
        made.why = row->on_disk ? Proposal::Why::PickHere : Proposal::Why::PickToFetch;
        made.bytes = row->file_bytes;
        made.size = row->pick;
        made.memory_bytes = value_of(on_gpu ? row->vram_bytes : row->memory_bytes);
        made.request_ms = value_of(row->request_ms);
        out.candidates.push_back(std::move(made));
        largest_pick = std::max(largest_pick, row->parameters);
    }
    if (out.candidates.empty() || plan.machine) {
        return out;
    }
    for (const PlanRow& row : plan.rows) {
        if (row.on_disk && row.parameters > largest_pick &&
            (!out.topline || row.file_bytes > out.topline->bytes)) {
            Proposal made;
            made.spec.model = row.name;
            made.why = Proposal::Why::Ceiling;
            made.bytes = row.file_bytes;
            out.topline = std::move(made);
        }
    }
    return out;
}

}  // namespace palier::planning
