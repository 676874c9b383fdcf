// The normalisation and scores of the official SQuAD script (Rajpurkar et al. 2016,
// evaluate-v1.1.py and v2.0), and the same for French.
#pragma once

#include <string>
#include <string_view>

namespace palier::eval {

enum class SquadArticles { English, French };

// English: lower case; ASCII punctuation removed; the words a, an, the removed; white space
// collapsed. French ("squad-fr"): lower case; l' (both apostrophes), le, la, les, un, une, des, du,
// "de la", "de l'" removed; ASCII and typographic punctuation removed; white space collapsed.
[[nodiscard]] std::string squad_normalised(std::string_view text, SquadArticles articles);

[[nodiscard]] bool squad_exact_match(std::string_view answer,
                                     std::string_view gold,
                                     SquadArticles articles);

// F1 over multisets of tokens; if either has none, 1 if both have none, else 0.
[[nodiscard]] double squad_f1(std::string_view answer,
                              std::string_view gold,
                              SquadArticles articles);

}  // namespace palier::eval
