// From the bytes of tokens to text that may be shown: whole UTF-8 characters only, and never a part
// of a stop string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace palier::engine::llama {

// Not thread-safe.
class TextStream {
   public:
    // Empty stop strings are ignored.
    explicit TextStream(std::vector<std::string> stops);

    // Adds a token's bytes. Returns the text that became certain ("" often): it cannot be the start
    // of a stop string any more. After a stop string was found, nothing is added.
    std::string feed(std::string_view bytes);
    // The end: returns what was held back. An incomplete character is dropped.
    std::string finish();

    [[nodiscard]] bool stopped() const { return stopped_; }
    // All text that feed and finish returned.
    [[nodiscard]] const std::string& text() const { return text_; }

   private:
    std::string release(std::size_t count);

    std::vector<std::string> stops_;
    std::string bytes_;  // of an incomplete character
    std::string held_;   // valid UTF-8, may be the start of a stop string
    std::string text_;
    bool stopped_ = false;
};

}  // namespace palier::engine::llama
