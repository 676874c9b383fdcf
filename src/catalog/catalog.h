// Models known by name, and what a model file tells about itself.
#pragma once

#include "base/result.h"
#include "catalog/remarks.h"
#include "core/job.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::catalog {

// A model of the catalogue with the file that is recommended (see known.h for all of it).
struct KnownModel {
    std::string name;         // as written in a job
    std::string file;         // in the models folder; "" = no file is known
    std::string sha256;       // of the file: it decides what the file is; "" = not known
    std::uint64_t bytes = 0;  // 0 = not known
    std::string licence;
    bool commercial_use = false;  // perhaps under conditions; false where it depends on who asks
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
    std::optional<bool> commercial_use;  // nullopt: not stated, or it depends on who asks
    std::string licence_conditions;      // what a restricted licence asks; "" = nothing, not known
    std::optional<bool> tools;
    std::string known_as;      // catalogue name; "" = not in the catalogue
    std::string quantisation;  // of the catalogue's file; "" = not in the catalogue
    std::vector<Remark> remarks;
};

// One of, looked up in this order: the path of a GGUF file; the name of an imported model; a
// catalogue name or alias, which means the file that is in `models_dir` (the one nearest to Q4_K_M
// if there are several); "name:Q8_0", one of its quantisations. The header is read strictly and the
// file is hashed (about a second per gigabyte). Errors: 2401 unknown name, 2402 known but not
// downloaded, 2403 the file is not the one that the catalogue or the index knows, 2411 no such
// quantisation, 2416 a broken index, 23xx for what is wrong with a file.
[[nodiscard]] Result<LocalModel> find_model(const std::string& name_or_path,
                                            const std::string& models_dir);

}  // namespace palier::catalog
