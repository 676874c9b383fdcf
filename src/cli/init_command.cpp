#include "base/files.h"
#include "base/text.h"
#include "catalog/prices.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "core/names.h"
#include "job/job_file.h"
#include "lib/json/json.h"
#include "planning/job_cases.h"
#include "report/numbers.h"
#include "report/table.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_width = 80;
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

std::string why(report::Language language,
                const core::SignalRow& row,
                const core::Answers& answers,
                const core::ReferencePrices& prices) {
    report::Args args;
    if (row.criterion == core::Criterion::Latency) {
        args = {
            {"latency", answers.p95_ms ? report::milliseconds(language, *answers.p95_ms) : "-"}};
    } else if (row.bill_per_month) {
        const double tokens = answers.tokens_in.value_or(0) + answers.tokens_out.value_or(0);
        args = {{"count", report::count(language, answers.per_month)},
                {"bill", report::money(language, *row.bill_per_month, prices.api.currency)},
                {"machine", report::money(language, prices.machine_per_month(), "EUR")},
                {"tokens", report::number(language, tokens, 0)},
                {"api", prices.api_source},
                {"price", report::money(language, prices.machine_eur, "EUR")},
                {"months", std::to_string(prices.machine_months)}};
    }
    return report::sentence(language, 7313 + static_cast<int>(row.because), args);
}

std::string sign(core::Signal signal) {
    return signal == core::Signal::Small ? "SLM" : signal == core::Signal::Large ? "LLM" : "-";
}

void print_table(const Common& common,
                 const std::array<core::SignalRow, 4>& table,
                 const core::Answers& answers,
                 const core::ReferencePrices& prices) {
    constexpr std::size_t k_criterion = 15, k_signal = 5;
    std::string text = report::paragraph(report::sentence(common.language, 7312)) + "\n";
    for (const core::SignalRow& row : table) {
        std::string line =
            report::sentence(common.language, 7326 + static_cast<int>(row.criterion));
        line.append(k_criterion - std::min(k_criterion, length_in_characters(line)), ' ');
        line += sign(row.signal);
        line.append(k_signal - sign(row.signal).size(), ' ');
        constexpr std::size_t indent = k_criterion + k_signal;
        const std::string reason = why(common.language, row, answers, prices);
        const auto lines = report::wrapped(reason, k_width, indent, indent);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            text += (i == 0 ? line + lines[i].substr(indent) : lines[i]) + "\n";
        }
    }
    text += "\n" + report::paragraph(report::sentence(
                       common.language, 7330 + static_cast<int>(core::first_try(table))));
    print(text);
}

struct Written {
    std::string job, schema;  // paths; schema "" = none
};

std::string file_beside(const std::string& path, const std::string& name) {
    return (fs::path(path).parent_path() / name).string();
}

// Schema and job, each whole or not at all; refuses to overwrite.
Result<Written> write(const InitArguments& arguments,
                      const core::Job& job,
                      job::JobText words,
                      const std::optional<std::string>& schema_name) {
    Written written{arguments.output, ""};
    if (schema_name) {
        words.schema_file = *schema_name;
        written.schema = file_beside(arguments.output, *schema_name);
    }
    for (const std::string& path : {written.job, written.schema}) {
        std::error_code ignored;
        if (!path.empty() && !arguments.force && fs::exists(path, ignored)) {
            return Error(2706, {{"file", path}});
        }
    }
    if (schema_name) {
        PALIER_TRY(write_file(written.schema, job.schema));
    }
    const auto done = write_file(written.job, job::write_job(job, words));
    if (!done) {
        std::error_code ignored;
        if (schema_name) {
            fs::remove(written.schema, ignored);
        }
        return done.error();
    }
    return written;
}

// Paths of a job are taken from its folder.
std::string from_folder_of(const std::string& job_path, const std::string& path) {
    const fs::path folder = fs::absolute(fs::path(job_path)).lexically_normal().parent_path();
    return fs::absolute(path).lexically_normal().lexically_relative(folder).string();
}

json::Value criteria_json(const std::array<core::SignalRow, 4>& table,
                          const core::Answers& answers,
                          report::Language language,
                          const core::ReferencePrices& prices) {
    json::Value criteria = json::Array{};
    for (const core::SignalRow& row : table) {
        json::Value value;
        value.add("criterion", core::name_of(row.criterion))
            .add("signal", core::name_of(row.signal))
            .add("rests_on", why(language, row, answers, prices));
        if (row.criterion == core::Criterion::Volume) {
            value.add("bill_per_month_estimate", row.bill_per_month)
                .add("currency", prices.api.currency);
        }
        criteria.push(std::move(value));
    }
    return criteria;
}

