// The normalisation and scores of the official SQuAD script (Rajpurkar et al. 2016,
// evaluate-v1.1.py and v2.0), and the same for French.
#pragma once

#include <string>
#include <string_view>

namespace palier::eval {

enum class SquadArticles { English, French };

// Both are composed first (unicode.h). English: lower case; ASCII punctuation removed; the words a,
// an, the removed; white space collapsed. French ("squad-fr"): lower case; l' (both apostrophes),
// le, la, les, un, une, des, du, "de la", "de l'" removed; punctuation removed, but signs that mean
// something (words.h: carries_meaning) become words; white space collapsed.
[[nodiscard]] std::string squad_normalised(std::string_view text, SquadArticles articles);

// Equal once normalised. Where that leaves nothing of either, they are compared in lower case only:
// the script calls any two such texts equal ("A" and "the", "+" and "-"), and agrees with this on
// every other.
[[nodiscard]] bool squad_exact_match(std::string_view answer,
                                     std::string_view gold,
                                     SquadArticles articles);

// F1 over multisets of tokens; if either has none, 1 if they match exactly as above, else 0.
[[nodiscard]] double squad_f1(std::string_view answer,
                              std::string_view gold,
                              SquadArticles articles);

}  // namespace palier::eval
