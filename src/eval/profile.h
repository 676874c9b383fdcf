// Profile: what a data file that nobody has described yet seems to be: which column holds what, the
// task, its labels or schema, the language, the metric. Proposals with their reasons; the owner of
// the data decides.
#pragma once

#include "base/result.h"
#include "core/job.h"
#include "core/summary.h"
#include "eval/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::eval {

// What the caller knows already; "" and nullopt = to be found out.
struct KnownOfFile {
    std::string input_column, expected_column;
    std::optional<core::Task> task;
    std::vector<std::string> labels;  // classify: restricts and orders them
};

struct Profile {
    // Column names; "" = the field's own name (docs/formats/data.md), or absent.
    core::DataSpec columns;
    core::Task task = core::Task::Classify;
    // Labels with the number of records that expect each, most frequent first.
    std::vector<std::pair<std::string, std::int64_t>> labels;
    std::string schema;    // extract: JSON Schema, indented; else ""
    std::string language;  // "fr", "en", or "" when the texts do not tell
    std::string metric;    // of eval/metrics.h
    std::int64_t records = 0;
    // Characters: of an input with its context, of an expected answer; means and the longest.
    double input_characters = 0, expected_characters = 0;
    std::int64_t longest_input = 0, longest_expected = 0;
    std::string encoding, format;
    // Why: 7350..7369, one on the columns, one on the task, one on the metric, one on the language.
    std::vector<core::Note> reasons;
};

// Errors of read_raw; 2701 {path, columns}: no column looks like the input; 2702 {path, columns}:
// none looks like the expected answer; 2703 {path, columns, field}: a named column does not exist.
Result<Profile> profile_of(const RawFile& file, const std::string& path, const KnownOfFile& known);

// The columns of a file of raw inputs: as above, but the expected answer may be missing (error 2701
// and 2703 only).
Result<core::DataSpec> input_columns_of(const RawFile& file,
                                        const std::string& path,
                                        const std::string& input_column);

}  // namespace palier::eval
