// Models and their files, for people and for scripts (docs/guide/models.md). Texts have at most 80
// characters a line; JSON is one object on one line, without a newline.
#pragma once

#include "catalog/file_figures.h"
#include "catalog/folder.h"
#include "catalog/inspect.h"
#include "catalog/known.h"
#include "catalog/pull.h"
#include "machine/supposed.h"
#include "report/messages.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::report {

// Estimates for a supposed machine.
struct Elsewhere {
    machine::Supposed machine;
    std::optional<double> memory_bytes;  // of the GPU where it has one; nullopt = not known
    std::uint64_t limit_bytes = 0;       // that a model may take of it
    std::optional<double> prefill_tokens_per_s, decode_tokens_per_s;
};

// A model of the catalogue with its files in the models folder.
struct Listed {
    const catalog::Known* model = nullptr;
    std::vector<catalog::Present> present;
    // Whether it answers in a practical time on this machine; nullopt: neither estimated nor
    // measured.
    std::optional<bool> practical_latency = {};
    // What it would take on a machine that is not this one; practical_latency is then that
    // machine's.
    std::optional<Elsewhere> elsewhere = {};
};

// What `models list` lists.
struct ModelList {
    std::string folder;
    std::vector<Listed> models;            // of the catalogue
    std::vector<catalog::Entry> imported;  // that the catalogue does not know
    std::size_t without_languages = 0;     // left out by --french: their languages are not stated
    std::size_t without_size = 0;          // left out by a limit of memory: their size is not known
};
[[nodiscard]] std::string list_text(Language language, const ModelList& list);
[[nodiscard]] std::string list_json(const ModelList& list);

// A file of a model, looked at here.
struct FileHere {
    std::string path;
    catalog::FileFigures facts;
};
// Every figure with its source; the sources at the end; then what each file says.
[[nodiscard]] std::string show_text(Language language,
                                    const Listed& model,
                                    const std::vector<FileHere>& files);
[[nodiscard]] std::string show_json(const Listed& model, const std::vector<FileHere>& files);

// What a file's header says.
enum class Seen { Here, OverTheNetwork };
// `elsewhere`: nullptr = this machine, of which nothing is estimated here.
[[nodiscard]] std::string file_text(Language language,
                                    const catalog::Inspected& file,
                                    Seen seen,
                                    const Elsewhere* elsewhere = nullptr);
[[nodiscard]] std::string file_json(const catalog::Inspected& file,
                                    const Elsewhere* elsewhere = nullptr);

// A file that `models pull` has brought, or has found; not for one that was interrupted. `name`: as
// a job writes it.
[[nodiscard]] std::string pulled_text(Language language,
                                      const catalog::Pulled& pulled,
                                      const std::string& name);
[[nodiscard]] std::string pulled_json(const catalog::Pulled& pulled, const std::string& name);

// `path`: of the file in the models folder.
[[nodiscard]] std::string imported_text(Language language,
                                        const catalog::Entry& entry,
                                        const std::string& path);
[[nodiscard]] std::string imported_json(const catalog::Entry& entry);

[[nodiscard]] std::string removed_text(Language language, const catalog::Removed& removed);
[[nodiscard]] std::string removed_json(const catalog::Removed& removed);

// A smaller file of a model: as it would be, or as it was written.
struct Quantised {
    std::string from, to;
    std::string name;  // of the original
    std::string type;  // "Q4_K_M"
    std::uint64_t bytes_before = 0;
    std::string main_type;  // of the original's tensors
    std::uint64_t bytes = 0;
    std::string types;  // of the result: "Q4_K 169, F32 141"; "" = not written
    bool written = false;
};
[[nodiscard]] std::string quantised_text(Language language, const Quantised& file);
[[nodiscard]] std::string quantised_json(const Quantised& file);

}  // namespace palier::report
