// What a judge says of the answers of a run, beside what people say of them. Pure.
#pragma once

#include "core/agreement.h"
#include "core/prediction_powered.h"
#include "core/rating.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core {

// Of a judge on one rule. None: it gave no verdict, which is neither.
enum class RuleVerdict { Holds, Broken, None };
[[nodiscard]] std::string_view name_of(RuleVerdict verdict);  // "holds", "broken", "none"
[[nodiscard]] std::optional<RuleVerdict> rule_verdict_from(std::string_view word);

// Which judge: another model, wording or rule is another one.
struct JudgeIdentity {
    std::string name;  // of the model, for people
    std::string model_identity;
    std::vector<std::string> rules;
    std::vector<std::string> systems;  // hash of the System of each rule
    bool operator==(const JudgeIdentity&) const = default;
};

// By GivenAnswer::key: one verdict a rule. A text that has not been judged is not there.
using JudgedTexts = std::map<std::string, std::vector<RuleVerdict>, std::less<>>;

// Bad as soon as one rule is broken; good if all hold; nullopt: no verdict.
[[nodiscard]] std::optional<bool> judged_good(const std::vector<RuleVerdict>& rules);

// Of so many texts that people called so.
struct Detection {
    std::int64_t found = 0, of = 0;
    Interval share;  // Clopper-Pearson
};

// A judge against people, on the different texts that both called good or bad.
struct JudgeQuality {
    Agreement agreement;
    Detection sensitivity;        // of those that are good to people, called good
    Detection specificity;        // of those that are bad to people, called bad
    std::int64_t no_verdict = 0;  // rated by people, and the judge gave none
};

// Why a corrected rate is no promise.
enum class NoPromise {
    NotJudged,     // answers are left to judge
    NoRating,      // people rated nothing
    Chosen,        // answers to dev cases, on which the recipe was chosen
    StoppedEarly,  // the climb stopped asking when the scores so far were decisive
    NoVerdict,     // the judge gave none on more than k_most_without of the answers
    Skipped        // people skipped more than k_most_without of what they saw
};
[[nodiscard]] std::string_view name_of(NoPromise why);
inline constexpr double k_most_without = 0.1;

struct JudgedSystem {
    std::int64_t answers = 0, judged = 0, good = 0, no_verdict = 0;
    std::int64_t independent = 0;    // what the rate rests on: the first answer of each group
    CorrectedRate rate;              // its bounds at 1 - alpha / Systems
    std::vector<NoPromise> why_not;  // empty: rate.bounds.low is promised
    bool judges_itself = false;      // the judge is the same model
};

struct JudgedSummary {
    JudgeQuality quality;
    std::vector<JudgedSystem> systems;
    std::vector<std::int64_t> broken;                          // by rule, of the different texts
    std::int64_t texts = 0, judged_texts = 0, no_verdict = 0;  // different ones
};

struct JudgedInputs {
    std::size_t systems = 0;
    std::size_t rules = 0;
    const std::vector<GivenAnswer>& answers;
    const std::vector<Rating>& ratings;
    const JudgedTexts& verdicts;
    double alpha = 0.01;  // over all Systems
    bool on_dev = false;
    std::int64_t test_cases = 0;  // that a System would have answered had nobody stopped it
};

// Empty answers need neither judge nor people: they are bad. Seeded, so that equal inputs give
// equal bounds.
[[nodiscard]] JudgedSummary summarise_judged(const JudgedInputs& in);

}  // namespace palier::core
