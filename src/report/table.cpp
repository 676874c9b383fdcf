#include "report/table.h"

#include "base/text.h"

#include <algorithm>

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
        line += padded(shortened(cells[i], widths[i]), widths[i], columns[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

bool stays_with_the_word_before(std::string_view word) {
    return !word.empty() && std::string_view("%:;!?").find(word[0]) != std::string_view::npos;
}

// The words of a text, with marks that must not begin a line joined to the word before them.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::string& word : split(text, ' ')) {
        if (word.empty()) {
            continue;
        }
        if (!words.empty() && stays_with_the_word_before(word)) {
            words.back() += " " + word;
        } else {
            words.push_back(std::move(word));
        }
    }
    return words;
}

}  // namespace

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
