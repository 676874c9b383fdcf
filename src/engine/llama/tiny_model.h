// A language model of 70,000 random weights, written as a GGUF file: for tests that need a real
// forward pass but no sense.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace palier::engine::llama {

struct TinyModel {
    std::uint64_t seed = 1;
    int context_tokens = 4096;
    bool five_bits = false;  // matrices in Q5_0 instead of F32
    // Jinja source. "": none in the file.
    std::string chat_template = chatml();
    std::uint32_t end_token = 2;           // that the header names: "<|im_end|>"
    std::vector<std::string> more_tokens;  // at the vocabulary's end, control tokens
    [[nodiscard]] static std::string chatml();
    // chatml() that raises an exception for system messages.
    [[nodiscard]] static std::string without_system();
};

// The file's bytes. Letters and a few words ("ham", "spam", "no"...) are tokens; everything else is
// spelt in bytes; "<|im_start|>" and "<|im_end|>" (end of turn) are control tokens.
// Texts go on until they are stopped: the end of turn is never the likeliest token.
[[nodiscard]] std::string tiny_gguf(const TinyModel& model);

// A file that is gone when this is.
class TemporaryFile {
   public:
    explicit TemporaryFile(const std::string& bytes);
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile();
    [[nodiscard]] const std::string& path() const { return path_; }

   private:
    std::string path_;
};

}  // namespace palier::engine::llama
