// A run as tests want it: three candidates and a recorded topline on support tickets, with the
// store that belongs to it. Everything is made up, seeded and the same on every machine.
#pragma once

#include "core/summary.h"
#include "store/codes.h"
#include "store/store.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace palier::report::fixture {

// Chosen: qwen2.5-coder-0.5b with label scoring. The 1.5b is right but too slow, the 135m too weak.
[[nodiscard]] core::Summary tickets();

// A job that extracts fields, decided on the full set (micro-F1): promise B does not exist.
[[nodiscard]] core::Summary orders();

// Keeps cases, Trials and memos in memory; what the report does not read is refused with error
// 1101.
class MemoryStore final : public store::Store {
   public:
    std::vector<core::Case> cases;
    std::vector<store::Placed> trials;
    std::map<std::string, std::string> memos;
    bool fails = false;  // every read ends in error 1101

    Result<std::unique_ptr<store::RunLock>> lock(std::string_view) override { return refused(); }
    Result<std::optional<store::RunRow>> find_run(std::string_view) override { return refused(); }
    Result<store::RunRow> begin_run(const store::RunRow&) override { return refused(); }
    Result<store::RunRow> run(std::string_view) override { return refused(); }
    Result<std::vector<store::RunRow>> runs() override { return refused(); }
    Result<void> add_elapsed(std::int64_t, double) override { return refused(); }
    Result<void> put_trials(std::int64_t, const std::vector<store::Placed>&) override {
        return refused();
    }
    Result<void> take_out(std::int64_t, store::Phase) override { return refused(); }
    Result<std::optional<core::Trial>> find_trial(std::string_view) override { return refused(); }
    Result<std::optional<core::Trial>> find_answer(std::string_view) override { return refused(); }
    Result<void> each_trial(std::int64_t run,
                            std::optional<store::Phase> phase,
                            std::string_view system_hash,
                            const std::function<bool(const store::Placed&)>& visit) override;
    Result<void> put_memo(std::int64_t, std::string_view name, std::string_view value) override {
        memos[std::string(name)] = value;
        return {};
    }
    Result<std::optional<std::string>> memo(std::int64_t, std::string_view name) override {
        const auto found = memos.find(std::string(name));
        return found == memos.end() ? std::nullopt : std::optional(found->second);
    }
    Result<std::optional<std::string>> newest_memo(std::string_view) override { return refused(); }
    Result<void> put_cases(std::int64_t, const std::vector<core::Case>&) override {
        return refused();
    }
    Result<void> each_case(std::int64_t run,
                           const std::function<bool(const core::Case&)>& visit) override;
    Result<void> put_summary(std::int64_t, const core::Summary&) override { return refused(); }
    Result<core::Summary> summary(std::int64_t) override { return refused(); }

   private:
    static Error refused() { return Error(store::codes::result_damaged, {{"where", "memory"}}); }
};

// `count` test cases of the tickets with an answer of every System of `summary` that was proved.
[[nodiscard]] MemoryStore tickets_store(const core::Summary& summary, std::int64_t count);

}  // namespace palier::report::fixture
