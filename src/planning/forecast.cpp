#include "planning/forecast.h"

#include "catalog/sketch.h"
#include "catalog/speed.h"
#include "catalog/supposed_speed.h"
#include "lib/gguf/kind.h"
#include "planning/memos.h"

#include <algorithm>
#include <sstream>

namespace palier::planning {
namespace {

constexpr double k_ms = 1000;

// "12.5 40"; nullopt when it is something else.
std::optional<ExpectedSpeed> speed_from(const std::string& text) {
    std::istringstream in(text);
    ExpectedSpeed speed;
    speed.basis = Basis::Measured;
    if (in >> speed.prefill_tokens_per_s >> speed.decode_tokens_per_s &&
        speed.prefill_tokens_per_s > 0 && speed.decode_tokens_per_s >= 0) {
        return speed;
    }
    return std::nullopt;
}

// The bytes that the drawing lacks are tensors that stay as they are; a file that is larger by most
// of an output matrix has one of its own, so the embeddings are not held twice.
void fit_to_file(std::uint64_t file,
                 std::uint64_t drawn,
                 std::uint64_t catalog::Place::* where,
                 catalog::MemoryEstimate& estimate) {
    std::uint64_t& weights = estimate.weights.*where;
    if (file < drawn) {
        weights = static_cast<std::uint64_t>(
            static_cast<double>(weights) * static_cast<double>(file) / static_cast<double>(drawn));
        return;
    }
    weights += file - drawn;
    if (file - drawn > estimate.tied_copy.*where / 2) {
        estimate.tied_copy.*where = 0;
    }
}

}  // namespace

std::string_view name_of(Basis basis) {
    switch (basis) {
        case Basis::Measured:
            return "measured";
        case Basis::File:
            return "file";
        case Basis::Catalogue:
            return "catalogue";
    }
    return "";
}

double ExpectedSpeed::ttft_ms(double prompt_tokens) const {
    return prompt_tokens / prefill_tokens_per_s * k_ms;
}

double ExpectedSpeed::total_ms(double prompt_tokens, double output_tokens) const {
    const double decode = output_tokens > 1 && decode_tokens_per_s > 0
                              ? (output_tokens - 1) / decode_tokens_per_s
                              : 0;
    return ttft_ms(prompt_tokens) + decode * k_ms;
}

bool is_practical(const ExpectedSpeed& speed) {
    constexpr double k_attention_ms = 10'000;
    constexpr double k_reading_tokens_per_s = 238.0 / 60 * 4 / 3;
    return speed.ttft_ms(k_practical_prompt) <= k_attention_ms &&
           speed.decode_tokens_per_s >= k_reading_tokens_per_s;
}

Forecaster::Forecaster(engine::Workshop* workshop,
                       store::Store* store,
                       machine::Host host,
                       std::string models_dir,
                       engine::OpenSpec spec,
                       std::int64_t prompt_tokens,
                       std::int64_t now_unix_s,
                       machine::OthersWatch others)
    : workshop_(workshop),
      store_(store),
      machine_(machine_name(host, spec.threads)),
      models_dir_(std::move(models_dir)),
      spec_(std::move(spec)),
      prompt_tokens_(prompt_tokens),
      now_unix_s_(now_unix_s),
      others_(std::move(others)) {}

Result<void> Forecaster::remember(const std::string& sha256, Forecast& out) {
    if (store_ == nullptr || supposed_ != nullptr || sha256.empty()) {
        return {};
    }
    engine::OpenSpec spec = spec_;
    if (out.context_tokens > 0) {
        spec.context_tokens =
            static_cast<int>(std::min<std::int64_t>(spec.context_tokens, out.context_tokens));
    }
    // A climb may convert the weights or not: the larger of what was measured is on the safe side.
    std::optional<double> most;
    for (const core::Weights form : {core::Weights::AsFile,
                                     core::Weights::Bf16Copy,
                                     core::Weights::Q8Copy,
                                     core::Weights::F32Copy}) {
        spec.weights = core::name_of(form);
        const auto memory = store_->newest_memo(memory_memo(sha256, spec, machine_));
        PALIER_TRY(memory);
        const auto bytes = *memory ? number_from(**memory) : std::nullopt;
        most = std::max(most, bytes);
    }
    if (most) {
        out.memory_bytes = {*most, Basis::Measured};
    }
    const auto speed = store_->newest_memo(speed_memo(sha256, machine_));
    PALIER_TRY(speed);
    if (auto known = *speed ? speed_from(**speed) : std::nullopt) {
        // What was never generated was never measured: the estimate stays beside it.
        if (known->decode_tokens_per_s == 0 && out.speed) {
            known->decode_tokens_per_s = out.speed->decode_tokens_per_s;
        }
        out.speed = known;
    }
    return {};
}

Result<void> Forecaster::estimate(const gguf::Header& header,
                                  const catalog::Shape& shape,
                                  Basis basis,
                                  Forecast& out) {
    if (workshop_ == nullptr) {
        return {};
    }
    engine::OpenSpec spec = spec_;
    if (shape.context_tokens > 0) {
        spec.context_tokens =
            static_cast<int>(std::min<std::int64_t>(spec.context_tokens, shape.context_tokens));
    }
    const auto facts = workshop_->memory_facts(
        spec, catalog::matrices_of(header, shape), static_cast<int>(shape.vocabulary));
    PALIER_TRY(facts);
    catalog::MemoryQuestion question;
    question.sequences = std::max(1, spec.sequences);
    out.breakdown = catalog::estimate_memory(header, shape, *facts, question);
    out.memory_bytes = {static_cast<double>(out.breakdown->ram()), basis};
    question.gpu_layers = static_cast<int>(shape.layers.size()) + 1;
    const auto placed = catalog::estimate_memory(header, shape, *facts, question);
    out.vram_bytes = {static_cast<double>(placed.vram()), basis};
    if (supposed_ != nullptr && supposed_->vram_bytes > 0) {
        out.breakdown = placed;
        out.memory_bytes = {static_cast<double>(placed.ram()), basis};
    }
    const auto kernels = calibration(header, spec.threads);
    PALIER_TRY(kernels);
    const auto speed =
        catalog::estimate_speed(header, shape, *kernels, std::max<std::int64_t>(1, prompt_tokens_));
    PALIER_TRY(speed);
    out.speed = {speed->prefill_tokens_per_s, speed->decode_tokens_per_s, basis, kernels->busy};
    return {};
}

Result<engine::Calibration> Forecaster::calibration(const gguf::Header& header, int threads) {
    const auto types = catalog::types_to_calibrate(header);
    if (supposed_ != nullptr) {
        return catalog::supposed_calibration(*supposed_, types);
    }
    return catalog::calibration_for(types, threads, *workshop_, models_dir_, now_unix_s_, others_);
}

Result<Forecast> Forecaster::of_file(const std::string& path, const std::string& sha256) {
    Forecast out;
    const auto header = gguf::read(path);
    const auto usable =
        header ? gguf::check_writes_text(*header, path) : Result<void>(header.error());
    if (!usable) {
        out.withheld = usable.error();
        out.unreadable = true;
        return out;
    }
    out.parameters = header->parameters();
    out.context_tokens = header->context_length().value_or(0);
    out.has_template = header->chat_template().has_value();
    const auto shape = catalog::shape_of(*header);
    if (!shape) {
        out.withheld = shape.error();
    } else if (const auto estimated = estimate(*header, *shape, Basis::File, out); !estimated) {
        out.withheld = estimated.error();
    }
    PALIER_TRY(remember(sha256, out));
    return out;
}

Result<Forecast> Forecaster::of_known(const catalog::Known& model, const catalog::KnownFile& file) {
    Forecast out;
    out.parameters = model.parameters ? model.parameters->value : 0;
    out.context_tokens = model.context ? model.context->value : 0;
    const auto sketch = catalog::sketch_of(model, file);
    if (sketch) {
        const auto estimated = estimate(sketch->header, sketch->shape, Basis::Catalogue, out);
        if (!estimated) {
            out.withheld = estimated.error();
        } else if (out.breakdown && file.bytes) {
            const bool on_gpu = supposed_ != nullptr && supposed_->vram_bytes > 0;
            fit_to_file(*file.bytes,
                        sketch->shape.tensor_bytes,
                        on_gpu ? &catalog::Place::vram : &catalog::Place::ram,
                        *out.breakdown);
            out.memory_bytes = {static_cast<double>(out.breakdown->ram()), Basis::Catalogue};
            if (on_gpu) {
                out.vram_bytes = {static_cast<double>(out.breakdown->vram()), Basis::Catalogue};
            }
        }
    }
    PALIER_TRY(remember(file.sha256, out));
    return out;
}

}  // namespace palier::planning
