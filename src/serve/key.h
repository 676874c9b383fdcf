// Key: what clients must show. Only its hash is kept.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::serve {

class Key {
   public:
    explicit Key(std::string_view key);
    // Takes as long whatever `key` is like.
    [[nodiscard]] bool is(std::string_view key) const;

   private:
    std::string sha256_;
};

// From the first line of a file, else from `variable` (the value of PALIER_API_KEY); nullopt: there
// is none. Errors 1001, 2953 {file}: it is no key, or one that can be guessed.
[[nodiscard]] Result<std::optional<Key>> read_key(const std::string& file,
                                                  const std::string& variable);

// What follows "Bearer " in the header Authorization; nullopt: there is nothing of the kind.
[[nodiscard]] std::optional<std::string_view> bearer_of(std::string_view authorization);

}  // namespace palier::serve
