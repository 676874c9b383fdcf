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
    Exact,   // 1. the answer, trimmed, is a label byte for byte, or once both are composed
    Folded,  // 2. the same once both are folded (words.h: case, accents, punctuation, spaces)
    Json,    // 3. it holds JSON (json_answer.h): a string; an object whose member bears an
             //    announcing word (statement.h), or whose only member, is a string or number; an
             //    array of one of these; rules 1 and 2 read it
    Stated,  // 4. it states one (statement.h): "Label: x", "the answer is x"; what is stated begins
             //    with the label, or, after a heading, mentions it; a final answer outranks others
    Chosen,  // 5. a line is a label, or opens with one and a mark: "B) a garden gate", "x: why"
    Mentioned,  // 6. exactly one label is mentioned as whole words; a mention that lies inside a
                //    longer one does not count ("card" in "credit card"); articles, pronouns, other
                //    function words and letters count where a sentence cannot mean the word: set
                //    apart by marks ("(a)"), or in the label's capitals ("IT"; "A" and "I" at its
                //    end)
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
    LabelAnswer stated_in(std::string_view text) const;       // rule 4
    LabelAnswer chosen_in(std::string_view text) const;       // rule 5
    LabelAnswer mentioned_in(std::string_view text) const;    // rule 6
    const std::string* longest_at_start(std::string_view text, bool after_mark) const;
    LabelAnswer at_start_of(std::string_view said, bool after_mark) const;
    LabelAnswer one_of(const std::vector<std::size_t>& same, LabelRule rule) const;
    static bool states(std::string_view text, const std::string& label, bool after_mark);
    static bool mentions(std::string_view text, const std::string& label);

    std::vector<std::string> labels_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_fold_;
};

// One-off form of LabelReader.
[[nodiscard]] LabelAnswer label_of(std::string_view text, const std::vector<std::string>& labels);

}  // namespace palier::answer
