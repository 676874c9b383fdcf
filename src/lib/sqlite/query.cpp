#include "lib/sqlite/query.h"

#include "lib/sqlite/tokens.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

namespace palier::sqlite {
namespace {

constexpr std::size_t k_image_bytes = 256UL * 1024 * 1024;
constexpr std::string_view k_magic("SQLite format 3\0", 16);

// A file system without files, whose clock stands still. Each connection has its own, so that
// threads share none.
struct Still : sqlite3_vfs {
    sqlite3_int64 moment = k_year_2000;
    bool asked_time = false;
    std::string name;

    explicit Still(std::int64_t now) : sqlite3_vfs(*sqlite3_vfs_find(nullptr)), moment(now) {
        name = "still-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
        zName = name.c_str();
        pNext = nullptr;
        xOpen = [](sqlite3_vfs*, const char*, sqlite3_file* file, int, int*) {
            file->pMethods = nullptr;
            return SQLITE_CANTOPEN;
        };
        xCurrentTimeInt64 = [](sqlite3_vfs* vfs, sqlite3_int64* out) {
            auto* still = static_cast<Still*>(vfs);
            still->asked_time = true;
            *out = still->moment;
            return SQLITE_OK;
        };
        sqlite3_vfs_register(this, 0);
    }
    Still(const Still&) = delete;
    Still& operator=(const Still&) = delete;
    ~Still() { sqlite3_vfs_unregister(this); }
};

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

// What an action that is not allowed is called.
std::string name_of_action(int action, const char* first, const char* second) {
    const std::string what = first == nullptr ? "" : first;
    const std::string more = second == nullptr ? "" : second;
    switch (action) {
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
            // SQLite keeps its tables in a table.
            if (what.starts_with("sqlite_")) {
                return "a change of the tables themselves";
            }
            return action == SQLITE_INSERT   ? "INSERT into " + what
                   : action == SQLITE_UPDATE ? "UPDATE of " + what
                                             : "DELETE from " + what;
        case SQLITE_ATTACH:
            return "ATTACH " + what;
        case SQLITE_DETACH:
            return "DETACH " + what;
        case SQLITE_PRAGMA:
            return "PRAGMA " + what;
        case SQLITE_TRANSACTION:
        case SQLITE_SAVEPOINT:
            return "a transaction";
        case SQLITE_FUNCTION:
            return "the function " + more;
        default:
            return "a change of the tables themselves";
    }
}

// A connection to a database in memory, closed at its end. Not for several threads.
class Connection {
   public:
    explicit Connection(std::int64_t now) : still_(now) {
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        const int code = sqlite3_open_v2(":memory:", &handle_, flags, still_.zName);
        usable_ = code == SQLITE_OK;
        const auto no = [&](int option) {
            sqlite3_db_config(handle_, option, 0, static_cast<int*>(nullptr));
        };
        if (usable_) {
            no(SQLITE_DBCONFIG_TRUSTED_SCHEMA);
            no(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION);
            sqlite3_limit(handle_, SQLITE_LIMIT_WORKER_THREADS, 0);
            sqlite3_exec(handle_, "PRAGMA temp_store = MEMORY", nullptr, nullptr, nullptr);
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { sqlite3_close(handle_); }

    // Reads `image` from now on, and cannot write. The bytes must outlive the connection.
    [[nodiscard]] bool take(const std::string& image) {
        // SQLite's interface is older than const; READONLY is its promise.
        auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(image.data()));
        const auto size = static_cast<sqlite3_int64>(image.size());
        return usable_ &&
               sqlite3_deserialize(
                   handle_, "main", bytes, size, size, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK;
    }
    // The first statement of `sql`, which is then what stands behind it. nullptr with SQLITE_OK:
    // there is none.
    [[nodiscard]] std::pair<int, Prepared> prepare(std::string_view& sql) {
        sqlite3_stmt* statement = nullptr;
        const char* rest = nullptr;
        const int code = sqlite3_prepare_v2(
            handle_, sql.data(), static_cast<int>(sql.size()), &statement, &rest);
        if (code == SQLITE_OK) {
            sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
        }
        return {code, Prepared(statement)};
    }
    // The first value of the first row; "" where there is none.
    [[nodiscard]] std::string text_of(std::string_view sql) {
        const auto [code, statement] = prepare(sql);
        if (code != SQLITE_OK || sqlite3_step(statement.get()) != SQLITE_ROW) {
            return "";
        }
        const auto* text = sqlite3_column_text(statement.get(), 0);
        return text == nullptr ? "" : reinterpret_cast<const char*>(text);
    }

    [[nodiscard]] sqlite3* handle() const { return handle_; }
    [[nodiscard]] std::string reason() const { return sqlite3_errmsg(handle_); }
    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] bool asked_time() const { return still_.asked_time; }

   private:
    Still still_;
    sqlite3* handle_ = nullptr;
    bool usable_ = false;
};

// A database file that its maker left in write-ahead mode cannot be read from memory; bytes 18 and
// 19 of its header say the mode (https://www.sqlite.org/fileformat.html).
std::variant<std::string, NoImage> image_of_file(std::string_view file) {
    std::string image(file);
    constexpr std::size_t write_version = 18, read_version = 19;
    if (image.size() > read_version) {
        image[write_version] = image[read_version] = 1;
    }
    Connection connection(k_year_2000);
    if (!connection.take(image)) {
        return NoImage{"file is not a database"};
    }
    const std::string check = connection.text_of("PRAGMA quick_check(1)");
    if (check != "ok") {
        return NoImage{check.empty() ? connection.reason() : check};
    }
    return image;
}

int allowed_in_script(void*, int action, const char*, const char*, const char*, const char*) {
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

std::variant<std::string, NoImage> image_of_script(std::string_view script) {
    Connection connection(k_year_2000);
    if (!connection.usable()) {
        return NoImage{connection.reason()};
    }
    sqlite3_set_authorizer(connection.handle(), &allowed_in_script, nullptr);
    std::string_view rest = script;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const auto [code, statement] = connection.prepare(rest);
        int stepped = code == SQLITE_OK ? SQLITE_ROW : code;
        while (stepped == SQLITE_ROW) {
            stepped = statement == nullptr ? SQLITE_DONE : sqlite3_step(statement.get());
        }
        if (stepped != SQLITE_DONE) {
            const std::size_t spaces = std::min(before.find_first_not_of(" \t\r\n"), before.size());
            const std::string_view read = script.substr(0, script.size() - before.size() + spaces);
            const auto lines = std::count(read.begin(), read.end(), '\n');
            return NoImage{connection.reason(), lines + 1};
        }
    }
    sqlite3_set_authorizer(connection.handle(), nullptr, nullptr);
    if (sqlite3_get_autocommit(connection.handle()) == 0) {
        sqlite3_exec(connection.handle(), "COMMIT", nullptr, nullptr, nullptr);
    }
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, void (*)(void*)> bytes(
        sqlite3_serialize(connection.handle(), "main", &size, 0), &sqlite3_free);
    if (bytes == nullptr || size == 0) {
        return NoImage{"it makes no table"};
    }
    return std::string(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
}

// Runs one query within its limits.
class Run {
   public:
    Run(const std::string& image, const QueryLimits& limits)
        : limits_(limits), connection_(limits.now), heap_before_(sqlite3_memory_used()) {
        usable_ = connection_.take(image);
        sqlite3* handle = connection_.handle();
        constexpr int k_text_bytes = 1'000'000, k_depth = 100;
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, k_text_bytes);
        sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, k_sql_bytes);
        sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, k_depth);
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_exec(handle, "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
        sqlite3_set_authorizer(handle, &Run::may, this);
        sqlite3_progress_handler(handle, k_stride, &Run::ends, this);
    }

