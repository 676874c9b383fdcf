// Where a run keeps what its Systems learned: in its store, so that they can be rebuilt from it.
#pragma once

#include <string>

namespace palier::run {

// Name of the memo that holds the bytes of a learn::Learned, by their SHA-256.
[[nodiscard]] inline std::string learned_memo(const std::string& sha256) {
    return "learned " + sha256;
}

}  // namespace palier::run
