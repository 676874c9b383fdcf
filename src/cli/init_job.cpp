#include "cli/init_job.h"

#include "base/text.h"
#include "cli/output.h"
#include "core/names.h"
#include "eval/metrics.h"
#include "report/init.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace palier::cli {
namespace {

constexpr std::int64_t k_answer_tokens = 512;

// Set only where the usual 4096 do not hold the longest case.
std::optional<std::int64_t> context_for(const eval::Profile& profile, const core::Job& job) {
    constexpr std::int64_t step = 1024;
    const std::int64_t tokens =
        (profile.longest_input + static_cast<std::int64_t>(job.instructions.size()) +
         static_cast<std::int64_t>(job.schema.size())) /
            k_characters_per_token +
        k_answer_tokens;
    return tokens > core::k_usual_context_tokens ? std::optional((tokens + step - 1) / step * step)
                                                 : std::nullopt;
}

std::string default_metric(core::Task task) {
    switch (task) {
        case core::Task::Classify:
            return "accuracy";
        case core::Task::Extract:
            return "field_f1";
        case core::Task::Generate:
            return "normalised";
        case core::Task::Answer:
            break;
    }
    return "token_f1";
}

bool are_labels(const std::vector<std::string>& labels) {
    const std::set<std::string> distinct(labels.begin(), labels.end());
    return labels.size() >= 2 && distinct.size() == labels.size() && distinct.count("") == 0;
}

}  // namespace

std::vector<std::string> labels_from(const std::string& text) {
    std::vector<std::string> labels;
    for (const std::string& label : split(text, ',')) {
        if (!trim(label).empty()) {
            labels.emplace_back(trim(label));
        }
    }
    return labels;
}

Result<core::Job> job_from(const InitSources& sources) {
    const InitArguments& arguments = sources.arguments;
    core::Job job;
    job.data.test = arguments.data.empty() ? "cases.jsonl" : arguments.data;
    job.name = arguments.name.empty() ? std::filesystem::path(job.data.test).stem().string()
                                      : arguments.name;
    job.language = report::code_of(sources.language);
    if (const auto& profile = sources.profile) {
        const std::string test = job.data.test;
        job.data = profile->columns;
        job.data.test = test;
        job.task = profile->task;
        job.schema = profile->schema;
        for (const auto& [label, count] : profile->labels) {
            job.labels.push_back(label);
        }
        job.language = profile->language.empty() ? job.language : profile->language;
        job.constraints.quality.metric = profile->metric;
    } else {
        const auto task = core::task_from(arguments.task);
        if (!task) {
            return Error(say::task_needed_without_data);
        }
        job.task = *task;
        job.labels = labels_from(arguments.labels);
        job.constraints.quality.metric = default_metric(job.task);
    }
    if (job.task == core::Task::Classify && !are_labels(job.labels)) {
        return Error(say::labels_needed);
    }
    if (!arguments.prompt_language.empty()) {
        job.language = arguments.prompt_language;
    }
    if (!arguments.metric.empty()) {
        auto metric = eval::find_metric(job.task, job.language, arguments.metric);
        PALIER_TRY(metric);
        job.constraints.quality.metric = metric->name;
    }
    job.instructions =
        arguments.instructions.empty() ? report::usual_instructions(job) : arguments.instructions;
    const InitAnswers& answers = sources.answers;
    job.constraints.quality.min = answers.min;
    job.constraints.p95_ms = answers.answers.p95_ms;
    const bool here = answers.answers.offline;  // without a network only this machine is left
    job.constraints.privacy = here ? core::Privacy::Machine : answers.answers.privacy;
    job.constraints.infra_hosts = here ? std::vector<std::string>() : answers.infra_hosts;
    job.requests_per_month = answers.answers.per_month;
    job.concurrency = answers.answers.concurrency;
    if (sources.profile) {
        job.constraints.context_tokens = context_for(*sources.profile, job);
    }
    return job;
}

}  // namespace palier::cli
