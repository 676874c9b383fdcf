// What a diagnosis looks like to people and to scripts, and how the run keeps it.
#pragma once

#include "base/result.h"
#include "core/diagnosis.h"
#include "report/messages.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::report {

// The table of errors with what repairs them, an example of each, what other ways of asking gave,
// and one recommendation. At most 80 characters a line.
[[nodiscard]] std::string diagnosis_text(Language language, const core::DiagnosedRun& run);
// One object on one line, without a newline (docs/formats/diagnosis.md); also what the run keeps.
[[nodiscard]] std::string diagnosis_json(Language language, const core::DiagnosedRun& run);

// What a reader of the run is told of its newest diagnosis.
struct KeptDiagnosis {
    std::string system;
    core::Action action = core::Action::Nothing;
    std::optional<core::Rung> rung;
    core::ErrorKind kind = core::ErrorKind::WrongAnswer;
    std::int64_t cases = 0, looked_at = 0;
    core::LoraGate lora = core::LoraGate::NothingToRepair;
    std::string forced;  // the reason, "" = none
};
[[nodiscard]] Result<void> keep_diagnosis(store::Store& store,
                                          std::int64_t run,
                                          const core::DiagnosedRun& diagnosed);
// nullopt: the run has none, or one in words that this version does not know.
[[nodiscard]] Result<std::optional<KeptDiagnosis>> kept_diagnosis(store::Store& store,
                                                                  std::int64_t run);
// Of diagnosis_json; any bytes.
[[nodiscard]] std::optional<KeptDiagnosis> diagnosis_from(std::string_view text);
// "Diagnosis of x: fine-tune (lora), for 12 of 20 failures (wrong label). lora is opened by force:
// ..."
[[nodiscard]] std::string diagnosis_in_short(Language language, const KeptDiagnosis& kept);
// The same as a paragraph of a terminal, and of Markdown; each ends with a newline.
[[nodiscard]] std::string diagnosis_line(Language language, const KeptDiagnosis& kept);
[[nodiscard]] std::string diagnosis_markdown(Language language, const KeptDiagnosis& kept);

[[nodiscard]] std::string error_word(Language language, core::ErrorKind kind);
[[nodiscard]] std::string probe_word(Language language, core::Probe probe);
// The recommendation as one paragraph, and what is said of `lora` ("" = nothing).
[[nodiscard]] std::string recommendation_in_words(Language language, const core::DiagnosedRun& run);
[[nodiscard]] std::string lora_in_words(Language language, const core::DiagnosedRun& run);

}  // namespace palier::report
