#include "base/text.h"
#include "report/escape.h"
#include "report/init.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/supposed.h"
#include "report/table.h"

#include <algorithm>
#include <filesystem>

namespace palier::report {
namespace {

std::string sign(core::Signal signal) {
    return signal == core::Signal::Small ? "SLM" : signal == core::Signal::Large ? "LLM" : "-";
}

std::string signal_table(Language language,
                         const std::array<core::SignalRow, 4>& table,
                         const core::Answers& answers,
                         const core::ReferencePrices& prices) {
    constexpr std::size_t k_criterion = 15, k_signal = 5;
    std::string text = paragraph(sentence(language, say::signals_lead)) + "\n";
    for (const core::SignalRow& row : table) {
        std::string line =
            sentence(language, say::criterion_data + static_cast<int>(row.criterion));
        line.append(k_criterion - std::min(k_criterion, length_in_characters(line)), ' ');
        line += sign(row.signal);
        line.append(k_signal - sign(row.signal).size(), ' ');
        constexpr std::size_t indent = k_criterion + k_signal;
        const std::string reason = reason_of(language, row, answers, prices);
        const auto lines = wrapped(reason, k_text_width, indent, indent);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            text += (i == 0 ? line + lines[i].substr(indent) : lines[i]) + "\n";
        }
    }
    text += "\n" + paragraph(sentence(language,
                                      say::first_small + static_cast<int>(core::first_try(table))));
    return text;
}

// A word of a command line to be copied: quoted where it has to be.
std::string for_shell(const std::string& word) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-/:+@,").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, is_plain)) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

Language prompt_language(const core::Job& job) {
    return job.language == "fr" ? Language::Fr : Language::En;
}

// A sentence, and the lines to copy.
std::string cloud_lead(Language language, const CloudCeiling& cloud) {
    const auto price = [&](double amount) { return money(language, amount, cloud.price.currency); };
    return sentence(language,
                    say::cloud_ceiling,
                    {{"api", cloud.model},
                     {"in", price(cloud.price.input_per_1m)},
                     {"out", price(cloud.price.output_per_1m)},
                     {"source", cloud.source}});
}

std::string cloud_lines(const CloudCeiling& cloud, const std::string& margin) {
    return margin + "[topline]\n" + margin + "endpoint = \"" + cloud.endpoint + "\"\n" + margin +
           "model = \"" + cloud.model + "\"\n" + margin + "key_env = \"" + cloud.key_env + "\"";
}

}  // namespace

std::string reason_of(Language language,
                      const core::SignalRow& row,
                      const core::Answers& answers,
                      const core::ReferencePrices& prices) {
    Args args;
    if (row.criterion == core::Criterion::Latency) {
        args = {{"latency",
                 answers.p95_ms ? milliseconds(language, *answers.p95_ms)
                                : sentence(language, say::no_latency_limit)}};
    } else if (row.bill_per_month) {
        const double tokens = answers.tokens_in.value_or(0) + answers.tokens_out.value_or(0);
        args = {
            {"count", count(language, answers.per_month)},
            {"bill", money(language, *row.bill_per_month, prices.api.currency)},
            {"machine", money(language, prices.machine_per_month(), prices.machine.currency)},
            {"kind", sentence(language, say::yardstick_gpu + static_cast<int>(prices.yardstick))},
            {"tokens", number(language, tokens, 0)},
            {"api", prices.api_source},
            {"price", money(language, prices.machine.amount, prices.machine.currency)},
            {"months", std::to_string(prices.machine_months)}};
    }
    if (row.because == core::Because::Offline) {
        return sentence(language, say::because_offline);
    }
    return sentence(language, say::because_data_stays + static_cast<int>(row.because), args);
}

std::string reason_of(Language language, const planning::Proposal& proposal, bool supposed) {
    using Why = planning::Proposal::Why;
    Args args;
    if (proposal.size) {
        args = {{"pick", sentence(language, say::size_small + static_cast<int>(*proposal.size))},
                {"model", proposal.spec.model},
                {"memory",
                 proposal.memory_bytes
                     ? bytes(language, static_cast<std::uint64_t>(*proposal.memory_bytes))
                     : "-"},
                {"time", proposal.request_ms ? milliseconds(language, *proposal.request_ms) : "-"}};
    }
    if (proposal.bytes) {
        args.emplace_back("size", bytes(language, *proposal.bytes));
    }
    const int code = supposed && proposal.size       ? say::pick_supposed
                     : proposal.why == Why::Here     ? say::proposed_here
                     : proposal.why == Why::ToFetch  ? say::proposed_to_fetch
                     : proposal.why == Why::Ceiling  ? say::proposed_ceiling
                     : proposal.why == Why::PickHere ? say::pick_here
                                                     : say::pick_to_fetch;
    return sentence(language, code, args);
}

