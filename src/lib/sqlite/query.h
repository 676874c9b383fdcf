// Queries that nobody has checked, on a database that is bytes in memory: they may read it and do
// nothing else. No file is opened, nothing is written, what never ends is stopped, and the same
// query gives the same result on every machine at any time.
//
// Everything here is a function of its arguments, and may be called from several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::sqlite {

// Why bytes are no database: SQLite's own sentence, and the line of a script where the statement
// that failed begins, from 1 (0: a database file).
struct NoImage {
    std::string why;
    std::int64_t line = 0;
};

// The bytes of a database file, made of such bytes or of a script of SQL (CREATE, INSERT,
// PRAGMA...; it may not attach anything). A script that leaves a transaction open is taken as
// committed. NoImage too beyond 256 MiB.
[[nodiscard]] std::variant<std::string, NoImage> image_of(std::string_view file);

// "2025-06-15", "2025-06-15 12:00:00": milliseconds since noon of the day 0 of Julian days, as
// SQLite counts time. nullopt: no moment that SQLite reads.
[[nodiscard]] std::optional<std::int64_t> moment_of(std::string_view text);
inline constexpr std::int64_t k_year_2000 = 211'813'444'800'000;

// NULL, or a value with the type that SQLite gives it.
struct Blob {
    std::string bytes;
    bool operator==(const Blob&) const = default;
};
using Cell = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

struct QueryLimits {
    std::int64_t steps = 20'000'000;  // of SQLite's virtual machine, about a second
    std::int64_t heap_bytes =
        std::int64_t{256} * 1024 * 1024;                // more than SQLite had when the query began
    std::size_t rows = 100'000;                         // of the result
    std::size_t bytes = std::size_t{16} * 1024 * 1024;  // of all its texts
    std::int64_t now = k_year_2000;                     // what date('now') and CURRENT_DATE say
};

struct Rows {
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
    bool complete = true;     // false: `rows` or `bytes` of the limits were reached
    bool asked_time = false;  // it depends on the present time
};

struct Unrun {
    enum class Why {
        Error,      // no query that this database can answer
        Forbidden,  // it would write, attach, load, change settings, or give something else each
                    // time
        Limit       // steps or memory were used up
    };
    Why why = Why::Error;
    std::string detail;  // SQLite's own sentence, or what is forbidden: "INSERT into orders"
};

// One query on an image of image_of. A second statement behind it is an Error, whatever it says,
// unless it is Forbidden.
[[nodiscard]] std::variant<Rows, Unrun> run_query(const std::string& image,
                                                  std::string_view sql,
                                                  const QueryLimits& limits = {});

}  // namespace palier::sqlite
