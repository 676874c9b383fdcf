// Data files -> Cases, with everything about the data that its owner should know.
// The formats and the notes are described in docs/formats/data.md.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "core/summary.h"

#include <string>
#include <vector>

namespace palier::eval {

struct Dataset {
    std::vector<core::Case> cases;  // in the order of the file, at least one
    std::vector<core::Note> notes;  // 2250..2299
    std::string encoding;           // "UTF-8", "Latin-1", "Windows-1252"
    std::string format;             // "jsonl", "json", "csv", "tsv"
    std::string file_hash;          // SHA-256 of the file's bytes, hex
};

// Reads a whole file. The extension tells the format: .jsonl .ndjson, .json, .csv, .tsv .tab; of
// other files the first character ('[' JSON, '{' JSONL, else delimited). Columns that are numbers
// ("2") are positions from 1 and mean a delimited file without a header line.
// `labels` restricts the expected answers of a classification; empty = not checked.
// Errors: 2200 not readable, 2202 no text, 2203 no case, 2204 broken UTF-8, 2205 broken JSON,
// 2206 no object, 2207 2220 missing field, 2208 wrong type, 2209 2219 label outside the set,
// 2210 2211 2212 broken CSV, 2213 id used twice, 2214 2221 missing column, 2215 expected is no
// JSON, 2217 no array of objects, 2218 column numbers. Each names path, line and, where there is
// one, column.
Result<Dataset> read_dataset(const std::string& path,
                             const core::DataSpec& columns,
                             core::Task task,
                             const std::vector<std::string>& labels);

// The same for a job: with an expected_pattern the field `expected` may be missing, and the pattern
// is the expected answer of each case; with a metric that runs SQL a case has the database that it
// or the job names, if any: errors 2226 to 2228 (databases.h). `path` is job.data.test or
// job.data.dev, resolved by the caller.
Result<Dataset> read_dataset(const std::string& path, const core::Job& job);

// The same for bytes in memory; `path` names them in messages and tells the format.
Result<Dataset> read_dataset_text(std::string bytes, const std::string& path, const core::Job& job);

}  // namespace palier::eval
