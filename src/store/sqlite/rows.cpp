#include "store/sqlite/rows.h"

#include "core/names.h"
#include "lib/hash/sha256.h"
#include "lib/sqlite/codes.h"
#include "store/sqlite/json_fields.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace palier::store_sqlite {
namespace {

Error damaged(const std::string& path, std::string_view column) {
    return Error(sqlite::codes::database_unusable,
                 {{"file", path}, {"reason", "column " + std::string(column) + " is damaged"}});
}

// Metrics as [["accuracy",1000000],...]; "" when there are none.
std::string json_of(const std::map<std::string, Micros>& metrics) {
    if (metrics.empty()) {
        return {};
    }
    json::Array pairs;
    for (const auto& [name, score] : metrics) {
        pairs.push_back(json::Array{json_text(name), json::Value(score)});
    }
    return json::write(json::Value(std::move(pairs)));
}

// Field counts as [["path",tp,fp,fn],...]; "" when there are none.
std::string json_of(const std::map<std::string, core::FieldCounts>& fields) {
    if (fields.empty()) {
        return {};
    }
    json::Array rows;
    for (const auto& [path, counts] : fields) {
        rows.push_back(json::Array{json_text(path),
                                   json::Value(counts.true_positive),
                                   json::Value(counts.false_positive),
                                   json::Value(counts.false_negative)});
    }
    return json::write(json::Value(std::move(rows)));
}

// Calls take(name, numbers...) for each row of `count` integers behind a name; false when it is not
// such a table.
template <class Take>
bool read_table(std::string_view text, std::size_t count, const Take& take) {
    if (text.empty()) {
        return true;
    }
    const std::optional<json::Value> table = json::parse_or_nothing(text);
    if (!table || !table->is_array()) {
        return false;
    }
    for (const json::Value& row : table->as_array()) {
        const json::Array& cells = row.as_array();
        if (cells.size() != count + 1) {
            return false;
        }
        const std::optional<std::string> name = text_from(cells[0]);
        const bool integers = std::all_of(
            cells.begin() + 1, cells.end(), [](const json::Value& cell) { return cell.is_int(); });
        if (!name || !integers) {
            return false;
        }
        take(*name, cells);
    }
    return true;
}

void bind_text_or_null(sqlite::Statement& statement, int parameter, std::string_view text) {
    if (text.empty()) {
        statement.bind_null(parameter);
    } else {
        statement.bind_text(parameter, text);
    }
}

// The columns of tokens have no null.
constexpr std::int64_t k_not_known = -1;

std::optional<int> tokens_column(const sqlite::Statement& row, int column) {
    const std::int64_t tokens = row.integer(column);
    return tokens >= 0 && std::in_range<int>(tokens) ? std::optional(static_cast<int>(tokens))
                                                     : std::nullopt;
}

}  // namespace

HashValue::HashValue(std::string_view hash)
    : text_(hash), bytes_{}, is_bytes_(read_hex(hash, bytes_)) {}

void HashValue::bind(sqlite::Statement& statement, int parameter) const {
    if (is_bytes_) {
        statement.bind_blob(parameter, {bytes_.data(), bytes_.size()});
    } else {
        bind_text_or_null(statement, parameter, text_);
    }
}

std::string hash_column(const sqlite::Statement& row, int column) {
    return row.is_blob(column) ? hex_of(row.bytes(column)) : row.text(column);
}

Result<void> put_trial(sqlite::Statement& statement, const core::Trial& trial) {
    const HashValue key(trial.key);
    const HashValue request_key(trial.request_key);
    const std::string metrics = json_of(trial.grade.metrics);
    const std::string fields = json_of(trial.grade.fields);
    key.bind(statement, 1);
    request_key.bind(statement, 2);
    statement.bind_text(3, trial.case_id)
        .bind_text(4, trial.answer)
        .bind_int(5, trial.grade.score)
        .bind_text(6, trial.grade.parsed);
    if (trial.grade.failure == core::Failure::None) {
        statement.bind_null(7);
    } else {
        statement.bind_text(7, core::name_of(trial.grade.failure));
    }
    bind_text_or_null(statement, 8, trial.failure_detail);
    bind_text_or_null(statement, 9, metrics);
    bind_text_or_null(statement, 10, fields);
    if (trial.timing) {
        statement.bind_real(11, trial.timing->ttft_ms).bind_real(12, trial.timing->total_ms);
    } else {
        statement.bind_null(11).bind_null(12);
    }
    statement.bind_int(13, trial.tokens.prompt.value_or(k_not_known))
        .bind_int(14, trial.tokens.cached.value_or(k_not_known))
        .bind_int(15, trial.tokens.output.value_or(k_not_known))
        .bind_int(16, trial.recorded ? 1 : 0);
    return statement.run();
}

