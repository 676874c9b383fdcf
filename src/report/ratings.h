// What people's ratings of a run's answers, and a judge's, have brought, for people and for
// scripts.
#pragma once

#include "core/judged.h"
#include "core/rating.h"
#include "report/messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::report {

// What a judge says of the same answers.
struct Judged {
    core::JudgeIdentity judge;
    core::JudgedSummary found;
    // Of this session; absent: nothing was asked.
    struct Asked {
        std::int64_t requests = 0, prompt_tokens = 0, output_tokens = 0;
        double seconds = 0;
        // At a price of the table, whose name it is; absent: there is none.
        std::optional<double> cost;
        std::string currency, price;
    };
    std::optional<Asked> asked;
};

struct Rated {
    std::string run;                   // id
    std::string metric;                // of the job, as the grader scored it
    std::vector<std::string> systems;  // ids, as in `found`
    core::RatingSummary found;
    bool on_dev = false;
    std::optional<Judged> judged;
};
[[nodiscard]] std::string rated_text(Language language, const Rated& rated);
// One object on one line, without a newline (docs/formats/ratings.md).
[[nodiscard]] std::string rated_json(const Rated& rated);

// What a judge would be asked.
struct JudgeDryRun {
    std::string model;
    std::int64_t requests = 0;
    std::size_t texts = 0, rules = 0;
};
[[nodiscard]] std::string judge_dry_text(Language language, const JudgeDryRun& dry);
// One object on one line, without a newline.
[[nodiscard]] std::string judge_dry_json(const JudgeDryRun& dry);

}  // namespace palier::report
