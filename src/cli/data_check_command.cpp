#include "base/text.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/output.h"
#include "core/names.h"
#include "eval/profile.h"
#include "job/job_file.h"
#include "planning/data_check.h"
#include "report/data_check.h"

#include <algorithm>

namespace palier::cli {
namespace {

constexpr int k_cannot = 2;

struct Asked {
    core::Job job;
    int k = 1;
};

// Two candidates and a topline: the least that a choice takes.
constexpr int k_usual_systems = 3;

Error not_understood(const std::string& flag, const std::string& value, const std::string& known) {
    return Error(say::answer_not_understood, {{"flag", flag}, {"value", value}, {"known", known}});
}

Result<Asked> from_job(const DataCheckArguments& arguments) {
    auto file = job::read_job(arguments.file);
    PALIER_TRY(file);
    Asked asked{std::move(file->job), 0};
    asked.k = static_cast<int>(asked.job.candidates.size()) + (asked.job.topline ? 1 : 0);
    return asked;
}

// A data file: the job that its profile proposes.
Result<Asked> from_data(const DataCheckArguments& arguments, report::Language language) {
    auto raw = eval::read_raw(arguments.file);
    PALIER_TRY(raw);
    auto profile = eval::profile_of(*raw,
                                    arguments.file,
                                    {arguments.input,
                                     arguments.expected,
                                     core::task_from(arguments.task),
                                     labels_from(arguments.labels)});
    PALIER_TRY(profile);
    InitArguments as_init;
    as_init.data = arguments.file;
    as_init.labels = arguments.labels;
    const InitAnswers answers;
    auto job = job_from({as_init, answers, *std::move(profile), language});
    PALIER_TRY(job);
    constexpr Micros k_usual_threshold = 900'000;
    job->constraints.quality.min = k_usual_threshold;
    return Asked{*std::move(job), k_usual_systems};
}

Result<void> override_with(const DataCheckArguments& arguments, Asked& asked) {
    core::Job& job = asked.job;
    if (!arguments.metric.empty()) {
        job.constraints.quality.metric = arguments.metric;
    }
    if (!arguments.min.empty()) {
        const auto share = share_of_answer(arguments.min);
        if (!share) {
            return not_understood("--min", arguments.min, "0.9, 90 %");
        }
        job.constraints.quality.min = share;
        job.constraints.quality.of_topline.reset();
    }
    if (!arguments.alpha.empty()) {
        const auto alpha = share_of_answer(arguments.alpha);
        if (!alpha || *alpha >= k_one / 2) {
            return not_understood("--alpha", arguments.alpha, "0.01, 0.05");
        }
        job.alpha = static_cast<double>(*alpha) / k_one;
    }
    if (arguments.candidates) {
        asked.k = static_cast<int>(std::max<std::uint64_t>(*arguments.candidates, 1));
    }
    return {};
}

}  // namespace

int data_check(const Common& common, const DataCheckArguments& arguments, const World& /*world*/) {
    auto asked = to_lower(arguments.file).ends_with(".toml")
                     ? from_job(arguments)
                     : from_data(arguments, common.language);
    if (!asked) {
        return fail(common, asked.error());
    }
    if (const auto done = override_with(arguments, *asked); !done) {
        return fail(common, done.error());
    }
    const auto check = planning::check_data(asked->job, asked->k);
    if (!check) {
        return fail(common, check.error());
    }
    print(common.json ? report::data_check_json(common.language, *check) + "\n"
                      : report::data_check_text(common.language, *check));
    // Promise B changes no exit code, here as after a climb.
    return check->decides ? 0 : k_cannot;
}

}  // namespace palier::cli