Result<core::Trial> trial_from(const sqlite::Statement& row, const std::string& path) {
    core::Trial trial;
    trial.key = hash_column(row, 0);
    trial.request_key = hash_column(row, 1);
    trial.case_id = row.text(2);
    trial.answer = row.text(3);
    trial.grade.score = row.integer(4);
    trial.grade.parsed = row.text(5);
    if (!row.is_null(6)) {
        const std::optional<core::Failure> failure = core::failure_from(row.bytes(6));
        if (!failure) {
            return damaged(path, "trial.failure");
        }
        trial.grade.failure = *failure;
    }
    trial.failure_detail = row.text(7);
    const bool metrics_read =
        read_table(row.bytes(8), 1, [&trial](const std::string& name, const json::Array& cells) {
            trial.grade.metrics[name] = cells[1].as_int();
        });
    if (!metrics_read) {
        return damaged(path, "trial.metrics");
    }
    const bool fields_read =
        read_table(row.bytes(9), 3, [&trial](const std::string& name, const json::Array& cells) {
            trial.grade.fields[name] = {static_cast<int>(cells[1].as_int()),
                                        static_cast<int>(cells[2].as_int()),
                                        static_cast<int>(cells[3].as_int())};
        });
    if (!fields_read) {
        return damaged(path, "trial.fields");
    }
    if (!row.is_null(10)) {
        trial.timing = core::Timing{row.real(10), row.real(11)};
    }
    trial.tokens = {tokens_column(row, 12), tokens_column(row, 13), tokens_column(row, 14)};
    trial.recorded = row.integer(15) != 0;
    return trial;
}

store::RunRow run_from(const sqlite::Statement& row) {
    store::RunRow run;
    run.row = row.integer(0);
    run.id = row.text(1);
    run.identity = row.text(2);
    run.job_name = row.text(3);
    run.job_path = row.text(4);
    run.job_text = row.text(5);
    run.data_hash = row.text(6);
    run.started_at = row.text(7);
    run.finished = row.integer(8) != 0;
    run.elapsed_s = row.real(9);
    run.exit_code = static_cast<int>(row.integer(10));
    return run;
}

std::string hash_of(const core::Case& one) {
    hash::Sha256 hash;
    hash.field(one.id).field(one.input).field(std::to_string(one.expected.size()));
    for (const std::string& expected : one.expected) {
        hash.field(expected);
    }
    hash.field(one.context).field(one.group).field(std::to_string(one.tags.size()));
    for (const std::string& tag : one.tags) {
        hash.field(tag);
    }
    return hash.field(std::to_string(one.line)).hex();
}

Result<void> put_case(sqlite::Statement& statement, std::string_view hash, const core::Case& one) {
    const HashValue key(hash);
    const std::string expected = json_of_texts(one.expected);
    const std::string tags = json_of_texts(one.tags);
    key.bind(statement, 1);
    statement.bind_text(2, one.id)
        .bind_text(3, one.input)
        .bind_text(4, expected)
        .bind_text(5, one.context)
        .bind_text(6, one.group)
        .bind_text(7, tags)
        .bind_int(8, one.line);
    return statement.run();
}

Result<core::Case> case_from(const sqlite::Statement& row, const std::string& path) {
    std::optional<std::vector<std::string>> expected = texts_from(row.bytes(2));
    std::optional<std::vector<std::string>> tags = texts_from(row.bytes(5));
    if (!expected || !tags) {
        return damaged(path, !expected ? "test_case.expected" : "test_case.tags");
    }
    core::Case one;
    one.id = row.text(0);
    one.input = row.text(1);
    one.expected = std::move(*expected);
    one.context = row.text(3);
    one.group = row.text(4);
    one.tags = std::move(*tags);
    one.line = row.integer(6);
    return one;
}

}  // namespace palier::store_sqlite
