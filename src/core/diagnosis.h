// Diagnosis: why a System fails, what would repair it, and whether fine-tuning is worth opening.
// Pure: from labels and probes of failing dev cases (eval/error_kinds.h names the labels, run asks
// the probes) to one table and one recommendation. The rules and where they come from:
// docs/guide/diagnose.md, docs/adr/0028.
#pragma once

#include "base/result.h"
#include "base/units.h"
#include "core/job.h"
#include "core/sequential.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core {

// What is wrong with an answer. Each failing case has one.
enum class ErrorKind {
    ReferenceInDoubt,  // topline and several candidates agree against the reference
    Unanswered,        // timeout, context too short, rejected: nothing was said
    Truncated,         // cut at the most tokens, and longer it is an answer
    Loop,              // the same words again and again
    Refused,
    LanguageDrift,  // another language than the references have
    FormatInvalid,  // no label, no JSON; or the right answer among other words
    WrongLabel,
    MissingField,
    WrongField,
    MissingFact,     // what was asked for stands neither in the answer nor in the prompt
    ContextNotUsed,  // it stands in the prompt
    Unsupported,     // so it does, and the answer has what stands nowhere
    StyleOrRule,     // the facts are there: wording, tone or a rule of the house is not
    WrongAnswer
};

// Another way of asking the same case, to see what changes.
enum class Probe {
    AsIs,            // the plain prompt, text as it comes
    Constrained,     // text held to the labels or the schema
    ReadOut,         // labels scored
    WithExamples,    // examples of dev in the prompt
    MoreTokens,      // as the System asks, with room for a longer answer
    WithoutContext,  // as the System asks, the case's own context left out
    GoldContext,     // ... with only the sentences of it that hold the reference
    Topline
};

enum class Action {
    Nothing,
    CorrectReferences,
    RaiseMaxTokens,
    ClimbRung,
    GiveFacts,  // retrieval
    FineTune,   // lora
    LargerModel,
    Unclear
};

// Whether `lora` is opened, or why not.
enum class LoraGate {
    Opened,
    Forced,
    NothingToRepair,
    NoModel,        // a baseline has no weights to tune
    PromptingLeft,  // a prompting rung that exists was not tried
    OtherErrors,    // fewer than three cases have an error that training corrects
    NotRecurring    // with another prompt it is another error, or chance would explain as much
};

