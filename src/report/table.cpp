#include "report/table.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace palier::report {
namespace {

constexpr std::size_t k_gap = 2;
constexpr std::size_t k_least_flexible = 8;

std::string padded(const std::string& cell, std::size_t width, Align align) {
    const std::size_t length = length_in_characters(cell);
    const std::string space(width > length ? width - length : 0, ' ');
    return align == Align::Left ? cell + space : space + cell;
}

std::string line_of(const std::vector<std::string>& cells,
                    const std::vector<Column>& columns,
                    const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) {
            line += std::string(k_gap, ' ');
        }
        line += padded(shortened_inside(cells[i], widths[i]), widths[i], columns[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

bool ends_in_a_digit(std::string_view word) {
    return !word.empty() && word.back() >= '0' && word.back() <= '9';
}

// Marks that must not begin a line, and the unit of a number: "1.5 s", "2 GB".
bool stays_with(std::string_view before, std::string_view word) {
    static constexpr std::array<std::string_view, 16> k_units{"ms",
                                                              "s",
                                                              "min",
                                                              "h",
                                                              "B",
                                                              "kB",
                                                              "MB",
                                                              "GB",
                                                              "TB",
                                                              "o",
                                                              "ko",
                                                              "Mo",
                                                              "Go",
                                                              "To",
                                                              "EUR",
                                                              "USD"};
    const std::string_view bare = word.substr(0, word.find_last_not_of(".,;)") + 1);
    return std::string_view("%:;!?").find(word[0]) != std::string_view::npos ||
           word.starts_with("»") || before.ends_with("«") ||
           (ends_in_a_digit(before) && std::ranges::find(k_units, bare) != k_units.end());
}

// The words of a text, with marks that must not begin a line joined to the word before them.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::string& word : split(text, ' ')) {
        if (word.empty()) {
            continue;
        }
        if (!words.empty() && stays_with(words.back(), word)) {
            words.back() += " " + word;
        } else {
            words.push_back(std::move(word));
        }
    }
    return words;
}

}  // namespace

std::string shortened_inside(const std::string& text, std::size_t width) {
    constexpr std::string_view k_dots = "...";
    constexpr std::size_t k_least = 8;
    const std::size_t begin = text.rfind(' ') == std::string::npos ? 0 : text.rfind(' ') + 1;
    const std::size_t before = length_in_characters(text.substr(0, begin));
    if (length_in_characters(text) <= width || width < before + k_dots.size() + k_least) {
        return shortened(text, width);
    }
    const std::string word = text.substr(begin);
    const std::size_t length = length_in_characters(word);
    const auto byte_of = [&](std::size_t character) {
        std::size_t at = 0;
        for (; at < word.size(); ++at) {
            const bool begins = (static_cast<unsigned char>(word[at]) & 0xC0U) != 0x80U;
            if (begins && character-- == 0) {
                break;
            }
        }
        return at;
    };
    const std::size_t kept = width - before - k_dots.size();
    return text.substr(0, begin) + word.substr(0, byte_of(kept / 2)) + std::string(k_dots) +
           word.substr(byte_of(length - (kept - kept / 2)));
}

std::vector<std::string> Table::lines(std::size_t width) const {
    std::vector<std::size_t> widths;
    std::size_t total = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::size_t widest = length_in_characters(columns[i].title);
        for (const auto& row : rows) {
            widest = std::max(widest, length_in_characters(row[i]));
        }
        widths.push_back(widest);
        total += widest + (i > 0 ? k_gap : 0);
    }
    for (std::size_t i = 0; i < columns.size() && total > width; ++i) {
        if (columns[i].flexible && widths[i] > k_least_flexible) {
            const std::size_t cut = std::min(total - width, widths[i] - k_least_flexible);
            widths[i] -= cut;
            total -= cut;
        }
    }
    std::vector<std::string> titles;
    for (const Column& column : columns) {
        titles.push_back(column.title);
    }
    std::vector<std::string> text{line_of(titles, columns, widths)};
    for (const auto& row : rows) {
        text.push_back(line_of(row, columns, widths));
    }
    return text;
}

std::vector<std::string> wrapped(std::string_view text,
                                 std::size_t width,
                                 std::size_t first_indent,
                                 std::size_t indent) {
    std::vector<std::string> lines;
    std::string line(first_indent, ' ');
    bool empty = true;
    for (const std::string& word : words_of(text)) {
        if (!empty && length_in_characters(line) + 1 + length_in_characters(word) > width) {
            lines.push_back(line);
            line = std::string(indent, ' ');
            empty = true;
        }
        line += (empty ? "" : " ") + word;
        empty = false;
    }
    lines.push_back(line);
    return lines;
}

std::string paragraph(std::string_view text, std::size_t first_indent, std::size_t indent) {
    return join(wrapped(text, k_text_width, first_indent, indent), "\n") + "\n";
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], length_in_characters(row[i]));
        }
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size()) {
                out.append(widths[i] - length_in_characters(row[i]) + k_gap, ' ');
            }
        }
        out += '\n';
    }
    return out;
}

}  // namespace palier::report
