#include "eval/dataset.h"

#include "base/text.h"
#include "eval/delimited.h"
#include "eval/encoding.h"
#include "eval/notes.h"
#include "eval/record.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <unordered_map>

namespace palier::eval {
namespace {

using Cases = std::vector<core::Case>;

Result<std::string> read_bytes(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string bytes;
    constexpr std::size_t block = 1 << 20;
    while (file) {
        const std::size_t size = bytes.size();
        bytes.resize(size + block);
        file.read(bytes.data() + size, block);
        bytes.resize(size + static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof()) {
        return Error(2200, {{"path", path}, {"why", std::strerror(errno == 0 ? EIO : errno)}});
    }
    return bytes;
}

std::string format_of(const std::string& path, std::string_view text) {
    const std::string lower = to_lower(path);
    if (lower.ends_with(".jsonl") || lower.ends_with(".ndjson")) {
        return "jsonl";
    }
    if (lower.ends_with(".json")) {
        return "json";
    }
    if (lower.ends_with(".csv")) {
        return "csv";
    }
    if (lower.ends_with(".tsv") || lower.ends_with(".tab")) {
        return "tsv";
    }
    const std::string_view start = trim(text);
    return start.starts_with('[') ? "json" : start.starts_with('{') ? "jsonl" : "csv";
}

Error broken_json(const std::string& path, Place place, const std::string& what) {
    return Error(2205,
                 {{"path", path},
                  {"line", std::to_string(place.line)},
                  {"column", std::to_string(place.column)},
                  {"what", what}});
}

// One JSON object, that begins at `start` of the file's line `line` -> a case.
Result<void> add_record(std::string_view object,
                        Place start,
                        const RecordRules& rules,
                        Cases& cases) {
    const auto parsed = json::parse(object);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        Place place = place_of(object, error->offset);
        place.column += place.line == 1 ? start.column - 1 : 0;
        place.line += start.line - 1;
        return broken_json(rules.path, place, error->what);
    }
    const auto& record = std::get<json::Value>(parsed);
    if (!record.is_object()) {
        return Error(2206, {{"path", rules.path}, {"line", std::to_string(start.line)}});
    }
    auto item = case_of(record, start.line, rules);
    PALIER_TRY(item);
    cases.push_back(*std::move(item));
    return {};
}

Result<Cases> read_jsonl(std::string_view text, const RecordRules& rules) {
    Cases cases;
    std::int64_t line = 1;
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view whole = text.substr(start, end - start);
        const std::string_view object = trim(whole);
        if (!object.empty()) {
            const auto indent = static_cast<std::int64_t>(object.data() - whole.data());
            PALIER_TRY(add_record(object, {line, indent + 1}, rules, cases));
        }
        start = end + 1;
    }
    return cases;
}

// End of the JSON value at `at`, found by its brackets and strings only.
std::size_t value_end(std::string_view text, std::size_t at) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1U : 0U;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return i;
            }
            --depth;
        } else if (c == ',' && depth == 0) {
            return i;
        }
    }
    return text.size();
}

// An array of objects, one element at a time, so that only one is in memory as JSON.
Result<Cases> read_json(std::string_view text, const RecordRules& rules) {
    const auto space_end = [&](std::size_t at) {
        while (at < text.size() && trim(text.substr(at, 1)).empty()) {
            ++at;
        }
        return at;
    };
    // Lines are counted as the elements go by; counting from the start each time would be
    // quadratic.
    Place place;
    std::size_t counted = 0;
    const auto place_at = [&](std::size_t at) {
        const Place step = place_of(text.substr(counted), at - counted);
        place.column = step.line == 1 ? place.column + step.column - 1 : step.column;
        place.line += step.line - 1;
        counted = at;
        return place;
    };
    Cases cases;
    std::size_t at = space_end(0);
    if (at >= text.size()) {
        return cases;
    }
    if (text[at] != '[') {
        return Error(2217, {{"path", rules.path}});
    }
    at = space_end(at + 1);
    const bool empty_array = at < text.size() && text[at] == ']';
    while (!empty_array) {
        const std::size_t end = value_end(text, at);
        PALIER_TRY(add_record(trim(text.substr(at, end - at)), place_at(at), rules, cases));
        if (end >= text.size()) {
            return broken_json(rules.path, place_at(end), "the array is not closed");
        }
        if (text[end] != ',') {
            at = end;
            break;
        }
        at = space_end(end + 1);
    }
    if (at >= text.size() || text[at] != ']') {
        return broken_json(rules.path, place_at(at), "']' expected");
    }
    const std::size_t rest = space_end(at + 1);
    if (rest < text.size()) {
        return broken_json(rules.path, place_at(rest), "text after the array");
    }
    return cases;
}

