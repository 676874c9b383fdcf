#include "catalog/test_gguf.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace palier::catalog {
namespace {

template <class T>
void add(std::string& out, T value) {
    std::string raw(sizeof value, '\0');
    std::memcpy(raw.data(), &value, sizeof value);
    out += raw;
}

void add_text(std::string& out, const std::string& text) {
    add<std::uint64_t>(out, text.size());
    out += text;
}

void add_text_pair(std::string& out, const std::string& key, const std::string& text) {
    add_text(out, key);
    add<std::uint32_t>(out, 8);
    add_text(out, text);
}

std::string head(std::uint64_t tensors, std::uint64_t pairs) {
    std::string out = "GGUF";
    add<std::uint32_t>(out, 3);
    add(out, tensors);
    add(out, pairs);
    return out;
}

}  // namespace

std::string test_gguf(std::size_t filler_bytes) {
    std::string out = head(1, 4);
    add_text_pair(out, "general.architecture", "llama");
    add_text(out, "llama.context_length");
    add<std::uint32_t>(out, 4);
    add<std::uint32_t>(out, 2048);
    add_text_pair(out, "tokenizer.chat_template", "{{ messages }}{{ tools }}");
    add_text_pair(out, "filler", std::string(filler_bytes, 'f'));
    add_text(out, "token_embd.weight");
    add<std::uint32_t>(out, 1);
    add<std::uint64_t>(out, 64);
    add<std::uint32_t>(out, 0);
    add<std::uint64_t>(out, 0);
    out.resize((out.size() + 31) / 32 * 32);
    return out + std::string(256, 'w');
}

std::string endless_gguf_head() {
    std::string out = head(0, 1);
    add_text(out, "k");
    add<std::uint32_t>(out, 9);
    add<std::uint32_t>(out, 8);
    add(out, std::uint64_t{1} << 36U);
    return out;
}

std::pair<std::uint64_t, std::uint64_t> range_of(const http::Seen& seen, std::uint64_t total) {
    const auto header = seen.headers.find("range");
    if (header == seen.headers.end()) {
        return {0, total - 1};
    }
    const std::string text = header->second.substr(header->second.find('=') + 1);
    const std::size_t dash = text.find('-');
    const std::string last = text.substr(dash + 1);
    const std::uint64_t end = last.empty() ? total - 1 : std::strtoull(last.c_str(), nullptr, 10);
    return {std::strtoull(text.c_str(), nullptr, 10), std::min(end, total - 1)};
}

http::Step ranged(const std::string& file, const http::Seen& seen, const std::string& etag) {
    const auto condition = seen.headers.find("if-range");
    const bool whole = condition != seen.headers.end() && condition->second != etag;
    if (whole || seen.headers.find("range") == seen.headers.end()) {
        return http::answer(200, file, "ETag: " + etag + "\r\n");
    }
    const auto [first, last] = range_of(seen, file.size());
    if (first >= file.size()) {
        return http::answer(416, "");
    }
    return http::answer(206,
                        file.substr(first, last - first + 1),
                        "ETag: " + etag + "\r\nContent-Range: bytes " + std::to_string(first) +
                            "-" + std::to_string(last) + "/" + std::to_string(file.size()) +
                            "\r\n");
}

}  // namespace palier::catalog
