#include "lib/gguf/gguf.h"

#include "base/rng.h"
#include "lib/gguf/codes.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

using palier::Result;
using palier::Rng;
namespace gguf = palier::gguf;
namespace fs = std::filesystem;

namespace {

// A GGUF file in memory, written piece by piece; remembers where each piece starts.
class Writer {
   public:
    template <class T>
    Writer& number(T value) {
        std::array<char, sizeof value> raw{};
        std::memcpy(raw.data(), &value, sizeof value);
        return raw_bytes(std::string_view(raw.data(), raw.size()));
    }
    Writer& raw_bytes(std::string_view raw) {
        starts.push_back(bytes.size());
        bytes += raw;
        return *this;
    }
    Writer& text(std::string_view value) {
        return number<std::uint64_t>(value.size()).raw_bytes(value);
    }
    Writer& head(std::uint64_t tensors, std::uint64_t pairs, std::uint32_t version = 3) {
        return raw_bytes("GGUF").number(version).number(tensors).number(pairs);
    }
    Writer& text_pair(std::string_view key, std::string_view value) {
        return text(key).number<std::uint32_t>(8).text(value);
    }
    template <class T>
    Writer& pair(std::string_view key, std::uint32_t type, T value) {
        return text(key).number(type).number(value);
    }
    Writer& tensor(std::string_view name,
                   const std::vector<std::uint64_t>& dims,
                   std::uint32_t type,
                   std::uint64_t offset) {
        text(name).number(static_cast<std::uint32_t>(dims.size()));
        for (const std::uint64_t dim : dims) {
            number(dim);
        }
        return number(type).number(offset);
    }
    Writer& pad(std::size_t alignment) {
        return raw_bytes(std::string((alignment - bytes.size() % alignment) % alignment, '\0'));
    }

