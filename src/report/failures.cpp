#include "report/failures.h"

#include "base/text.h"
#include "core/names.h"
#include "lib/json/json.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wording.h"

#include <array>
#include <unordered_map>

namespace palier::report {
namespace {

constexpr std::size_t k_input_characters = 600;
constexpr std::size_t k_answer_characters = 60;

using Phases = std::vector<store::Phase>;

// The first answer to each case counts: a proof's, before what came after it.
Result<std::vector<core::Trial>> answers_of(store::Store& store,
                                            std::int64_t run,
                                            const std::string& hash,
                                            const Phases& phases) {
    std::vector<core::Trial> trials;
    std::unordered_map<std::string, bool> seen;
    for (const store::Phase phase : phases) {
        PALIER_TRY(store.each_trial(run, phase, hash, [&](const store::Placed& placed) {
            if (seen.try_emplace(placed.trial.case_id, true).second) {
                core::Trial trial;
                trial.case_id = placed.trial.case_id;
                trial.grade = placed.trial.grade;
                trial.failure_detail = placed.trial.failure_detail;
                trials.push_back(std::move(trial));
            }
            return true;
        }));
    }
    return trials;
}

// By case: the topline was fully right. Empty for the topline itself.
Result<std::unordered_map<std::string, bool>> topline_right(const core::Summary& summary,
                                                            store::Store& store,
                                                            std::int64_t run,
                                                            const core::SystemSummary& system,
                                                            const Phases& phases) {
    std::unordered_map<std::string, bool> right;
    const core::SystemSummary* ceiling = topline(summary);
    if (ceiling == nullptr || ceiling->system.hash.empty() ||
        ceiling->system.hash == system.system.hash) {
        return right;
    }
    const auto trials = answers_of(store, run, ceiling->system.hash, phases);
    if (!trials) {
        return trials.error();
    }
    for (const core::Trial& trial : *trials) {
        right.emplace(trial.case_id, trial.grade.score >= k_one);
    }
    return right;
}

std::string short_line(std::string_view text, std::size_t characters) {
    return shortened(plain_line(text), characters);
}

}  // namespace

const core::SystemSummary* told_first(const core::Summary& summary) {
    const core::SystemSummary* choice = chosen(summary);
    if (choice != nullptr && choice->verdict.role != core::Role::Topline) {
        return choice;
    }
    const core::SystemSummary* best = nullptr;
    const auto quality = [](const core::SystemSummary& one) {
        return one.measure.quality ? one.measure.quality->value : -1;
    };
    for (const core::SystemSummary& system : summary.systems) {
        if (system.verdict.role == core::Role::Candidate && !system.system.hash.empty() &&
            (best == nullptr || quality(system) > quality(*best))) {
            best = &system;
        }
    }
    if (best != nullptr) {
        return best;
    }
    const core::SystemSummary* ceiling = topline(summary);
    return ceiling != nullptr && !ceiling->system.hash.empty() ? ceiling : nullptr;
}

Result<std::optional<SystemFailures>> read_failures(const core::Summary& summary,
                                                    store::Store& store,
                                                    std::int64_t run,
                                                    const core::SystemSummary& system) {
    SystemFailures failures;
    failures.system = &system;
    if (system.system.hash.empty()) {
        return std::optional<SystemFailures>();
    }
    Phases phases{store::Phase::Test, store::Phase::Topline};
    auto trials = answers_of(store, run, system.system.hash, phases);
    if (trials && trials->empty()) {
        failures.on_dev = true;
        phases = {store::Phase::Dev};
        trials = answers_of(store, run, system.system.hash, phases);
    }
    if (!trials) {
        return trials.error();
    }
    if (trials->empty()) {
        return std::optional<SystemFailures>();
    }
    const auto right = topline_right(summary, store, run, system, phases);
    if (!right) {
        return right.error();
    }
    std::vector<core::GradedCase> answers;
    std::unordered_map<std::string, std::size_t> place;
    for (core::Trial& trial : *trials) {
        core::GradedCase one;
        one.case_id = trial.case_id;
        one.grade = std::move(trial.grade);
        one.grade.failure_detail = std::move(trial.failure_detail);
        if (const auto known = right->find(one.case_id); known != right->end()) {
            one.elsewhere_right = known->second;
        }
        place.emplace(one.case_id, answers.size());
        answers.push_back(std::move(one));
    }
    PALIER_TRY(store.each_case(run, [&](const core::Case& one) {
        if (const auto at = place.find(one.id); at != place.end()) {
            core::GradedCase& answer = answers[at->second];
            answer.expected = one.expected.empty() ? "" : one.expected.front();
            if (answer.grade.score < k_one) {
                answer.input = shortened(one.input, k_input_characters);
            }
        }
        return true;
    }));
    failures.found = core::failures_of(std::move(answers));
    return std::optional(std::move(failures));
}

std::string failures_title(Language language, const SystemFailures& failures) {
    const auto failed = static_cast<std::int64_t>(failures.found.cases.size());
    const int phrase = failed == 0       ? say::failures_none
                       : failures.on_dev ? say::failures_title_dev
                                         : say::failures_title;
    return sentence(language,
                    phrase,
                    {{"model", plain_line(model_name(*failures.system))},
                     {"n", count(language, failed)},
                     {"asked", count(language, failures.found.asked)}});
}

std::string pattern_in_words(Language language, const core::Failures& found) {
    using Kind = core::Pattern::Kind;
    if (!found.pattern) {
        return {};
    }
    const core::Pattern& pattern = *found.pattern;
    const int phrase = pattern.kind == Kind::Confused   ? say::pattern_confused
                       : pattern.kind == Kind::Answered ? say::pattern_answered
                       : pattern.kind == Kind::Failed   ? say::pattern_failed
                                                        : say::pattern_field;
    return sentence(language,
                    phrase,
                    {{"expected", short_line(pattern.expected, k_answer_characters)},
                     {"answered", short_line(pattern.answered, k_answer_characters)},
                     {"kind", failure_word(language, core::name_of(pattern.failure))},
                     {"times", count(language, pattern.times)},
                     {"of", count(language, pattern.of)}});
}

std::string failure_in_words(Language language, const core::GradedCase& one) {
    const core::Grade& grade = one.grade;
    const bool unusable = grade.failure != core::Failure::None;
    return sentence(language,
                    unusable && !grade.failure_detail.empty() ? say::failure_unusable_why
                    : unusable                                ? say::failure_unusable
                    : grade.parsed.empty()                    ? say::failure_empty
                                                              : say::failure_answered,
                    {{"expected", short_line(one.expected, k_answer_characters)},
                     {"answered", short_line(grade.parsed, k_answer_characters)},
                     {"kind", failure_word(language, core::name_of(grade.failure))},
                     {"why", short_line(grade.failure_detail, k_answer_characters)}});
}

std::vector<std::string> failure_lines(Language language,
                                       const SystemFailures& failures,
                                       bool all,
                                       std::size_t width) {
    constexpr std::size_t k_indent = 2, k_hanging = 6;
    const core::Failures& found = failures.found;
    std::vector<std::string> lines;
    const auto add = [&](const std::string& text, std::size_t first, std::size_t rest) {
        for (std::string& line : wrapped(text, width, first, rest)) {
            lines.push_back(std::move(line));
        }
    };
    if (const std::string pattern = pattern_in_words(language, found); !pattern.empty()) {
        add(pattern, k_indent, k_indent);
    }
    const std::size_t shown = all ? found.cases.size() : found.telling.size();
    for (std::size_t i = 0; i < shown; ++i) {
        const core::GradedCase& one = found.cases[all ? i : found.telling[i]];
        add(with_colon(language, plain_line(one.case_id), failure_in_words(language, one)),
            k_indent,
            k_hanging);
        lines.push_back(std::string(k_hanging, ' ') + short_line(one.input, width - k_hanging));
    }
    return lines;
}

std::string failures_text(Language language, const SystemFailures& failures) {
    std::string text = paragraph(failures_title(language, failures));
    for (const std::string& line : failure_lines(language, failures, true, k_text_width)) {
        text += line + "\n";
    }
    return text;
}

std::string failures_json(const std::string& run, const SystemFailures& failures) {
    static constexpr std::array<const char*, 4> k_kinds{"confused", "answered", "failed", "field"};
    const core::Failures& found = failures.found;
    json::Value cases = json::Array{}, telling = json::Array{}, pattern;
    for (const core::GradedCase& one : found.cases) {
        json::Value value;
        value.add("case", one.case_id).add("input", one.input).add("expected", one.expected);
        value.add("answered", one.grade.parsed)
            .add("score", static_cast<double>(one.grade.score) / static_cast<double>(k_one))
            .add("failure", std::string(core::name_of(one.grade.failure)));
        if (!one.grade.failure_detail.empty()) {
            value.add("failure_detail", one.grade.failure_detail);
        }
        value.add("topline_right",
                  one.elsewhere_right ? json::Value(*one.elsewhere_right) : json::Value());
        cases.push(std::move(value));
    }
    for (const std::size_t i : found.telling) {
        telling.push(found.cases[i].case_id);
    }
    if (found.pattern) {
        pattern.add("kind", k_kinds[static_cast<std::size_t>(found.pattern->kind)])
            .add("expected", found.pattern->expected)
            .add("answered", found.pattern->answered)
            .add("failure", std::string(core::name_of(found.pattern->failure)))
            .add("times", found.pattern->times)
            .add("of", found.pattern->of);
    }
    json::Value value;
    value.add("format", 1).add("run", run).add("system", failures.system->verdict.id);
    value.add("on", failures.on_dev ? "dev" : "test").add("asked", found.asked);
    value.add("pattern", std::move(pattern)).add("telling", std::move(telling));
    value.add("failures", std::move(cases));
    return json::write(value);
}

}  // namespace palier::report
