// Small files, read and replaced whole.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace palier {

// Error 1001 {file, reason}.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
// Written beside and renamed, so that a reader never sees half of it and a failure leaves what was
// there. The folder must exist. Errors 1003 {file, reason}: the disk is full; 1002 any other.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace palier
