// Bringing a model file into the models folder, from the hub or from this disk.
#pragma once

#include "catalog/folder.h"
#include "catalog/remote.h"

#include <atomic>
#include <functional>
#include <string>

namespace palier::catalog {

// HF_ENDPOINT, else the public hub; without a slash at the end.
[[nodiscard]] std::string hub_address();
// Where a file of the hub is.
[[nodiscard]] std::string hub_url(const std::string& hub, const KnownFile& file);

enum class Judge { Catalogue, Hub, Nobody };

// What `pull` has found out, for the user; called on any thread, one at a time.
struct PullEvents {
    std::function<void(const RemoteHeader&)> on_judged;  // before the first byte of weights
    std::function<void()> on_not_judged;                 // the server has no ranges: judged after
    std::function<void(std::uint64_t have_bytes)> on_resumed;
    std::function<void(std::uint64_t done_bytes, std::uint64_t total_bytes)> on_progress;
    std::function<void(const Error&, int tries_left)> on_retry;
};

struct PullOptions {
    std::string models_dir;
    std::string hub;  // hub_address()
    const std::atomic<bool>* interrupted = nullptr;
    Patience patience;
    int tries = 5;  // in a row without a new byte
    Nanoseconds pause = std::chrono::seconds(2);
    PullEvents events;
};

struct Pulled {
    std::string path;
    std::uint64_t bytes = 0;
    std::string sha256;  // of the file as it lies there
    Judge compared_with = Judge::Nobody;
    bool already_there = false;
    bool interrupted = false;  // what came is kept in <file>.part, and the next call goes on there
};

// Downloads a file of a known model. Its header is judged over byte ranges and the free disk is
// checked before; an interrupted download goes on where it stopped if the server still has the same
// file (ETag); the file has its name only once its SHA-256 is right, that of the catalogue or else
// that which the hub states. Errors: those of remote.h and gguf::read, 2412 the file is on no hub,
// 2403 another file lies there, 4048 the hub has other bytes, 4049 a wrong checksum (nothing is
// kept), 1020 no room, 1023 another palier downloads it, 1022 the disk became full (what came is
// kept), 1002.
[[nodiscard]] Result<Pulled> pull(const Known& model,
                                  const KnownFile& file,
                                  const PullOptions& options);

struct ImportOptions {
    std::string models_dir;
    std::string name;   // "" = the catalogue's if it knows the file, else from the file's name
    bool link = false;  // a symbolic link instead of a copy
    const std::atomic<bool>* interrupted = nullptr;
    std::function<void(std::uint64_t done_bytes, std::uint64_t total_bytes)> on_progress;
};

struct Imported {
    Entry entry;
    bool interrupted = false;  // nothing was kept
};

// Checks the header strictly, copies or links the file into the folder and registers its name.
// Errors: those of gguf::read, 2413 a name that cannot be used, 2419 a name or file name that is
// taken, 1020, 1022, 1002.
[[nodiscard]] Result<Imported> import_model(const std::string& path, const ImportOptions& options);

// Error 1022 for a full disk, 1002 for the rest.
[[nodiscard]] Error write_failure(const std::string& path, int reason);

}  // namespace palier::catalog
