#include "engine/llama/decoder.h"

#include "base/check.h"
#include "engine/codes.h"
#include "engine/llama/backend.h"

#include <llama.h>

#include <algorithm>
#include <new>

namespace palier::engine::llama {
namespace {

// Tokens in one forward pass. 1024 cost the same a token (0.5B model, 2 cores), and a smaller pass
// is sooner cancelled; without flash attention such packs took a quarter more.
constexpr std::uint32_t k_batch = 512;
constexpr int k_cells_per_sequence = 512;
constexpr int k_cells_max = 16'384;                 // unless one sequence may be longer
constexpr std::int64_t k_row_bytes_max = 64 << 20;  // of logits, which llama.cpp holds twice
constexpr int k_rows_min = 24;
constexpr int k_rows_max = 128;

bool abort_asked(void* user) {
    const auto& should_abort = *static_cast<const std::function<bool()>*>(user);
    return should_abort && should_abort();
}

// Keys and values of one token, roughly: llama.cpp keeps them as F16.
std::int64_t bytes_per_token(const llama_model* model) {
    const std::int64_t heads = std::max(1, llama_model_n_head(model));
    const std::int64_t of_head = llama_model_n_embd(model) / heads;
    const std::int64_t kept = of_head * llama_model_n_head_kv(model) * llama_model_n_layer(model);
    constexpr std::int64_t k_key_and_value = 4;  // of two bytes each
    return std::max<std::int64_t>(1, k_key_and_value * kept);
}

}  // namespace

DecoderSizes sizes_for(const DecoderOptions& options, int vocabulary) {
    const auto row_bytes = static_cast<std::int64_t>(std::max(1, vocabulary)) * 2 *
                           static_cast<std::int64_t>(sizeof(float));
    DecoderSizes sizes;
    sizes.rows = static_cast<int>(
        std::clamp<std::int64_t>(k_row_bytes_max / row_bytes, k_rows_min, k_rows_max));
    sizes.rows = std::max(sizes.rows, options.sequences + 2);
    sizes.sequences = std::min(sizes.rows, static_cast<int>(llama_max_parallel_sequences()));
    sizes.batch = static_cast<int>(k_batch);
    sizes.cells = std::max(options.context_tokens,
                           std::min(options.sequences * k_cells_per_sequence, k_cells_max));
    return sizes;
}

void Decoder::ContextClose::operator()(llama_context* context) const {
    llama_free(context);
}

Decoder::~Decoder() = default;

Result<std::unique_ptr<Decoder>> Decoder::make(llama_model* model, const DecoderOptions& options) {
    auto decoder = std::unique_ptr<Decoder>(new Decoder);
    decoder->tally_ = options.tally;
    decoder->vocabulary_size_ = llama_vocab_n_tokens(llama_model_get_vocab(model));
    decoder->can_couple_ = !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
    const DecoderSizes sizes = sizes_for(options, decoder->vocabulary_size_);
    decoder->bytes_per_cell_ = bytes_per_token(model);
    decoder->tap_ = StateTap(llama_model_n_embd(model));
    decoder->rows_ = sizes.rows;
    decoder->sequences_ = sizes.sequences;

    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<std::uint32_t>(sizes.cells);
    params.n_batch = k_batch;
    params.n_ubatch = k_batch;
    params.n_seq_max = static_cast<std::uint32_t>(decoder->sequences_);
    params.n_outputs_max = static_cast<std::uint32_t>(decoder->rows_);
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_AUTO;
    params.kv_unified = true;
    params.swa_full = true;  // a shared beginning must stay whole
    params.no_perf = true;
    params.abort_callback = abort_asked;
    params.abort_callback_data = &decoder->should_abort_;
    params.cb_eval = StateTap::on_tensor;
    params.cb_eval_user_data = &decoder->tap_;
    try {
        decoder->context_.reset(llama_init_from_model(model, params));
    } catch (const std::bad_alloc&) {
        return Error(engine::codes::out_of_memory,
                     {{"what", "the context"}, {"why", "allocation failed"}});
    } catch (const std::exception& thrown) {
        return Error(engine::codes::cannot_load, {{"path", ""}, {"why", thrown.what()}});
    }
    if (!decoder->context_) {
        return Error(engine::codes::out_of_memory,
                     {{"what", "the context"}, {"why", take_logged_errors()}});
    }
    decoder->cells_ = static_cast<int>(llama_n_ctx(decoder->context_.get()));
    decoder->batch_ = static_cast<int>(llama_n_batch(decoder->context_.get()));
    decoder->options_text_ = "threads " + std::to_string(options.threads) + ", batch " +
                             std::to_string(decoder->batch_) + "/" +
                             std::to_string(llama_n_ubatch(decoder->context_.get())) +
                             ", flash attention auto";
    decoder->look_for_states();
    return decoder;
}

// llama.cpp asks about the tensors of a graph before it computes them, so a pass that is stopped at
// its first shows whether the last is there, for the price of building the graph. On a GPU, which
// is not stopped, it costs a pass of two tokens. Memories that cannot couple cut a batch by
// sequences: which row is whose would be a guess.
void Decoder::look_for_states() {
    if (!can_couple_) {
        return;
    }
    const std::vector<Entry> two{{0, 0, {0}, false}, {0, 1, {0}, true}};
    tap_.look(1);
    should_abort_ = [] { return true; };
    static_cast<void>(decode(two));
    has_states_ = tap_.is_whole();
    should_abort_ = nullptr;
    forget();
}

void Decoder::fork(Sequence from, Sequence to, int length) {
    llama_memory_seq_cp(llama_get_memory(context_.get()), from, to, length < 0 ? -1 : 0, length);
}

bool Decoder::trim(Sequence sequence, int length) {
    return llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, length, -1);
}

