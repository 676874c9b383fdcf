// The runs of a store, and what the Systems of one answered to a case.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/staircase.h"
#include "core/trial.h"
#include "report/messages.h"
#include "store/store.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::report {

struct RunListed {
    store::RunRow row;
    std::optional<core::Verdict> verdict;  // of a finished run
    std::optional<Error> unreadable;       // why a finished run has none
};
// One line each under a heading; at least one run.
[[nodiscard]] std::string runs_text(Language language, const std::vector<RunListed>& runs);
// One object on one line, without a newline.
[[nodiscard]] std::string runs_json(Language language, const std::vector<RunListed>& runs);

struct CaseAnswers {
    std::string run;
    core::Case item;
    struct Answered {
        std::string system;
        core::Trial trial;
        // Where labels were scored: each with the log-probability of its text, the best first.
        std::vector<std::pair<std::string, double>> label_scores;
    };
    std::vector<Answered> answers;
};
// Question, expected answers, then each System: its answer, what was read of it, its worth.
[[nodiscard]] std::string case_text(Language language, const CaseAnswers& found);
[[nodiscard]] std::string case_json(const CaseAnswers& found);

}  // namespace palier::report
