// The words of the formats for the enumerations of core, both ways. Each `x_from` is the inverse of
// name_of and returns nullopt for any other text.
#pragma once

#include "core/diagnosis.h"
#include "core/job.h"
#include "core/sequential.h"
#include "core/staircase.h"
#include "core/system.h"
#include "core/trial.h"

#include <optional>
#include <string_view>

namespace palier::core {

// "pass", "fail", "too_close" (undecided at the end; what has not ended is null in the formats).
[[nodiscard]] std::string_view name_of(Decision decision);
[[nodiscard]] std::string_view name_of(ProofEnd end);     // "decided", "error"
[[nodiscard]] std::string_view name_of(StopCause cause);  // "finished", "budget", "interrupted"

[[nodiscard]] std::optional<Task> task_from(std::string_view word);
[[nodiscard]] std::optional<Rung> rung_from(std::string_view word);
[[nodiscard]] std::optional<Order> order_from(std::string_view word);
[[nodiscard]] std::optional<Baseline> baseline_from(std::string_view word);
[[nodiscard]] std::optional<Privacy> privacy_from(std::string_view word);
[[nodiscard]] std::optional<Decide> decide_from(std::string_view word);
[[nodiscard]] std::optional<LabelNorm> label_norm_from(std::string_view word);
[[nodiscard]] std::optional<Api> api_from(std::string_view word);
[[nodiscard]] std::optional<Weights> weights_from(std::string_view word);
[[nodiscard]] std::optional<Failure> failure_from(std::string_view word);
[[nodiscard]] std::optional<Decision> decision_from(std::string_view word);
[[nodiscard]] std::optional<ProofEnd> proof_end_from(std::string_view word);
[[nodiscard]] std::optional<StopCause> stop_cause_from(std::string_view word);
[[nodiscard]] std::optional<Trouble> trouble_from(std::string_view word);
[[nodiscard]] std::optional<Status> status_from(std::string_view word);
[[nodiscard]] std::optional<Role> role_from(std::string_view word);
[[nodiscard]] std::optional<Choice> choice_from(std::string_view word);
[[nodiscard]] std::optional<ErrorKind> error_kind_from(std::string_view word);
[[nodiscard]] std::optional<Action> action_from(std::string_view word);
[[nodiscard]] std::optional<LoraGate> lora_gate_from(std::string_view word);

}  // namespace palier::core
