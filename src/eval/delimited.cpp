#include "eval/delimited.h"

#include "eval/codes.h"

#include <algorithm>
#include <array>

namespace palier::eval {

DelimitedReader::DelimitedReader(std::string_view text, char delimiter, std::string path)
    : text_(text), delimiter_(delimiter), path_(std::move(path)) {}

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

Result<std::string> DelimitedReader::quoted_field() {
    const std::size_t opened = position_;
    const Error never_closed = at(codes::quote_never_closed, opened);
    std::string field;
    for (++position_; position_ < text_.size(); ++position_) {
        const char c = text_[position_];
        if (c == '"') {
            if (position_ + 1 < text_.size() && text_[position_ + 1] == '"') {
                ++position_;
            } else {
                ++position_;
                return field;
            }
        } else if (c == '\n') {
            ++line_;
            line_start_ = position_ + 1;
        }
        field += c;
    }
    return never_closed;
}

Result<bool> DelimitedReader::next(Row& row) {
    const auto at_line_end = [&] {
        return text_[position_] == '\n' ||
               (text_[position_] == '\r' &&
                (position_ + 1 == text_.size() || text_[position_ + 1] == '\n'));
    };
    const auto end_line = [&] {
        position_ += text_[position_] == '\r' ? 1U : 0U;
        position_ = std::min(position_ + 1, text_.size());
        ++line_;
        line_start_ = position_;
    };
    while (position_ < text_.size() && at_line_end()) {
        end_line();
    }
    if (position_ >= text_.size()) {
        return false;
    }
    row.line = line_;
    row.fields.clear();
    for (;;) {
        const bool quote = position_ < text_.size() && text_[position_] == '"';
        if (quote && (delimiter_ != '\t' || is_whole_quoted_field())) {
            auto field = quoted_field();
            PALIER_TRY(field);
            row.fields.push_back(*std::move(field));
            if (position_ < text_.size() && text_[position_] != delimiter_ && !at_line_end()) {
                return at(codes::text_after_quote, position_);
            }
        } else {
            const std::size_t start = position_;
            while (position_ < text_.size() && text_[position_] != delimiter_ && !at_line_end()) {
                ++position_;
            }
            row.fields.emplace_back(text_.substr(start, position_ - start));
        }
        if (position_ >= text_.size()) {
            return true;
        }
        if (text_[position_] != delimiter_) {
            end_line();
            return true;
        }
        ++position_;
    }
}

char delimiter_of(std::string_view text,
                  const std::string& path,
                  const std::vector<std::string>& wanted) {
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