    std::string bytes;
    std::vector<std::size_t> starts;
};

class File {
   public:
    explicit File(std::string_view bytes)
        : path_(fs::temp_directory_path() /
                ("palier-gguf-" + std::to_string(::getpid()) + ".gguf")) {
        std::ofstream(path_, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { fs::remove(path_); }
    [[nodiscard]] std::string path() const { return path_.string(); }

   private:
    fs::path path_;
};

Result<gguf::Header> read(std::string_view bytes) {
    return gguf::read(File(bytes).path());
}

int code_of(std::string_view bytes) {
    const auto header = read(bytes);
    return header ? 0 : header.error().code;
}

Writer small_file() {
    Writer file;
    file.head(3, 9);
    file.text_pair("general.architecture", "llama");
    file.pair<std::uint32_t>("llama.context_length", 4, 2048);
    file.pair<float>("llama.rope.freq_base", 6, 10000.0F);
    file.pair<std::int16_t>("negative", 3, -7);
    file.pair<std::uint8_t>("flag", 7, 1);
    file.text_pair("tokenizer.chat_template", "{{ messages }}");
    file.text("tokenizer.ggml.tokens").number<std::uint32_t>(9).number<std::uint32_t>(8);
    file.number<std::uint64_t>(3).text("a").text("").text("ccc");
    file.text("numbers").number<std::uint32_t>(9).number<std::uint32_t>(5);
    file.number<std::uint64_t>(2).number<std::int32_t>(1).number<std::int32_t>(2);
    file.text("nested").number<std::uint32_t>(9).number<std::uint32_t>(9);
    file.number<std::uint64_t>(1).number<std::uint32_t>(0).number<std::uint64_t>(2);
    file.raw_bytes("xy");
    file.tensor("token_embd.weight", {256, 4}, 12, 0);
    file.tensor("norm", {256}, 0, 576);
    file.tensor("scalar", {}, 0, 1600);
    file.pad(32);
    file.raw_bytes(std::string(1604, 'w'));
    return file;
}

}  // namespace

TEST_CASE("a header gives metadata, tensors and what a catalogue needs") {
    const Writer file = small_file();
    const auto header = read(file.bytes);
    REQUIRE(header);
    CHECK(header->version == 3);
    CHECK(header->file_bytes == file.bytes.size());
    CHECK(header->architecture() == "llama");
    CHECK(header->context_length() == 2048);
    CHECK(header->chat_template() == "{{ messages }}");
    CHECK(header->number("llama.rope.freq_base") == 10000.0);
    CHECK(header->number("negative") == -7.0);
    CHECK(header->integer("negative") == -7);
    CHECK(header->array_length("tokenizer.ggml.tokens") == 3);
    CHECK(header->array_length("numbers") == 2);
    CHECK_FALSE(header->text("llama.context_length"));
    CHECK_FALSE(header->integer("no such key"));
    REQUIRE(header->tensors.size() == 3);
    const gguf::Tensor& embedding = header->tensors[0];
    CHECK(embedding.name == "token_embd.weight");
    CHECK(embedding.type_name == "Q4_K");
    CHECK(embedding.bytes == 4 * 144);
    CHECK(embedding.offset == header->data_offset);
    CHECK(header->parameters() == 1024 + 256 + 1);
    CHECK(header->main_type() == "F32");
}

TEST_CASE("of the vocabulary the marks are kept, each with its number") {
    Writer file;
    const std::vector<std::string> tokens{
        "a", "<s>", "<0x0A>", "[EOT]", "<>", "<" + std::string(70, 'x') + ">", "<|im_end|>", "</s"};
    file.head(0, 1).text("tokenizer.ggml.tokens").number<std::uint32_t>(9).number<std::uint32_t>(8);
    file.number<std::uint64_t>(tokens.size());
    for (const std::string& token : tokens) {
        file.text(token);
    }
    const auto header = read(file.bytes);
    REQUIRE(header);
    CHECK(header->array_length("tokenizer.ggml.tokens") == tokens.size());
    REQUIRE(header->marks.size() == 3);
    CHECK(header->marks[0].token == 1);
    CHECK(header->marks[1].text == "[EOT]");
    CHECK(header->marks[2].token == 6);
    CHECK(header->marks[2].text == "<|im_end|>");
    // Cut in the middle of a mark.
    CHECK(code_of(std::string_view(file.bytes).substr(0, file.bytes.find("im_end"))) ==
          gguf::codes::cut_short);
}

TEST_CASE("version 2 is read too, others are named") {
    Writer two;
    two.head(0, 0, 2);
    CHECK(code_of(two.bytes) == 0);
    Writer one;
    one.head(0, 0, 1);
    CHECK(code_of(one.bytes) == gguf::codes::unknown_version);
    Writer big_endian;
    big_endian.head(0, 0, 0x03000000);
    CHECK(code_of(big_endian.bytes) == gguf::codes::big_endian);
}

TEST_CASE("what is no GGUF file is said to be none") {
    CHECK(gguf::read("/no/such/file.gguf").error().code == gguf::codes::unreadable);
    CHECK(gguf::read("/tmp").error().code == gguf::codes::unreadable);
    CHECK(code_of("") == gguf::codes::no_gguf);
    const auto text = read("This is a text file.\n");
    REQUIRE_FALSE(text);
    CHECK(text.error().code == gguf::codes::no_gguf);
    CHECK(text.error().args[1].second == "\"This\"");
}

TEST_CASE("a file cut anywhere is truncated, never accepted") {
    const Writer file = small_file();
    for (const std::size_t start : file.starts) {
        for (const std::size_t cut : {start, start + 1, start > 0 ? start - 1 : 0}) {
            const int code = code_of(std::string_view(file.bytes).substr(0, cut));
            CAPTURE(cut);
            if (cut < 4) {
                CHECK(code == gguf::codes::no_gguf);
            } else if (cut < file.bytes.size()) {
                CHECK(code == gguf::codes::cut_short);
            }
        }
    }
}

TEST_CASE("counts and lengths are not trusted") {
    Writer tensors;
    tensors.head(std::uint64_t{1} << 60U, 0);
    CHECK(code_of(tensors.bytes) == gguf::codes::damaged);
    Writer pairs;
    pairs.head(0, std::uint64_t{1} << 60U);
    CHECK(code_of(pairs.bytes) == gguf::codes::damaged);
    Writer key;
    key.head(0, 1).number(~std::uint64_t{0});
    CHECK(code_of(key.bytes) == gguf::codes::damaged);
    Writer array;
    array.head(0, 1).text("k").number<std::uint32_t>(9).number<std::uint32_t>(10);
    array.number((std::uint64_t{1} << 61U) + 1);  // times 8 it would wrap around to 8
    array.number<std::uint64_t>(0);
    CHECK(code_of(array.bytes) == gguf::codes::cut_short);
    Writer strings;
    strings.head(0, 1).text("k").number<std::uint32_t>(9).number<std::uint32_t>(8);
    strings.number<std::uint64_t>(1).number(~std::uint64_t{0});
    CHECK(code_of(strings.bytes) == gguf::codes::cut_short);
    Writer nested;
    nested.head(0, 1).text("k").number<std::uint32_t>(9);
    for (int depth = 0; depth < 100; ++depth) {
        nested.number<std::uint32_t>(9).number<std::uint64_t>(1);
    }
    CHECK(code_of(nested.bytes) == gguf::codes::damaged);
}

TEST_CASE("metadata that contradicts itself is corrupted") {
    Writer twice;
    twice.head(0, 2).text_pair("k", "1").text_pair("k", "2");
    CHECK(code_of(twice.bytes) == gguf::codes::damaged);
    Writer type;
    type.head(0, 1).text("k").number<std::uint32_t>(99);
    CHECK(code_of(type.bytes) == gguf::codes::damaged);
    for (const std::uint32_t alignment : {0U, 24U, 1U << 30U}) {
        Writer file;
        file.head(0, 1).pair("general.alignment", 4, alignment);
        CHECK(code_of(file.bytes) == gguf::codes::damaged);
    }
    Writer split;
    split.head(0, 1).pair<std::uint16_t>("split.count", 2, 3);
    CHECK(code_of(split.bytes) == gguf::codes::one_part_of_several);
}

TEST_CASE("tensors must be of a known type, aligned, apart and inside the file") {
    const auto with =
        [](const std::vector<std::uint64_t>& dims, std::uint32_t type, std::uint64_t offset) {
            Writer file;
            file.head(2, 0).tensor("a", {8}, 0, 0).tensor("b", dims, type, offset).pad(32);
            file.raw_bytes(std::string(256, 'w'));
            return code_of(file.bytes);
        };
    CHECK(with({8}, 0, 32) == 0);
    CHECK(with({8}, 4, 32) == gguf::codes::unknown_tensor_type);
    CHECK(with({8}, 1000, 32) == gguf::codes::unknown_tensor_type);
    CHECK(with({8}, 0, 33) == gguf::codes::damaged);
    CHECK(with({8}, 0, 0) == gguf::codes::damaged);   // overlap
    CHECK(with({8}, 2, 32) == gguf::codes::damaged);  // a block is 32
    CHECK(with({0}, 0, 32) == gguf::codes::damaged);
    CHECK(with({1, 1, 1, 1, 1}, 0, 32) == gguf::codes::damaged);
    CHECK(with({std::uint64_t{1} << 33U, std::uint64_t{1} << 33U}, 0, 32) == gguf::codes::damaged);
    CHECK(with({8}, 0, 256) == gguf::codes::cut_short);
    CHECK(with({8}, 0, ~std::uint64_t{31}) == gguf::codes::damaged);  // start + offset wraps around
    Writer twice;
    twice.head(2, 0).tensor("a", {8}, 0, 0).tensor("a", {8}, 0, 32).pad(32);
    twice.raw_bytes(std::string(64, 'w'));
    CHECK(code_of(twice.bytes) == gguf::codes::damaged);
}

TEST_CASE("arbitrary damage gives an error or a header, never a crash or much memory") {
    const Writer file = small_file();
    const fs::path path =
        fs::temp_directory_path() / ("palier-gguf-m-" + std::to_string(::getpid()) + ".gguf");
    Rng rng(20260101);
    int accepted = 0;
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = file.bytes.substr(0, file.bytes.size() - 1604 + rng.below(1605));
        const std::uint64_t changes = 1 + rng.below(4);
        for (std::uint64_t i = 0; i < changes; ++i) {
            // Mostly in the header: data is not looked at.
            const auto at = static_cast<std::size_t>(
                rng.below(bytes.size() - rng.below(2) * 1000 % bytes.size()));
            switch (rng.below(4)) {
                case 0:
                    bytes[at] = static_cast<char>(rng.next());
                    break;
                case 1:
                    bytes[at] = static_cast<char>(0xFF);
                    break;
                case 2:
                    bytes.insert(at, 1, static_cast<char>(rng.next()));
                    break;
                default:
                    bytes.erase(at, 1 + rng.below(8));
                    break;
            }
        }
        std::ofstream(path, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const auto header = gguf::read(path.string());
        if (header) {
            ++accepted;
            for (const gguf::Tensor& tensor : header->tensors) {
                CHECK(tensor.offset + tensor.bytes <= header->file_bytes);
            }
        } else {
            ++refused;
            CHECK(header.error().code >= gguf::codes::unreadable);
            CHECK(header.error().code <= gguf::codes::big_endian);
        }
    }
    fs::remove(path);
    CHECK(accepted > 0);
    CHECK(refused > 1000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 64 * 1024);  // KiB, of this whole process
#endif
}

namespace {

// Gives a few bytes a call, and an error from `breaks_at` on.
class Slow final : public gguf::ByteSource {
   public:
    explicit Slow(std::string_view bytes, std::uint64_t breaks_at)
        : bytes_(bytes), breaks_at_(breaks_at) {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t position,
                                              char* out,
                                              std::size_t count) override {
        if (position >= breaks_at_) {
            return palier::Error(4999);
        }
        const std::size_t read =
            std::min<std::size_t>({count, 7, bytes_.size() - static_cast<std::size_t>(position)});
        std::memcpy(out, bytes_.data() + position, read);
        return read;
    }

