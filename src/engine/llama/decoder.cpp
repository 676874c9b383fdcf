#include "engine/llama/decoder.h"

#include "base/check.h"
#include "engine/llama/backend.h"

#include <llama.h>

#include <algorithm>
#include <new>

namespace palier::engine::llama {
namespace {

constexpr int k_piece = 256;  // tokens of the shared beginning computed at a time
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

std::vector<int> piece_ends(int length) {
    std::vector<int> ends;
    for (int end = k_piece; end < length; end += k_piece) {
        ends.push_back(end);
    }
    if (length > 0) {
        ends.push_back(length);
    }
    return ends;
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
    decoder->vocabulary_size_ = llama_vocab_n_tokens(llama_model_get_vocab(model));
    decoder->can_couple_ = !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
    const DecoderSizes sizes = sizes_for(options, decoder->vocabulary_size_);
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
    try {
        decoder->context_.reset(llama_init_from_model(model, params));
    } catch (const std::bad_alloc&) {
        return Error(5090, {{"what", "the context"}, {"why", "allocation failed"}});
    } catch (const std::exception& thrown) {
        return Error(2310, {{"path", ""}, {"why", thrown.what()}});
    }
    if (!decoder->context_) {
        return Error(5090, {{"what", "the context"}, {"why", take_logged_errors()}});
    }
    decoder->cells_ = static_cast<int>(llama_n_ctx(decoder->context_.get()));
    decoder->batch_ = static_cast<int>(llama_n_batch(decoder->context_.get()));
    decoder->options_text_ = "threads " + std::to_string(options.threads) + ", batch " +
                             std::to_string(decoder->batch_) + "/" +
                             std::to_string(llama_n_ubatch(decoder->context_.get())) +
                             ", flash attention auto";
    return decoder;
}

Decoded Decoder::share(const Tokens& beginning) {
    llama_memory_t memory = llama_get_memory(context_.get());
    drop_forks();
    const std::vector<int> ends = piece_ends(static_cast<int>(beginning.size()));
    const auto same = static_cast<int>(common_length(shared_, beginning));
    int kept = 0;
    std::size_t pieces = 0;
    while (pieces < ends.size() && pieces < shared_ends_.size() &&
           ends[pieces] == shared_ends_[pieces] && ends[pieces] <= same) {
        kept = ends[pieces++];
    }
    if (kept < static_cast<int>(shared_.size()) && !llama_memory_seq_rm(memory, 0, kept, -1)) {
        forget();  // a recurrent memory cannot go back
        kept = 0;
        pieces = 0;
    }
    shared_.resize(static_cast<std::size_t>(kept));
    shared_ends_.resize(pieces);
    reused_ = kept;
    for (; pieces < ends.size(); ++pieces) {
        Pack pack;
        for (int i = static_cast<int>(shared_.size()); i < ends[pieces]; ++i) {
            pack.entries.push_back({beginning[static_cast<std::size_t>(i)], i, {0}, {}});
        }
        const Decoded decoded = run(pack, {});
        if (decoded != Decoded::Done) {
            return decoded;
        }
        shared_.assign(beginning.begin(), beginning.begin() + ends[pieces]);
        shared_ends_.push_back(ends[pieces]);
    }
    return Decoded::Done;
}

void Decoder::fork(Sequence from, Sequence to) {
    llama_memory_seq_cp(llama_get_memory(context_.get()), from, to, -1, -1);
}

void Decoder::drop(Sequence sequence) {
    llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, -1, -1);
}

void Decoder::drop_forks() {
    for (Sequence sequence = 1; sequence < sequences_; ++sequence) {
        drop(sequence);
    }
}

void Decoder::forget() {
    llama_memory_clear(llama_get_memory(context_.get()), false);
    shared_.clear();
    shared_ends_.clear();
}

Decoded Decoder::run(const Pack& pack, const OnRow& on_row) {
    const std::span<const Pack::Entry> entries(pack.entries);
    std::size_t begin = 0;
    while (begin < entries.size()) {
        std::size_t end = begin;
        int rows = 0;
        while (end < entries.size() && static_cast<int>(end - begin) < batch_) {
            rows += entries[end].row ? 1 : 0;
            if (rows > rows_) {
                break;
            }
            ++end;
        }
        const Decoded decoded = pass(entries.subspan(begin, end - begin), on_row);
        if (decoded != Decoded::Done) {
            forget();
            return decoded;
        }
        begin = end;
    }
    return Decoded::Done;
}

Decoded Decoder::pass(std::span<const Pack::Entry> entries, const OnRow& on_row) {
    std::vector<llama_token> tokens;
    std::vector<llama_pos> positions;
    std::vector<std::int32_t> counts;
    std::vector<llama_seq_id*> sequences;
    std::vector<std::int8_t> wanted;
    std::vector<bool> seen(static_cast<std::size_t>(sequences_), false);
    for (const Pack::Entry& entry : entries) {
        tokens.push_back(entry.token);
        positions.push_back(entry.position);
        counts.push_back(static_cast<std::int32_t>(entry.sequences.size()));
        // llama_decode only reads them.
        sequences.push_back(const_cast<llama_seq_id*>(entry.sequences.data()));
        wanted.push_back(entry.row ? 1 : 0);
        for (const Sequence sequence : entry.sequences) {
            PALIER_CHECK(sequence >= 0 && sequence < sequences_, "no such sequence");
            seen[static_cast<std::size_t>(sequence)] = true;
        }
    }
    llama_batch batch{};
    batch.n_tokens = static_cast<std::int32_t>(entries.size());
    batch.token = tokens.data();
    batch.pos = positions.data();
    batch.n_seq_id = counts.data();
    batch.seq_id = sequences.data();
    batch.logits = wanted.data();
    const std::int32_t status = llama_decode(context_.get(), batch);
    if (status == 2) {
        return Decoded::Aborted;
    }
    if (status != 0) {
        return Decoded::Failed;
    }
    ++decodes_;
    sequences_decoded_ += static_cast<std::uint64_t>(std::count(seen.begin(), seen.end(), true));
    tokens_computed_ += entries.size();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!entries[i].row) {
            continue;
        }
        const float* logits = llama_get_logits_ith(context_.get(), static_cast<std::int32_t>(i));
        if (logits == nullptr) {
            return Decoded::Failed;
        }
        on_row(*entries[i].row, {logits, static_cast<std::size_t>(vocabulary_size_)});
    }
    return Decoded::Done;
}

Counters Decoder::counters() const {
    return {decodes_, sequences_decoded_, tokens_computed_, tokens_reused_};
}

}  // namespace palier::engine::llama
