// Forecast: what a model would need on this machine, from the best that is known: an earlier
// measurement here, its file, or the catalogue's figures.
#pragma once

#include "base/clock.h"
#include "catalog/known.h"
#include "engine/workshop.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::run {

// What a figure rests on.
enum class Basis {
    Measured,   // by an earlier run of palier on this machine
    File,       // estimated from the model's file and what the engine says of itself
    Catalogue,  // estimated from figures of the catalogue
};
// "measured", "file", "catalogue".
[[nodiscard]] std::string_view name_of(Basis basis);

struct Expected {
    double value = 0;
    Basis basis = Basis::Catalogue;
    bool operator==(const Expected&) const = default;
};

// Of one request alone.
struct ExpectedSpeed {
    double prefill_tokens_per_s = 0;
    double decode_tokens_per_s = 0;
    Basis basis = Basis::Catalogue;
    // Time to the first token and to the last.
    [[nodiscard]] double ttft_ms(double prompt_tokens) const;
    [[nodiscard]] double total_ms(double prompt_tokens, double output_tokens) const;
};

// How the model would be opened.
struct OpenShape {
    std::int64_t context_tokens = 4096;
    int sequences = 16;
    int threads = 0;
};
