// CSV and TSV as records of fields (RFC 4180).
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

struct Row {
    std::int64_t line = 0;  // where it begins, from 1
    std::vector<std::string> fields;
};

// Reads rows one after the other. Lines end with LF or CRLF; blank lines are passed over. A field
// in double quotes may hold the delimiter, doubled quotes and, unless the delimiter is a tab, line
// breaks. With a tab as delimiter a quote that does not enclose the whole field on its line is an
// ordinary character, since most programs write TSV without quoting.
class DelimitedReader {
   public:
    // `text` is borrowed and must outlive the reader; `path` is for messages.
    DelimitedReader(std::string_view text, char delimiter, std::string path);

    // The next row; false at the end. Errors 2210 {path, line, column}: a quoted field is never
    // closed; 2211 {path, line, column}: text after a closing quote.
    Result<bool> next(Row& row);

   private:
    Result<std::string> quoted_field();
    bool is_whole_quoted_field() const;
    Error at(int code, std::size_t offset) const;

    std::string_view text_;
    char delimiter_;
    std::string path_;
    std::size_t position_ = 0;
    std::int64_t line_ = 1;
    std::size_t line_start_ = 0;
};

// The delimiter of a file: a tab for .tsv and .tab; else the one of , ; tab | that gives the first
// rows the same number of fields, at least two, and names every one of `wanted` columns in the
// header if one does. A comma when nothing tells.
[[nodiscard]] char delimiter_of(std::string_view text,
                                const std::string& path,
                                const std::vector<std::string>& wanted);

}  // namespace palier::eval
