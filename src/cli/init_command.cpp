#include "base/files.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "core/names.h"
#include "job/job_file.h"
#include "job/write_job.h"
#include "planning/job_cases.h"
#include "report/init.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

constexpr int k_interrupted = 130;
// Of the middle class, as the signal on volume wants one.
constexpr const char* k_reference_api = "openai/gpt-5.4-mini";

// What the file tells, or nothing without one.
Result<std::optional<eval::Profile>> profile_from(const InitArguments& arguments) {
    if (arguments.data.empty()) {
        return std::optional<eval::Profile>();
    }
    auto raw = eval::read_raw(arguments.data);
    PALIER_TRY(raw);
    eval::KnownOfFile known{arguments.input,
                            arguments.expected,
                            core::task_from(arguments.task),
                            labels_from(arguments.labels)};
    auto profile = eval::profile_of(*raw, arguments.data, known);
    PALIER_TRY(profile);
    return std::optional(*std::move(profile));
}

void add_tokens(const eval::Profile& profile, const core::Job& job, core::Answers& answers) {
    const auto tokens = [](double characters) {
        return characters / static_cast<double>(k_characters_per_token);
    };
    answers.tokens_in =
        tokens(profile.input_characters + static_cast<double>(job.instructions.size()) +
               static_cast<double>(job.schema.size()));
    answers.tokens_out = tokens(profile.expected_characters);
}

// Schema and job, each whole or not at all; refuses to overwrite.
Result<void> write(const InitArguments& arguments,
                   const core::Job& job,
                   const job::JobText& words,
                   const std::string& schema_path) {
    for (const std::string& path : {arguments.output, schema_path}) {
        std::error_code ignored;
        if (!path.empty() && !arguments.force && fs::exists(path, ignored)) {
            return Error(say::job_exists, {{"file", path}});
        }
    }
    if (!schema_path.empty()) {
        PALIER_TRY(write_file(schema_path, job.schema));
    }
    const auto done = write_file(arguments.output, job::write_job(job, words));
    if (!done && !schema_path.empty()) {
        std::error_code ignored;
        fs::remove(schema_path, ignored);
    }
    return done;
}

// Paths of a job are taken from its folder.
std::string from_folder_of(const std::string& job_path, const std::string& path) {
    const fs::path folder = fs::absolute(fs::path(job_path)).lexically_normal().parent_path();
    return fs::absolute(path).lexically_normal().lexically_relative(folder).string();
}

// The API's price out of the price table, where the user's own goes first; where the table has
// none, the dated default.
Result<core::ReferencePrices> reference_prices() {
    const auto table = catalog::load_prices();
    PALIER_TRY(table);
    core::ReferencePrices prices;
    if (const catalog::ModelPrice* found = catalog::find_price(*table, k_reference_api)) {
        prices.api = {found->input_per_1m, found->output_per_1m, found->currency};
        prices.api_source = found->name() + ", " + found->source.title +
                            (found->source.checked.empty() ? "" : ", " + found->source.checked);
    }
    return prices;
}

Result<int> init_with(const Common& common,
                      const InitArguments& arguments,
                      Keyboard& keyboard,
                      const World& world) {
    std::error_code ignored;
    if (!arguments.force && fs::exists(arguments.output, ignored)) {
        return Error(say::job_exists, {{"file", arguments.output}});
    }
    const auto supposed = supposed_by(arguments.machine);
    PALIER_TRY(supposed);
    const auto prices = reference_prices();
    PALIER_TRY(prices);
    auto profile = profile_from(arguments);
    PALIER_TRY(profile);
    if (*profile) {
        std::fputs(report::profile_text(common.language, arguments.data, **profile).c_str(),
                   stderr);
    }
    const bool open_task = *profile && (*profile)->task == core::Task::Generate;
    auto answers = ask(common, arguments, open_task, keyboard);
    PALIER_TRY(answers);
    const InitSources sources{arguments, *answers, *profile, common.language};
    auto job = job_from(sources);
    PALIER_TRY(job);
    if (*profile) {
        // What a climb would refuse in the data, before a job is written about it.
        PALIER_TRY(planning::read_cases(*job));
        add_tokens(**profile, *job, answers->answers);
    }
    auto proposals = proposals_for(common, *job, world, *supposed);
    PALIER_TRY(proposals);
    if (proposals->topline) {
        job->topline = proposals->topline->spec;
    }
    for (const planning::Proposal& candidate : proposals->candidates) {
        job->candidates.push_back(candidate.spec);
    }
    job->data.test = from_folder_of(arguments.output, job->data.test);
    job::JobText words;
    report::NewJob made{*job,
                        *profile ? &**profile : nullptr,
                        *proposals,
                        answers->by_default,
                        answers->answers,
                        *prices,
                        arguments.data,
                        !arguments.instructions.empty(),
                        arguments.output,
                        ""};
    if (!job->schema.empty()) {
        words.schema_file = fs::path(job->data.test).stem().string() + ".schema.json";
        made.schema_file = (fs::path(arguments.output).parent_path() / words.schema_file).string();
    }
    words.comments = report::job_comments(common.language, made);
    PALIER_TRY(write(arguments, *job, words, made.schema_file));
    print(common.json ? report::init_json(common.language, made) + "\n"
                      : report::init_text(common.language, made));
    return 0;
}

}  // namespace

int init(const Common& common, const InitArguments& arguments, const World& world) {
    Keyboard keyboard(STDIN_FILENO, world.interrupted);
    const auto done = init_with(common, arguments, keyboard, world);
    if (!done && keyboard.interrupted()) {
        tell(common, say::questions_left);
        return k_interrupted;
    }
    return done ? *done : fail(common, done.error());
}

}  // namespace palier::cli
