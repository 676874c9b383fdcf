// Forecast: what a model would need on this machine, from the best that is known: an earlier
// measurement here, else its file, else the catalogue's figures.
#pragma once

#include "base/result.h"
#include "catalog/known.h"
#include "catalog/memory.h"
#include "catalog/shape.h"
#include "engine/workshop.h"
#include "machine/host.h"
#include "machine/others.h"
#include "machine/supposed.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::planning {

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
    double decode_tokens_per_s = 0;  // 0 = not known: nothing was ever generated
    Basis basis = Basis::Catalogue;
    bool busy = false;  // estimated from a calibration beside other processes: too slow
    [[nodiscard]] double ttft_ms(double prompt_tokens) const;
    // Time to the last of `output_tokens`; 0 of them: labels are scored.
    [[nodiscard]] double total_ms(double prompt_tokens, double output_tokens) const;
};

// As a person can use it: the first word of an answer to 512 tokens within 10 s (the limit of
// attention: J. Nielsen, Usability Engineering, 1993, chapter 5), then as fast as one reads, 238
// words a minute (M. Brysbaert, Journal of Memory and Language 109, 2019) of 4/3 tokens.
inline constexpr double k_practical_prompt = 512;
[[nodiscard]] bool is_practical(const ExpectedSpeed& speed);

struct Forecast {
    // At the peak, on processors alone; of a supposed machine with VRAM: beside what is on its GPU.
    std::optional<Expected> memory_bytes;
    std::optional<Expected> vram_bytes;                // with all layers on GPUs
    std::optional<catalog::MemoryEstimate> breakdown;  // of an estimate
    std::optional<ExpectedSpeed> speed;
    std::uint64_t parameters = 0;     // 0 = not known
    std::int64_t context_tokens = 0;  // trained; 0 = not known
    bool has_template = true;         // false: the file is there and has none
    bool unreadable = false;          // the file is there and is no model file
    std::optional<Error> withheld;    // why there is no estimate, or why the file cannot be used
};

// Borrows workshop and store; both may be missing. Not thread-safe.
class Forecaster {
   public:
    // `spec` says how models would be opened: context_tokens, sequences, threads. `prompt_tokens`:
    // length of the request that speeds are asked for. `others` is watched while the machine is
    // calibrated.
    Forecaster(engine::Workshop* workshop,
               store::Store* store,
               machine::Host host,
               std::string models_dir,
               engine::OpenSpec spec,
               std::int64_t prompt_tokens,
               std::int64_t now_unix_s,
               machine::OthersWatch others);

    // From here on of that machine, which outlives this: nothing of this one counts, neither its
    // calibration, which is neither read nor taken nor kept, nor what was measured on it. How
    // weights are held is still asked of the engine here.
    void suppose(const machine::Supposed& machine) { supposed_ = &machine; }

    // A file here; `sha256` may be "" (then no measurement is looked for). Fails only when the
    // store does.
    [[nodiscard]] Result<Forecast> of_file(const std::string& path, const std::string& sha256);
    // A file that would have to be downloaded. Its bytes, where the catalogue has them, are taken
    // for the weights.
    [[nodiscard]] Result<Forecast> of_known(const catalog::Known& model,
                                            const catalog::KnownFile& file);

   private:
    [[nodiscard]] Result<void> estimate(const gguf::Header& header,
                                        const catalog::Shape& shape,
                                        Basis basis,
                                        Forecast& out);
    [[nodiscard]] Result<void> remember(const std::string& sha256, Forecast& out);
    [[nodiscard]] Result<engine::Calibration> calibration(const gguf::Header& header, int threads);

    engine::Workshop* workshop_;
    store::Store* store_;
    std::string machine_;
    std::string models_dir_;
    engine::OpenSpec spec_;
    std::int64_t prompt_tokens_;
    std::int64_t now_unix_s_;
    machine::OthersWatch others_;
    const machine::Supposed* supposed_ = nullptr;
};

}  // namespace palier::planning