void print_json(const Common& common,
                const InitSources& sources,
                const core::Job& job,
                const Proposals& proposals,
                const core::Answers& answers,
                const core::ReferencePrices& prices,
                const Written& written) {
    const auto table = core::decision_table(answers, prices);
    json::Value labels = json::Array{}, candidates = json::Array{}, reasons = json::Array{};
    for (const std::string& label : job.labels) {
        labels.push(label);
    }
    for (const Proposal& candidate : proposals.candidates) {
        candidates.push(json::Object{{"model", candidate.spec.model},
                                     {"reason", reason_of(candidate, common.language)}});
    }
    json::Value data;
    data.add("test", sources.arguments.data);
    if (sources.profile) {
        data.add("cases", sources.profile->records).add("encoding", sources.profile->encoding);
        for (const core::Note& reason : sources.profile->reasons) {
            reasons.push(report::sentence(common.language, reason.code, reason.args));
        }
    }
    json::Value value;
    value.add("format", 1).add("job", written.job);
    value.add("schema", written.schema.empty() ? json::Value() : json::Value(written.schema));
    json::Value defaults = json::Array{};
    for (const std::string& flag : sources.answers.by_default) {
        defaults.push(flag);
    }
    value.add("defaults_taken", std::move(defaults));
    value.add("data", std::move(data)).add("task", core::name_of(job.task));
    value.add("labels", std::move(labels)).add("language", job.language);
    value.add("metric", job.constraints.quality.metric)
        .add("min", static_cast<double>(*job.constraints.quality.min) / k_one);
    value.add("reasons", std::move(reasons));
    value.add("criteria", criteria_json(table, answers, common.language, prices));
    static constexpr std::array<const char*, 3> k_first{"small", "large", "neither"};
    value.add("try_first", k_first[static_cast<std::size_t>(core::first_try(table))]);
    value.add("topline",
              proposals.topline ? json::Value(proposals.topline->spec.model) : json::Value());
    value.add("candidates", std::move(candidates));
    print(json::write(value) + "\n");
}

void print_text(const Common& common,
                const InitSources& sources,
                const core::Job& job,
                const Proposals& proposals,
                const core::Answers& answers,
                const core::ReferencePrices& prices,
                const Written& written) {
    const auto say = [&](int code, const report::Args& args = {}) {
        return report::sentence(common.language, code, args);
    };
    const std::vector<std::string>& answers_by_default = sources.answers.by_default;
    print_table(common, core::decision_table(answers, prices), answers, prices);
    std::string text;
    const auto add = [&](const Proposal& proposal) {
        text += report::paragraph(
            "- " + proposal.spec.model + ": " + reason_of(proposal, common.language), 0, 2);
    };
    if (proposals.topline) {
        add(*proposals.topline);
    }
    for (const Proposal& candidate : proposals.candidates) {
        add(candidate);
    }
    text += "\n";
    if (sources.profile && job.task == core::Task::Classify) {
        const auto& [label, count] = sources.profile->labels.front();
        const double share =
            static_cast<double>(count) / static_cast<double>(sources.profile->records);
        text += report::paragraph(
            say(7366, {{"label", label}, {"share", report::percent(common.language, share)}}));
    }
    text += say(7333, {{"file", written.job}}) + "\n";
    if (!answers_by_default.empty()) {
        text += report::paragraph(say(7310, {{"flags", join(answers_by_default, ", ")}}));
    }
    if (!written.schema.empty()) {
        text += report::paragraph(say(7334, {{"file", written.schema}}));
    }
    text += report::paragraph(say(7335, {{"file", written.job}}));
    print(text);
}

// What the file seems to be, before the questions are asked.
void tell_profile(const Common& common, const InitArguments& arguments, const eval::Profile& seen) {
    const auto say = [&](int code, const report::Args& args) {
        std::fputs(report::paragraph(report::sentence(common.language, code, args), 0, 2).c_str(),
                   stderr);
    };
    say(7309,
        {{"file", arguments.data},
         {"count", report::count(common.language, seen.records)},
         {"format", seen.format},
         {"encoding", seen.encoding}});
    for (const core::Note& reason : seen.reasons) {
        say(reason.code, reason.args);
    }
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
                      const Propose& propose) {
    std::error_code ignored;
    if (!arguments.force && fs::exists(arguments.output, ignored)) {
        return Error(2706, {{"file", arguments.output}});
    }
    const auto prices = reference_prices();
    PALIER_TRY(prices);
    auto profile = profile_from(arguments);
    PALIER_TRY(profile);
    if (*profile) {
        tell_profile(common, arguments, **profile);
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
    auto proposals = propose(*job, common.models_dir);
    PALIER_TRY(proposals);
    if (proposals->topline) {
        job->topline = proposals->topline->spec;
    }
    for (const Proposal& candidate : proposals->candidates) {
        job->candidates.push_back(candidate.spec);
    }
    const auto words = words_for(sources, *job, *proposals, arguments.output);
    job->data.test = from_folder_of(arguments.output, job->data.test);
    std::optional<std::string> schema_name;
    if (!job->schema.empty()) {
        schema_name = fs::path(job->data.test).stem().string() + ".schema.json";
    }
    auto written = write(arguments, *job, words, schema_name);
    PALIER_TRY(written);
    const auto print_all = common.json ? print_json : print_text;
    print_all(common, sources, *job, *proposals, answers->answers, *prices, *written);
    return 0;
}

}  // namespace

int init(const Common& common, const InitArguments& arguments, const World& world) {
    Keyboard keyboard(STDIN_FILENO, world.interrupted);
    const auto done = init_with(common, arguments, keyboard, proposals_from_plan(common, world));
    if (!done && keyboard.interrupted()) {
        tell(common, 2704);
        return k_interrupted;
    }
    return done ? *done : fail(common, done.error());
}

}  // namespace palier::cli
