#include "engine/llama/text_stream.h"

#include "base/text.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";

// Bytes of the character that `lead` starts; 0: no character starts so.
std::size_t character_bytes(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

// Takes the whole characters out of `bytes`; a sequence that cannot become one gives U+FFFD. What
// stays may still become a character.
std::string take_characters(std::string& bytes) {
    std::string taken;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t wanted = character_bytes(static_cast<unsigned char>(bytes[at]));
        std::size_t have = 1;
        while (have < wanted && at + have < bytes.size() && continues(bytes[at + have])) {
            ++have;
        }
        if (wanted != 0 && have < wanted && at + have == bytes.size()) {
            break;
        }
        const std::string_view piece(bytes.data() + at, have);
        taken += wanted == have && is_valid_utf8(piece) ? piece : k_replacement;
        at += have;
    }
    bytes.erase(0, at);
    return taken;
}

}  // namespace

TextStream::TextStream(std::vector<std::string> stops) : stops_(std::move(stops)) {
    std::erase(stops_, std::string());
}

std::string TextStream::release(std::size_t count) {
    std::string released = held_.substr(0, count);
    held_.erase(0, count);
    text_ += released;
    return released;
}

std::string TextStream::feed(std::string_view bytes) {
    if (stopped_) {
        return {};
    }
    bytes_ += bytes;
    held_ += take_characters(bytes_);
    std::size_t first = std::string::npos;
    for (const std::string& stop : stops_) {
        first = std::min(first, held_.find(stop));
    }
    if (first != std::string::npos) {
        stopped_ = true;
        bytes_.clear();
        held_.resize(first);
        return release(first);
    }
    std::size_t keep = 0;  // the longest end of held_ that a stop string starts with
    for (const std::string& stop : stops_) {
        for (std::size_t length = std::min(stop.size() - 1, held_.size()); length > keep;
             --length) {
            if (held_.ends_with(std::string_view(stop).substr(0, length))) {
                keep = length;
            }
        }
    }
    return release(held_.size() - keep);
}

std::string TextStream::finish() {
    return release(held_.size());
}

}  // namespace palier::engine::llama
