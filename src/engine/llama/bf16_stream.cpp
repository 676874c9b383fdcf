#include "engine/llama/bf16_stream.h"

#include "engine/llama/backend.h"

#include <fcntl.h>
#include <ggml.h>
#include <gguf.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>
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
    std::uint64_t begin = 0;         // in the stream, bytes
    std::uint64_t bytes = 0;         // in the stream
    std::uint64_t source = 0;        // in the file, bytes
    ggml_type type = GGML_TYPE_F32;  // in the file
    bool converted = false;
};

struct GgufClose {
    void operator()(gguf_context* context) const { gguf_free(context); }
};
struct GgmlClose {
    void operator()(ggml_context* context) const { ggml_free(context); }
};
using GgufPtr = std::unique_ptr<gguf_context, GgufClose>;
using GgmlPtr = std::unique_ptr<ggml_context, GgmlClose>;

bool is_converted(const ggml_tensor* tensor) {
    if (getenv("PT_Q8")) return tensor->type == GGML_TYPE_Q5_0 && ggml_n_dims(tensor) >= 2;
    return ggml_n_dims(tensor) >= 2 && tensor->type != GGML_TYPE_BF16 &&
           (ggml_is_quantized(tensor->type) || tensor->type == GGML_TYPE_F16) &&
           ggml_get_type_traits(tensor->type)->to_float != nullptr;
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

struct Bf16Stream::State {
    ~State() {
        if (file != nullptr) {
            std::fclose(file);
        }
        if (source >= 0) {
            ::close(source);
        }
    }

    Result<void> describe(const std::string& path);
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

Result<void> Bf16Stream::State::describe(const std::string& path) {
    ggml_context* made = nullptr;
    const GgufPtr original(gguf_init_from_file(path.c_str(), {true, &made}));
    const GgmlPtr shapes(made);
    if (!original) {
        return Error(2310, {{"path", path}, {"why", take_logged_errors()}});
    }
    const GgufPtr copy(gguf_init_empty());
    gguf_set_kv(copy.get(), original.get());
    gguf_set_val_u32(copy.get(), "general.file_type", LLAMA_FTYPE_MOSTLY_BF16);
    for (ggml_tensor* tensor = ggml_get_first_tensor(shapes.get()); tensor != nullptr;
         tensor = ggml_get_next_tensor(shapes.get(), tensor)) {
        const std::int64_t index = gguf_find_tensor(original.get(), ggml_get_name(tensor));
        Region region;
        region.source =
            gguf_get_data_offset(original.get()) + gguf_get_tensor_offset(original.get(), index);
        region.type = tensor->type;
        region.converted = is_converted(tensor);
        region.bytes = region.converted ? static_cast<std::uint64_t>(ggml_nelements(tensor)) *
                                              sizeof(ggml_bf16_t)
                                        : ggml_nbytes(tensor);
        regions.push_back(region);
        gguf_add_tensor(copy.get(), tensor);
        if (region.converted) {
            gguf_set_tensor_type(copy.get(), ggml_get_name(tensor), getenv("PT_Q8")?GGML_TYPE_Q8_0:GGML_TYPE_BF16);
        }
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
bool Bf16Stream::State::convert(const Region& region,
                                char* out,
                                std::uint64_t offset,
                                std::uint64_t count) const {
    if (getenv("PT_Q8")) { // whole tensor reads only
        if (offset % 34 || count % 34) { std::uint64_t a = offset/34*34, b=(offset+count+33)/34*34; std::vector<char> t(b-a); if(!convert(region,t.data(),a,b-a)) return false; std::memcpy(out,t.data()+(offset-a),count); return true; }
        std::vector<unsigned char> in(count/34*22);
        if(!read_fully(source,in.data(),in.size(),region.source+offset/34*22)) return false;
        for (std::uint64_t k=0;k<count/34;++k){ const unsigned char*b=in.data()+k*22; char*o=out+k*34; std::memcpy(o,b,2); std::uint32_t qh; std::memcpy(&qh,b+2,4); for(unsigned j=0;j<16;++j){ int x0=(b[6+j]&15)|(((qh>>j)&1)<<4); int x1=(b[6+j]>>4)|(((qh>>(j+16))&1)<<4); o[2+j]=(char)(x0-16); o[2+16+j]=(char)(x1-16);} }
        return true;
    }
    const auto block = static_cast<std::uint64_t>(ggml_blck_size(region.type));
    const std::uint64_t block_bytes = ggml_type_size(region.type);
    const auto to_float = ggml_get_type_traits(region.type)->to_float;
    const std::uint64_t total = region.bytes / sizeof(ggml_bf16_t);
    std::vector<char> stored(k_piece / block * block_bytes);
    std::vector<float> floats(k_piece);
    std::vector<ggml_bf16_t> halves(k_piece);
    std::uint64_t done = 0;
    while (done < count) {
        const std::uint64_t byte = offset + done;
        const std::uint64_t first = byte / sizeof(ggml_bf16_t) / k_piece * k_piece;
        const std::uint64_t elements = std::min(k_piece, total - first);
        if (!read_fully(source,
                        stored.data(),
                        elements / block * block_bytes,
                        region.source + first / block * block_bytes)) {
            return false;
        }
        to_float(stored.data(), floats.data(), static_cast<std::int64_t>(elements));
        ggml_fp32_to_bf16_row(floats.data(), halves.data(), static_cast<std::int64_t>(elements));
        const std::uint64_t within = byte - first * sizeof(ggml_bf16_t);
        const std::uint64_t piece = std::min(count - done, elements * sizeof(ggml_bf16_t) - within);
        std::memcpy(out + done, reinterpret_cast<const char*>(halves.data()) + within, piece);
        done += piece;
    }
    return true;
}

bool Bf16Stream::State::read_region(const Region& region,
                                    char* out,
                                    std::uint64_t offset,
                                    std::uint64_t count) const {
    if (!region.converted) {
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

bool Bf16Stream::State::read(char* out, std::uint64_t offset, std::uint64_t count) {
    std::memset(out, 0, count);  // between tensors there are zeros
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

Bf16Stream::Bf16Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Bf16Stream::~Bf16Stream() = default;
std::FILE* Bf16Stream::file() {
    return state_->file;
}
std::string Bf16Stream::failure() const {
    return state_->failure;
}

Result<std::unique_ptr<Bf16Stream>> Bf16Stream::open(const std::string& path, int threads) {
    auto state = std::make_unique<State>();
    state->threads = threads;
    state->source = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (state->source < 0) {
        return Error(2300, {{"path", path}, {"why", std::strerror(errno)}});
    }
    PALIER_TRY(state->describe(path));

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
        return Error(2300, {{"path", path}, {"why", std::strerror(errno)}});
    }
    return std::unique_ptr<Bf16Stream>(new Bf16Stream(std::move(state)));
}

}  // namespace palier::engine::llama
