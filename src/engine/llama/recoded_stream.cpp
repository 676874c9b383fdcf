#include "engine/llama/recoded_stream.h"

#include "engine/codes.h"
#include "engine/llama/backend.h"
#include "lib/gguf/codes.h"

#include <fcntl.h>
#include <ggml-cpu.h>
#include <ggml.h>
#include <gguf.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

namespace palier::engine::llama {
namespace {

// Elements converted at a time: a multiple of every block size (256 at most), small enough for the
// caches.
constexpr std::uint64_t k_piece = 1U << 15U;
constexpr std::uint64_t k_worth_a_thread = 1U << 20U;  // bytes

struct Region {
    std::uint64_t begin = 0;           // in the stream, bytes
    std::uint64_t bytes = 0;           // in the stream
    std::uint64_t source = 0;          // in the file, bytes
    ggml_type stored = GGML_TYPE_F32;  // in the file
    ggml_type shown = GGML_TYPE_F32;   // in the stream
};

struct GgufClose {
    void operator()(gguf_context* context) const { gguf_free(context); }
};
struct GgmlClose {
    void operator()(ggml_context* context) const { ggml_free(context); }
};
using GgufPtr = std::unique_ptr<gguf_context, GgufClose>;
using GgmlPtr = std::unique_ptr<ggml_context, GgmlClose>;

// The table of tokens is looked up row by row, and multiplied, where it is the output too, for the
// few places whose logits are wanted: a wider copy of it would cost more time than it saves.
constexpr std::string_view k_token_table = "token_embd.weight";

ggml_type recoded(ggml_type type, int dims, bool looked_up, Recoding recoding) {
    if (dims < 2 || (looked_up && recoding != Recoding::FiveBitsAsEight)) {
        return type;
    }
    if (recoding == Recoding::FiveBitsAsEight) {
        return type == GGML_TYPE_Q5_0 ? GGML_TYPE_Q8_0 : type;
    }
    const bool small = ggml_is_quantized(type) || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
    const bool convertible = small && ggml_get_type_traits(type)->to_float != nullptr;
    const ggml_type wanted = recoding == Recoding::F32 ? GGML_TYPE_F32 : GGML_TYPE_BF16;
    return convertible ? wanted : type;
}

// Blocks of 32: a scale (2 bytes), 32 fifth bits, 32 low halves against a scale and 32 signed
// bytes. The value is scale * (five bits - 16) in one, scale * byte in the other: the byte is the
// low half, under a high half of ones where the fifth bit is not set.
void five_bits_as_eight(const char* stored, char* shown, std::uint64_t elements) {
    constexpr std::uint64_t k_block = 32;
    constexpr std::size_t k_stored = 22;
    constexpr std::size_t k_shown = 34;
    constexpr std::uint64_t k_low_halves = 0x0F0F'0F0F'0F0F'0F0F;
    // Eight fifth bits -> the high halves of eight bytes.
    static const auto k_high_halves = [] {
        std::array<std::uint64_t, 256> table{};
        for (std::size_t bits = 0; bits < table.size(); ++bits) {
            std::array<unsigned char, 8> bytes{};
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                bytes[i] = (bits >> i & 1U) != 0 ? 0x00 : 0xF0;
            }
            std::memcpy(&table[bits], bytes.data(), bytes.size());
        }
        return table;
    }();
    for (std::uint64_t block = 0; block < elements / k_block; ++block) {
        const char* in = stored + block * k_stored;
        char* out = shown + block * k_shown;
        std::memcpy(out, in, 2);
        std::array<unsigned char, 4> fifths{};
        std::memcpy(fifths.data(), in + 2, fifths.size());
        for (std::size_t half = 0; half < 2; ++half) {
            std::uint64_t pairs = 0;
            std::memcpy(&pairs, in + 6 + half * 8, sizeof pairs);
            const std::uint64_t low = (pairs & k_low_halves) | k_high_halves[fifths[half]];
            const std::uint64_t high =
                (pairs >> 4U & k_low_halves) | k_high_halves[fifths[2 + half]];
            std::memcpy(out + 2 + half * 8, &low, sizeof low);
            std::memcpy(out + 18 + half * 8, &high, sizeof high);
        }
    }
}

bool read_fully(int file, void* out, std::uint64_t count, std::uint64_t offset) {
    auto* target = static_cast<char*>(out);
    while (count > 0) {
        const ssize_t got = ::pread(file, target, count, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        target += got;
        offset += static_cast<std::uint64_t>(got);
        count -= static_cast<std::uint64_t>(got);
    }
    return true;
}

}  // namespace

struct RecodedStream::State {
    ~State() {
        if (file != nullptr) {
            std::fclose(file);
        }
        if (source >= 0) {
            ::close(source);
        }
    }

