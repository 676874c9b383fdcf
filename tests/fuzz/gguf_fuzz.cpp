// Arbitrary bytes as a model file: the reader must give an error or a header that holds together,
// within k_memory_max bytes of memory at any time. Run by scripts/fuzz.
#include "catalog/file_figures.h"
#include "catalog/shape.h"
#include "lib/gguf/codes.h"
#include "lib/gguf/gguf.h"
#include "lib/gguf/kind.h"

#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

constexpr std::int64_t k_memory_max = 64'000'000;

// Bytes allocated and not yet freed since the input began; libFuzzer's own are not counted.
std::atomic<bool> counting{false};
std::atomic<std::int64_t> held{0};

void on_malloc(const volatile void* /*pointer*/, std::size_t size) {
    if (counting && (held += static_cast<std::int64_t>(size)) > k_memory_max) {
        counting = false;
        std::fprintf(stderr, "more than 64 MB were allocated for one input\n");
        std::abort();
    }
}

void on_free(const volatile void* pointer) {
    if (counting && pointer != nullptr) {
        held -= static_cast<std::int64_t>(
            __sanitizer_get_allocated_size(const_cast<const void*>(pointer)));
    }
}

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "not true: %s\n", what);
        std::abort();
    }
}

void check(const palier::gguf::Header& header, std::size_t size) {
    require(header.file_bytes == size, "the file's size is that of the input");
    for (const palier::gguf::Tensor& tensor : header.tensors) {
        require(tensor.offset >= header.data_offset, "tensors begin after the header");
        require(tensor.offset + tensor.bytes <= size, "tensors end within the file");
        require(tensor.offset % header.alignment == header.data_offset % header.alignment,
                "tensors are aligned");
        require(!tensor.type_name.empty(), "tensors have a type");
    }
    require(header.tensor_bytes() <= size, "tensors do not overlap");
    // Only that these hold for whatever stands in the header.
    (void)header.parameters();
    (void)header.architecture();
    (void)header.context_length();
    (void)header.chat_template();
    (void)header.main_type();
    (void)palier::gguf::kind_of(header);
    (void)palier::catalog::figures_of_header(header);
    (void)palier::catalog::shape_of(header);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    require(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0, "hooks fit");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    held = 0;
    counting = true;
    {
        palier::gguf::MemorySource source(
            std::string_view(reinterpret_cast<const char*>(data), size));
        const auto header = palier::gguf::read(source, "input");
        if (header) {
            check(*header, size);
        } else {
            require(header.error().code >= palier::gguf::codes::unreadable &&
                        header.error().code <= palier::gguf::codes::big_endian,
                    "errors are those of a file");
        }
    }
    counting = false;
    return 0;
}
