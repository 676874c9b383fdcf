// The words and signs of SQL as SQLite reads them (https://www.sqlite.org/lang_keywords.html), for
// what must be known of a query before it is run. Any text has tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace palier::sqlite {

struct Token {
    enum class Kind {
        Word,    // a keyword or a bare name
        Name,    // "name", [name] or `name`
        Text,    // 'text'
        Number,  // as SQLite begins it: a digit, or a point before one
        Sign     // one other character
    };
    Kind kind = Kind::Sign;
    std::string_view text;  // as written, quotes included
    std::size_t begin = 0;  // in bytes from the beginning of the SQL
    int depth = 0;          // open parentheses before it; of a closing one, without its own
    bool closed = true;     // false: a quote that is never closed
    // Of a Word: is it this keyword (in capitals)?
    [[nodiscard]] bool is(std::string_view keyword) const;
};

// Comments and white space are left out. The views are into `sql`.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view sql);

// Does the order of the rows belong to the result: an ORDER BY outside of all parentheses.
[[nodiscard]] bool orders_rows(std::string_view sql);

// How many SELECTs SQLite would make of a query whose common table expressions use each other; it
// writes each out wherever it is used, so that thirty lines can make 2^30. Counts at most up to
// 1,000,000.
[[nodiscard]] std::size_t selects_written_out(std::string_view sql);

}  // namespace palier::sqlite
