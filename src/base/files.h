// Small files, read and replaced whole.
#pragma once

#include "base/result.h"

#include <string>

namespace palier {

// Error 1001 {file, reason}.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
// Written beside and renamed, so that a reader never sees half of it; makes the folder. Error 1002
// {file, reason}.
[[nodiscard]] Result<void> write_file(const std::string& path, const std::string& text);

}  // namespace palier
