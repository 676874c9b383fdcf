#include "eval/delimited.h"

#include "base/text.h"
#include "eval/codes.h"

#include <algorithm>
#include <array>

namespace palier::eval {

DelimitedReader::DelimitedReader(std::string_view text, char delimiter, std::string path)
    : text_(text), delimiter_(delimiter), path_(std::move(path)) {
    if (stated_delimiter(text)) {
        position_ = text_.find_first_of("\r\n");
        end_line();
    }
}

Error DelimitedReader::at(int code, std::size_t offset) const {
    return Error(code,
                 {{"path", path_},
                  {"line", std::to_string(line_)},
                  {"column", std::to_string(offset - line_start_ + 1)}});
}

// With a tab as delimiter: does the quote at the position close right before a tab or a line's end?
bool DelimitedReader::is_whole_quoted_field() const {
    for (std::size_t i = position_ + 1; i < text_.size() && text_[i] != '\n'; ++i) {
        if (text_[i] != '"') {
            continue;
        }
        const char next = i + 1 < text_.size() ? text_[i + 1] : '\n';
        if (next == '"') {
            ++i;
            continue;
        }
        return next == delimiter_ || next == '\n' || next == '\r';
    }
    return false;
}

// Where the text goes on after white space, if a quote stands there that closes before the
// delimiter or the line's end: `, "Paris" ,`. Otherwise the white space belongs to the field.
std::optional<std::size_t> DelimitedReader::quote_after_space() const {
    std::size_t at = position_;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t') &&
           text_[at] != delimiter_) {
        ++at;
    }
    if (at == position_ || at >= text_.size() || text_[at] != '"') {
        return std::nullopt;
    }
    for (std::size_t i = at + 1; i < text_.size() && !is_line_end(i); ++i) {
        if (text_[i] == '"' && i + 1 < text_.size() && text_[i + 1] == '"') {
            ++i;
        } else if (text_[i] == '"') {
            const std::size_t next = space_end(i + 1);
            const bool closes =
                next >= text_.size() || text_[next] == delimiter_ || is_line_end(next);
            return closes ? std::optional(at) : std::nullopt;
        }
    }
    return std::nullopt;
}

bool DelimitedReader::is_line_end(std::size_t at) const {
    return at < text_.size() && (text_[at] == '\n' || text_[at] == '\r');
}

std::size_t DelimitedReader::space_end(std::size_t at) const {
    while (at < text_.size() && text_[at] == ' ' && delimiter_ != ' ') {
        ++at;
    }
    return at;
}

// Steps over one line end: LF, CRLF or CR alone.
void DelimitedReader::end_line() {
    const bool both =
        text_[position_] == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
    position_ += both ? 2U : 1U;
    ++line_;
    line_start_ = position_;
}

// Lines inside a quoted field that hold as many delimiters as a row: a quote may be missing.
void DelimitedReader::look_for_rows_in(std::string_view field, std::int64_t opened_at) {
    const std::size_t first_break = field.find_first_of("\r\n");
    if (first_break == std::string_view::npos) {
        return;
    }
    const auto delimiters = std::count(
        field.begin() + static_cast<std::ptrdiff_t>(first_break), field.end(), delimiter_);
    const auto lines = std::count(field.begin(), field.end(), '\n');
    const bool looks_like_rows =
        columns_ > 1 && delimiters >= static_cast<std::ptrdiff_t>(columns_ - 1);
    constexpr std::ptrdiff_t long_field = 50;
    if (looks_like_rows || lines >= long_field) {
        ++long_fields_.count;
        if (long_fields_.count == 1) {
            long_fields_.first = opened_at;
            long_fields_.last = line_;
        }
    }
}

Result<std::string> DelimitedReader::quoted_field() {
    const std::size_t opened = position_;
    const std::int64_t opened_at = line_;
    const Error never_closed = at(codes::quote_never_closed, opened);
    std::string field;
    for (++position_; position_ < text_.size(); ++position_) {
        const char c = text_[position_];
        if (c == '"') {
            if (position_ + 1 < text_.size() && text_[position_ + 1] == '"') {
                ++position_;
            } else {
                ++position_;
                look_for_rows_in(field, opened_at);
                return field;
            }
        } else if (c == '\n' || (c == '\r' && text_.substr(position_ + 1, 1) != "\n")) {
            ++line_;
            line_start_ = position_ + 1;
        }
        field += c;
    }
    return never_closed;
}

Result<bool> DelimitedReader::next(Row& row) {
    while (is_line_end(position_)) {
        end_line();
    }
    if (position_ >= text_.size()) {
        return false;
    }
    row.line = line_;
    row.fields.clear();
    for (;;) {
        const auto spaced = quote_after_space();
        if (spaced) {
            spaced_quotes_.first = spaced_quotes_.count == 0 ? line_ : spaced_quotes_.first;
            ++spaced_quotes_.count;
            position_ = *spaced;
        }
        const bool quote = position_ < text_.size() && text_[position_] == '"';
        if (quote && (delimiter_ != '\t' || is_whole_quoted_field())) {
            auto field = quoted_field();
            PALIER_TRY(field);
            row.fields.push_back(*std::move(field));
            const std::size_t next = space_end(position_);
            if (next < text_.size() && text_[next] != delimiter_ && !is_line_end(next)) {
                return at(codes::text_after_quote, position_);
            }
            position_ = next;
        } else {
            const std::size_t start = position_;
            while (position_ < text_.size() && text_[position_] != delimiter_ &&
                   !is_line_end(position_)) {
                ++position_;
            }
            row.fields.emplace_back(text_.substr(start, position_ - start));
        }
        if (position_ >= text_.size() || text_[position_] != delimiter_) {
            columns_ = columns_ == 0 ? row.fields.size() : columns_;
            if (position_ < text_.size()) {
                end_line();
            }
            return true;
        }
        ++position_;
    }
}

std::optional<char> stated_delimiter(std::string_view text) {
    std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (line.size() == text.size()) {
        return std::nullopt;
    }
    if (line.size() > 2 && line.front() == '"' && line.back() == '"') {
        line = line.substr(1, line.size() - 2);
    }
    constexpr std::size_t length = 5;
    const bool states = line.size() == length && to_lower(line.substr(0, 4)) == "sep=";
    return states ? std::optional(line[4]) : std::nullopt;
}

char delimiter_of(std::string_view text,
                  const std::string& path,
                  const std::vector<std::string>& wanted) {
    if (const auto stated = stated_delimiter(text)) {
        return *stated;
    }
    if (path.ends_with(".tsv") || path.ends_with(".tab")) {
        return '\t';
    }
    constexpr int rows_looked_at = 20;
    char best = ',';
    int best_score = 0;
    for (const char delimiter : {',', ';', '\t', '|'}) {
        DelimitedReader reader(text, delimiter, path);
        Row row;
        std::size_t columns = 0;
        int score = 0;
        for (int i = 0; i < rows_looked_at; ++i) {
            const auto more = reader.next(row);
            if (!more || !*more) {
                break;
            }
            if (i == 0) {
                columns = row.fields.size();
                const bool names_all =
                    std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
                        return std::find(row.fields.begin(), row.fields.end(), name) !=
                               row.fields.end();
                    });
                score += names_all && !wanted.empty() ? 100 : 0;
            }
            score += columns > 1 && row.fields.size() == columns ? 1 : 0;
        }
        if (score > best_score) {
            best = delimiter;
            best_score = score;
        }
    }
    return best;
}

}  // namespace palier::eval
