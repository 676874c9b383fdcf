// From answers and a profile to a job and the words of its file. Pure but for the language of the
// sentences.
#pragma once

#include "cli/arguments.h"
#include "cli/propose.h"
#include "cli/questions.h"
#include "eval/profile.h"
#include "job/write_job.h"

#include <optional>
#include <string>

namespace palier::cli {

struct InitSources {
    const InitArguments& arguments;
    const InitAnswers& answers;
    std::optional<eval::Profile> profile;  // nullopt without a data file
    report::Language language;             // of the comments
};

// Characters of a token, on the safe side: French and English text has 3 to 5.
inline constexpr std::int64_t k_characters_per_token = 3;

// The job without models and with `data.test` as the user gave it. Error 2707: without data the
// task is not known; 2722: or its labels.
[[nodiscard]] Result<core::Job> job_from(const InitSources& sources);

// The comments of its file; `file` is the path of the job as the user will type it.
[[nodiscard]] job::JobText words_for(const InitSources& sources,
                                     const core::Job& job,
                                     const Proposals& proposals,
                                     const std::string& file);

// The proposal's reason; its hole {size} is filled from `bytes`.
[[nodiscard]] std::string reason_of(const Proposal& proposal, report::Language language);

// Labels as written on the command line, with commas between; white space around them dropped.
[[nodiscard]] std::vector<std::string> labels_from(const std::string& text);

}  // namespace palier::cli
