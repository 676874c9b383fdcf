// An answer read as one label. Strict: what could be two labels is none; negations are not
// interpreted ("not spam" mentions spam).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::answer {

// How the label was found, in the order in which the rules are tried. The first rule that finds
// something decides, also when what it finds is two labels.
enum class LabelRule {
    None,
    Exact,      // 1. the answer, trimmed, is a label byte for byte
    Folded,     // 2. the same once both are folded (words.h: case, accents, punctuation, spaces)
    Json,       // 3. it holds JSON (json_answer.h): a string; an object whose member "label",
                //    "category", "class", "intent" or "answer" (or "etiquette", "categorie",
                //    "classe", "intention", "reponse", accents and case ignored), or whose only
                //    member, is a string or number; an array of one of these; rules 1 and 2 read it
    Prefixed,   // 4. a line starts with one of these words, then a colon, an equals sign, "is" or
                //    "est"; what follows on the line is read by rules 1, 2 and 5
    Mentioned,  // 5. exactly one label is mentioned as whole words; a mention that lies inside a
                //    longer one does not count ("card" in "credit card")
};

struct LabelAnswer {
    std::optional<std::string> label;  // as written in the label set
    LabelRule rule = LabelRule::None;
    bool ambiguous = false;  // two labels or more were found, so none is taken
};

// Reads answers against one label set. Thread-safe once built.
class LabelReader {
   public:
    explicit LabelReader(const std::vector<std::string>& labels);

    // The reasoning of the model (<think>...</think>) is removed first.
    [[nodiscard]] LabelAnswer read(std::string_view text) const;

   private:
    LabelAnswer equal_to_label(std::string_view text) const;  // rules 1 and 2
    LabelAnswer in_json(std::string_view text) const;         // rule 3
    LabelAnswer after_prefix(std::string_view text) const;    // rule 4
    LabelAnswer mentioned_in(std::string_view text) const;    // rule 5

    std::vector<std::string> labels_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_fold_;
    // First folded word -> the folds that begin with it.
    std::map<std::string, std::vector<std::vector<std::string>>, std::less<>> by_first_word_;
};

// One-off form of LabelReader.
[[nodiscard]] LabelAnswer label_of(std::string_view text, const std::vector<std::string>& labels);

}  // namespace palier::answer
