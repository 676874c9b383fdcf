#include "engine/llama/tiny_model.h"

#include "base/rng.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace palier::engine::llama {
namespace {

constexpr std::uint64_t k_width = 64;
constexpr std::uint64_t k_inner = 128;
constexpr std::uint64_t k_layers = 2;
constexpr std::uint64_t k_heads = 4;
constexpr std::uint32_t k_end_of_turn = 2;  // token; see vocabulary()

enum Type : std::uint32_t { U32 = 4, I32 = 5, F32 = 6, Bool = 7, String = 8, Array = 9 };

class Bytes {
   public:
    template <class T>
    Bytes& number(T value) {
        std::array<char, sizeof value> raw{};
        std::memcpy(raw.data(), &value, sizeof value);
        out.append(raw.data(), raw.size());
        return *this;
    }
    Bytes& text(std::string_view value) {
        number<std::uint64_t>(value.size());
        out += value;
        return *this;
    }
    Bytes& key(std::string_view name, Type type) {
        ++keys;
        return text(name).number<std::uint32_t>(type);
    }
    Bytes& array(std::string_view name, Type type, std::uint64_t length) {
        return key(name, Array).number<std::uint32_t>(type).number(length);
    }

    std::string out;
    std::uint64_t keys = 0;
};

struct Piece {
    std::string text;
    std::int32_t type = 1;  // 1 normal, 2 unknown, 3 control, 6 byte
    float score = 0;
};

std::vector<Piece> vocabulary() {
    std::vector<Piece> pieces{{"<unk>", 2}, {"<s>", 3}, {"<|im_end|>", 3}, {"<|im_start|>", 3}};
    for (int byte = 0; byte < 256; ++byte) {
        std::array<char, 8> name{};
        std::snprintf(name.data(), name.size(), "<0x%02X>", static_cast<unsigned>(byte));
        pieces.push_back({name.data(), 6});
    }
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        pieces.push_back({std::string(1, letter), 1, -10});
    }
    // Each can be made from two that stand before it: that is how the tokeniser finds them.
    float score = -9;
    for (const char* word : {"ha", "ham", "sp", "spa", "spam", "no", "us", "use", "user"}) {
        pieces.push_back({word, 1, score += 0.5F});
    }
    return pieces;
}

struct Shape {
    std::string name;
    std::vector<std::uint64_t> dims;
};

std::vector<Shape> shapes(std::uint64_t tokens) {
    std::vector<Shape> all{{"token_embd.weight", {k_width, tokens}},
                           {"output_norm.weight", {k_width}},
                           {"output.weight", {k_width, tokens}}};
    for (std::uint64_t layer = 0; layer < k_layers; ++layer) {
        const std::string head = "blk." + std::to_string(layer) + ".";
        for (const char* norm : {"attn_norm", "ffn_norm"}) {
            all.push_back({head + norm + ".weight", {k_width}});
        }
        for (const char* square : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
            all.push_back({head + square + ".weight", {k_width, k_width}});
        }
        all.push_back({head + "ffn_gate.weight", {k_width, k_inner}});
        all.push_back({head + "ffn_up.weight", {k_width, k_inner}});
        all.push_back({head + "ffn_down.weight", {k_inner, k_width}});
    }
    return all;
}