bool is_position(const std::string& column) {
    return !column.empty() && column.size() <= 4 &&
           std::all_of(column.begin(), column.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           column.front() != '0';
}

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
                                      &spec.id_column}) {
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
        return Error(2218, {{"path", rules.path}, {"columns", join(columns.named, ", ")}});
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
            return Error(2221, {{"path", rules.path}, {"field", name}, {"nearest", *near}});
        }
        return Error(2214, {{"path", rules.path}, {"field", name}, {"known", join(header, ", ")}});
    }
    return {};
}

Result<Cases> read_delimited(std::string_view text,
                             const RecordRules& rules,
                             const core::DataSpec& spec) {
    auto columns = columns_of(spec, rules);
    PALIER_TRY(columns);
    const char delimiter =
        delimiter_of(text,
                     to_lower(rules.path),
                     columns->positions ? std::vector<std::string>{}
                                        : std::vector<std::string>{rules.input, rules.expected});
    DelimitedReader reader(text, delimiter, rules.path);
    Row row;
    std::vector<std::string> header;
    Cases cases;
    for (;;) {
        auto more = reader.next(row);
        PALIER_TRY(more);
        if (!*more) {
            return cases;
        }
        if (header.empty()) {
            if (!columns->positions) {
                header = row.fields;
                for (std::string& name : header) {
                    name = std::string(trim(name));
                }
                PALIER_TRY(check_header(header, rules, *columns));
                continue;
            }
            for (std::size_t i = 1; i <= row.fields.size(); ++i) {
                header.push_back(std::to_string(i));
            }
            PALIER_TRY(check_header(header, rules, *columns));
        }
        if (row.fields.size() != header.size()) {
            return Error(2212,
                         {{"path", rules.path},
                          {"line", std::to_string(row.line)},
                          {"found", std::to_string(row.fields.size())},
                          {"wanted", std::to_string(header.size())}});
        }
        json::Object members;
        for (std::size_t i = 0; i < header.size(); ++i) {
            members.emplace_back(header[i], std::move(row.fields[i]));
        }
        auto item = case_of(json::Value(std::move(members)), row.line, rules);
        PALIER_TRY(item);
        cases.push_back(*std::move(item));
    }
}

Result<void> check_ids(const Cases& cases, const std::string& path) {
    std::unordered_map<std::string_view, std::int64_t> seen;
    seen.reserve(cases.size());
    for (const core::Case& item : cases) {
        const auto [known, is_new] = seen.emplace(item.id, item.line);
        if (!is_new) {
            return Error(2213,
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
    auto cases = data.format == "jsonl"  ? read_jsonl(decoded->text, rules)
                 : data.format == "json" ? read_json(decoded->text, rules)
                                         : read_delimited(decoded->text, rules, job.data);
    PALIER_TRY(cases);
    if (cases->empty()) {
        return Error(2203, {{"path", path}});
    }
    PALIER_TRY(check_ids(*cases, path));
    data.cases = *std::move(cases);
    if (data.encoding != "UTF-8") {
        data.notes.push_back({2250,
                              {{"path", path},
                               {"encoding", data.encoding},
                               {"line", std::to_string(decoded->first_other.line)},
                               {"column", std::to_string(decoded->first_other.column)}}});
    }
    decoded->text = std::string();  // the notes need memory of their own
    const std::vector<core::Note> found = notes_about(data.cases, path, job.labels);
    data.notes.insert(data.notes.end(), found.begin(), found.end());
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
