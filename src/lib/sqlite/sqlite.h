// SQLite databases: open, statements, transactions. SQLite 3 is behind it.
//
// Errors (the file is always named; `reason` is SQLite's own sentence):
//   1103 the file is not a database      1104 another process holds the lock past the patience
//   1105 the disk is full                1108 the file or its folder may not be written
//   1101 anything else
//
// A Database and everything made from it belong to one thread; several Databases, in one process or
// many, may have the same file open.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace palier::sqlite {

class Database;

enum class Access {
    ReadWrite,  // made if it is missing
    ReadOnly,
    // Read-only, and the caller knows that nobody writes: no lock and no side file is made, so that
    // a read-only folder will do. A write-ahead log beside the file is not read.
    Immutable
};

struct OpenSpec {
    Access access = Access::ReadWrite;
    std::chrono::milliseconds patience{5000};  // how long a lock is waited for
    int page_bytes = 0;  // of a database that is made: a power of two from 512; 0 = 4096
    // Most bytes of the file, in whole pages; 0 = what the disk allows. Beyond it: error 1105.
    std::int64_t max_bytes = 0;
};

// What the first 100 bytes of a database file say (https://www.sqlite.org/fileformat.html). The
// file is read as bytes: no lock is taken and nothing is made beside it.
struct FileHeader {
    std::uint32_t user_version = 0;
    std::uint32_t application_id = 0;
};
// nullopt: there is no file, or it is empty. Error 1103 when it is not a database.
[[nodiscard]] Result<std::optional<FileHeader>> read_header(const std::string& path);

// A prepared statement, borrowed from its Database's cache and given back at its end; the same SQL
// may be in use twice. Must not outlive the Database.
class Statement {
   public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // Parameters count from 1. Text and blobs are not copied: the bytes must stay until reset().
    Statement& bind_int(int parameter, std::int64_t value);
    Statement& bind_real(int parameter, double value);
    Statement& bind_text(int parameter, std::string_view value);
    Statement& bind_blob(int parameter, std::string_view bytes);
    Statement& bind_null(int parameter);

    // true: on a row, whose columns may be read; false: at the end.
    [[nodiscard]] Result<bool> step();
    // Ready to be run again; parameters keep their values.
    void reset();
    // For statements without rows: one step, then reset.
    [[nodiscard]] Result<void> run();

    // Columns of the row count from 0. Views live until the next step() or reset().
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] bool is_blob(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view bytes(int column) const;  // of text or a blob
    [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

   private:
    friend class Database;
    Statement(Database& database, std::string_view sql, sqlite3_stmt* statement);
    void bound(int code);

    Database* database_;
    std::string_view sql_;  // the key in the cache, which owns it
    sqlite3_stmt* statement_;
    int bind_failure_ = 0;
};

class Database {
   public:
    // ":memory:" is a database of its own that ends with the object.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                                const OpenSpec& spec = {});
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    // One or several statements whose rows, if any, are of no interest.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    // First column of the first row of a query that always has one, such as a PRAGMA.
    [[nodiscard]] Result<std::int64_t> integer_of(std::string_view sql);
    [[nodiscard]] Result<std::string> text_of(std::string_view sql);

    [[nodiscard]] std::int64_t last_insert_row() const;
    [[nodiscard]] std::int64_t changed_rows() const;  // by the last INSERT, UPDATE or DELETE
    [[nodiscard]] bool in_transaction() const;
    // Else the last connection to close moves the write-ahead log into the file.
    void keep_log_on_close(bool keep);
    [[nodiscard]] const std::string& path() const;

   private:
    friend class Statement;
    struct State;
    explicit Database(std::unique_ptr<State> state);
    [[nodiscard]] Error error(int code) const;
    void give_back(std::string_view sql, sqlite3_stmt* statement);

    std::unique_ptr<State> state_;
};

// A transaction; rolled back at its end unless committed. Keeps a reference to the Database.
class Transaction {
   public:
    // For writing: waits here for other writers.
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    // For several reads that must see the same state.
    [[nodiscard]] static Result<Transaction> begin_reading(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    [[nodiscard]] Result<void> commit();

   private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;  // nullptr: ended or moved from
};

}  // namespace palier::sqlite
