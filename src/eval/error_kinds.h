// Error kinds: what is wrong with an answer, told from texts alone, without a judge. Small lexicons
// and counts of words: they err on the side of the plainer kind. docs/guide/diagnose.md says how
// each is found.
#pragma once

#include "core/case.h"
#include "core/diagnosis.h"
#include "core/job.h"
#include "core/trial.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

// An answer that is not fully right.
struct Told {
    const core::Case* item = nullptr;
    std::string text;  // what the engine returned: text, or label scores
    core::Grade grade;
    std::optional<int> output_tokens;
    int max_tokens = 0;  // that it could have; 0 = nothing was written, labels were scored
};

// Pure and thread-safe once made.
class ErrorReader {
   public:
    // `cases`: dev, whose references say what is common to all and in which language they are.
    // `answers`: what the System said where it was wrong: many short answers tell the language that
    // one alone does not. Nothing is borrowed.
    ErrorReader(const core::Job& job,
                const std::vector<const core::Case*>& cases,
                const std::vector<std::string_view>& answers);

    [[nodiscard]] core::ErrorKind kind_of(const Told& as_returned) const;

   private:
    [[nodiscard]] bool has_drifted(const Told& told) const;
    [[nodiscard]] core::ErrorKind of_answer(const Told& told) const;
    [[nodiscard]] core::ErrorKind of_fields(const core::Grade& grade) const;
    [[nodiscard]] core::ErrorKind of_text(const Told& told) const;
    [[nodiscard]] core::ErrorKind of_context(const Told& told) const;
    // The words of a reference that few others have, and longer than function words are.
    [[nodiscard]] std::vector<std::string> own_words(std::string_view reference) const;

    core::Task task_;
    std::string metric_;
    std::string language_;     // of the references: "fr", "en", "" = not known
    std::string all_answers_;  // of the answers together, likewise
    bool latin_ = true;        // the references are written in Latin letters
    std::size_t references_ = 0;
    std::map<std::string, std::size_t> references_with_, times_;  // by word; by whole reference
};

// At least three times the same words in a row, and most of a text of at least 12 words is such.
[[nodiscard]] bool is_loop(std::string_view text);
// It declines in words, in English or French, near its beginning; not "I do not know".
[[nodiscard]] bool declines(std::string_view text);

// The sentences of the context that hold one of the references, with the one before each, in their
// order; "" = none does, or all do.
[[nodiscard]] std::string gold_context(const core::Case& item);

}  // namespace palier::eval
