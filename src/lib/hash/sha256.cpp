#include "lib/hash/sha256.h"

#include "base/codes.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace palier::hash {

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    PALIER_CHECK(
        state_->context && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1,
        "OpenSSL offers SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
    PALIER_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1,
                 "SHA-256 takes bytes until hex() is called");
    return *this;
}

Sha256& Sha256::field(std::string_view bytes) {
    const std::string length = std::to_string(bytes.size()) + ":";
    return update(length).update(bytes);
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    PALIER_CHECK(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1,
                 "SHA-256 ends once");
    static constexpr std::string_view k_digits = "0123456789abcdef";
    std::string out;
    out.reserve(64);
    for (const unsigned char byte : digest) {
        out += k_digits[byte >> 4];
        out += k_digits[byte & 15];
    }
    return out;
}

std::string sha256_hex(std::string_view bytes) {
    return Sha256().update(bytes).hex();
}

Result<std::string> sha256_file(const std::string& path) {
    const auto failed = [&] {
        return Error(base::codes::cannot_read, {{"file", path}, {"reason", std::strerror(errno)}});
    };
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                         &std::fclose);
    if (!file) {
        return failed();
    }
    Sha256 sha;
    std::string block(1 << 20, '\0');
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get())) {
        sha.update(std::string_view(block).substr(0, got));
    }
    if (std::ferror(file.get()) != 0) {
        return failed();
    }
    return sha.hex();
}

}  // namespace palier::hash