void write_metadata(Bytes& file, const TinyModel& model, const std::vector<Piece>& pieces) {
    file.key("general.architecture", String).text("llama");
    const auto number = [&file](const std::string& name, std::uint64_t value) {
        file.key("llama." + name, U32).number(static_cast<std::uint32_t>(value));
    };
    number("context_length", static_cast<std::uint64_t>(model.context_tokens));
    number("embedding_length", k_width);
    number("block_count", k_layers);
    number("feed_forward_length", k_inner);
    number("attention.head_count", k_heads);
    file.key("llama.attention.layer_norm_rms_epsilon", F32).number(1e-5F);
    file.key("tokenizer.ggml.model", String).text("llama");
    file.array("tokenizer.ggml.tokens", String, pieces.size());
    for (const Piece& piece : pieces) {
        file.text(piece.text);
    }
    file.array("tokenizer.ggml.scores", F32, pieces.size());
    for (const Piece& piece : pieces) {
        file.number(piece.score);
    }
    file.array("tokenizer.ggml.token_type", I32, pieces.size());
    for (const Piece& piece : pieces) {
        file.number(piece.type);
    }
    file.key("tokenizer.ggml.unknown_token_id", U32).number<std::uint32_t>(0);
    file.key("tokenizer.ggml.bos_token_id", U32).number<std::uint32_t>(1);
    file.key("tokenizer.ggml.eos_token_id", U32).number(model.end_token);
    file.key("tokenizer.ggml.add_bos_token", Bool).number<std::uint8_t>(1);
    file.key("tokenizer.ggml.add_space_prefix", Bool).number<std::uint8_t>(0);
    if (!model.chat_template.empty()) {
        file.key("tokenizer.chat_template", String).text(model.chat_template);
    }
}

void write_floats(Bytes& data, const Shape& tensor, std::uint64_t elements, Rng& rng) {
    const bool norm = tensor.dims.size() == 1;
    const bool output = tensor.name == "output.weight";
    for (std::uint64_t i = 0; i < elements; ++i) {
        const auto weight = static_cast<float>(rng.uniform() - 0.5) * 0.5F;
        const bool ends_turn = output && i / k_width == k_end_of_turn;
        data.number(norm ? 1.0F : ends_turn ? 0.0F : weight);
    }
}

// Q5_0: a scale of 2^-6 as a 16-bit float, then 20 bytes of bits.
void write_blocks(Bytes& data, std::uint64_t elements, Rng& rng) {
    for (std::uint64_t block = 0; block < elements / 32; ++block) {
        data.number<std::uint16_t>(0x2400);
        for (int i = 0; i < 5; ++i) {
            data.number(static_cast<std::uint32_t>(rng.next()));
        }
    }
}

}  // namespace

std::string TinyModel::chatml() {
    return "{{ bos_token }}{% for message in messages %}<|im_start|>{{ message.role }}\n"
           "{{ message.content }}<|im_end|>\n{% endfor %}"
           "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
}

std::string TinyModel::without_system() {
    return "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif "
           "%}" +
           chatml();
}

std::string tiny_gguf(const TinyModel& model) {
    std::vector<Piece> pieces = vocabulary();
    for (const std::string& text : model.more_tokens) {
        pieces.push_back({text, 3});
    }
    const std::vector<Shape> tensors = shapes(pieces.size());
    Bytes metadata;
    write_metadata(metadata, model, pieces);
    Bytes file;
    file.out = "GGUF";
    file.number<std::uint32_t>(3).number<std::uint64_t>(tensors.size()).number(metadata.keys);
    file.out += metadata.out;
    Bytes data;
    Rng rng(model.seed);
    for (const Shape& tensor : tensors) {
        file.text(tensor.name).number(static_cast<std::uint32_t>(tensor.dims.size()));
        std::uint64_t elements = 1;
        for (const std::uint64_t dim : tensor.dims) {
            file.number(dim);
            elements *= dim;
        }
        const bool blocks = model.five_bits && tensor.dims.size() > 1;
        file.number<std::uint32_t>(blocks ? 6 : 0).number<std::uint64_t>(data.out.size());
        if (blocks) {
            write_blocks(data, elements, rng);
        } else {
            write_floats(data, tensor, elements, rng);
        }
        data.out.resize((data.out.size() + 31) / 32 * 32);
    }
    file.out.resize((file.out.size() + 31) / 32 * 32);
    return file.out + data.out;
}

TemporaryFile::TemporaryFile(const std::string& bytes) {
    static int count = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("palier-llama-" + std::to_string(::getpid()) + "-" + std::to_string(count++)))
                .string();
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;  // the system cleans up what is left in its temporary folder
    std::filesystem::remove(path_, ignored);
}

}  // namespace palier::engine::llama
