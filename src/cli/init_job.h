// From answers and a profile to a job. Pure but for the language of the sentences.
#pragma once

#include "cli/arguments.h"
#include "cli/questions.h"
#include "eval/profile.h"

#include <optional>
#include <string>

namespace palier::cli {

struct InitSources {
    const InitArguments& arguments;
    const InitAnswers& answers;
    std::optional<eval::Profile> profile;  // nullopt without a data file
    report::Language language;             // of the job, where the data does not tell it
};

// Characters of a token, on the safe side: French and English text has 3 to 5.
inline constexpr std::int64_t k_characters_per_token = 3;

// The job without models and with `data.test` as the user gave it. Error 2707: without data the
// task is not known; 2722: or its labels.
[[nodiscard]] Result<core::Job> job_from(const InitSources& sources);

// Labels as written on the command line, with commas between; white space around them dropped.
[[nodiscard]] std::vector<std::string> labels_from(const std::string& text);

}  // namespace palier::cli