std::string init_text(Language language, const NewJob& made) {
    const auto say = [&](int code, const Args& args = {}) {
        return sentence(language, code, args);
    };
    std::string text = signal_table(
        language, core::decision_table(made.answers, made.prices), made.answers, made.prices);
    const auto add = [&](const planning::Proposal& proposal) {
        const Args args{
            {"name", proposal.spec.model},
            {"reason", reason_of(language, proposal, made.proposals.machine.has_value())}};
        text += paragraph("- " + say(say::name_and_reason, args), 0, 2);
    };
    if (made.proposals.machine) {
        text += supposed_note(language, *made.proposals.machine);
    }
    if (made.proposals.topline) {
        add(*made.proposals.topline);
    }
    std::ranges::for_each(made.proposals.candidates, add);
    text += "\n";
    if (made.cloud) {
        text +=
            paragraph(cloud_lead(language, *made.cloud)) + cloud_lines(*made.cloud, "  ") + "\n\n";
    }
    if (made.profile != nullptr && made.job.task == core::Task::Classify) {
        const auto& [label, cases] = made.profile->labels.front();
        const double share =
            static_cast<double>(cases) / static_cast<double>(made.profile->records);
        text += paragraph(
            say(say::always_one_label, {{"label", label}, {"share", percent(language, share)}}));
    }
    text += say(say::job_written, {{"file", made.job_file}}) + "\n";
    if (!made.by_default.empty()) {
        text += paragraph(say(say::taken_by_default, {{"flags", join(made.by_default, ", ")}}));
    }
    if (made.language_by_default) {
        text += paragraph(say(say::language_by_default));
    }
    if (!made.schema_file.empty()) {
        text += paragraph(say(say::schema_written, {{"file", made.schema_file}}));
    }
    text += "\n" + paragraph(say(say::init_next, {{"file", made.job_file}}));
    if (made.proposals.machine) {
        text += paragraph(say(say::supposed_next));
    }
    return text + "  " + next_command(made) + "\n";
}

std::string next_command(const NewJob& made) {
    std::string command;
    for (const planning::Proposal& proposal : made.proposals.candidates) {
        using Why = planning::Proposal::Why;
        if (proposal.why == Why::ToFetch || proposal.why == Why::PickToFetch) {
            command += "palier models pull " + for_shell(proposal.spec.model) + " && ";
        }
    }
    return command + "palier climb " + for_shell(made.job_file);
}

std::vector<std::pair<std::string, std::string>> job_comments(Language language,
                                                              const NewJob& made) {
    const auto say = [&](int code, const Args& args = {}) {
        return sentence(language, code, args);
    };
    std::vector<std::pair<std::string, std::string>> comments;
    const auto add = [&](const std::string& key, const std::string& text) {
        comments.emplace_back(key, text);
    };
    add("",
        say(say::job_head, {{"file", made.job_file}}) +
            (made.proposals.machine
                 ? "\n" +
                       say(say::supposed_note,
                           {{"machine", plain_line(title_of(language, *made.proposals.machine))}})
                 : "") +
            (made.by_default.empty()
                 ? ""
                 : "\n" + say(say::taken_by_default, {{"flags", join(made.by_default, ", ")}})));
    if (made.profile != nullptr) {
        std::vector<std::string> reasons;
        for (const core::Note& reason : made.profile->reasons) {
            reasons.push_back(say(reason.code, reason.args));
        }
        add("job", join(reasons, "\n"));
    }
    if (made.language_by_default) {
        add("job.language", say(say::language_by_default));
    }
    if (!made.own_instructions) {
        add("job.instructions", say(say::comment_instructions));
    }
    add("job.labels", say(say::comment_labels));
    if (!made.schema_file.empty()) {
        add("job.schema",
            say(say::schema_written,
                {{"file", std::filesystem::path(made.schema_file).filename().string()}}));
    }
    const core::Constraints& limits = made.job.constraints;
    add("constraints.quality", say(say::comment_quality));
    if (!limits.p95_ms) {
        add("constraints.latency", say(say::comment_latency));
    }
    add("constraints.memory", say(say::comment_memory));
    if (limits.context_tokens) {
        add("constraints.context",
            say(say::comment_context, {{"tokens", std::to_string(*limits.context_tokens)}}));
    }
    std::string ceiling = made.proposals.topline
                              ? reason_of(language, *made.proposals.topline, false)
                              : std::string();
    if (made.cloud) {
        ceiling += (ceiling.empty() ? "" : "\n") + cloud_lead(language, *made.cloud) + "\n" +
                   cloud_lines(*made.cloud, "");
    }
    add("topline", ceiling.empty() ? say(say::no_ceiling) : ceiling);
    for (std::size_t i = 0; i < made.proposals.candidates.size(); ++i) {
        add("candidate." + std::to_string(i),
            reason_of(language, made.proposals.candidates[i], made.proposals.machine.has_value()));
    }
    return comments;
}

std::string profile_text(Language language, const std::string& file, const eval::Profile& seen) {
    std::string text = paragraph(sentence(language,
                                          say::data_file_is,
                                          {{"file", file},
                                           {"count", count(language, seen.records)},
                                           {"format", seen.format},
                                           {"encoding", seen.encoding}}),
                                 0,
                                 2);
    for (const core::Note& reason : seen.reasons) {
        text += paragraph(sentence(language, reason.code, reason.args), 0, 2);
    }
    return text;
}

std::string usual_instructions(const core::Job& job) {
    const Language language = prompt_language(job);
    switch (job.task) {
        case core::Task::Classify:
            return sentence(
                language, say::instructions_classify, {{"labels", join(job.labels, ", ")}});
        case core::Task::Extract:
            return sentence(language, say::instructions_extract);
        case core::Task::Generate:
            return sentence(language, say::instructions_generate);
        case core::Task::Answer:
            break;
    }
    return sentence(language, say::instructions_answer);
}

}  // namespace palier::report
