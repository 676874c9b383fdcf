// Text from data and models, made harmless for each medium. Invalid UTF-8 becomes U+FFFD, control
// bytes become their visible pictures (U+2400..), so that nothing disappears silently.
#pragma once

#include <string>
#include <string_view>

namespace palier::report {

// One line for a terminal: no escape sequence survives, newlines and tabs become spaces.
[[nodiscard]] std::string plain_line(std::string_view text);
// For HTML text and for attribute values in double or single quotes. Newlines stay.
[[nodiscard]] std::string html_text(std::string_view text);
// A sentence of ours: like html_text, and spaces before % : ; ! ? and units, and inside « », do
// not break.
[[nodiscard]] std::string html_sentence(std::string_view text);
// Inside a table cell or paragraph of Markdown.
[[nodiscard]] std::string markdown_text(std::string_view text);
// A CSV field (RFC 4180), quoted when needed. Bytes are kept, but for invalid UTF-8 and controls.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace palier::report
