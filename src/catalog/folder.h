// The models folder: files of the catalogue under their own names, and an index of what palier put
// there (docs/formats/models-folder.md).
#pragma once

#include "catalog/known.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace palier::catalog {

inline constexpr const char* k_index_file = "palier-models.json";

// A model that `pull` or `import` put into the folder.
struct Entry {
    std::string name;  // as written in a job
    std::string file;  // in the folder
    std::string sha256;
    std::uint64_t bytes = 0;
    std::string model;         // catalogue name; "" = not in the catalogue
    std::string quantisation;  // of the catalogue's file; "" = not in the catalogue
    std::string from;          // address or path that it came from
    bool linked = false;       // a link to a file elsewhere
};

// Empty without an index. Errors: 1001, 2416 what stands there is no index.
[[nodiscard]] Result<std::vector<Entry>> read_index(const std::string& models_dir);

// Reads, changes and writes the index, while no other palier does; a crash leaves the old one or
// the new one. Makes the folder. Errors besides: 1002, 1003.
[[nodiscard]] Result<void> change_index(const std::string& models_dir,
                                        const std::function<void(std::vector<Entry>&)>& change);

// A file of a known model that lies in the folder: it has the catalogue's size, or an entry of the
// index names it.
struct Present {
    const Known* model = nullptr;
    const KnownFile* file = nullptr;
    std::string path;
    std::uint64_t bytes = 0;
};
[[nodiscard]] std::vector<Present> files_present(const Known& model,
                                                 const std::string& models_dir,
                                                 const std::vector<Entry>& index);

// "Q4_K_M, Q8_0", or "-".
[[nodiscard]] std::string quantisations_of(const Known& model);

// "name" or "name:quantisation", the last colon decides.
struct Wanted {
    std::string name;
    std::string quantisation;  // "" = not stated
};
[[nodiscard]] Wanted wanted(const std::string& text);

// Bytes that may still be written into this folder (or the nearest one above that exists); nullopt:
// the system does not tell.
[[nodiscard]] std::optional<std::uint64_t> free_bytes(const std::string& folder);
// Error 1020 when fewer than `bytes` and 64 MB to spare are free.
[[nodiscard]] Result<void> check_room(const std::string& folder, std::uint64_t bytes);

struct Removed {
    std::vector<std::string> paths;
    std::uint64_t freed_bytes = 0;  // nothing for a link
};
// Removes a model, a part that was left of its download, and its entry. Errors: 2411 no such
// quantisation, 2414 not put there by palier, 2415 several quantisations are there, 2417 unknown,
// 2418 not in the folder, 1002.
[[nodiscard]] Result<Removed> remove_model(const std::string& name, const std::string& models_dir);

}  // namespace palier::catalog
