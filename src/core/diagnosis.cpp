#include "core/diagnosis.h"

#include "core/statistics.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace palier::core {
namespace {

constexpr std::int64_t k_fewest = 3;  // below, chance would be told as a rule
constexpr double k_level = 0.95;
constexpr std::size_t k_confusions = 3;

// The prompt that says most about what prompting can do comes first.
constexpr std::array<Probe, 4> k_prompts{
    Probe::WithExamples, Probe::Constrained, Probe::ReadOut, Probe::AsIs};

const Seen* seen(const FailedCase& one, Probe probe) {
    const auto found = one.probes.find(probe);
    return found == one.probes.end() ? nullptr : &found->second;
}

bool is_repaired(const FailedCase& one, Probe probe) {
    const Seen* asked = seen(one, probe);
    return asked != nullptr && repairs(*asked, one.own);
}

// What the answer alone looks like, seen with its probes.
ErrorKind settled(const FailedCase& one, bool in_doubt) {
    // What the model gets right once it has seen other references, these agree with.
    if (in_doubt && !is_repaired(one, Probe::WithExamples)) {
        return ErrorKind::ReferenceInDoubt;
    }
    const Seen* longer = seen(one, Probe::MoreTokens);
    if (one.own.kind == ErrorKind::Truncated && longer != nullptr && !repairs(*longer, one.own)) {
        // What comes to no end with room to spare has no other form to be judged by.
        return longer->kind == ErrorKind::Truncated ? ErrorKind::FormatInvalid : longer->kind;
    }
    const Seen* without = seen(one, Probe::WithoutContext);
    if (one.own.kind == ErrorKind::Unsupported && without != nullptr &&
        without->answered == one.own.answered) {
        return ErrorKind::ContextNotUsed;
    }
    return one.own.kind;
}

bool same_error(ErrorKind kind, const FailedCase& one, const Seen& other) {
    // Only the own answer was settled by its probes.
    return other.score < k_one && (other.kind == kind || other.kind == one.own.kind) &&
           (kind != ErrorKind::WrongLabel || other.answered == one.own.answered);
}

// Does the error come back under another prompt? nullopt: no other was asked.
std::optional<bool> recurs(ErrorKind kind, const FailedCase& one) {
    for (const Probe prompt : k_prompts) {
        if (const Seen* other = seen(one, prompt)) {
            return same_error(kind, one, *other);
        }
    }
    return std::nullopt;
}

Help by_repairs(std::int64_t repaired, std::int64_t asked) {
    return asked < k_fewest        ? Help::Unknown
           : 2 * repaired >= asked ? Help::Yes
           : repaired > 0          ? Help::Partly
                                   : Help::No;
}

bool is_about_context(ErrorKind kind) {
    return kind == ErrorKind::ContextNotUsed || kind == ErrorKind::Unsupported;
}

// The talk's table, with what was measured where a probe says it.
Helps retrieval_for(const KindFound& row, const Repaired& gold, const Repaired& examples) {
    if (row.kind == ErrorKind::MissingFact) {
        return {Help::Yes, 0, 0};
    }
    if (is_about_context(row.kind)) {
        return {by_repairs(gold.repaired, gold.asked), gold.repaired, gold.asked};
    }
    if (row.kind == ErrorKind::FormatInvalid) {
        // Retrieval of examples: the talk's "helps, with examples in the prompt".
        const bool measured = examples.asked >= k_fewest;
        return {measured ? by_repairs(examples.repaired, examples.asked) : Help::Partly,
                examples.repaired,
                examples.asked};
    }
    return {Help::No, 0, 0};
}

Helps training_for(const KindFound& row) {
    if (!training_corrects(row.kind)) {
        return {Help::No, 0, 0};
    }
    return {row.compared >= k_fewest && row.recurring == 0 ? Help::Partly : Help::Yes, 0, 0};
}

std::vector<Confusion> confusions_of(const Findings& findings,
                                     const std::vector<ErrorKind>& kinds) {
    std::map<std::pair<std::string, std::string>, std::int64_t> times;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == ErrorKind::WrongLabel) {
            ++times[{findings.cases[i].expected, findings.cases[i].own.answered}];
        }
    }
    std::vector<Confusion> confusions;
    confusions.reserve(times.size());
    for (const auto& [pair, count] : times) {
        confusions.push_back({pair.first, pair.second, count});
    }
    std::ranges::stable_sort(confusions, std::greater<>{}, &Confusion::times);
    confusions.resize(std::min(confusions.size(), k_confusions));
    return confusions;
}

