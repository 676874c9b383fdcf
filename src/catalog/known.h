// The catalogue: models known by name, with the source and date of every figure.
//
// It is src/catalog/catalogue.json (docs/formats/catalogue.md), part of the binary. What a source
// does not state is absent. "Open weights" is not "open source": a licence has a class, and a
// restricted one says what it asks.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::catalog {

// Where figures come from.
struct Source {
    std::string title;
    std::string address;
    std::string date;  // YYYY-MM-DD, of the data
};

template <class T>
struct Figure {
    T value{};
    std::string source;  // key of Catalogue::sources
};
template <class T>
using Maybe = std::optional<Figure<T>>;

enum class LicenceClass { Permissive, Restricted, NonCommercial };
// "permissive", "restricted", "non-commercial".
[[nodiscard]] std::string_view name_of(LicenceClass licence);

struct Licence {
    std::string name;  // "Apache-2.0"
    LicenceClass kind = LicenceClass::Permissive;
    std::string conditions;        // what it asks, in one sentence; never "" when restricted
    bool depends_on_user = false;  // who may use it depends on their size, such as a cap on revenue
    std::string source;
    // Restricted licences allow it under their conditions. nullopt: it depends on who asks, so that
    // only they can tell.
    [[nodiscard]] std::optional<bool> commercial_use() const {
        return depends_on_user ? std::nullopt : std::optional(kind != LicenceClass::NonCommercial);
    }
};

enum class French { Trained, Evaluated };  // on French text; by its makers, in French
// "trained", "evaluated".
[[nodiscard]] std::string_view name_of(French french);

struct Score {
    std::string benchmark;
    double value = 0;
    std::string unit;     // "%"
    std::string setting;  // "5-shot"; "" = not stated
    std::string source;
};

// One file of a model.
struct KnownFile {
    std::string quantisation;  // as its maker calls it: "Q4_K_M"
    std::string file;          // in the models folder
    std::string repository;    // "owner/name" on the hub, or "ollama:tag" where only that is known
    std::optional<std::uint64_t> bytes;
    std::string sha256;  // "" = not known
    std::string source;
    // A repository of the hub, which `pull` reads.
    [[nodiscard]] bool on_hub() const;
};

struct Known {
    std::string name;  // as written in a job: lower case, dashes
    std::string title, family, publisher;
    std::vector<std::string> aliases;
    std::string variant_of;           // the model that it was pruned or distilled from, or ""
    Maybe<std::uint64_t> parameters;  // total
    Maybe<std::uint64_t> active;      // of a mixture of experts, a token
    Maybe<std::uint64_t> effective;   // as its maker counts those that must stay in memory
    Maybe<std::int64_t> layers, heads, kv_heads, head_size, hidden_size, vocabulary;
    // Of `layers`: those that keep keys and values of their own; the others are recurrent,
    // convolutions, or share an earlier cache. Absent: all of them.
    Maybe<std::int64_t> attention_layers;
    Maybe<std::int64_t> sliding_window, context;  // tokens
    Maybe<std::vector<std::string>> languages;    // ISO 639 codes
    Maybe<French> french;                         // nullopt: not stated
    Maybe<bool> tools;
    Maybe<std::vector<std::string>> modalities;  // "text", "image", "audio", "video"
    Maybe<std::string> released;                 // YYYY-MM-DD, YYYY-MM or YYYY
    Maybe<std::string> successor;                // name of another entry
    std::optional<Licence> licence;
    std::vector<Score> scores;
    std::vector<KnownFile> files;

    // French is stated, as trained, evaluated or one of its languages.
    [[nodiscard]] bool speaks_french() const;
    // Its languages are stated and French is not of them; else, without speaks_french(), unknown.
    [[nodiscard]] bool lacks_french() const { return languages && !speaks_french(); }
    // The file of this quantisation, in any case; nullptr without one.
    [[nodiscard]] const KnownFile* file_of(std::string_view quantisation) const;
    // Q4_K_M or the nearest to it, files of the hub first; nullptr without files.
    [[nodiscard]] const KnownFile* recommended() const;
};

struct Catalogue {
    std::string date;  // YYYY-MM-DD
    std::map<std::string, Source> sources;
    std::vector<Known> models;

    // By name or alias, in any case; nullptr if not known.
    [[nodiscard]] const Known* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
};

// Strict: unknown keys, figures without a source, sources without a date, names that stand twice,
// successors that do not exist and files without an origin are errors (2410: "where" is a path such
// as models[3].context, "what" says what is wrong).
[[nodiscard]] Result<Catalogue> parse_catalogue(std::string_view json);

// The one in the binary. Thread-safe.
[[nodiscard]] const Catalogue& catalogue();

// A consumer device holds a model's file and its KV cache of `k_slm_context` tokens (f16) in less
// than 16 GB. Figures of the catalogue alone; nullopt: no file or shape is known.
inline constexpr std::uint64_t k_slm_bytes = 16'000'000'000;
inline constexpr std::int64_t k_slm_context = 4096;
struct DeviceFit {
    std::uint64_t file_bytes = 0;           // of the recommended file that has a size
    std::optional<std::uint64_t> kv_bytes;  // nullopt: the shape is not known, so not counted
    bool fits = false;
};
[[nodiscard]] std::optional<DeviceFit> device_fit(const Known& model);

}  // namespace palier::catalog