[[nodiscard]] std::string_view name_of(ErrorKind kind);
[[nodiscard]] std::string_view name_of(Probe probe);
[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::string_view name_of(LoraGate gate);

// What one answer to a case shows.
struct Seen {
    Micros score = 0;
    ErrorKind kind = ErrorKind::WrongAnswer;  // meaningful where it is not fully right
    std::string answered;                     // as it was compared, "" = nothing usable
    bool operator==(const Seen&) const = default;
};

struct FailedCase {
    std::string case_id, input;
    std::string expected;          // the first accepted answer
    Seen own;                      // the System's
    std::map<Probe, Seen> probes;  // those that were asked
};

// Who says what of a dev case: answers that were usable, as they were compared.
struct Ballot {
    std::string case_id;
    std::string expected;
    std::optional<Seen> topline;   // nullopt: not asked, or nothing usable
    std::vector<Seen> candidates;  // the diagnosed System's among them
};

// The cases of which the topline is wrong and at least two candidates, more than half of those
// heard, say the same as it. None where most cases with the same label as reference, or with the
// same label as their answer, would be (without labels: most of all): what all models get wrong
// there is a rule that none knows, rather than many slips.
[[nodiscard]] std::set<std::string> references_in_doubt(const std::vector<Ballot>& ballots,
                                                        Task task);

// A probe on cases that the System gets right, for what a repair would break.
struct Control {
    std::int64_t asked = 0, kept = 0;
};

struct Findings {
    Task task = Task::Classify;
    std::int64_t labels = 0;  // classify: how many there are
    std::int64_t asked = 0;   // dev cases that the System was asked
    std::int64_t failed = 0;  // of these; `cases` are some of them
    bool passes = false;      // it meets the threshold
    bool has_model = true;    // false: a baseline
    std::vector<FailedCase> cases;
    std::set<std::string> in_doubt;
    // Prompting rungs that exist for the candidate, upwards, and those that the run has tried.
    std::vector<Rung> possible, tried;
    std::map<Rung, Control> controls;  // of rungs that were not tried
    std::string forced;                // the reason to open `lora` all the same; "" = none
};

enum class Help { Yes, Partly, No, Unknown };
[[nodiscard]] std::string_view name_of(Help help);

// Does it help? By the rule of the kind, or as measured: `repaired` of `asked` cases (0 of 0: by
// the rule).
struct Helps {
    Help help = Help::Unknown;
    std::int64_t repaired = 0, asked = 0;
};

struct Confusion {
    std::string expected, answered;
    std::int64_t times = 0;
};

struct Repaired {
    std::int64_t repaired = 0, asked = 0;
};

struct KindFound {
    ErrorKind kind = ErrorKind::WrongAnswer;
    std::int64_t cases = 0;
    Interval share;  // of the cases looked at, Wilson 95 %
    Helps retrieval, fine_tuning;
    std::int64_t recurring = 0, compared = 0;  // under another prompt: the same error
    std::vector<Confusion> confusions;         // at most three, the most frequent first
    std::size_t example = 0;                   // of Findings::cases
};

struct Recommendation {
    Action action = Action::Nothing;
    std::optional<Rung> rung;                 // of ClimbRung
    std::int64_t cases = 0;                   // of those looked at: what it would repair
    Interval share;                           // Wilson 95 %
    ErrorKind kind = ErrorKind::WrongAnswer;  // the most frequent of these cases
};

struct Diagnosis {
    std::int64_t looked_at = 0;
    std::vector<ErrorKind> kinds;           // of Findings::cases, in their order
    std::vector<KindFound> table;           // the most frequent first
    std::map<Probe, Repaired> probes;       // over all cases looked at
    std::map<Action, std::int64_t> causes;  // cases by what would repair them
    Recommendation recommendation;
    LoraGate lora = LoraGate::NothingToRepair;
    std::int64_t recurring = 0, compared = 0;  // of the errors that training corrects
    Interval recurrence;                       // of recurring / compared, Clopper-Pearson 95 %
    double chance = 0.5;                       // that it is held against
    std::string forced;
};

// Why a probe was not asked.
enum class LeftOut {
    OwnWay,        // it is how the System asks anyway
    NothingToAsk,  // no case that it says anything about
    EngineCannot,
    NoExamples,  // dev has too few to show
    NoTopline,
    Privacy,     // the cases may not leave
    Ungradable,  // what its answers are graded by is not kept with the run
    WorldFailed  // its file, its endpoint or its recording did not answer
};
[[nodiscard]] std::string_view name_of(LeftOut why);

struct ProbeAsked {
    Probe probe = Probe::AsIs;
    std::int64_t cases = 0;
    std::int64_t requests = 0;  // of them, those that the store did not know
    std::optional<LeftOut> left_out;
    std::optional<Error> trouble;  // of WorldFailed
};

// A diagnosis of a System of a run, with what it rests on.
struct DiagnosedRun {
    std::string run;
    std::string system, model;
    Rung rung = Rung::ZeroShot;
    Findings findings;
    Diagnosis diagnosis;
    std::vector<ProbeAsked> probes;
    int max_tokens = 0;         // of the System's answers
    std::int64_t examples = 0;  // labelled cases of dev: what could be learned from
    std::int64_t requests = 0;  // that were sent now
    bool interrupted = false;   // some probes were not asked; the same command goes on
};

// A probe repairs a case where it wins at least half of what the answer lacks.
[[nodiscard]] bool repairs(const Seen& probe, const Seen& own);

// Would learning from examples correct errors of this kind, were they stable?
[[nodiscard]] bool training_corrects(ErrorKind kind);

// Each case gets one kind and one cause; the recommendation is the cause of most cases, the cheaper
// of equals. `lora` opens where no prompting rung is left, at least three cases have an error that
// training corrects, and under another prompt the same error comes back so often that the lower
// end of its interval is above chance (one of the labels; a half where there are two, or none).
[[nodiscard]] Diagnosis diagnose(const Findings& findings);

}  // namespace palier::core
