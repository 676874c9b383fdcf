// CSV and TSV as records of fields (RFC 4180).
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

struct Row {
    std::int64_t line = 0;  // where it begins, from 1
    std::vector<std::string> fields;
};

// Something odd in a file: how often, and where for the first time.
struct Oddity {
    std::int64_t count = 0;
    std::int64_t first = 0, last = 0;  // lines; `last` where the first one ends
};

// Reads rows one after the other. Lines end with LF, CRLF or CR; blank lines are passed over, and
// so is a first line "sep=;", which names the delimiter. A field in double quotes may hold the
// delimiter, doubled quotes and, unless the delimiter is a tab, line breaks. With a tab as
// delimiter a quote that does not enclose the whole field on its line is an ordinary character,
// since most programs write TSV without quoting. White space around a field in quotes is passed
// over.
class DelimitedReader {
   public:
    // `text` is borrowed and must outlive the reader; `path` is for messages.
    DelimitedReader(std::string_view text, char delimiter, std::string path);

    // The next row; false at the end. Errors 2210 {path, line, column}: a quoted field is never
    // closed; 2211 {path, line, column}: text after a closing quote.
    Result<bool> next(Row& row);

    // Fields in quotes after white space, so far.
    [[nodiscard]] const Oddity& spaced_quotes() const { return spaced_quotes_; }
    // Quoted fields over several lines that hold what may be rows: as many delimiters as one, or
    // fifty lines.
    [[nodiscard]] const Oddity& long_fields() const { return long_fields_; }

   private:
    Result<std::string> quoted_field();
    std::optional<std::size_t> quote_after_space() const;
    bool is_line_end(std::size_t at) const;
    std::size_t space_end(std::size_t at) const;
    void end_line();
    void look_for_rows_in(std::string_view field, std::int64_t opened_at);
    bool is_whole_quoted_field() const;
    Error at(int code, std::size_t offset) const;

    std::string_view text_;
    char delimiter_;
    std::string path_;
    std::size_t position_ = 0;
    std::int64_t line_ = 1;
    std::size_t line_start_ = 0;
    std::size_t columns_ = 0;  // of the first row
    Oddity spaced_quotes_, long_fields_;
};

// The delimiter that a first line "sep=;" names, as spreadsheets write it.
[[nodiscard]] std::optional<char> stated_delimiter(std::string_view text);

// The delimiter of a file: the one that it states; a tab for .tsv and .tab; else the one of , ; tab
// | that gives the first rows the same number of fields, at least two, and names every one of
// `wanted` columns in the header if one does. A comma when nothing tells.
[[nodiscard]] char delimiter_of(std::string_view text,
                                const std::string& path,
                                const std::vector<std::string>& wanted);

}  // namespace palier::eval
