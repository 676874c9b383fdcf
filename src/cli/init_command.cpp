#include "base/files.h"
#include "base/text.h"
#include "base/units.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "core/names.h"
#include "job/job_file.h"
#include "job/write_job.h"
#include "planning/job_cases.h"
#include "planning/request_length.h"
#include "report/init.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

constexpr int k_interrupted = 130;

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

// What the signal on volume compares, and a ceiling that is bought.
struct Bought {
    core::ReferencePrices prices;
    std::optional<report::CloudCeiling> ceiling;
};

// The newest price of the table, where the user's own goes first; where the table has none, the
// dated default.
Result<Bought> reference(const InitArguments& arguments, const World& world) {
    const auto table = catalog::load_prices();
    PALIER_TRY(table);
    Bought out;
    constexpr std::size_t day = 10;  // YYYY-MM-DD
    const std::string today = iso8601(world.clock.unix_seconds()).substr(0, day);
    if (const catalog::ModelPrice* found = catalog::reference_price(*table, today)) {
        out.prices.api = {found->input_per_1m, found->output_per_1m, found->currency};
        const std::string source =
            found->source.title + (found->source.day().empty() ? "" : ", " + found->source.day());
        out.prices.api_source = found->name() + ", " + source;
        if (const auto place = catalog::place_of(found->provider)) {
            out.ceiling = report::CloudCeiling{std::string(place->endpoint),
                                               found->model,
                                               std::string(place->key_env),
                                               out.prices.api,
                                               source};
        }
    }
    if (!arguments.hardware_price.empty()) {
        const auto stated = parse_money(arguments.hardware_price);
        if (!stated || !(stated->amount > 0)) {
            return Error(say::answer_not_understood,
                         {{"flag", "--hardware-price"},
                          {"value", arguments.hardware_price},
                          {"known", "1500 EUR"}});
        }
        out.prices.machine = *stated;
        out.prices.yardstick = core::ReferencePrices::Yardstick::Stated;
    }
    return out;
}

// A machine without a GPU is the measure where one of the proposed models would do on it.
void choose_yardstick(const planning::Proposals& proposals,
                      const core::Job& job,
                      core::ReferencePrices& prices) {
    using Yardstick = core::ReferencePrices::Yardstick;
    const bool gpu = proposals.machine && proposals.machine->vram_bytes > 0;
    if (prices.yardstick == Yardstick::Stated || gpu) {
        return;
    }
    const bool enough = std::ranges::any_of(proposals.candidates, [&](const auto& candidate) {
        return candidate.request_ms &&
               core::carries_volume(*candidate.request_ms, job.requests_per_month, job.peak);
    });
    if (enough) {
        prices.yardstick = Yardstick::Processor;
        prices.machine = {core::k_processor_machine_eur, "EUR"};
    }
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
    auto bought = reference(arguments, world);
    PALIER_TRY(bought);
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
        const auto cases = planning::read_cases(*job);
        PALIER_TRY(cases);
        const planning::MeanRequest mean = planning::mean_request(*job, cases->split);
        answers->answers.tokens_in = mean.prompt_tokens;
        answers->answers.tokens_out = mean.output_tokens;
    }
    auto proposals = proposals_for(common, *job, world, *supposed);
    PALIER_TRY(proposals);
    choose_yardstick(*proposals, *job, bought->prices);
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
                        bought->prices,
                        arguments.data,
                        !arguments.instructions.empty(),
                        arguments.output,
                        ""};
    made.language_by_default =
        *profile && (*profile)->language.empty() && arguments.prompt_language.empty();
    if (job->constraints.privacy == core::Privacy::Cloud) {
        made.cloud = bought->ceiling;
    }
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
    if (!arguments.per_month.empty() && !arguments.per_day.empty()) {
        return fail(common, Error(say::volume_twice));
    }
    const auto done = init_with(common, arguments, keyboard, world);
    if (!done && keyboard.interrupted()) {
        tell(common, say::questions_left);
        return k_interrupted;
    }
    return done ? *done : fail(common, done.error());
}

}  // namespace palier::cli
