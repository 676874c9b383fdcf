// French or English, by the function words of a text. Small on purpose: it proposes the language of
// prompts, which its owner confirms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

struct LanguageGuess {
    std::string language;  // "fr", "en", or "" when the texts do not tell
    // Function words found of each; language is set where one has at least 3 and twice the other.
    int french = 0, english = 0;
};

// Looks at the first 2,000 texts. Words that are common to both languages are not counted.
[[nodiscard]] LanguageGuess guess_language(const std::vector<std::string_view>& texts);

}  // namespace palier::eval
