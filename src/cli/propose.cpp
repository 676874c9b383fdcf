#include "cli/propose.h"

#include "catalog/catalog.h"

#include <algorithm>
#include <filesystem>

namespace palier::cli {

Result<Proposals> models_on_disk(const core::Job& /*job*/, const std::string& models_dir) {
    namespace fs = std::filesystem;
    std::vector<const catalog::KnownModel*> known, present;
    for (const catalog::KnownModel& model : catalog::known_models()) {
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
    const auto proposal = [](const catalog::KnownModel& model, int reason) {
        Proposal made;
        made.spec.model = model.name;
        made.reason = {reason, {}};
        made.bytes = model.bytes;
        return made;
    };
    constexpr std::size_t k_candidates = 2;
    std::size_t first = 0;
    if (present.size() > k_candidates) {
        out.topline = proposal(*present.front(), 7338);
        first = 1;
    }
    for (std::size_t i = first; i < present.size(); ++i) {
        out.candidates.push_back(proposal(*present[i], 7336));
    }
    for (std::size_t i = known.size() - std::min(known.size(), k_candidates);
         present.empty() && i < known.size();
         ++i) {
        out.candidates.push_back(proposal(*known[i], 7337));
    }
    return out;
}

}  // namespace palier::cli
