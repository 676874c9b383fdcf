// A model file looked at, here or behind an address, without loading or downloading it.
#pragma once

#include "base/result.h"
#include "catalog/file_figures.h"

#include <atomic>
#include <string>

namespace palier::catalog {

struct Inspected {
    FileFigures facts;
    std::string where;   // path, or address without its query
    std::string sha256;  // that a hub states; "" = not stated (files here are not hashed)
};

// Errors of gguf::read.
[[nodiscard]] Result<Inspected> inspect_file(const std::string& path);
// Errors of remote.h and gguf::read.
[[nodiscard]] Result<Inspected> inspect_address(const std::string& url,
                                                const std::atomic<bool>* interrupted = nullptr);

}  // namespace palier::catalog
