// Estimates from a catalogue's figures alone.
#include "base/text.h"
#include "catalog/memory.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace palier::catalog {
namespace {

struct Mix {
    std::string_view name;
    double whole;      // bits a weight of the whole file, Llama-3.1-8B
    double layers;     // bits a weight of the layers' matrices
    double embedding;  // of the token embeddings, where the output matrix is apart
    double output;     // of the output matrix, or of tied embeddings
    double fallback;   // of the layers' matrices whose rows are no multiple of 256; 0: no such rule
};

// layers = (whole x parameters - embedding and output) / the rest, for 8.03e9 parameters and two
// matrices of 128,256 x 4,096.
constexpr std::array k_mixes{
    Mix{"IQ4_XS", 4.46, 4.30, 4.25, 6.5625, 4.6},
    Mix{"Q2_K", 3.16, 2.94, 2.625, 6.5625, 4.7},
    Mix{"Q3_K_S", 3.64, 3.43, 3.4375, 6.5625, 4.7},
    Mix{"Q3_K_M", 4.00, 3.85, 3.4375, 6.5625, 4.9},
    Mix{"Q3_K_L", 4.30, 4.19, 3.4375, 6.5625, 5.1},
    Mix{"Q4_0", 4.65, 4.50, 4.5, 6.5625, 0},
    Mix{"Q4_1", 5.10, 5.00, 5.0, 6.5625, 0},
    Mix{"Q4_K_S", 4.67, 4.54, 4.5, 6.5625, 5.6},
    Mix{"Q4_K_M", 4.89, 4.79, 4.5, 6.5625, 6.0},
    Mix{"Q5_0", 5.58, 5.50, 5.5, 6.5625, 0},
    Mix{"Q5_1", 6.04, 6.00, 6.0, 6.5625, 0},
    Mix{"Q5_K_S", 5.57, 5.50, 5.5, 6.5625, 6.1},
    Mix{"Q5_K_M", 5.70, 5.65, 5.5, 6.5625, 6.4},
    Mix{"Q6_K", 6.56, 6.5625, 6.5625, 6.5625, 8.5},
    Mix{"Q8_0", 8.50, 8.5, 8.5, 8.5, 0},
    Mix{"BF16", 16, 16, 16, 16, 0},
    Mix{"F16", 16, 16, 16, 16, 0},
    Mix{"F32", 32, 32, 32, 32, 0},
};
constexpr double k_bits_of_a_byte = 8;
constexpr std::int64_t k_super_block = 256;

std::string upper(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return made;
}

}  // namespace

std::optional<std::uint64_t> weights_from_figures(const Figures& figures,
                                                  std::string_view quantisation) {
    const std::string wanted = upper(trim(quantisation));
    const auto* mix = std::find_if(
        k_mixes.begin(), k_mixes.end(), [&](const Mix& each) { return each.name == wanted; });
    if (mix == k_mixes.end() || figures.parameters == 0) {
        return std::nullopt;
    }
    const auto all = static_cast<double>(figures.parameters);
    double bits = all * mix->whole;
    if (figures.hidden && figures.vocabulary && *figures.hidden > 0 && *figures.vocabulary > 0) {
        const double matrix =
            static_cast<double>(*figures.hidden) * static_cast<double>(*figures.vocabulary);
        const bool tied = figures.tied_output.value_or(false);
        const double matrices = tied ? matrix : 2 * matrix;
        if (matrices < all) {
            const bool falls_back = mix->fallback > 0 && *figures.hidden % k_super_block != 0;
            // An output matrix whose rows are no multiple of 256 becomes Q8_0.
            const double output = falls_back ? 8.5 : mix->output;
            const double embedding = falls_back ? mix->fallback : mix->embedding;
            bits = (all - matrices) * (falls_back ? mix->fallback : mix->layers) + matrix * output +
                   (tied ? 0 : matrix * embedding);
        }
    }
    return static_cast<std::uint64_t>(std::llround(bits / k_bits_of_a_byte));
}

std::uint64_t cache_from_figures(std::int64_t layers,
                                 std::int64_t kv_heads,
                                 std::int64_t head_size,
                                 std::int64_t context_tokens) {
    const auto of = [](std::int64_t figure) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, figure));
    };
    constexpr std::uint64_t k_keys_and_values_f16 = 4;
    return of(layers) * of(kv_heads) * of(head_size) * of(context_tokens) * k_keys_and_values_f16;
}

}  // namespace palier::catalog
