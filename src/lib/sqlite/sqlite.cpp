#include "lib/sqlite/sqlite.h"

#include "base/text.h"
#include "lib/sqlite/codes.h"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <unordered_map>
#include <vector>

namespace palier::sqlite {
namespace {

Error failure(int code, const std::string& path, std::string reason) {
    return Error(code, {{"file", path}, {"reason", std::move(reason)}});
}

bool is_full(int system_error) {
    return system_error == ENOSPC || system_error == EDQUOT;
}

bool is_forbidden(int system_error) {
    return system_error == EACCES || system_error == EPERM || system_error == EROFS;
}

// SQLite tells a full or read-only disk by its own codes only where it meets it in the main file;
// for side files the cause is in the system's error number.
int palier_code(int code, int system_error) {
    switch (code & 0xff) {
        case SQLITE_NOTADB:
            return codes::no_database;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return codes::database_locked;
        case SQLITE_FULL:
            return codes::database_full;
        case SQLITE_READONLY:
            return codes::database_read_only;
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
            return is_full(system_error)        ? codes::database_full
                   : is_forbidden(system_error) ? codes::database_read_only
                                                : codes::database_unusable;
        default:
            return codes::database_unusable;
    }
}

// Why `path` or its folder, where SQLite keeps its side files, may not be written; 0 when they may.
int writing_error(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (::access(folder.c_str(), W_OK) != 0) {
        return errno;
    }
    return ::access(path.c_str(), W_OK) == 0 || errno == ENOENT ? 0 : errno;
}

std::string percent_encoded(std::string_view path) {
    static constexpr std::string_view k_digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        if (c == '%' || c == '?' || c == '#') {
            out += '%';
            out += k_digits[static_cast<unsigned char>(c) >> 4];
            out += k_digits[static_cast<unsigned char>(c) & 15];
        } else {
            out += c;
        }
    }
    return out;
}

std::uint32_t big_endian(const unsigned char* bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

}  // namespace

Result<std::optional<FileHeader>> read_header(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file) {
        if (errno == ENOENT) {
            return std::optional<FileHeader>();
        }
        return failure(codes::database_unusable, path, std::strerror(errno));
    }
    static constexpr std::string_view k_magic("SQLite format 3\0", 16);
    std::array<unsigned char, 100> bytes{};
    const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (std::ferror(file.get()) != 0) {
        return failure(codes::database_unusable, path, std::strerror(errno));
    }
    if (got == 0) {
        return std::optional<FileHeader>();
    }
    if (got < bytes.size() || std::memcmp(bytes.data(), k_magic.data(), k_magic.size()) != 0) {
        return failure(codes::no_database, path, "file is not a database");
    }
    return std::optional(FileHeader{big_endian(&bytes[60]), big_endian(&bytes[68])});
}