std::vector<KindFound> table_of(const Findings& findings, const std::vector<ErrorKind>& kinds) {
    std::map<ErrorKind, KindFound> rows;
    std::map<ErrorKind, Repaired> gold, examples;
    const auto count = [](Repaired& counted, const FailedCase& one, Probe probe) {
        counted.asked += seen(one, probe) != nullptr ? 1 : 0;
        counted.repaired += is_repaired(one, probe) ? 1 : 0;
    };
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const FailedCase& one = findings.cases[i];
        KindFound& row = rows[kinds[i]];
        // The shortest to read stands for all.
        const bool first = row.cases == 0;
        if (first || one.input.size() < findings.cases[row.example].input.size()) {
            row.example = i;
        }
        row.kind = kinds[i];
        ++row.cases;
        if (const auto again = recurs(kinds[i], one)) {
            ++row.compared;
            row.recurring += *again ? 1 : 0;
        }
        count(gold[kinds[i]], one, Probe::GoldContext);
        count(examples[kinds[i]], one, Probe::WithExamples);
    }
    std::vector<KindFound> table;
    for (auto& [kind, row] : rows) {
        row.share = wilson(row.cases, static_cast<std::int64_t>(kinds.size()), k_level);
        row.retrieval = retrieval_for(row, gold[kind], examples[kind]);
        row.fine_tuning = training_for(row);
        if (kind == ErrorKind::WrongLabel) {
            row.confusions = confusions_of(findings, kinds);
        }
        table.push_back(std::move(row));
    }
    std::ranges::stable_sort(table, std::greater<>{}, &KindFound::cases);
    return table;
}

std::map<Probe, Repaired> repairs_of(const std::vector<FailedCase>& cases) {
    std::map<Probe, Repaired> counted;
    for (const FailedCase& one : cases) {
        for (const auto& [probe, answer] : one.probes) {
            ++counted[probe].asked;
            counted[probe].repaired += repairs(answer, one.own) ? 1 : 0;
        }
    }
    return counted;
}

bool shows_rung(Probe probe, Rung rung) {
    switch (rung) {
        case Rung::ZeroShot:
            return probe == Probe::AsIs;
        case Rung::Structured:
            return probe == Probe::Constrained || probe == Probe::ReadOut;
        case Rung::FewShot:
            return probe == Probe::WithExamples;
        default:
            return false;
    }
}

// Cause by cause, with what the run and the probes have shown so far.
class Causes {
   public:
    Causes(const Findings& findings, Diagnosis& diagnosis)
        : findings_(findings), diagnosis_(diagnosis) {
        for (const Rung rung : findings.possible) {
            if (!contains(findings.tried, rung)) {
                (is_useful(rung) ? useful_ : is_probed(rung) ? spent_ : left_).push_back(rung);
            }
        }
    }

    void weigh() {
        open_lora();
        std::map<Action, std::map<ErrorKind, std::int64_t>> kinds;
        for (std::size_t i = 0; i < findings_.cases.size(); ++i) {
            const ErrorKind kind = diagnosis_.kinds[i];
            const auto [action, rung] = cause_of(findings_.cases[i], kind);
            ++diagnosis_.causes[action];
            ++kinds[action][kind];
            if (rung) {
                ++rungs_[*rung];
            }
        }
        recommend(kinds);
    }

   private:
    static bool contains(const std::vector<Rung>& rungs, Rung rung) {
        return std::ranges::find(rungs, rung) != rungs.end();
    }

    [[nodiscard]] bool is_probed(Rung rung) const {
        return std::ranges::any_of(diagnosis_.probes, [&](const auto& entry) {
            return shows_rung(entry.first, rung) && entry.second.asked > 0;
        });
    }

    // It repairs some failures and breaks fewer of the right answers, as shares of all of dev.
    [[nodiscard]] bool is_useful(Rung rung) const {
        const auto control = findings_.controls.find(rung);
        Repaired best;
        for (const auto& [probe, counted] : diagnosis_.probes) {
            if (shows_rung(probe, rung) && counted.repaired > best.repaired) {
                best = counted;
            }
        }
        if (best.repaired < k_fewest || control == findings_.controls.end() ||
            control->second.asked == 0) {
            return false;
        }
        const auto share = [](std::int64_t part, std::int64_t of) {
            return static_cast<double>(part) / static_cast<double>(of);
        };
        const double failed = share(findings_.failed, findings_.asked);
        const double broken = 1 - share(control->second.kept, control->second.asked);
        return failed * share(best.repaired, best.asked) > (1 - failed) * broken;
    }

