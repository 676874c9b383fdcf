#include "catalog/known.h"

#include "base/check.h"
#include "base/text.h"

#include <algorithm>
#include <array>

// Made from catalogue.json (cmake/embed.cmake).
namespace palier::embedded {
std::string_view catalogue_text();
}

namespace palier::catalog {
namespace {

// From the most wanted on: four bits with k-quants as the middle of quality and size, then better
// ones upwards, then smaller ones downwards.
constexpr std::array<std::string_view, 26> k_preferred{
    "q4_k_m", "q4_k_l", "q4_k_s", "q4_k",  "iq4_nl", "q4_1", "q4_0", "iq4_xs", "mxfp4",
    "q5_k_m", "q5_k_s", "q5_k",   "q5_1",  "q5_0",   "q6_k", "q8_0", "q3_k_l", "q3_k_m",
    "q3_k_s", "iq3_m",  "q2_k",   "iq2_m", "bf16",   "f16",  "fp16", "f32"};

std::size_t rank_of(const KnownFile& file) {
    const auto* found = std::ranges::find(k_preferred, to_lower(file.quantisation));
    const auto rank = static_cast<std::size_t>(found - k_preferred.begin());
    return rank + (file.on_hub() ? 0 : k_preferred.size() + 1);
}

}  // namespace

std::string_view name_of(LicenceClass licence) {
    switch (licence) {
        case LicenceClass::Permissive:
            return "permissive";
        case LicenceClass::Restricted:
            return "restricted";
        case LicenceClass::NonCommercial:
            return "non-commercial";
    }
    return "";
}

std::string_view name_of(French french) {
    return french == French::Trained ? "trained" : "evaluated";
}

bool KnownFile::on_hub() const {
    return repository.find(':') == std::string::npos;
}

bool Known::speaks_french() const {
    return french ||
           (languages && std::ranges::find(languages->value, "fr") != languages->value.end());
}

const KnownFile* Known::file_of(std::string_view quantisation) const {
    const std::string wanted = to_lower(quantisation);
    const KnownFile* found = nullptr;
    for (const KnownFile& file : files) {
        if (to_lower(file.quantisation) == wanted && (found == nullptr || !found->on_hub())) {
            found = found == nullptr || file.on_hub() ? &file : found;
        }
    }
    return found;
}

const KnownFile* Known::recommended() const {
    const auto best = std::ranges::min_element(files, {}, rank_of);
    return best == files.end() ? nullptr : &*best;
}

const Known* Catalogue::find(std::string_view name) const {
    const std::string wanted = to_lower(name);
    const auto found = std::ranges::find_if(models, [&](const Known& model) {
        return model.name == wanted ||
               std::ranges::any_of(model.aliases, [&](const std::string& alias) {
                   return to_lower(alias) == wanted;
               });
    });
    return found == models.end() ? nullptr : &*found;
}

std::vector<std::string> Catalogue::names() const {
    std::vector<std::string> names;
    names.reserve(models.size());
    for (const Known& model : models) {
        names.push_back(model.name);
    }
    return names;
}

const Catalogue& catalogue() {
    static const Catalogue parsed = [] {
        auto result = parse_catalogue(embedded::catalogue_text());
        PALIER_CHECK(result.has_value(), "the catalogue in the binary is not well formed");
        return std::move(*result);
    }();
    return parsed;
}

std::optional<DeviceFit> device_fit(const Known& model) {
    std::vector<const KnownFile*> sized;
    for (const KnownFile& file : model.files) {
        if (file.bytes) {
            sized.push_back(&file);
        }
    }
    const auto best =
        std::ranges::min_element(sized, {}, [](const KnownFile* file) { return rank_of(*file); });
    if (best == sized.end()) {
        return std::nullopt;
    }
    DeviceFit fit;
    fit.file_bytes = *(*best)->bytes;
    if (model.layers && model.kv_heads && model.head_size) {
        // Keys and values of two bytes an element, as if no layer had a window: never too little.
        const auto& caching = model.attention_layers ? model.attention_layers : model.layers;
        fit.kv_bytes = static_cast<std::uint64_t>(caching->value * model.kv_heads->value *
                                                  model.head_size->value * 2 * 2 * k_slm_context);
    }
    fit.fits = fit.file_bytes + fit.kv_bytes.value_or(0) < k_slm_bytes;
    return fit;
}

}  // namespace palier::catalog
