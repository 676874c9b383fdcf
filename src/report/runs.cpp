#include "report/runs.h"

#include "base/text.h"
#include "core/names.h"
#include "lib/json/json.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

namespace palier::report {
namespace {

double score_of(const core::Grade& grade) {
    return static_cast<double>(grade.score) / static_cast<double>(k_one);
}

// The answer as given, a line or lines; scores with the names of their labels.
std::string answer_text(Language language, const CaseAnswers::Answered& answered) {
    if (answered.label_scores.empty()) {
        return "  " + answered.trial.answer + "\n";
    }
    constexpr int k_decimals = 2;
    std::string text;
    for (const auto& [label, score] : answered.label_scores) {
        text += (text.empty() ? "" : ", ") + label + " " + number(language, score, k_decimals);
    }
    return paragraph(sentence(language, say::label_scores, {{"scores", text}}), 2, 4);
}

std::string outcome_of(Language language, const core::Verdict& verdict) {
    if (verdict.choice == core::Choice::None) {
        return sentence(language, say::outcome_none);
    }
    return std::string(core::name_of(verdict.choice)) + " " + verdict.system;
}

}  // namespace

std::string runs_text(Language language, const std::vector<RunListed>& runs) {
    const auto say = [&](int code) { return sentence(language, code); };
    std::vector<std::vector<std::string>> rows{
        {say(say::head_run), say(say::head_job), say(say::head_started), say(say::head_outcome)}};
    for (const RunListed& run : runs) {
        rows.push_back({run.row.id,
                        run.row.job_name,
                        run.row.started_at,
                        run.unreadable ? explain(language, *run.unreadable)
                        : run.verdict  ? outcome_of(language, *run.verdict)
                                       : say(say::unfinished)});
    }
    return aligned(rows);
}

std::string runs_json(Language language, const std::vector<RunListed>& runs) {
    json::Value list = json::Array{};
    for (const auto& [row, verdict, unreadable] : runs) {
        json::Value value;
        value.add("run", row.id).add("job", row.job_name).add("path", row.job_path);
        value.add("started_at", row.started_at)
            .add("finished", row.finished)
            .add("elapsed_s", row.elapsed_s);
        value.add("exit", row.finished ? json::Value(row.exit_code) : json::Value());
        if (unreadable) {
            value.add("unreadable", explain(language, *unreadable));
        }
        list.push(std::move(value));
    }
    return json::write(json::Object{{"format", 1}, {"runs", std::move(list)}});
}

std::string case_text(Language language, const CaseAnswers& found) {
    std::string text = sentence(language, say::case_input) + "  " + found.item.input + "\n" +
                       sentence(language, say::case_expected) + "  " +
                       join(found.item.expected, " | ") + "\n";
    for (const CaseAnswers::Answered& answered : found.answers) {
        const core::Trial& trial = answered.trial;
        const core::Grade& grade = trial.grade;
        text += "\n" + answered.system + "  " +
                (grade.score == k_one ? "= "
                 : grade.score == 0   ? "x "
                                      : "~ ") +
                json::write(json::Value(score_of(grade))) + "\n" + answer_text(language, answered);
        if (!grade.parsed.empty() && grade.parsed != trial.answer) {
            text += "  -> " + grade.parsed + "\n";
        }
        if (!trial.failure_detail.empty()) {
            text += "  " + trial.failure_detail + "\n";
        }
    }
    return text;
}

std::string case_json(const CaseAnswers& found) {
    json::Value answers = json::Array{};
    for (const auto& [system, trial, label_scores] : found.answers) {
        json::Value answer;
        answer.add("system", system).add("answer", trial.answer);
        answer.add("parsed", trial.grade.parsed).add("score", score_of(trial.grade));
        answer.add("failure", std::string(core::name_of(trial.grade.failure)));
        if (!label_scores.empty()) {
            json::Value scores;
            for (const auto& [label, score] : label_scores) {
                scores.add(label, score);
            }
            answer.add("label_scores", std::move(scores));
        }
        answers.push(std::move(answer));
    }
    json::Value value;
    value.add("format", 1)
        .add("run", found.run)
        .add("case", found.item.id)
        .add("input", found.item.input);
    json::Value expected = json::Array{};
    for (const std::string& accepted : found.item.expected) {
        expected.push(accepted);
    }
    value.add("expected", std::move(expected)).add("answers", std::move(answers));
    return json::write(value);
}

}  // namespace palier::report
