// Plain text for a terminal: tables, columns as wide as their widest cell, paragraphs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace palier::report {

enum class Align { Left, Right };

struct Column {
    std::string title;
    Align align = Align::Left;
    // May be shortened to keep the table within its width: "..." in the middle of its last
    // word, since names of models differ at their ends.
    bool flexible = false;
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;  // as many cells as columns

    // Lines without newlines: the titles, then the rows; none is longer than `width` characters as
    // long as the flexible columns can give way (they keep at least 8).
    [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;
};

// `text` in lines of at most `width` characters, the first one after `first_indent` spaces, the
// others after `indent`. Marks that must not begin a line (% : ; ! ? ») stay with the word before
// them, as does the unit of a number; « stays with the word after it.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text,
                                               std::size_t width,
                                               std::size_t first_indent,
                                               std::size_t indent);

// The last word of `text`, a model's name, gives way first: its first and last characters, "..."
// between, as long as there is room for eight of them. At most `width` characters.
[[nodiscard]] std::string shortened_inside(const std::string& text, std::size_t width);

// What texts on a terminal are written for.
inline constexpr std::size_t k_text_width = 80;

// A paragraph in lines of at most k_text_width characters, the first after `first_indent` spaces,
// the others after `indent`; ends with a newline.
[[nodiscard]] std::string paragraph(std::string_view text,
                                    std::size_t first_indent = 0,
                                    std::size_t indent = 0);

// Columns padded to their widest cell, two spaces between, a newline after each row; the first row
// is the heading.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows);

}  // namespace palier::report