    void open_lora() {
        std::int64_t cases = 0, wrong_labels = 0;
        for (std::size_t i = 0; i < findings_.cases.size(); ++i) {
            const ErrorKind kind = diagnosis_.kinds[i];
            if (!training_corrects(kind)) {
                continue;
            }
            ++cases;
            wrong_labels += kind == ErrorKind::WrongLabel ? 1 : 0;
            if (const auto again = recurs(kind, findings_.cases[i])) {
                ++diagnosis_.compared;
                diagnosis_.recurring += *again ? 1 : 0;
            }
        }
        diagnosis_.chance = findings_.labels > 2 && 2 * wrong_labels >= cases
                                ? 1 / static_cast<double>(findings_.labels)
                                : 0.5;
        diagnosis_.recurrence = clopper_pearson(diagnosis_.recurring, diagnosis_.compared, k_level);
        diagnosis_.lora =
            findings_.cases.empty() || findings_.passes ? LoraGate::NothingToRepair
            : !findings_.has_model                      ? LoraGate::NoModel
            : !left_.empty() || !useful_.empty()        ? LoraGate::PromptingLeft
            : cases < k_fewest                          ? LoraGate::OtherErrors
            : diagnosis_.recurring < k_fewest || diagnosis_.recurrence.low <= diagnosis_.chance
                ? LoraGate::NotRecurring
                : LoraGate::Opened;
    }

    [[nodiscard]] std::pair<Action, std::optional<Rung>> cause_of(const FailedCase& one,
                                                                  ErrorKind kind) const {
        switch (kind) {
            case ErrorKind::ReferenceInDoubt:
                return {Action::CorrectReferences, {}};
            case ErrorKind::Unanswered:
                return {Action::Unclear, {}};
            case ErrorKind::Truncated:
                // Not tried is not known: a model that rambles is cut off whatever room it has.
                return {
                    is_repaired(one, Probe::MoreTokens) ? Action::RaiseMaxTokens : Action::Unclear,
                    {}};
            default:
                break;
        }
        for (const Rung rung : useful_) {
            for (const auto& [probe, answer] : one.probes) {
                if (shows_rung(probe, rung) && repairs(answer, one.own)) {
                    return {Action::ClimbRung, rung};
                }
            }
        }
        if (kind == ErrorKind::MissingFact ||
            (is_about_context(kind) && is_repaired(one, Probe::GoldContext))) {
            return {Action::GiveFacts, {}};
        }
        if (training_corrects(kind) && !left_.empty()) {
            return {Action::ClimbRung, left_.front()};
        }
        if (training_corrects(kind) && diagnosis_.lora == LoraGate::Opened) {
            return {Action::FineTune, {}};
        }
        return {is_repaired(one, Probe::Topline) ? Action::LargerModel : Action::Unclear, {}};
    }

    void recommend(const std::map<Action, std::map<ErrorKind, std::int64_t>>& kinds) {
        Recommendation& chosen = diagnosis_.recommendation;
        if (findings_.passes || findings_.cases.empty()) {
            return;
        }
        chosen.action = Action::Unclear;
        for (const auto& [action, cases] : diagnosis_.causes) {
            // Unclear is a remainder: any repair of as many cases as chance cannot bring is more.
            if (action != Action::Unclear && cases > chosen.cases) {
                chosen.action = action;
                chosen.cases = cases;
            }
        }
        const auto unclear = diagnosis_.causes.find(Action::Unclear);
        if (unclear != diagnosis_.causes.end() &&
            (chosen.cases == 0 || (chosen.cases < k_fewest && unclear->second > chosen.cases))) {
            chosen.action = Action::Unclear;
            chosen.cases = unclear->second;
        }
        chosen.share = wilson(chosen.cases, diagnosis_.looked_at, k_level);
        if (const auto of = kinds.find(chosen.action); of != kinds.end()) {
            chosen.kind = std::ranges::max_element(of->second, {}, [](const auto& e) {
                              return e.second;
                          })->first;
        }
        if (chosen.action == Action::ClimbRung) {
            chosen.rung =
                std::ranges::max_element(rungs_, {}, [](const auto& e) { return e.second; })->first;
        }
    }

