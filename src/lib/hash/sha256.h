// SHA-256 (FIPS 180-4) over text and files, in lower-case hex. OpenSSL is behind it.
#pragma once

#include "base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace palier::hash {

// Not thread-safe.
class Sha256 {
   public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    Sha256& update(std::string_view bytes);
    // A length before the bytes: ("ab","c") and ("a","bc") differ.
    Sha256& field(std::string_view bytes);
    [[nodiscard]] std::string hex();  // ends it; call once

   private:
    struct State;
    std::unique_ptr<State> state_;
};

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
// Error 1001 when the file cannot be read.
[[nodiscard]] Result<std::string> sha256_file(const std::string& path);

}  // namespace palier::hash
