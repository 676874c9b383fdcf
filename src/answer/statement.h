// Where an answer states its choice: "Label: x", "the answer is x", "x) ...".
#pragma once

#include <string_view>
#include <vector>

namespace palier::answer {

// What a sentence says after announcing a label.
struct Statement {
    std::string_view said;  // up to the end of its line; borrowed from the text
    bool is_final = false;  // "final answer", "réponse finale": it outranks the others
    // The announcement opens its line and ends with a colon or an equals sign, so that what follows
    // speaks of the label: "Label: I think billing".
    bool is_heading = false;
};

// A word that announces a label: label, category, class, intent, answer, choice, option,
// prediction, classification; étiquette, catégorie, classe, intention, réponse, choix; accents and
// case ignored.
[[nodiscard]] bool announces(std::string_view word);

// The statements of a text: an announcing word, perhaps with "the", "final",
// "correct", "best" and their like, then ":", "=", "is", "est" or "would be"; "choose", "pick",
// "select" and their like; and a capital that "is correct", "is the answer".
[[nodiscard]] std::vector<Statement> statements_in(std::string_view text);

// The character before byte `at` > 0.
[[nodiscard]] char32_t before_of(std::string_view text, std::size_t at);

// Does a short label stand where no sentence would use it as a word: after a bracket, quote, star
// or the start of a line, and before a bracket, quote, star, point, colon, comma or the end of a
// line? `text` around [begin, end).
[[nodiscard]] bool is_set_apart(std::string_view text, std::size_t begin, std::size_t end);

// Words of English and French that a sentence needs anyway: articles, pronouns, prepositions, forms
// of "to be" and "to have", conjunctions; and every single letter. `word` is folded.
[[nodiscard]] bool is_function_word(std::string_view word);

}  // namespace palier::answer
