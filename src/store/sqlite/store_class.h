// The class behind open(); its functions stand by table: runs in sqlite_store.cpp, trials in
// trials.cpp, memos, cases and summaries in memos.cpp. Not thread-safe.
#pragma once

#include "base/clock.h"
#include "lib/sqlite/sqlite.h"
#include "store/store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::store_sqlite {

class SqliteStore final : public store::Store {
   public:
    SqliteStore(std::unique_ptr<sqlite::Database> database, const Clock& clock)
        : database_(std::move(database)), clock_(clock) {}

    Result<std::unique_ptr<store::RunLock>> lock(std::string_view identity) override;
    Result<std::optional<store::RunRow>> find_run(std::string_view identity) override;
    Result<store::RunRow> begin_run(const store::RunRow& run) override;
    Result<store::RunRow> run(std::string_view id) override;
    Result<std::vector<store::RunRow>> runs() override;
    Result<void> add_elapsed(std::int64_t run, double seconds) override;

    Result<void> put_trials(std::int64_t run, const std::vector<store::Placed>& trials) override;
    Result<void> take_out(std::int64_t run, store::Phase phase) override;
    Result<std::optional<core::Trial>> find_trial(std::string_view key) override;
    Result<std::optional<core::Trial>> find_answer(std::string_view request_key) override;
    Result<void> each_trial(std::int64_t run,
                            std::optional<store::Phase> phase,
                            std::string_view system_hash,
                            const std::function<bool(const store::Placed&)>& visit) override;

    Result<void> put_memo(std::int64_t run, std::string_view name, std::string_view value) override;
    Result<std::optional<std::string>> memo(std::int64_t run, std::string_view name) override;
    Result<std::optional<std::string>> newest_memo(std::string_view name) override;

    Result<void> put_cases(std::int64_t run, const std::vector<core::Case>& cases) override;
    Result<void> each_case(std::int64_t run,
                           const std::function<bool(const core::Case&)>& visit) override;

    Result<void> put_summary(std::int64_t run, const core::Summary& summary) override;
    Result<core::Summary> summary(std::int64_t run) override;

   private:
    Result<std::vector<store::RunRow>> select_runs(std::string_view condition,
                                                   std::string_view text);
    Result<std::optional<core::Trial>> select_trial(std::string_view condition,
                                                    std::string_view hash);
    Result<void> put_all(std::int64_t run, const std::vector<store::Placed>& trials);
    Result<std::int64_t> system_row(const std::string& hash);
    Result<std::string> system_hash(std::int64_t row);
    [[nodiscard]] Error error(int code,
                              std::vector<std::pair<std::string, std::string>> args) const;

    std::unique_ptr<sqlite::Database> database_;
    const Clock& clock_;
    // Rows of the system table that were met; emptied when a transaction that may have added one
    // fails.
    std::map<std::string, std::int64_t, std::less<>> system_rows_;
    std::map<std::int64_t, std::string> system_hashes_;
};

}  // namespace palier::store_sqlite
