// The words for the values of a diagnosis.
#include "base/text.h"
#include "report/diagnosis.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wording.h"

namespace palier::report {
namespace {

constexpr int k_more_tokens = 4;  // times as many: what the probe had room for

int phrase_of(core::Action action) {
    switch (action) {
        case core::Action::Nothing:
            return say::action_nothing;
        case core::Action::CorrectReferences:
            return say::action_references;
        case core::Action::RaiseMaxTokens:
            return say::action_tokens;
        case core::Action::ClimbRung:
            return say::action_rung;
        case core::Action::GiveFacts:
            return say::action_facts;
        case core::Action::FineTune:
            return say::action_training;
        case core::Action::LargerModel:
            return say::action_larger;
        case core::Action::Unclear:
            break;
    }
    return say::action_unclear;
}

int advice_of(core::Action action) {
    switch (action) {
        case core::Action::Nothing:
            return say::recommend_passes;
        case core::Action::CorrectReferences:
            return say::recommend_references;
        case core::Action::RaiseMaxTokens:
            return say::recommend_tokens;
        case core::Action::ClimbRung:
            return say::recommend_rung;
        case core::Action::GiveFacts:
            return say::recommend_facts;
        case core::Action::FineTune:
            return say::recommend_training;
        case core::Action::LargerModel:
            return say::recommend_larger;
        case core::Action::Unclear:
            break;
    }
    return say::recommend_unclear;
}

// 0: nothing is said.
int phrase_of(core::LoraGate gate) {
    switch (gate) {
        case core::LoraGate::Opened:
            return say::lora_opened;
        case core::LoraGate::Forced:
            return say::lora_forced;
        case core::LoraGate::NoModel:
            return say::lora_no_model;
        case core::LoraGate::PromptingLeft:
            return say::lora_prompting_left;
        case core::LoraGate::OtherErrors:
            return say::lora_other_errors;
        case core::LoraGate::NotRecurring:
            return say::lora_not_recurring;
        case core::LoraGate::NothingToRepair:
            break;
    }
    return 0;
}

std::string share_of(Language language, const core::DiagnosedRun& run) {
    const core::Recommendation& told = run.diagnosis.recommendation;
    const std::int64_t all = run.diagnosis.looked_at;
    return sentence(
        language,
        say::recommend_share,
        {{"n", count(language, told.cases)},
         {"of", count(language, all)},
         {"percent", percent(language, static_cast<double>(told.cases) / static_cast<double>(all))},
         {"range", range(language, told.share, true)}});
}

}  // namespace

std::string error_word(Language language, core::ErrorKind kind) {
    const auto phrase = [&] {
        switch (kind) {
            case core::ErrorKind::ReferenceInDoubt:
                return say::error_reference;
            case core::ErrorKind::Unanswered:
                return say::error_unanswered;
            case core::ErrorKind::Truncated:
                return say::error_truncated;
            case core::ErrorKind::Loop:
                return say::error_loop;
            case core::ErrorKind::Refused:
                return say::error_refused;
            case core::ErrorKind::LanguageDrift:
                return say::error_language;
            case core::ErrorKind::FormatInvalid:
                return say::error_format;
            case core::ErrorKind::WrongLabel:
                return say::error_label;
            case core::ErrorKind::MissingField:
                return say::error_missing_field;
            case core::ErrorKind::WrongField:
                return say::error_wrong_field;
            case core::ErrorKind::MissingFact:
                return say::error_fact;
            case core::ErrorKind::ContextNotUsed:
                return say::error_context;
            case core::ErrorKind::Unsupported:
                return say::error_unsupported;
            case core::ErrorKind::StyleOrRule:
                return say::error_style;
            case core::ErrorKind::WrongAnswer:
                break;
        }
        return say::error_answer;
    }();
    return sentence(language, phrase);
}

std::string probe_word(Language language, core::Probe probe) {
    const auto phrase = [&] {
        switch (probe) {
            case core::Probe::AsIs:
                return say::probe_as_is;
            case core::Probe::Constrained:
                return say::probe_constrained;
            case core::Probe::ReadOut:
                return say::probe_read_out;
            case core::Probe::WithExamples:
                return say::probe_examples;
            case core::Probe::MoreTokens:
                return say::probe_more_tokens;
            case core::Probe::WithoutContext:
                return say::probe_without_context;
            case core::Probe::GoldContext:
                return say::probe_gold_context;
            case core::Probe::Topline:
                break;
        }
        return say::probe_topline;
    }();
    return sentence(language, phrase);
}

std::string recommendation_in_words(Language language, const core::DiagnosedRun& run) {
    const core::Recommendation& told = run.diagnosis.recommendation;
    if (run.findings.failed == 0) {
        return sentence(language, say::recommend_none_failed);
    }
    Args args{{"model", run.model},
              {"system", run.system},
              {"run", run.run},
              {"kind", error_word(language, told.kind)},
              {"rung", told.rung ? rung_word(language, *told.rung) : ""},
              {"tokens", std::to_string(run.max_tokens * k_more_tokens)}};
    if (told.cases > 0) {
        args.emplace_back("share", share_of(language, run));
    }
    return sentence(language, advice_of(told.action), args);
}

std::string lora_in_words(Language language, const core::DiagnosedRun& run) {
    const core::Diagnosis& found = run.diagnosis;
    const int phrase = phrase_of(found.lora);
    return phrase == 0 ? ""
                       : sentence(language,
                                  phrase,
                                  {{"n", count(language, found.recurring)},
                                   {"of", count(language, found.compared)},
                                   {"range", range(language, found.recurrence, true)},
                                   {"chance", percent(language, found.chance)},
                                   {"examples", count(language, run.examples)},
                                   {"reason", found.forced}});
}

std::string diagnosis_in_short(Language language, const KeptDiagnosis& kept) {
    std::string what = sentence(language,
                                phrase_of(kept.action),
                                {{"rung", kept.rung ? rung_word(language, *kept.rung) : ""}});
    if (kept.cases > 0) {
        what = sentence(language,
                        say::action_of,
                        {{"action", what},
                         {"n", count(language, kept.cases)},
                         {"of", count(language, kept.looked_at)},
                         {"kind", error_word(language, kept.kind)}});
    }
    std::string line =
        sentence(language, say::diagnosis_line, {{"system", kept.system}, {"what", what}}) + ".";
    if (kept.lora == core::LoraGate::Forced) {
        line += " " + sentence(language, say::lora_forced, {{"reason", kept.forced}});
    }
    return line;
}

std::string diagnosis_line(Language language, const KeptDiagnosis& kept) {
    return paragraph(plain_line(diagnosis_in_short(language, kept)));
}

std::string diagnosis_markdown(Language language, const KeptDiagnosis& kept) {
    return markdown_text(diagnosis_in_short(language, kept)) + "\n";
}

}  // namespace palier::report
