#include "engine/llama/workshop.h"

#include "base/text.h"
#include "engine/codes.h"
#include "engine/llama/backend.h"
#include "engine/llama/calibration.h"
#include "engine/llama/cores.h"
#include "engine/llama/decoder.h"
#include "engine/llama/holding.h"
#include "engine/llama/model.h"

#include <llama.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace palier::engine::llama {
namespace {

struct Quantisation {
    std::string_view name;
    llama_ftype type;
};

// Those that need no measurements of activations (importance matrix) to be of use, smallest first.
constexpr std::array k_quantisations{
    Quantisation{"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K},
    Quantisation{"Q3_K_S", LLAMA_FTYPE_MOSTLY_Q3_K_S},
    Quantisation{"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M},
    Quantisation{"Q3_K_L", LLAMA_FTYPE_MOSTLY_Q3_K_L},
    Quantisation{"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS},
    Quantisation{"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},
    Quantisation{"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S},
    Quantisation{"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M},
    Quantisation{"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
    Quantisation{"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},
    Quantisation{"Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S},
    Quantisation{"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M},
    Quantisation{"Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},
    Quantisation{"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K},
    Quantisation{"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
    Quantisation{"BF16", LLAMA_FTYPE_MOSTLY_BF16},
    Quantisation{"F16", LLAMA_FTYPE_MOSTLY_F16},
    Quantisation{"F32", LLAMA_FTYPE_ALL_F32},
};

class LlamaWorkshop final : public Workshop {
   public:
    Result<MemoryUse> memory_facts(const OpenSpec& spec,
                                   const std::vector<Matrix>& matrices,
                                   int vocabulary) override {
        start_backend();
        MemoryUse facts;
        const DecoderSizes sizes = sizes_for(
            {1, std::max(1, spec.context_tokens), std::max(1, spec.sequences)}, vocabulary);
        facts.cells = sizes.cells;
        facts.batch = sizes.batch;
        facts.rows = sizes.rows;
        const std::optional<Recoding> recoding = preferred_recoding(spec);
        // Layers are alike: few different matrices, and each question to ggml costs some
        // allocation.
        using Key = std::tuple<std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t, bool>;
        std::map<Key, Held> known;
        for (const Matrix& matrix : matrices) {
            const Key key{matrix.type, matrix.columns, matrix.rows, matrix.depth, matrix.looked_up};
            auto found = known.find(key);
            if (found == known.end()) {
                const auto held = held_as(matrix, recoding);
                PALIER_TRY(held);
                found = known.emplace(key, *held).first;
            }
            facts.held.push_back(found->second);
        }
        return facts;
    }

    std::string calibration_key(int threads) override { return llama::calibration_key(threads); }
    Result<Calibration> calibrate(const std::vector<std::uint32_t>& types, int threads) override {
        return llama::calibrate(types, threads);
    }

    std::vector<std::string> quantisations() override {
        std::vector<std::string> names;
        for (const Quantisation& each : k_quantisations) {
            names.emplace_back(each.name);
        }
        return names;
    }

    Result<Quantised> quantise(const QuantiseRequest& request) override;
};

Result<Quantised> LlamaWorkshop::quantise(const QuantiseRequest& request) {
    start_backend();
    const auto* found =
        std::find_if(k_quantisations.begin(), k_quantisations.end(), [&](const Quantisation& each) {
            return to_lower(each.name) == to_lower(request.type);
        });
    if (found == k_quantisations.end()) {
        return Error(engine::codes::unknown_quantisation,
                     {{"type", request.type}, {"known", join(quantisations(), ", ")}});
    }
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.nthread = threads_to_use(request.threads);
    params.ftype = found->type;
    params.allow_requantize = true;  // the caller says what that means
    params.dry_run = request.size_only;
    std::string logged = take_logged_errors();  // of whoever failed before
    (void)take_quantised_bytes();
    std::uint32_t status = 1;
    std::string thrown_text;
    try {
        status = llama_model_quantize(request.from.c_str(), request.to.c_str(), &params);
    } catch (const std::exception& thrown) {
        thrown_text = thrown.what();
    }
    logged = take_logged_errors();
    if (status != 0) {
        return Error(engine::codes::cannot_quantise,
                     {{"path", request.from},
                      {"why",
                       !thrown_text.empty() ? thrown_text
                       : !logged.empty()    ? logged
                                            : "llama.cpp gives no reason"}});
    }
    return Quantised{take_quantised_bytes()};
}

}  // namespace

std::unique_ptr<Workshop> make_workshop() {
    return std::make_unique<LlamaWorkshop>();
}

}  // namespace palier::engine::llama