   private:
    std::string_view bytes_;
    std::uint64_t breaks_at_;
};

}  // namespace

TEST_CASE("a header is the same from a disk, from memory and from a source that gives little") {
    const Writer file = small_file();
    const auto from_disk = read(file.bytes);
    gguf::MemorySource memory(file.bytes);
    const auto from_memory = gguf::read(memory, "memory");
    Slow slow(file.bytes, file.bytes.size());
    const auto from_slow = gguf::read(slow, "slow");
    REQUIRE(from_disk);
    REQUIRE(from_memory);
    REQUIRE(from_slow);
    CHECK(from_disk->metadata == from_memory->metadata);
    CHECK(from_disk->metadata == from_slow->metadata);
    CHECK(from_slow->parameters() == from_disk->parameters());
}

TEST_CASE("a source that fails is not called a truncated file") {
    const Writer file = small_file();
    for (std::uint64_t at = 0; at < 400; at += 7) {
        Slow source(file.bytes, at);
        const auto header = gguf::read(source, "slow");
        REQUIRE_FALSE(header);
        CHECK(header.error().code == 4999);
    }
}

TEST_CASE("a header that does not end within its limit is refused") {
    Writer file;
    file.head(0, 1).text("k").number<std::uint32_t>(9).number<std::uint32_t>(0);
    file.number<std::uint64_t>(gguf::k_header_bytes);
    file.bytes.resize(file.bytes.size() + gguf::k_header_bytes);
    gguf::MemorySource memory(file.bytes);
    CHECK(gguf::read(memory, "long").error().code == gguf::codes::damaged);
}

TEST_CASE("a file of names only is refused before it takes the memory it asks for") {
    Writer file;
    file.head(0, 60'000);
    const std::string key(1000, 'k');
    for (int i = 0; i < 60'000; ++i) {
        file.text(key + std::to_string(i)).number<std::uint32_t>(0).number<std::uint8_t>(1);
    }
    CHECK(code_of(file.bytes) == gguf::codes::damaged);
}
