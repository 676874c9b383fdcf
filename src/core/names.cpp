#include "core/names.h"

#include "base/check.h"
#include "core/answer.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace palier::core {
namespace {

// One table per enumeration serves both directions, so that they cannot drift apart.
template <class Value>
struct Word {
    Value value;
    std::string_view text;
};

constexpr auto k_tasks = std::to_array<Word<Task>>({
    {Task::Classify, "classify"},
    {Task::Extract, "extract"},
    {Task::Generate, "generate"},
    {Task::Answer, "answer"},
});

constexpr auto k_rungs = std::to_array<Word<Rung>>({
    {Rung::Baseline, "baseline"},
    {Rung::ZeroShot, "zero-shot"},
    {Rung::Structured, "structured"},
    {Rung::FewShot, "few-shot"},
    {Rung::Rag, "rag"},
    {Rung::Head, "head"},
    {Rung::Lora, "lora"},
    {Rung::Full, "full"},
});

constexpr auto k_orders = std::to_array<Word<Order>>({
    {Order::Up, "up"},
    {Order::Down, "down"},
    {Order::All, "all"},
});

constexpr auto k_baselines = std::to_array<Word<Baseline>>({
    {Baseline::None, "none"},
    {Baseline::Majority, "majority"},
    {Baseline::Nearest, "nearest"},
    {Baseline::Ngrams, "n-grams"},
});

constexpr auto k_privacies = std::to_array<Word<Privacy>>({
    {Privacy::Machine, "machine"},
    {Privacy::Infra, "infra"},
    {Privacy::Cloud, "cloud"},
});

constexpr auto k_decides = std::to_array<Word<Decide>>({
    {Decide::Generate, "generate"},
    {Decide::Score, "score"},
    {Decide::Head, "head"},
});

constexpr auto k_label_norms = std::to_array<Word<LabelNorm>>({
    {LabelNorm::Sum, "sum"},
    {LabelNorm::Mean, "mean"},
    {LabelNorm::MinusEmpty, "minus-empty"},
    {LabelNorm::MinusPrior, "minus-prior"},
});

constexpr auto k_apis = std::to_array<Word<Api>>({
    {Api::Chat, "chat"},
    {Api::Decisions, "decisions"},
});

constexpr auto k_weights = std::to_array<Word<Weights>>({
    {Weights::AsFile, "file"},
    {Weights::Bf16Copy, "bf16-copy"},
    {Weights::Q8Copy, "q8-copy"},
    {Weights::F32Copy, "f32-copy"},
});

constexpr auto k_failures = std::to_array<Word<Failure>>({
    {Failure::None, "none"},
    {Failure::Timeout, "timeout"},
    {Failure::Refused, "refused"},
    {Failure::Truncated, "truncated"},
    {Failure::ContextExceeded, "context_exceeded"},
    {Failure::InvalidAnswer, "invalid_answer"},
    {Failure::Rejected, "rejected"},
    {Failure::ServerError, "server_error"},
    {Failure::ToolCall, "tool_call"},
    {Failure::ThoughtsOnly, "thoughts_only"},
    {Failure::SqlError, "sql_error"},
    {Failure::SqlForbidden, "sql_forbidden"},
    {Failure::SqlLimit, "sql_limit"},
    {Failure::PatternError, "pattern_error"},
});

constexpr auto k_finishes = std::to_array<Word<Finish>>({
    {Finish::End, "end"},
    {Finish::Length, "length"},
    {Finish::ToolCalls, "tool_calls"},
    {Finish::Unknown, "unknown"},
});

constexpr auto k_decisions = std::to_array<Word<Decision>>({
    {Decision::Undecided, "too_close"},
    {Decision::Pass, "pass"},
    {Decision::Fail, "fail"},
});

constexpr auto k_proof_ends = std::to_array<Word<ProofEnd>>({
    {ProofEnd::Decided, "decided"},
    {ProofEnd::Error, "error"},
});

constexpr auto k_stop_causes = std::to_array<Word<StopCause>>({
    {StopCause::Finished, "finished"},
    {StopCause::Budget, "budget"},
    {StopCause::Interrupted, "interrupted"},
});

constexpr auto k_troubles = std::to_array<Word<Trouble>>({
    {Trouble::Unreachable, "unreachable"},
    {Trouble::File, "file"},
    {Trouble::Template, "template"},
    {Trouble::Context, "context"},
    {Trouble::Memory, "memory"},
    {Trouble::Unable, "unable"},
    {Trouble::Failing, "failing"},
});

constexpr auto k_statuses = std::to_array<Word<Status>>({
    {Status::Pass, "pass"},
    {Status::Fail, "fail"},
    {Status::TooClose, "too_close"},
    {Status::RuledOutOnDev, "ruled_out_on_dev"},
    {Status::ScreenedOut, "screened_out"},
    {Status::NotTried, "not_tried"},
    {Status::NotNeeded, "not_needed"},
    {Status::Error, "error"},
});

constexpr auto k_roles = std::to_array<Word<Role>>({
    {Role::Topline, "topline"},
    {Role::Candidate, "candidate"},
    {Role::Baseline, "baseline"},
    {Role::Hybrid, "hybrid"},
});

constexpr auto k_choices = std::to_array<Word<Choice>>({
    {Choice::Slm, "slm"},
    {Choice::Llm, "llm"},
    {Choice::Hybrid, "hybrid"},
    {Choice::Baseline, "baseline"},
    {Choice::None, "none"},
});

constexpr auto k_error_kinds = std::to_array<Word<ErrorKind>>({
    {ErrorKind::ReferenceInDoubt, "reference_in_doubt"},
    {ErrorKind::Unanswered, "unanswered"},
    {ErrorKind::Truncated, "truncated"},
    {ErrorKind::Loop, "loop"},
    {ErrorKind::Refused, "refused"},
    {ErrorKind::LanguageDrift, "language_drift"},
    {ErrorKind::FormatInvalid, "format_invalid"},
    {ErrorKind::WrongLabel, "wrong_label"},
    {ErrorKind::MissingField, "missing_field"},
    {ErrorKind::WrongField, "wrong_field"},
    {ErrorKind::MissingFact, "missing_fact"},
    {ErrorKind::ContextNotUsed, "context_not_used"},
    {ErrorKind::Unsupported, "unsupported"},
    {ErrorKind::StyleOrRule, "style_or_rule"},
    {ErrorKind::WrongAnswer, "wrong_answer"},
});

constexpr auto k_probes = std::to_array<Word<Probe>>({
    {Probe::AsIs, "as_is"},
    {Probe::Constrained, "constrained"},
    {Probe::ReadOut, "read_out"},
    {Probe::WithExamples, "with_examples"},
    {Probe::MoreTokens, "more_tokens"},
    {Probe::WithoutContext, "without_context"},
    {Probe::GoldContext, "gold_context"},
    {Probe::Topline, "topline"},
});

constexpr auto k_actions = std::to_array<Word<Action>>({
    {Action::Nothing, "nothing"},
    {Action::CorrectReferences, "correct_references"},
    {Action::RaiseMaxTokens, "raise_max_tokens"},
    {Action::ClimbRung, "climb_rung"},
    {Action::GiveFacts, "give_facts"},
    {Action::FineTune, "fine_tune"},
    {Action::LargerModel, "larger_model"},
    {Action::Unclear, "unclear"},
});

constexpr auto k_lora_gates = std::to_array<Word<LoraGate>>({
    {LoraGate::Opened, "opened"},
    {LoraGate::Forced, "forced"},
    {LoraGate::NothingToRepair, "nothing_to_repair"},
    {LoraGate::NoModel, "no_model"},
    {LoraGate::PromptingLeft, "prompting_left"},
    {LoraGate::OtherErrors, "other_errors"},
    {LoraGate::NotRecurring, "not_recurring"},
});

constexpr auto k_left_out = std::to_array<Word<LeftOut>>({
    {LeftOut::OwnWay, "own_way"},
    {LeftOut::NothingToAsk, "nothing_to_ask"},
    {LeftOut::EngineCannot, "engine_cannot"},
    {LeftOut::NoExamples, "no_examples"},
    {LeftOut::NoTopline, "no_topline"},
    {LeftOut::Privacy, "privacy"},
    {LeftOut::Ungradable, "ungradable"},
    {LeftOut::WorldFailed, "world_failed"},
});

constexpr auto k_helps = std::to_array<Word<Help>>({
    {Help::Yes, "yes"},
    {Help::Partly, "partly"},
    {Help::No, "no"},
    {Help::Unknown, "unknown"},
});

template <class Value, std::size_t Count>
std::string_view word_of(const std::array<Word<Value>, Count>& words, Value value) {
    const auto found = std::ranges::find(words, value, &Word<Value>::value);
    PALIER_CHECK(found != words.end(), "an enumeration value without a word");
    return found->text;
}

template <class Value, std::size_t Count>
std::optional<Value> value_from(const std::array<Word<Value>, Count>& words,
                                std::string_view text) {
    const auto found = std::ranges::find(words, text, &Word<Value>::text);
    return found == words.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace

std::string_view name_of(Task task) {
    return word_of(k_tasks, task);
}
std::string_view name_of(Rung rung) {
    return word_of(k_rungs, rung);
}
std::string_view name_of(Order order) {
    return word_of(k_orders, order);
}
std::string_view name_of(Baseline baseline) {
    return word_of(k_baselines, baseline);
}
std::string_view name_of(Privacy privacy) {
    return word_of(k_privacies, privacy);
}
std::string_view name_of(Decide decide) {
    return word_of(k_decides, decide);
}
std::string_view name_of(LabelNorm norm) {
    return word_of(k_label_norms, norm);
}
std::string_view name_of(Api api) {
    return word_of(k_apis, api);
}
std::string_view name_of(Weights weights) {
    return word_of(k_weights, weights);
}
std::string_view name_of(Failure failure) {
    return word_of(k_failures, failure);
}
std::string_view name_of(Finish finish) {
    return word_of(k_finishes, finish);
}
std::string_view name_of(Decision decision) {
    return word_of(k_decisions, decision);
}
std::string_view name_of(ProofEnd end) {
    return word_of(k_proof_ends, end);
}
std::string_view name_of(StopCause cause) {
    return word_of(k_stop_causes, cause);
}
std::string_view name_of(Trouble trouble) {
    return word_of(k_troubles, trouble);
}
std::string_view name_of(Status status) {
    return word_of(k_statuses, status);
}
std::string_view name_of(Role role) {
    return word_of(k_roles, role);
}
std::string_view name_of(Choice choice) {
    return word_of(k_choices, choice);
}
std::string_view name_of(ErrorKind kind) {
    return word_of(k_error_kinds, kind);
}
std::string_view name_of(Probe probe) {
    return word_of(k_probes, probe);
}
std::string_view name_of(Action action) {
    return word_of(k_actions, action);
}
std::string_view name_of(LoraGate gate) {
    return word_of(k_lora_gates, gate);
}
std::string_view name_of(LeftOut why) {
    return word_of(k_left_out, why);
}
std::string_view name_of(Help help) {
    return word_of(k_helps, help);
}

std::optional<Task> task_from(std::string_view word) {
    return value_from(k_tasks, word);
}
std::optional<Rung> rung_from(std::string_view word) {
    return value_from(k_rungs, word);
}
std::optional<Order> order_from(std::string_view word) {
    return value_from(k_orders, word);
}
std::optional<Baseline> baseline_from(std::string_view word) {
    return value_from(k_baselines, word);
}
std::optional<Privacy> privacy_from(std::string_view word) {
    return value_from(k_privacies, word);
}
std::optional<Decide> decide_from(std::string_view word) {
    return value_from(k_decides, word);
}
std::optional<LabelNorm> label_norm_from(std::string_view word) {
    return value_from(k_label_norms, word);
}
std::optional<Api> api_from(std::string_view word) {
    return value_from(k_apis, word);
}
std::optional<Weights> weights_from(std::string_view word) {
    return value_from(k_weights, word);
}
std::optional<Failure> failure_from(std::string_view word) {
    return value_from(k_failures, word);
}
std::optional<Decision> decision_from(std::string_view word) {
    return value_from(k_decisions, word);
}
std::optional<ProofEnd> proof_end_from(std::string_view word) {
    return value_from(k_proof_ends, word);
}
std::optional<StopCause> stop_cause_from(std::string_view word) {
    return value_from(k_stop_causes, word);
}
std::optional<Trouble> trouble_from(std::string_view word) {
    return value_from(k_troubles, word);
}
std::optional<Status> status_from(std::string_view word) {
    return value_from(k_statuses, word);
}
std::optional<Role> role_from(std::string_view word) {
    return value_from(k_roles, word);
}
std::optional<Choice> choice_from(std::string_view word) {
    return value_from(k_choices, word);
}
std::optional<ErrorKind> error_kind_from(std::string_view word) {
    return value_from(k_error_kinds, word);
}
std::optional<Action> action_from(std::string_view word) {
    return value_from(k_actions, word);
}
std::optional<LoraGate> lora_gate_from(std::string_view word) {
    return value_from(k_lora_gates, word);
}

}  // namespace palier::core