    Result<void> describe(const std::string& path, Recoding recoding);
    [[nodiscard]] bool read(char* out, std::uint64_t offset, std::uint64_t count);
    [[nodiscard]] bool read_region(const Region& region,
                                   char* out,
                                   std::uint64_t offset,
                                   std::uint64_t count) const;
    [[nodiscard]] bool convert(const Region& region,
                               char* out,
                               std::uint64_t offset,
                               std::uint64_t count) const;

    int source = -1;
    int threads = 1;
    std::FILE* file = nullptr;
    std::vector<char> header;
    std::vector<Region> regions;  // by begin
    std::uint64_t size = 0;
    std::uint64_t position = 0;
    std::string failure;
};

Result<void> RecodedStream::State::describe(const std::string& path, Recoding recoding) {
    ggml_context* made = nullptr;
    const GgufPtr original(gguf_init_from_file(path.c_str(), {true, &made}));
    const GgmlPtr shapes(made);
    if (!original) {
        return Error(engine::codes::cannot_load, {{"path", path}, {"why", take_logged_errors()}});
    }
    const GgufPtr copy(gguf_init_empty());
    gguf_set_kv(copy.get(), original.get());
    if (recoding != Recoding::FiveBitsAsEight) {
        gguf_set_val_u32(copy.get(),
                         "general.file_type",
                         recoding == Recoding::F32 ? LLAMA_FTYPE_ALL_F32 : LLAMA_FTYPE_MOSTLY_BF16);
    }
    for (ggml_tensor* tensor = ggml_get_first_tensor(shapes.get()); tensor != nullptr;
         tensor = ggml_get_next_tensor(shapes.get(), tensor)) {
        const std::int64_t index = gguf_find_tensor(original.get(), ggml_get_name(tensor));
        Region region;
        region.source =
            gguf_get_data_offset(original.get()) + gguf_get_tensor_offset(original.get(), index);
        region.stored = tensor->type;
        region.shown = recoded(
            tensor->type, ggml_n_dims(tensor), ggml_get_name(tensor) == k_token_table, recoding);
        region.bytes =
            ggml_row_size(region.shown, ggml_nelements(tensor));  // rows are whole blocks in both
        regions.push_back(region);
        gguf_add_tensor(copy.get(), tensor);
        gguf_set_tensor_type(copy.get(), ggml_get_name(tensor), region.shown);
    }
    header.resize(gguf_get_meta_size(copy.get()));
    gguf_get_meta_data(copy.get(), header.data());
    size = header.size();
    for (std::size_t i = 0; i < regions.size(); ++i) {
        regions[i].begin =
            header.size() + gguf_get_tensor_offset(copy.get(), static_cast<std::int64_t>(i));
        const std::uint64_t alignment = gguf_get_alignment(copy.get());
        const std::uint64_t end = regions[i].begin + regions[i].bytes;
        size = std::max(size, (end + alignment - 1) / alignment * alignment);
    }
    return {};
}

// `offset` and `count` in bytes of the converted tensor.
bool RecodedStream::State::convert(const Region& region,
                                   char* out,
                                   std::uint64_t offset,
                                   std::uint64_t count) const {
    const auto elements_of = [](std::uint64_t bytes, ggml_type type) {
        return bytes / ggml_type_size(type) * static_cast<std::uint64_t>(ggml_blck_size(type));
    };
    const std::uint64_t total = elements_of(region.bytes, region.shown);
    const std::uint64_t stored_piece = ggml_row_size(region.stored, k_piece);
    const std::uint64_t shown_piece = ggml_row_size(region.shown, k_piece);
    std::vector<char> stored(stored_piece);
    std::vector<char> shown(shown_piece);
    std::vector<char> eights(
        region.stored == GGML_TYPE_Q5_0 ? ggml_row_size(GGML_TYPE_Q8_0, k_piece) : 0);
    std::vector<float> floats(region.shown == GGML_TYPE_BF16 ? k_piece : 0);
    std::uint64_t done = 0;
    while (done < count) {
        const std::uint64_t byte = offset + done;
        const std::uint64_t piece = byte / shown_piece;
        const std::uint64_t elements = std::min(k_piece, total - piece * k_piece);
        const auto signed_elements = static_cast<std::int64_t>(elements);
        if (!read_fully(source,
                        stored.data(),
                        ggml_row_size(region.stored, signed_elements),
                        region.source + piece * stored_piece)) {
            return false;
        }
        // Q5_0 by way of Q8_0, the same values: ggml's own way is 8 times slower.
        const bool by_eight = region.stored == GGML_TYPE_Q5_0;
        if (by_eight) {
            five_bits_as_eight(stored.data(), eights.data(), elements);
        }
        const ggml_type from = by_eight ? GGML_TYPE_Q8_0 : region.stored;
        const char* values = by_eight ? eights.data() : stored.data();
        if (region.shown == GGML_TYPE_BF16) {
            ggml_get_type_traits(from)->to_float(values, floats.data(), signed_elements);
            ggml_cpu_fp32_to_bf16(
                floats.data(), reinterpret_cast<ggml_bf16_t*>(shown.data()), signed_elements);
        } else if (region.shown == GGML_TYPE_F32) {
            ggml_get_type_traits(from)->to_float(
                values, reinterpret_cast<float*>(shown.data()), signed_elements);
        } else {
            std::swap(eights, shown);
        }
        const std::uint64_t within = byte - piece * shown_piece;
        const std::uint64_t taken =
            std::min(count - done, ggml_row_size(region.shown, signed_elements) - within);
        std::memcpy(out + done, shown.data() + within, taken);
        done += taken;
    }
    return true;
}

bool RecodedStream::State::read_region(const Region& region,
                                       char* out,
                                       std::uint64_t offset,
                                       std::uint64_t count) const {
    if (region.shown == region.stored) {
        return read_fully(source, out, count, region.source + offset);
    }
    const std::uint64_t parts =
        std::clamp<std::uint64_t>(count / k_worth_a_thread, 1, static_cast<std::uint64_t>(threads));
    std::atomic<bool> fine = true;
    std::vector<std::thread> workers;
    for (std::uint64_t part = 0; part < parts; ++part) {
        const std::uint64_t begin = count * part / parts;
        const std::uint64_t end = count * (part + 1) / parts;
        const auto work = [&, begin, end] {
            if (!convert(region, out + begin, offset + begin, end - begin)) {
                fine = false;
            }
        };
        if (part + 1 < parts) {
            workers.emplace_back(work);
        } else {
            work();
        }
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    return fine;
}

bool RecodedStream::State::read(char* out, std::uint64_t offset, std::uint64_t count) {
    const auto holds_all = [&](const Region& region) {
        return region.begin <= offset && offset + count <= region.begin + region.bytes;
    };
    if (std::ranges::none_of(regions, holds_all)) {
        std::memset(out, 0, count);  // between tensors there are zeros
    }
    if (offset < header.size()) {
        std::memcpy(out, header.data() + offset, std::min(count, header.size() - offset));
    }
    for (const Region& region : regions) {
        const std::uint64_t begin = std::max(region.begin, offset);
        const std::uint64_t end = std::min(region.begin + region.bytes, offset + count);
        if (begin < end &&
            !read_region(region, out + (begin - offset), begin - region.begin, end - begin)) {
            failure = std::string("cannot read weights: ") + std::strerror(errno);
            return false;
        }
    }
    return true;
}

std::optional<Recoding> recoding_named(std::string_view weights) {
    if (weights == "bf16-copy") {
        return Recoding::Bf16;
    }
    if (weights == "f32-copy") {
        return Recoding::F32;
    }
    if (weights == "q8-copy") {
        return Recoding::FiveBitsAsEight;
    }
    PALIER_CHECK(weights == "file", "a form of the weights that engine.h names");
    return std::nullopt;
}

std::uint32_t type_after(Recoding recoding, std::uint32_t type, bool looked_up) {
    constexpr int k_matrix = 2;
    if (type >= GGML_TYPE_COUNT) {
        return type;
    }
    return static_cast<std::uint32_t>(
        recoded(static_cast<ggml_type>(type), k_matrix, looked_up, recoding));
}

bool is_changed_by(Recoding recoding, const gguf::Header& header) {
    return std::any_of(
        header.tensors.begin(), header.tensors.end(), [recoding](const auto& tensor) {
            const auto type = static_cast<ggml_type>(tensor.type);
            return recoded(type,
                           static_cast<int>(tensor.dims.size()),
                           tensor.name == k_token_table,
                           recoding) != type;
        });
}

RecodedStream::RecodedStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecodedStream::~RecodedStream() = default;
std::FILE* RecodedStream::file() {
    return state_->file;
}
std::string RecodedStream::failure() const {
    return state_->failure;
}

Result<std::unique_ptr<RecodedStream>> RecodedStream::open(const std::string& path,
                                                           Recoding recoding,
                                                           int threads) {
    auto state = std::make_unique<State>();
    state->threads = threads;
    state->source = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (state->source < 0) {
        return Error(gguf::codes::unreadable, {{"path", path}, {"why", std::strerror(errno)}});
    }
    PALIER_TRY(state->describe(path, recoding));

    cookie_io_functions_t functions{};
    functions.read = [](void* cookie, char* out, size_t count) -> ssize_t {
        auto& self = *static_cast<State*>(cookie);
        const std::uint64_t left = self.size - std::min(self.size, self.position);
        const std::uint64_t piece = std::min<std::uint64_t>(count, left);
        try {
            if (!self.read(out, self.position, piece)) {
                errno = EIO;
                return -1;
            }
        } catch (const std::exception& thrown) {  // a C caller stands above
            self.failure = thrown.what();
            errno = ENOMEM;
            return -1;
        }
        self.position += piece;
        return static_cast<ssize_t>(piece);
    };
    functions.seek = [](void* cookie, off64_t* offset, int whence) -> int {
        auto& self = *static_cast<State*>(cookie);
        const auto base = whence == SEEK_CUR   ? static_cast<off64_t>(self.position)
                          : whence == SEEK_END ? static_cast<off64_t>(self.size)
                                               : 0;
        if (base + *offset < 0) {
            return -1;
        }
        *offset += base;
        self.position = static_cast<std::uint64_t>(*offset);
        return 0;
    };
    state->file = ::fopencookie(state.get(), "rb", functions);
    if (state->file == nullptr) {
        return Error(gguf::codes::unreadable, {{"path", path}, {"why", std::strerror(errno)}});
    }
    return std::unique_ptr<RecodedStream>(new RecodedStream(std::move(state)));
}

}  // namespace palier::engine::llama
