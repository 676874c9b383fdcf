#include "serve/key.h"

#include "base/files.h"
#include "base/text.h"
#include "lib/hash/sha256.h"
#include "report/phrases.h"

#include <algorithm>

namespace palier::serve {

Key::Key(std::string_view key) : sha256_(hash::sha256_hex(key)) {}

bool Key::is(std::string_view key) const {
    const std::string shown = hash::sha256_hex(key);
    unsigned different = 0;
    for (std::size_t i = 0; i < sha256_.size(); ++i) {
        different |= static_cast<unsigned>(sha256_[i] ^ shown[i]);
    }
    return different == 0;
}

Result<std::optional<Key>> read_key(const std::string& file, const std::string& variable) {
    std::string text = variable;
    if (!file.empty()) {
        auto read = read_file(file);
        PALIER_TRY(read);
        text = *read;
    } else if (text.empty()) {
        return std::optional<Key>();
    }
    constexpr std::size_t k_shortest = 8;
    const std::string_view key = trim(text);
    const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
    if (key.size() < k_shortest || !visible) {
        return Error(report::say::no_usable_key,
                     {{"file", file.empty() ? "PALIER_API_KEY" : file}});
    }
    return std::optional<Key>(Key(key));
}

std::optional<std::string_view> bearer_of(std::string_view authorization) {
    constexpr std::string_view k_bearer = "bearer ";
    if (authorization.size() < k_bearer.size() ||
        to_lower(authorization.substr(0, k_bearer.size())) != k_bearer) {
        return std::nullopt;
    }
    return trim(authorization.substr(k_bearer.size()));
}

}  // namespace palier::serve
