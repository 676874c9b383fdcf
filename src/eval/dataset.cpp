#include "eval/dataset.h"

#include "base/text.h"
#include "eval/codes.h"
#include "eval/databases.h"
#include "eval/delimited.h"
#include "eval/encoding.h"
#include "eval/metrics.h"
#include "eval/notes.h"
#include "eval/record.h"
#include "eval/records.h"
#include "eval/same_calls.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"

#include <algorithm>
#include <unordered_map>

namespace palier::eval {
namespace {

using Cases = std::vector<core::Case>;

// The columns that the job names, and whether they are positions (no header line).
struct Columns {
    std::vector<std::string> named;
    bool positions = false;
};

Result<Columns> columns_of(const core::DataSpec& spec, const RecordRules& rules) {
    Columns columns;
    for (const std::string* column : {&spec.input_column,
                                      &spec.expected_column,
                                      &spec.context_column,
                                      &spec.group_column,
                                      &spec.tags_column,
                                      &spec.id_column,
                                      &spec.database_column}) {
        if (!column->empty()) {
            columns.named.push_back(*column);
        }
    }
    const auto positions = std::count_if(columns.named.begin(), columns.named.end(), is_position);
    columns.positions = positions > 0;
    const bool both =
        is_position(rules.input) && (is_position(rules.expected) || !rules.pattern.empty());
    if (columns.positions &&
        (positions != static_cast<std::ptrdiff_t>(columns.named.size()) || !both)) {
        return Error(codes::mixed_columns,
                     {{"path", rules.path}, {"columns", join(columns.named, ", ")}});
    }
    return columns;
}

Result<void> check_header(const std::vector<std::string>& header,
                          const RecordRules& rules,
                          const Columns& columns) {
    std::vector<std::string> wanted = columns.named;
    wanted.push_back(rules.input);
    if (rules.pattern.empty()) {
        wanted.push_back(rules.expected);
    }
    for (const std::string& name : wanted) {
        if (std::find(header.begin(), header.end(), name) != header.end()) {
            continue;
        }
        const auto near = columns.positions ? std::nullopt : nearest(name, header);
        if (near) {
            return Error(codes::missing_column_near,
                         {{"path", rules.path}, {"field", name}, {"nearest", *near}});
        }
        return Error(codes::missing_column,
                     {{"path", rules.path}, {"field", name}, {"known", join(header, ", ")}});
    }
    return {};
}

Result<void> each_record(const Dataset& data,
                         std::string_view text,
                         const RecordRules& rules,
                         const core::DataSpec& spec,
                         const RecordSink& sink,
                         std::vector<core::Note>& notes) {
    if (data.format == "jsonl") {
        return each_json_line(text, rules.path, sink);
    }
    if (data.format == "json") {
        return each_json_element(text, rules.path, sink);
    }
    auto columns = columns_of(spec, rules);
    PALIER_TRY(columns);
    RowFormat format;
    format.positions = columns->positions;
    format.delimiter =
        delimiter_of(text,
                     to_lower(rules.path),
                     columns->positions ? std::vector<std::string>{}
                                        : std::vector<std::string>{rules.input, rules.expected});
    format.header = [&](const std::vector<std::string>& names) {
        return check_header(names, rules, *columns);
    };
    format.odd = [&](const DelimitedReader& reader) {
        if (const Oddity& spaced = reader.spaced_quotes(); spaced.count > 0) {
            notes.push_back({codes::spaced_quotes,
                             {{"path", rules.path},
                              {"count", std::to_string(spaced.count)},
                              {"line", std::to_string(spaced.first)}}});
        }
        if (const Oddity& fields = reader.long_fields(); fields.count > 0) {
            notes.push_back({codes::long_fields,
                             {{"path", rules.path},
                              {"count", std::to_string(fields.count)},
                              {"line", std::to_string(fields.first)},
                              {"last", std::to_string(fields.last)}}});
        }
    };
    return each_row(text, rules.path, format, sink);
}

Result<void> check_ids(const Cases& cases, const std::string& path) {
    std::unordered_map<std::string_view, std::int64_t> seen;
    seen.reserve(cases.size());
    for (const core::Case& item : cases) {
        const auto [known, is_new] = seen.emplace(item.id, item.line);
        if (!is_new) {
            return Error(codes::id_used_twice,
                         {{"path", path},
                          {"line", std::to_string(item.line)},
                          {"id", shortened(item.id, 60)},
                          {"first", std::to_string(known->second)}});
        }
    }
    return {};
}

}  // namespace

Result<Dataset> read_dataset_text(std::string bytes,
                                  const std::string& path,
                                  const core::Job& job) {
    Dataset data;
    data.file_hash = hash::sha256_hex(bytes);
    auto decoded = decode(std::move(bytes), path);
    PALIER_TRY(decoded);
    data.encoding = decoded->encoding;
    data.format = format_of(path, decoded->text);
    RecordRules rules = rules_of(path, job.data, job.task, job.labels);
    rules.pattern = job.expected_pattern;
    rules.expects_json = compares_calls(job.constraints.quality.metric);
    Cases cases;
    Databases databases(path, job.data.database);
    const std::string& metric = job.constraints.quality.metric;
    const auto add_what_metric_needs =
        [&](core::Case& item, const json::Value& record, std::int64_t line) -> Result<void> {
        if (runs_sql(metric)) {
            const auto name = database_name(record, line, rules);
            PALIER_TRY(name);
            auto database = databases.read(*name, line);
            PALIER_TRY(database);
            item.database = *std::move(database);
        }
        if (compares_calls(metric)) {
            item.answered = example_of_calls(item.expected.front());
        }
        if (judges_patterns(metric)) {
            auto accepts = texts_of_field(record, "accepts", line, rules);
            PALIER_TRY(accepts);
            auto refuses = texts_of_field(record, "refuses", line, rules);
            PALIER_TRY(refuses);
            item.accepts = *std::move(accepts);
            item.refuses = *std::move(refuses);
        }
        return {};
    };
    const RecordSink sink = [&](const json::Value& record, std::int64_t line) -> Result<void> {
        auto item = case_of(record, line, rules);
        PALIER_TRY(item);
        PALIER_TRY(add_what_metric_needs(*item, record, line));
        cases.push_back(*std::move(item));
        return {};
    };
    std::vector<core::Note> odd;
    PALIER_TRY(each_record(data, decoded->text, rules, job.data, sink, odd));
    if (cases.empty()) {
        return Error(codes::no_case, {{"path", path}});
    }
    PALIER_TRY(check_ids(cases, path));
    data.cases = std::move(cases);
    if (data.encoding != "UTF-8") {
        data.notes.push_back({codes::read_as_latin1,
                              {{"path", path},
                               {"encoding", data.encoding},
                               {"line", std::to_string(decoded->first_other.line)},
                               {"column", std::to_string(decoded->first_other.column)}}});
    }
    decoded->text = std::string();  // the notes need memory of their own
    const std::vector<core::Note> found = notes_about(data.cases, path, job.labels);
    data.notes.insert(data.notes.end(), odd.begin(), odd.end());
    data.notes.insert(data.notes.end(), found.begin(), found.end());
    if (const auto ascii = note_on_patterns(job, data.cases, path)) {
        data.notes.push_back(*ascii);
    }
    return data;
}

Result<Dataset> read_dataset(const std::string& path, const core::Job& job) {
    auto bytes = read_bytes(path);
    PALIER_TRY(bytes);
    return read_dataset_text(*std::move(bytes), path, job);
}

Result<Dataset> read_dataset(const std::string& path,
                             const core::DataSpec& columns,
                             core::Task task,
                             const std::vector<std::string>& labels) {
    core::Job job;
    job.task = task;
    job.labels = labels;
    job.data = columns;
    return read_dataset(path, job);
}

}  // namespace palier::eval
