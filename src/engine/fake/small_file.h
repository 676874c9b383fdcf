// For tests: a model file of a few hundred bytes that says that it is a llama of two layers.
#pragma once

#include <cstdint>
#include <string>

namespace palier::engine::fake {

class SmallFile {
   public:
    explicit SmallFile(const std::string& architecture = "llama", bool chat_template = false) {
        bytes_ = "GGUF";
        number<std::uint32_t>(3);
        number<std::uint64_t>(1);                      // tensors
        number<std::uint64_t>(chat_template ? 8 : 7);  // figures
        text("general.architecture");
        number<std::uint32_t>(8);
        text(architecture);
        figure(architecture + ".block_count", 2);
        figure(architecture + ".embedding_length", 64);
        figure(architecture + ".feed_forward_length", 256);
        figure(architecture + ".attention.head_count", 4);
        figure(architecture + ".context_length", 4096);
        figure(architecture + ".vocab_size", 1000);
        if (chat_template) {
            text("tokenizer.chat_template");
            number<std::uint32_t>(8);
            text("{{ messages }}");
        }
        text("token_embd.weight");
        number<std::uint32_t>(2);
        number<std::uint64_t>(64);
        number<std::uint64_t>(8);
        number<std::uint32_t>(0);  // F32
        number<std::uint64_t>(0);
        bytes_.resize((bytes_.size() + 31) / 32 * 32);
        bytes_.resize(bytes_.size() + std::size_t{64} * 8 * 4);
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

   private:
    template <class T>
    void number(T value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(const std::string& value) {
        number<std::uint64_t>(value.size());
        bytes_ += value;
    }
    void figure(const std::string& key, std::uint32_t value) {
        text(key);
        number<std::uint32_t>(4);
        number(value);
    }
    std::string bytes_;
};

}  // namespace palier::engine::fake
