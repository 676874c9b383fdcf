// A new job: what its file seems to be, which models it names and why, for people, for scripts and
// for the comments of the job file itself.
#pragma once

#include "core/decision.h"
#include "core/job.h"
#include "eval/profile.h"
#include "planning/proposals.h"
#include "report/messages.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::report {

// A large model that could set the ceiling where data may leave: lines for [topline], and its price
// of a million tokens.
struct CloudCeiling {
    std::string endpoint, model, key_env;
    core::Price price;
    std::string source;  // of the price, with its day
};

// Borrows the job, the profile, the proposals and the flags.
struct NewJob {
    const core::Job& job;          // with its models
    const eval::Profile* profile;  // of the data file; nullptr without one
    const planning::Proposals& proposals;
    const std::vector<std::string>& by_default;  // flags of the questions that nobody answered
    core::Answers answers;
    core::ReferencePrices prices;
    std::string data;                   // the data file as the user named it; "" = none
    bool own_instructions = false;      // the user's, not usual_instructions
    std::string job_file, schema_file;  // as the user will type them; schema "" = none
    std::optional<CloudCeiling> cloud = {};
    bool language_by_default = false;  // nothing told the language of the prompts
};

// The table of signals, the models with their reasons, what was written and what comes next; at
// most 80 characters a line.
[[nodiscard]] std::string init_text(Language language, const NewJob& made);
// The one command that runs the job, to be copied into a shell: fetches what is not here, climbs.
[[nodiscard]] std::string next_command(const NewJob& made);
// One object on one line, without a newline.
[[nodiscard]] std::string init_json(Language language, const NewJob& made);
// By key, as job::JobText::comments takes them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> job_comments(Language language,
                                                                            const NewJob& made);

// What a data file seems to be, with the reasons.
[[nodiscard]] std::string profile_text(Language language,
                                       const std::string& file,
                                       const eval::Profile& seen);
// Instructions for the model, in the job's language, where the user gave none.
[[nodiscard]] std::string usual_instructions(const core::Job& job);

// `supposed`: what is estimated is so for another machine.
[[nodiscard]] std::string reason_of(Language language,
                                    const planning::Proposal& proposal,
                                    bool supposed);
// What the signal of a row rests on.
[[nodiscard]] std::string reason_of(Language language,
                                    const core::SignalRow& row,
                                    const core::Answers& answers,
                                    const core::ReferencePrices& prices);

}  // namespace palier::report
