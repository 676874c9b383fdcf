// palier.toml -> core::Job. docs/formats/job.md describes the file.
#pragma once

#include "base/result.h"
#include "core/job.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::job {

// Where a value of the job came from, for --print-config.
struct Origin {
    std::string key;    // "constraints.quality.min"
    std::string value;  // as TOML
    std::string from;   // "palier.toml:12", "default"
};

struct JobFile {
    core::Job job;
    std::string path;
    std::string text;  // as read
    std::vector<Origin> origins;
};

// Reads the file and the schema file that it names. Relative paths in it are taken from its folder
// and come out usable from the current one. Errors 21xx name file, line, key and remedy.
[[nodiscard]] Result<JobFile> read_job(const std::string& path);

// The same from a text; `path` is used for messages and as the base of relative paths. `schema`:
// the text of the schema, where it is known, instead of the file that the job names: then nothing
// is read from disk.
[[nodiscard]] Result<JobFile> parse_job(std::string_view text,
                                        const std::string& path,
                                        const std::optional<std::string>& schema = std::nullopt);

}  // namespace palier::job
