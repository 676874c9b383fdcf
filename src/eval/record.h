// One record of a data file -> one Case. Shared by the formats; see dataset.h.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "lib/json/json.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::eval {

// What a record must hold; the column names are filled in (never "").
struct RecordRules {
    std::string path;
    core::Task task = core::Task::Classify;
    std::vector<std::string> labels;                                  // "" = not checked
    std::string input, expected, context, group, tags, id, database;  // names of keys or columns
    bool expects_json = false;  // `expected` is one JSON object or array; always so for extract
    std::string pattern;  // not "": the expected answer of every case, `expected` may be missing
};
[[nodiscard]] RecordRules rules_of(const std::string& path,
                                   const core::DataSpec& columns,
                                   core::Task task,
                                   const std::vector<std::string>& labels);

// `record` is an object; `line` is where it stands, from 1. Errors 2207 and 2220 (missing field),
// 2222 (null), 2208 (wrong type), 2209, 2219 and 2224 (label outside the set; the last looks like
// one inside), 2215 (expected is no JSON), 2223 (JSON, but no object or array). A label that
// differs from one of the job in nothing that is seen (unicode.h: composed) is that one.
Result<core::Case> case_of(const json::Value& record, std::int64_t line, const RecordRules& rules);

// The database that a record names, as written there; "": none. Error 2208 (wrong type).
Result<std::string> database_name(const json::Value& record,
                                  std::int64_t line,
                                  const RecordRules& rules);

// The texts of a field, which may be missing: an array of them, or one. Error 2208 (wrong type).
Result<std::vector<std::string>> texts_of_field(const json::Value& record,
                                                const std::string& field,
                                                std::int64_t line,
                                                const RecordRules& rules);

}  // namespace palier::eval