    [[nodiscard]] std::variant<Rows, Unrun> run(std::string_view sql) {
        if (!usable_) {
            return Unrun{Unrun::Why::Error, connection_.reason()};
        }
        if (sql.find('\0') != std::string_view::npos) {
            return Unrun{Unrun::Why::Error, "a NUL byte within it"};
        }
        if (sql.size() > k_sql_bytes) {
            return Unrun{Unrun::Why::Limit, "more than " + std::to_string(k_sql_bytes) + " bytes"};
        }
        if (selects_written_out(sql) > k_selects) {
            return Unrun{Unrun::Why::Limit, "parts that use each other too many times"};
        }
        const auto [code, statement] = connection_.prepare(sql);
        if (code != SQLITE_OK) {
            return failed(code);
        }
        if (statement == nullptr) {
            return Unrun{Unrun::Why::Error, "there is no statement"};
        }
        if (sqlite3_stmt_readonly(statement.get()) == 0) {
            return Unrun{Unrun::Why::Forbidden, "a statement that writes"};
        }
        if (sqlite3_column_count(statement.get()) == 0) {
            return Unrun{Unrun::Why::Forbidden, "a statement that is no query"};
        }
        const auto [more, second] = connection_.prepare(sql);
        if (more != SQLITE_OK) {
            return failed(more);
        }
        if (second != nullptr) {
            return Unrun{Unrun::Why::Error, "there are several statements"};
        }
        return rows_of(statement.get());
    }

   private:
    static constexpr int k_stride = 1000;  // steps between two looks at the limits
    static constexpr int k_sql_bytes = 100'000;
    // Nothing stops SQLite while it prepares a query.
    static constexpr std::size_t k_selects = 2000;

