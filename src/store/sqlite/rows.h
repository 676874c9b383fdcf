// Between the values of core and the columns of migrations.cpp.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/trial.h"
#include "lib/sqlite/sqlite.h"
#include "store/store.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::store_sqlite {

// A hash on its way into a column: 64 lower-case hex digits as 32 bytes, other text as it is, "" as
// NULL. The text is borrowed.
class HashValue {
   public:
    explicit HashValue(std::string_view hash);
    // The statement borrows from this object.
    void bind(sqlite::Statement& statement, int parameter) const;

   private:
    std::string_view text_;
    std::array<char, 32> bytes_;
    bool is_bytes_;
};
[[nodiscard]] std::string hash_column(const sqlite::Statement& row, int column);

// Columns of a Trial but its system, in the order of put_trial and trial_from.
inline constexpr std::string_view k_trial_columns =
    "key, request_key, case_id, answer, score, parsed, failure, failure_detail, metrics, fields, "
    "ttft_ms, total_ms, prompt_tokens, cached_tokens, output_tokens, recorded";
inline constexpr int k_trial_column_count = 16;

// Binds parameters 1..16 and runs the statement, which has no rows.
[[nodiscard]] Result<void> put_trial(sqlite::Statement& statement, const core::Trial& trial);
// From columns 0..15; system_hash stays empty. Error 1101 when a column holds what was never put.
[[nodiscard]] Result<core::Trial> trial_from(const sqlite::Statement& row, const std::string& path);

inline constexpr std::string_view k_run_columns =
    "row, id, identity, job_name, job_path, job_text, data_hash, started_at, finished, elapsed_s, "
    "exit_code";
[[nodiscard]] store::RunRow run_from(const sqlite::Statement& row);

// SHA-256, hex, over every field.
[[nodiscard]] std::string hash_of(const core::Case& one);
// Binds parameters 1..8 (hash, id, input, expected, context, case_group, tags, line) and runs the
// statement, which has no rows.
[[nodiscard]] Result<void> put_case(sqlite::Statement& statement,
                                    std::string_view hash,
                                    const core::Case& one);
// From columns 0..6: id, input, expected, context, case_group, tags, line.
[[nodiscard]] Result<core::Case> case_from(const sqlite::Statement& row, const std::string& path);

}  // namespace palier::store_sqlite
