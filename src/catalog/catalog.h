// Models known by name, and what a model file tells about itself.
#pragma once

#include "base/result.h"
#include "core/job.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::catalog {

struct KnownModel {
    std::string name;    // as written in a job
    std::string file;    // in the models folder
    std::string sha256;  // of the file: it decides what the file is, not where it came from
    std::uint64_t bytes = 0;
    std::string licence;
    bool commercial_use = false;
    bool tools = false;
};

[[nodiscard]] const std::vector<KnownModel>& known_models();

// A model file on this machine.
struct LocalModel {
    std::string name;  // for people: the catalogue name, or the file's name without its ending
    std::string path;
    std::string sha256;
    std::uint64_t bytes = 0;
    std::uint64_t parameters = 0;        // from the file's tensors
    std::int64_t context_tokens = 0;     // trained context; 0 = the file does not tell
    std::optional<bool> commercial_use;  // nullopt: not in the catalogue
    std::optional<bool> tools;
};

// A catalogue name (looked up in `models_dir`) or the path of a GGUF file. The header is read
// strictly and the file is hashed (about a second per gigabyte). Errors: 2401 unknown name,
// 2402 known but not downloaded, 2403 the file is not the one that the catalogue knows, 23xx for
// what is wrong with a file.
[[nodiscard]] Result<LocalModel> find_model(const std::string& name_or_path,
                                            const std::string& models_dir);

}  // namespace palier::catalog