    const Findings& findings_;
    Diagnosis& diagnosis_;
    // Of the rungs not tried: those that the probes show to pay, those that they show not to, and
    // those of which nothing is known.
    std::vector<Rung> useful_, spent_, left_;
    std::map<Rung, std::int64_t> rungs_;
};

constexpr std::int64_t k_voices = 2;  // of candidates, beside the topline's

// Do the topline and enough candidates give one answer, and not the reference?
bool agrees_against(const Ballot& ballot) {
    if (!ballot.topline || ballot.topline->score >= k_one || ballot.topline->answered.empty()) {
        return false;
    }
    const auto same =
        std::ranges::count(ballot.candidates, ballot.topline->answered, &Seen::answered);
    return same >= k_voices && 2 * same > static_cast<std::int64_t>(ballot.candidates.size());
}

// The topline's, where it was asked; else what most candidates say. "" = nobody says anything.
std::string agreed_answer(const Ballot& ballot) {
    if (ballot.topline) {
        return ballot.topline->answered;
    }
    std::string most;
    std::ptrdiff_t times = 0;
    for (const Seen& one : ballot.candidates) {
        const auto same = std::ranges::count(ballot.candidates, one.answered, &Seen::answered);
        if (same > times) {
            times = same;
            most = one.answered;
        }
    }
    return most;
}

}  // namespace

std::set<std::string> references_in_doubt(const std::vector<Ballot>& ballots, Task task) {
    struct Group {
        std::int64_t all = 0, doubted = 0;
        // Most are: few would be slips.
        [[nodiscard]] bool is_rule() const { return doubted >= k_fewest && 2 * doubted > all; }
    };
    std::map<std::string, Group> by_reference, by_answer;
    const bool labels = task == Task::Classify;
    for (const Ballot& ballot : ballots) {
        // Where too few were heard there could be no doubt, so that it says nothing of a rule.
        if (static_cast<std::int64_t>(ballot.candidates.size()) < k_voices) {
            continue;
        }
        const bool doubted = agrees_against(ballot);
        for (Group* group : {&by_reference[labels ? ballot.expected : ""],
                             &by_answer[labels ? agreed_answer(ballot) : ""]}) {
            ++group->all;
            group->doubted += doubted ? 1 : 0;
        }
    }
    std::set<std::string> in_doubt;
    for (const Ballot& ballot : ballots) {
        if (agrees_against(ballot) && !by_reference[labels ? ballot.expected : ""].is_rule() &&
            !by_answer[labels ? agreed_answer(ballot) : ""].is_rule()) {
            in_doubt.insert(ballot.case_id);
        }
    }
    return in_doubt;
}

bool repairs(const Seen& probe, const Seen& own) {
    return probe.score > own.score && 2 * (probe.score - own.score) >= k_one - own.score;
}

bool training_corrects(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Refused:
        case ErrorKind::LanguageDrift:
        case ErrorKind::FormatInvalid:
        case ErrorKind::WrongLabel:
        case ErrorKind::MissingField:
        case ErrorKind::WrongField:
        case ErrorKind::ContextNotUsed:
        case ErrorKind::StyleOrRule:
        case ErrorKind::WrongAnswer:
            return true;
        case ErrorKind::ReferenceInDoubt:
        case ErrorKind::Unanswered:
        case ErrorKind::Truncated:
        case ErrorKind::Loop:
        case ErrorKind::MissingFact:
        case ErrorKind::Unsupported:
            break;
    }
    return false;
}

Diagnosis diagnose(const Findings& findings) {
    Diagnosis diagnosis;
    diagnosis.looked_at = static_cast<std::int64_t>(findings.cases.size());
    for (const FailedCase& one : findings.cases) {
        diagnosis.kinds.push_back(settled(one, findings.in_doubt.contains(one.case_id)));
    }
    diagnosis.table = table_of(findings, diagnosis.kinds);
    diagnosis.probes = repairs_of(findings.cases);
    Causes(findings, diagnosis).weigh();
    diagnosis.forced = findings.forced;
    if (!findings.forced.empty() && diagnosis.lora != LoraGate::Opened &&
        diagnosis.lora != LoraGate::NoModel) {
        diagnosis.lora = LoraGate::Forced;
    }
    return diagnosis;
}

}  // namespace palier::core
