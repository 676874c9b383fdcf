#include "base/text.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/output.h"
#include "core/names.h"
#include "eval/profile.h"
#include "job/job_file.h"
#include "lib/json/json.h"
#include "planning/data_check.h"
#include "report/numbers.h"
#include "report/table.h"

#include <algorithm>
#include <charconv>

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
    return Error(2705, {{"flag", flag}, {"value", value}, {"known", known}});
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

json::Value used_json(const core::CasesUsed& used) {
    return json::Object{{"half", used.median}, {"nine_in_ten", used.nine_in_ten}};
}

void print_json(const Common& common, const planning::DataCheck& check) {
    const auto share = [](Micros value) { return static_cast<double>(value) / k_one; };
    const auto said = [&](const std::vector<core::Note>& notes) {
        json::Value list = json::Array{};
        for (const core::Note& note : notes) {
            list.push(
                json::Object{{"code", note.code},
                             {"text", report::sentence(common.language, note.code, note.args)}});
        }
        return list;
    };
    json::Value supposed = json::Array{}, labels = json::Object{};
    for (const planning::SupposedSystem& system : check.supposed) {
        supposed.push(json::Object{{"true_score", share(system.quality)},
                                   {"promise_b", used_json(system.future)},
                                   {"promise_a", used_json(system.these)}});
    }
    for (const auto& [label, count] : check.labels) {
        labels.add(label, count);
    }
    json::Value value;
    value.add("format", 1).add("can_carry", check.can_carry).add("reasons", said(check.reasons));
    value.add("metric", check.metric).add("threshold", share(check.threshold));
    value.add("of_topline", check.of_topline).add("alpha", check.alpha).add("k", check.k);
    value.add("dev", check.dev_cases).add("test", check.test_cases);
    value.add("independent", check.independent);
    value.add("promise_b_needs_if_all_right", check.needed_if_all_right);
    value.add("cases_needed", std::move(supposed)).add("labels", std::move(labels));
    value.add("at_most_right", check.at_most_right).add("seen_in_dev", check.seen_in_dev);
    value.add("tokens_estimate",
              json::Object{{"longest", check.longest_tokens},
                           {"median", check.median_tokens},
                           {"context", check.context_tokens},
                           {"too_long", check.too_long}});
    value.add("data_format", check.format).add("encoding", check.encoding);
    value.add("notes", said(check.notes));
    print(json::write(value) + "\n");
}

// "74 / 210"; "-" where it is not reached.
std::string shown(const core::CasesUsed& used, report::Language language) {
    const auto one = [&](const std::optional<std::int64_t>& cases) {
        return cases ? report::count(language, *cases) : "-";
    };
    return one(used.median) + " / " + one(used.nine_in_ten);
}

class Text {
   public:
    Text(const Common& common, const planning::DataCheck& check)
        : language_(common.language), check_(check) {}

    std::string written() {
        verdict();
        text_ += "\n";
        say(7380,
            {{"dev", count(check_.dev_cases)},
             {"test", count(check_.test_cases)},
             {"independent", count(check_.independent)},
             {"format", check_.format},
             {"encoding", check_.encoding}});
        labels();
        say(7381,
            {{"tokens", count(check_.longest_tokens)},
             {"context", count(check_.context_tokens)},
             {"median", count(check_.median_tokens)}});
        needed();
        if (!check_.notes.empty()) {
            text_ += "\n";
        }
        for (const core::Note& note : check_.notes) {
            text_ += report::paragraph("- " + report::sentence(language_, note.code, note.args), 0, 2);
        }
        return std::move(text_);
    }

   private:
    std::string count(std::int64_t value) const { return report::count(language_, value); }
    std::string threshold() const {
        return report::percent(language_, static_cast<double>(check_.threshold) / k_one);
    }
    void say(int code, const report::Args& args = {}) {
        text_ += report::paragraph(report::sentence(language_, code, args), 0, 2);
    }

    void verdict() {
        const report::Args common{{"metric", check_.metric},
                                  {"threshold", threshold()},
                                  {"count", count(check_.independent)},
                                  {"need", count(check_.needed_if_all_right.value_or(0))}};
        if (!check_.can_carry) {
            say(7368, common);
            for (const core::Note& reason : check_.reasons) {
                report::Args args = reason.args;
                args.emplace_back("alpha", report::number(language_, check_.alpha, 4));
                args.emplace_back("k", std::to_string(check_.k));
                text_ += report::paragraph("- " + report::sentence(language_, reason.code, args), 0, 2);
            }
        } else {
            say(check_.sequential ? 7367 : 7374, common);
        }
    }

    void labels() {
        std::vector<std::string> all, few;
        constexpr std::int64_t k_few = 10;
        for (const auto& [label, cases] : check_.labels) {
            all.push_back(label + " " + count(cases));
            if (cases < k_few) {
                few.push_back(label);
            }
        }
        if (!all.empty()) {
            say(7382, {{"labels", join(all, ", ")}});
        }
        if (!few.empty()) {
            say(7383, {{"labels", join(few, ", ")}});
        }
    }

    void needed() {
        if (check_.supposed.empty()) {
            return;
        }
        report::Table table;
        table.columns = {{report::sentence(language_, 7376), report::Align::Right, false},
                         {report::sentence(language_, 7377), report::Align::Right, false},
                         {report::sentence(language_, 7378), report::Align::Right, false}};
        for (const planning::SupposedSystem& system : check_.supposed) {
            table.rows.push_back(
                {report::percent(language_, static_cast<double>(system.quality) / k_one),
                 shown(system.future, language_),
                 shown(system.these, language_)});
        }
        constexpr std::size_t k_width = 80;
        text_ += "\n";
        say(7375);
        text_ += join(table.lines(k_width), "\n") + "\n";
        say(7379,
            {{"runs", std::to_string(core::k_simulated_runs)},
             {"alpha", report::number(language_, check_.alpha, 4)},
             {"k", std::to_string(check_.k)},
             {"cap", count(core::k_most_simulated_cases)}});
        if (check_.of_topline) {
            say(7384);
        }
        if (!check_.zero_one) {
            say(7385, {{"metric", check_.metric}});
        }
    }

    report::Language language_;
    const planning::DataCheck& check_;
    std::string text_;
};

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
    common.json ? print_json(common, *check) : print(Text(common, *check).written());
    return check->can_carry ? 0 : k_cannot;
}

}  // namespace palier::cli
