// core::Job -> palier.toml, for people to go on editing.
#pragma once

#include "core/job.h"

#include <string>
#include <utility>
#include <vector>

namespace palier::job {

struct JobText {
    std::string schema_file;  // path as written in the file; "" = the job has no schema
    // Comments by key, such as {"job.labels", "one of them is chosen"} or {"constraints", "..."}
    // for a whole table; each line of a text becomes one comment line above the key. "" is the head
    // of the file, "candidate.0" the first candidate, "end" the foot.
    std::vector<std::pair<std::string, std::string>> comments;
};

// The text of a job file that parse_job reads back as the same job. Values that a reader would fill
// in by itself are left out, but for split, privacy, alpha and seed. Paths are written as they are.
[[nodiscard]] std::string write_job(const core::Job& job, const JobText& words);

// A TOML string, quoted and escaped; on several lines where the text has some.
[[nodiscard]] std::string toml_string(std::string_view text);

}  // namespace palier::job
