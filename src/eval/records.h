// Data files -> records: JSON objects with the line where each begins. What the fields mean is the
// business of record.h (cases) and profile.h (files not yet understood).
#pragma once

#include "base/result.h"
#include "eval/delimited.h"
#include "eval/encoding.h"
#include "lib/json/json.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

// A whole file. Error 2200 {path, why}.
Result<std::string> read_bytes(const std::string& path);

// "jsonl", "json", "csv", "tsv" by extension; of other names by the first character.
[[nodiscard]] std::string format_of(const std::string& path, std::string_view text);

// A field name that is a position from 1, in a file without a header line.
[[nodiscard]] bool is_position(const std::string& column);

// Gets each record; an error of its own ends the reading.
using RecordSink = std::function<Result<void>(json::Value record, std::int64_t line)>;

// One object a line; blank lines are passed over. Errors 2205 (broken JSON), 2206 (no object).
Result<void> each_json_line(std::string_view text, const std::string& path, const RecordSink& sink);
// One array of objects, of which only one is in memory as JSON. Error 2217 besides.
Result<void> each_json_element(std::string_view text,
                               const std::string& path,
                               const RecordSink& sink);

// Rows as objects of strings. With `positions` the columns are called "1", "2"...; else the first
// row names them. `header` sees the names before the first record. Errors 2210, 2211, 2212; 2225,
// two columns of one name.
struct RowFormat {
    char delimiter = ',';
    bool positions = false;
    std::function<Result<void>(const std::vector<std::string>& names)> header;
    std::function<void(const DelimitedReader& reader)> odd;  // after the last row: what was odd
};
Result<void> each_row(std::string_view text,
                      const std::string& path,
                      const RowFormat& format,
                      const RecordSink& sink);

// A file whose fields nobody has named yet.
struct RawFile {
    struct Record {
        json::Value fields;  // an object; of a text file {"input": line}
        std::int64_t line = 0;
    };
    std::vector<Record> records;       // at least one
    std::vector<std::string> columns;  // names in the order of their first appearance
    std::string encoding, format;      // format "text" besides those of format_of
    bool positions = false;            // delimited, and its first row is data
};

// Reads any data file. A .txt file has one input a line (blank lines are passed over). A delimited
// file is taken to have no header line when a value of its first row comes again in the same
// column. Errors as above, 2202 and 2204 (encoding), 2203 (no record).
Result<RawFile> read_raw(const std::string& path);
Result<RawFile> read_raw_text(std::string bytes, const std::string& path);

// A value as text: strings as they are, null as "", anything else as JSON.
[[nodiscard]] std::string text_of(const json::Value& value);

}  // namespace palier::eval
