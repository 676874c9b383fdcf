// Sentences for people, in English and French. Every sentence has a number; the tables are the
// files messages/*.inc, one entry a line: M(number, "English {hole}", "français {hole}"). Errors of
// the world carry such a number (base/result.h); reports use those of phrases.h.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::report {

enum class Language { En, Fr };

using Args = std::vector<std::pair<std::string, std::string>>;

// "fr", "fr_FR.UTF-8", "FR" -> Fr; everything else -> En.
[[nodiscard]] Language language_of(std::string_view locale);
// "en", "fr": for the lang attribute of a page.
[[nodiscard]] std::string_view code_of(Language language);

// The sentence with its holes filled. A number without a sentence gives the number and the
// arguments, so that nothing is lost.
[[nodiscard]] std::string sentence(Language language, int code, const Args& args = {});

// "PAL-2101: sentence", then one indented line for each cause: "  because: PAL-1001: sentence".
// No newline at the end.
[[nodiscard]] std::string explain(Language language, const Error& error);

// The table itself, for tests and for `palier explain`-like lists.
struct Message {
    int code;
    std::string_view english;
    std::string_view french;
};
[[nodiscard]] const std::vector<Message>& all_messages();  // in order of code

}  // namespace palier::report