void Decoder::drop(Sequence sequence) {
    llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, -1, -1);
}

void Decoder::forget() {
    llama_memory_clear(llama_get_memory(context_.get()), false);
}

Decoded Decoder::compute(std::span<const Entry> entries) {
    outputs_.assign(entries.size(), -1);
    std::vector<bool> seen(static_cast<std::size_t>(sequences_), false);
    int outputs = 0;
    bool wants_states = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Entry& entry = entries[i];
        PALIER_CHECK(entry.logits || !entry.state, "a state is wanted without logits");
        if (entry.logits) {
            outputs_[i] = outputs++;
        }
        wants_states = wants_states || entry.state;
        for (const Sequence sequence : entry.sequences) {
            PALIER_CHECK(sequence >= 0 && sequence < sequences_, "no such sequence");
            seen[static_cast<std::size_t>(sequence)] = true;
        }
    }
    if (wants_states) {
        tap_.read(outputs);
    } else {
        tap_.shut();
    }
    const Decoded decoded = decode(entries);
    if (decoded == Decoded::Done) {
        ++tally_->decodes;
        tally_->sequences_decoded +=
            static_cast<std::uint64_t>(std::count(seen.begin(), seen.end(), true));
        tally_->tokens_computed += entries.size();
    }
    return decoded;
}

Decoded Decoder::decode(std::span<const Entry> entries) {
    PALIER_CHECK(static_cast<int>(entries.size()) <= batch_, "more tokens than a pass takes");
    std::vector<llama_token> tokens;
    std::vector<llama_pos> positions;
    std::vector<std::int32_t> counts;
    std::vector<llama_seq_id*> sequences;
    std::vector<std::int8_t> wanted;
    for (const Entry& entry : entries) {
        tokens.push_back(entry.token);
        positions.push_back(entry.position);
        counts.push_back(static_cast<std::int32_t>(entry.sequences.size()));
        // llama_decode only reads them.
        sequences.push_back(const_cast<llama_seq_id*>(entry.sequences.data()));
        wanted.push_back(entry.logits ? 1 : 0);
    }
    llama_batch batch{};
    batch.n_tokens = static_cast<std::int32_t>(entries.size());
    batch.token = tokens.data();
    batch.pos = positions.data();
    batch.n_seq_id = counts.data();
    batch.seq_id = sequences.data();
    batch.logits = wanted.data();
    switch (llama_decode(context_.get(), batch)) {
        case 0:
            return Decoded::Done;
        case 1:
            return Decoded::NoRoom;
        case 2:
            return Decoded::Aborted;
        default:
            return Decoded::Failed;
    }
}

std::span<const float> Decoder::logits(std::size_t entry) const {
    const float* logits = llama_get_logits_ith(context_.get(), static_cast<std::int32_t>(entry));
    return logits == nullptr ? std::span<const float>()
                             : std::span(logits, static_cast<std::size_t>(vocabulary_size_));
}

std::span<const float> Decoder::state(std::size_t entry) const {
    return entry < outputs_.size() && outputs_[entry] >= 0 ? tap_.row(outputs_[entry])
                                                           : std::span<const float>();
}

}  // namespace palier::engine::llama
