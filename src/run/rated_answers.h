// The answers of a run for people to rate, and the ratings that are kept with it.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/rating.h"
#include "core/summary.h"
#include "store/store.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::run {

struct RunAnswers {
    std::vector<const core::SystemSummary*> systems;  // that answered, in the verdict's order
    std::vector<core::Case> cases;                    // that were answered, by id
    std::vector<core::GivenAnswer> given;             // by System, then as they were asked
    std::map<std::string, std::string> texts;         // as a user got them, by key
    // No System was proved: what they said on dev, where their recipes were chosen.
    bool on_dev = false;
};

// What the Systems of the summary, which outlives this, said on test. Error 2015 {run}: nothing.
[[nodiscard]] Result<RunAnswers> answers_of_run(const core::Summary& summary,
                                                store::Store& store,
                                                std::int64_t run);

struct ToRate {
    const core::Case* item = nullptr;
    std::string key;  // of a text; several Systems may have said it
};
// Every text once: cases in a seeded order, at most `most_cases` of them, and within each its texts
// in a seeded order that knows nothing of Systems. The first n cases of a longer list are those of
// a shorter one. Borrows the cases.
[[nodiscard]] std::vector<ToRate> rating_order(const RunAnswers& answers,
                                               std::uint64_t seed,
                                               std::optional<std::uint64_t> most_cases);

// In the order in which they were given. Errors of the store, 2730.
[[nodiscard]] Result<std::vector<core::Rating>> kept_ratings(store::Store& store, std::int64_t run);
// All of them at once: on disk when it returns.
[[nodiscard]] Result<void> keep_ratings(store::Store& store,
                                        std::int64_t run,
                                        const std::vector<core::Rating>& ratings);
// Held by who writes ratings of a run; error 2731 {run, process, since}.
[[nodiscard]] Result<std::unique_ptr<store::RunLock>> lock_ratings(store::Store& store,
                                                                   const store::RunRow& run);

}  // namespace palier::run