    static int may(
        void* run, int action, const char* first, const char* second, const char*, const char*) {
        constexpr std::array<std::string_view, 3> k_never{"load_extension", "random", "randomblob"};
        const std::string_view function =
            action == SQLITE_FUNCTION && second != nullptr ? second : "";
        const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                           action == SQLITE_RECURSIVE || action == SQLITE_FUNCTION;
        // SQLite's own word for making a table function such as json_each known; written by hand it
        // is refused as an error ("may not be modified").
        const bool declares = action == SQLITE_UPDATE && first != nullptr &&
                              std::string_view(first) == "sqlite_master";
        if (declares) {
            return SQLITE_OK;
        }
        if (reads && std::ranges::find(k_never, function) == k_never.end()) {
            return SQLITE_OK;
        }
        std::string& forbidden = static_cast<Run*>(run)->forbidden_;
        if (forbidden.empty()) {
            forbidden = name_of_action(action, first, second);
        }
        return SQLITE_DENY;
    }
    static int ends(void* data) {
        auto* run = static_cast<Run*>(data);
        run->steps_ += k_stride;
        const sqlite3_int64 heap = sqlite3_memory_used() - run->heap_before_;
        return run->steps_ > run->limits_.steps || heap > run->limits_.heap_bytes ? 1 : 0;
    }

    [[nodiscard]] Unrun failed(int code) const {
        const int kind = code & 0xff;
        if (kind == SQLITE_INTERRUPT || kind == SQLITE_NOMEM || kind == SQLITE_TOOBIG) {
            return {Unrun::Why::Limit,
                    steps_ > limits_.steps ? "more than " + std::to_string(limits_.steps) + " steps"
                    : kind == SQLITE_TOOBIG ? connection_.reason()
                                            : "too much memory"};
        }
        if (!forbidden_.empty()) {
            return {Unrun::Why::Forbidden, forbidden_};
        }
        return {Unrun::Why::Error, connection_.reason()};
    }

    [[nodiscard]] static Cell cell_of(sqlite3_stmt* row, int column) {
        // Bytes are asked for before their number.
        const auto bytes = [&] {
            const auto* data = static_cast<const char*>(sqlite3_column_blob(row, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
            return data == nullptr ? std::string() : std::string(data, size);
        };
        switch (sqlite3_column_type(row, column)) {
            case SQLITE_INTEGER:
                return std::int64_t{sqlite3_column_int64(row, column)};
            case SQLITE_FLOAT:
                return sqlite3_column_double(row, column);
            case SQLITE_TEXT:
                return bytes();
            case SQLITE_BLOB:
                return Blob{bytes()};
            default:
                return std::monostate();
        }
    }

    [[nodiscard]] std::variant<Rows, Unrun> rows_of(sqlite3_stmt* statement) {
        Rows out;
        const int columns = sqlite3_column_count(statement);
        for (int column = 0; column < columns; ++column) {
            const char* name = sqlite3_column_name(statement, column);
            out.columns.emplace_back(name == nullptr ? "" : name);
        }
        std::size_t bytes = 0;
        int code = sqlite3_step(statement);
        for (; code == SQLITE_ROW && out.complete; code = sqlite3_step(statement)) {
            std::vector<Cell> row;
            for (int column = 0; column < columns; ++column) {
                row.push_back(cell_of(statement, column));
                bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            }
            out.complete = out.rows.size() < limits_.rows && bytes <= limits_.bytes;
            if (out.complete) {
                out.rows.push_back(std::move(row));
            }
        }
        if (out.complete && code != SQLITE_DONE) {
            return failed(code);
        }
        out.asked_time = connection_.asked_time();
        return out;
    }

    QueryLimits limits_;
    Connection connection_;
    sqlite3_int64 heap_before_;
    bool usable_ = false;
    std::int64_t steps_ = 0;
    std::string forbidden_;  // the first thing that was not allowed
};

}  // namespace

std::variant<std::string, NoImage> image_of(std::string_view file) {
    if (file.size() > k_image_bytes) {
        return NoImage{"more than 256 MiB"};
    }
    if (file.starts_with(k_magic)) {
        return image_of_file(file);
    }
    if (const std::size_t nul = file.find('\0'); nul != std::string_view::npos) {
        return NoImage{
            "a NUL byte, which no SQL has",
            std::count(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(nul), '\n') + 1};
    }
    return image_of_script(file);
}

std::optional<std::int64_t> moment_of(std::string_view text) {
    // What SQLite would take for a moment, and is the present one or a count of days.
    if (text.size() < 10 || text[4] != '-') {
        return std::nullopt;
    }
    Connection connection(k_year_2000);
    std::string_view sql = "SELECT CAST(round(julianday(?1) * 86400000) AS INTEGER)";
    const auto [code, statement] = connection.prepare(sql);
    if (code != SQLITE_OK) {
        return std::nullopt;
    }
    sqlite3_bind_text(
        statement.get(), 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    if (sqlite3_step(statement.get()) != SQLITE_ROW ||
        sqlite3_column_type(statement.get(), 0) == SQLITE_NULL) {
        return std::nullopt;
    }
    return sqlite3_column_int64(statement.get(), 0);
}

std::variant<Rows, Unrun> run_query(const std::string& image,
                                    std::string_view sql,
                                    const QueryLimits& limits) {
    return Run(image, limits).run(sql);
}

}  // namespace palier::sqlite
