#include "engine/llama/model.h"

#include "engine/codes.h"
#include "engine/llama/backend.h"

#include <llama.h>

#include <new>

namespace palier::engine::llama {
namespace {

struct Progress {
    const std::function<bool(double)>* report = nullptr;
    bool stopped = false;
};

bool on_progress(float share, void* user) {
    auto& progress = *static_cast<Progress*>(user);
    if (*progress.report && !progress.stopped) {
        progress.stopped = !(*progress.report)(static_cast<double>(share));
    }
    return !progress.stopped;
}

}  // namespace

void ModelClose::operator()(llama_model* model) const {
    llama_model_free(model);
}

std::string llama_build() {
    const std::string version = llama_version();
    // The source distribution has no git folder to tell its commit: this is the pinned release's.
    return "llama.cpp " + version +
           (version.starts_with("0.5.0") ? " (0c1e57098bba43ac29e6e3b677cdceebdd22334f)" : "");
}

std::string llama_kernels() {
    return llama_print_system_info();
}

std::optional<Recoding> preferred_recoding(const OpenSpec& spec) {
    if (const auto asked = recoding_named(spec.weights)) {
        return asked;
    }
    return llama_kernels().find("AMX_INT8 = 1") != std::string::npos
               ? std::optional(Recoding::FiveBitsAsEight)
               : std::nullopt;
}

std::optional<Recoding> recoding_for(const OpenSpec& spec, const gguf::Header& header) {
    const std::optional<Recoding> preferred = preferred_recoding(spec);
    return preferred && (spec.weights != "file" || is_changed_by(*preferred, header))
               ? preferred
               : std::nullopt;
}

std::vector<std::string> other_weights(const gguf::Header& header) {
    // Without its own instructions BF16 is emulated, 30 times slower than F32 on Zen 3.
    const bool computes_bf16 = llama_kernels().find("AVX512_BF16 = 1") != std::string::npos;
    const bool held_as_eight = preferred_recoding({}) == Recoding::FiveBitsAsEight;
    std::vector<std::string> others;
    const auto add = [&](const char* name, bool may_pay) {
        if (may_pay && is_changed_by(*recoding_named(name), header)) {
            others.emplace_back(name);
        }
    };
    add("f32-copy", true);
    add("bf16-copy", computes_bf16);
    add("q8-copy", !held_as_eight);
    return others;
}

Result<ModelPtr> load_model(const OpenSpec& spec, std::optional<Recoding> recoding, int threads) {
    start_backend();
    Progress progress{&spec.progress, false};
    llama_model_params params = llama_model_default_params();
    // llama.cpp repacks weights for the processor: with a mapped file, both copies would be
    // resident (1.5B model, 1.1 GB: 2.3 GB at the peak).
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = &progress;
    std::string why = take_logged_errors();  // of whoever loaded before
    ModelPtr model;
    std::unique_ptr<RecodedStream> stream;
    try {
        if (recoding) {
            auto opened = RecodedStream::open(spec.path, *recoding, threads);
            PALIER_TRY(opened);
            stream = std::move(*opened);
            model.reset(llama_model_load_from_file_ptr(stream->file(), params));
        } else {
            model.reset(llama_model_load_from_file(spec.path.c_str(), params));
        }
    } catch (const std::bad_alloc&) {
        return Error(engine::codes::out_of_memory,
                     {{"path", spec.path}, {"what", "the model's weights"}});
    } catch (const std::exception& thrown) {
        return Error(engine::codes::cannot_load, {{"path", spec.path}, {"why", thrown.what()}});
    }
    if (progress.stopped) {
        return Error(engine::codes::loading_stopped, {{"path", spec.path}});
    }
    why = take_logged_errors();
    if (stream && !stream->failure().empty()) {
        why = stream->failure();
    }
    if (!model) {
        return Error(engine::codes::cannot_load, {{"path", spec.path}, {"why", why}});
    }
    if (llama_model_has_encoder(model.get()) || !llama_model_has_decoder(model.get()) ||
        llama_vocab_type(llama_model_get_vocab(model.get())) == LLAMA_VOCAB_TYPE_NONE) {
        return Error(engine::codes::no_text_model, {{"path", spec.path}});
    }
    return model;
}

}  // namespace palier::engine::llama