struct Database::State {
    sqlite3* handle = nullptr;
    std::string path;
    // Prepared statements that nobody is using.
    std::unordered_map<std::string, std::vector<sqlite3_stmt*>, TextHash, std::equal_to<>> idle;
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database::~Database() {
    for (const auto& [sql, statements] : state_->idle) {
        for (sqlite3_stmt* statement : statements) {
            sqlite3_finalize(statement);
        }
    }
    const int code = sqlite3_close(state_->handle);
    PALIER_CHECK(code == SQLITE_OK, "no statement outlives its database");
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const OpenSpec& spec) {
    auto state = std::make_unique<State>();
    state->path = path;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= spec.access == Access::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                              : SQLITE_OPEN_READONLY;
    std::string name = path;
    if (spec.access == Access::Immutable) {
        flags |= SQLITE_OPEN_URI;
        name = "file:" + percent_encoded(path) + "?immutable=1";
    }
    const int code = sqlite3_open_v2(name.c_str(), &state->handle, flags, nullptr);
    // From here the destructor closes: SQLite gives a handle to close even when it fails.
    std::unique_ptr<Database> database(new Database(std::move(state)));
    if (code != SQLITE_OK) {
        return database->error(code);
    }
    sqlite3_busy_timeout(database->state_->handle, static_cast<int>(spec.patience.count()));
    if (spec.page_bytes > 0) {
        PALIER_TRY(database->execute("PRAGMA page_size = " + std::to_string(spec.page_bytes)));
    }
    if (spec.max_bytes > 0) {
        const Result<std::int64_t> page = database->integer_of("PRAGMA page_size");
        PALIER_TRY(page);
        PALIER_TRY(database->integer_of("PRAGMA max_page_count = " +
                                        std::to_string(spec.max_bytes / *page)));
    }
    return database;
}

Error Database::error(int code) const {
    int system_error = sqlite3_system_errno(state_->handle);
    if ((code & 0xff) == SQLITE_CANTOPEN && is_forbidden(writing_error(state_->path))) {
        // SQLite has tried again for reading since, and reports that attempt.
        system_error = writing_error(state_->path);
    }
    std::string reason = sqlite3_errmsg(state_->handle);
    const int kind = code & 0xff;
    if ((kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR) && system_error != 0) {
        reason += std::string(" (") + std::strerror(system_error) + ")";
    }
    return failure(palier_code(code, system_error), state_->path, std::move(reason));
}

Result<Statement> Database::prepare(std::string_view sql) {
    auto found = state_->idle.find(sql);
    if (found == state_->idle.end()) {
        found = state_->idle.emplace(std::string(sql), std::vector<sqlite3_stmt*>()).first;
    }
    std::vector<sqlite3_stmt*>& idle = found->second;
    if (!idle.empty()) {
        sqlite3_stmt* statement = idle.back();
        idle.pop_back();
        return Statement(*this, found->first, statement);
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(state_->handle,
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement,
                                        nullptr);
    if (code != SQLITE_OK) {
        return error(code);
    }
    PALIER_CHECK(statement != nullptr, "SQL that holds a statement");
    return Statement(*this, found->first, statement);
}

void Database::give_back(std::string_view sql, sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    state_->idle.find(sql)->second.push_back(statement);
}

Result<void> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(state_->handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return error(code);
    }
    return {};
}

Result<std::int64_t> Database::integer_of(std::string_view sql) {
    Result<Statement> statement = prepare(sql);
    PALIER_TRY(statement);
    const Result<bool> row = statement->step();
    PALIER_TRY(row);
    PALIER_CHECK(*row, "a query that always has a row");
    return statement->integer(0);
}

Result<std::string> Database::text_of(std::string_view sql) {
    Result<Statement> statement = prepare(sql);
    PALIER_TRY(statement);
    const Result<bool> row = statement->step();
    PALIER_TRY(row);
    PALIER_CHECK(*row, "a query that always has a row");
    return statement->text(0);
}

std::int64_t Database::last_insert_row() const {
    return sqlite3_last_insert_rowid(state_->handle);
}

std::int64_t Database::changed_rows() const {
    return sqlite3_changes64(state_->handle);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(state_->handle) == 0;
}

void Database::keep_log_on_close(bool keep) {
    sqlite3_db_config(state_->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

const std::string& Database::path() const {
    return state_->path;
}

Statement::Statement(Database& database, std::string_view sql, sqlite3_stmt* statement)
    : database_(&database), sql_(sql), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(other.sql_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_failure_(other.bind_failure_) {}

Statement::~Statement() {
    if (statement_ != nullptr) {
        database_->give_back(sql_, statement_);
    }
}

void Statement::bound(int code) {
    PALIER_CHECK(code != SQLITE_RANGE && code != SQLITE_MISUSE,
                 "a parameter that the statement has, bound before it runs");
    if (code != SQLITE_OK) {
        bind_failure_ = code;  // too big or out of memory; step() reports it
    }
}

Statement& Statement::bind_int(int parameter, std::int64_t value) {
    bound(sqlite3_bind_int64(statement_, parameter, value));
    return *this;
}

Statement& Statement::bind_real(int parameter, double value) {
    bound(sqlite3_bind_double(statement_, parameter, value));
    return *this;
}

Statement& Statement::bind_text(int parameter, std::string_view value) {
    // A null pointer would bind NULL.
    const char* bytes = value.data() == nullptr ? "" : value.data();
    bound(sqlite3_bind_text64(
        statement_, parameter, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    bound(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    bound(sqlite3_bind_null(statement_, parameter));
    return *this;
}

Result<bool> Statement::step() {
    if (bind_failure_ != 0) {
        return failure(codes::database_unusable,
                       database_->path(),
                       sqlite3_errstr(std::exchange(bind_failure_, 0)));
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    const Error error = database_->error(code);
    sqlite3_reset(statement_);
    return error;
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

Result<void> Statement::run() {
    const Result<bool> row = step();
    sqlite3_reset(statement_);
    PALIER_TRY(row);
    return {};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Statement::is_blob(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_BLOB;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string_view Statement::bytes(int column) const {
    // Of text, too, this gives the bytes as they are; the pointer is asked for before the length.
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string_view() : std::string_view(data, size);
}

Result<Transaction> Transaction::begin(Database& database) {
    Result<Statement> statement = database.prepare("BEGIN IMMEDIATE");
    PALIER_TRY(statement);
    PALIER_TRY(statement->run());
    return Transaction(database);
}

Result<Transaction> Transaction::begin_reading(Database& database) {
    Result<Statement> statement = database.prepare("BEGIN");
    PALIER_TRY(statement);
    PALIER_TRY(statement->run());
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Result<void> Transaction::commit() {
    PALIER_CHECK(database_ != nullptr, "a transaction is committed once");
    Result<Statement> statement = database_->prepare("COMMIT");
    PALIER_TRY(statement);
    PALIER_TRY(statement->run());
    database_ = nullptr;
    return {};
}

Transaction::~Transaction() {
    // Some failures (a full disk) have already rolled back.
    if (database_ == nullptr || !database_->in_transaction()) {
        return;
    }
    // A rollback that fails leaves the transaction open, and closing the file ends it: either way
    // nothing of it is kept, which is all that is promised.
    const Result<void> rolled_back = database_->execute("ROLLBACK");
    static_cast<void>(rolled_back);
}

}  // namespace palier::sqlite
