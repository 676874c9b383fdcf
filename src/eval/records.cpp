#include "eval/records.h"

#include "base/text.h"
#include "eval/codes.h"
#include "eval/delimited.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

namespace palier::eval {
namespace {

Error broken_json(const std::string& path, Place place, const std::string& what) {
    return Error(codes::broken_json,
                 {{"path", path},
                  {"line", std::to_string(place.line)},
                  {"column", std::to_string(place.column)},
                  {"what", what}});
}

// One JSON object, that begins at `start` of the file's line `line` -> a case.
Result<void> add_record(std::string_view object,
                        Place start,
                        const std::string& path,
                        const RecordSink& sink) {
    auto parsed = json::parse(object);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        Place place = place_of(object, error->offset);
        place.column += place.line == 1 ? start.column - 1 : 0;
        place.line += start.line - 1;
        return broken_json(path, place, error->what);
    }
    auto& record = std::get<json::Value>(parsed);
    if (!record.is_object()) {
        return Error(codes::no_object, {{"path", path}, {"line", std::to_string(start.line)}});
    }
    return sink(std::move(record), start.line);
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

// Does the first row look like the rows below it? A name of a column is not a value of the column;
// long texts do not come twice, so only short values can tell.
bool first_row_is_data(std::string_view text, char delimiter, const std::string& path) {
    constexpr int k_rows = 500;
    constexpr std::size_t k_longest_value = 60;
    DelimitedReader reader(text, delimiter, path);
    Row row;
    std::vector<std::string> first;
    for (int i = 0; i < k_rows; ++i) {
        const auto more = reader.next(row);
        if (!more || !*more) {
            return false;  // a broken row is reported by the reading proper
        }
        if (i == 0) {
            first = row.fields;
            continue;
        }
        for (std::size_t column = 0; column < std::min(first.size(), row.fields.size()); ++column) {
            const std::string_view value = trim(first[column]);
            if (!value.empty() && value.size() <= k_longest_value &&
                value == trim(row.fields[column])) {
                return true;
            }
        }
    }
    return false;
}

Result<void> each_text_line(std::string_view text, const RecordSink& sink) {
    std::int64_t line = 0;
    const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
    for (const std::string& whole : split(text, line_end)) {
        ++line;
        const std::string_view input = trim(whole);
        if (!input.empty()) {
            PALIER_TRY(sink(json::Object{{"input", std::string(input)}}, line));
        }
    }
    return {};
}

// Columns without a name cannot be meant by anybody, so there may be several.
Result<void> check_distinct(const std::vector<std::string>& names,
                            const std::string& path,
                            std::int64_t line) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto again =
            std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]);
        const auto first = static_cast<std::size_t>(again - names.begin());
        if (first < i && !names[i].empty()) {
            return Error(codes::column_twice,
                         {{"path", path},
                          {"line", std::to_string(line)},
                          {"field", shortened(names[i], 60)},
                          {"first", std::to_string(first + 1)},
                          {"second", std::to_string(i + 1)}});
        }
    }
    return {};
}

}  // namespace

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
        return Error(codes::unreadable_data,
                     {{"path", path}, {"why", std::strerror(errno == 0 ? EIO : errno)}});
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

bool is_position(const std::string& column) {
    return !column.empty() && column.size() <= 4 &&
           std::all_of(column.begin(), column.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           column.front() != '0';
}

Result<void> each_json_line(std::string_view text,
                            const std::string& path,
                            const RecordSink& sink) {
    std::int64_t line = 1;
    const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find(line_end, start), text.size());
        const std::string_view whole = text.substr(start, end - start);
        const std::string_view object = trim(whole);
        if (!object.empty()) {
            const auto indent = static_cast<std::int64_t>(object.data() - whole.data());
            PALIER_TRY(add_record(object, {line, indent + 1}, path, sink));
        }
        start = end + 1;
    }
    return {};
}

Result<void> each_json_element(std::string_view text,
                               const std::string& path,
                               const RecordSink& sink) {
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
    std::size_t at = space_end(0);
    if (at >= text.size()) {
        return {};
    }
    if (text[at] != '[') {
        return Error(codes::no_array_of_objects, {{"path", path}});
    }
    at = space_end(at + 1);
    const bool empty_array = at < text.size() && text[at] == ']';
    while (!empty_array) {
        const std::size_t end = value_end(text, at);
        PALIER_TRY(add_record(trim(text.substr(at, end - at)), place_at(at), path, sink));
        if (end >= text.size()) {
            return broken_json(path, place_at(end), "the array is not closed");
        }
        if (text[end] != ',') {
            at = end;
            break;
        }
        at = space_end(end + 1);
    }
    if (at >= text.size() || text[at] != ']') {
        return broken_json(path, place_at(at), "']' expected");
    }
    const std::size_t rest = space_end(at + 1);
    if (rest < text.size()) {
        return broken_json(path, place_at(rest), "text after the array");
    }
    return {};
}

Result<void> each_row(std::string_view text,
                      const std::string& path,
                      const RowFormat& format,
                      const RecordSink& sink) {
    DelimitedReader reader(text, format.delimiter, path);
    Row row;
    std::vector<std::string> names;
    for (;;) {
        auto more = reader.next(row);
        PALIER_TRY(more);
        if (!*more) {
            if (format.odd) {
                format.odd(reader);
            }
            return {};
        }
        if (names.empty()) {
            for (std::size_t i = 0; i < row.fields.size(); ++i) {
                names.push_back(format.positions ? std::to_string(i + 1)
                                                 : std::string(trim(row.fields[i])));
            }
            if (!format.positions) {
                PALIER_TRY(check_distinct(names, path, row.line));
            }
            if (format.header) {
                PALIER_TRY(format.header(names));
            }
            if (!format.positions) {
                continue;
            }
        }
        if (row.fields.size() != names.size()) {
            return Error(codes::wrong_field_count,
                         {{"path", path},
                          {"line", std::to_string(row.line)},
                          {"found", std::to_string(row.fields.size())},
                          {"wanted", std::to_string(names.size())}});
        }
        json::Object members;
        for (std::size_t i = 0; i < names.size(); ++i) {
            members.emplace_back(names[i], std::move(row.fields[i]));
        }
        PALIER_TRY(sink(std::move(members), row.line));
    }
}

Result<RawFile> read_raw_text(std::string bytes, const std::string& path) {
    auto decoded = decode(std::move(bytes), path);
    PALIER_TRY(decoded);
    const std::string_view text = decoded->text;
    RawFile file;
    file.encoding = decoded->encoding;
    file.format = to_lower(path).ends_with(".txt") ? "text" : format_of(path, text);
    std::set<std::string> known;
    const RecordSink sink = [&](json::Value record, std::int64_t line) -> Result<void> {
        for (const json::Member& member : record.as_object()) {
            if (known.insert(member.first).second) {
                file.columns.push_back(member.first);
            }
        }
        file.records.push_back({std::move(record), line});
        return {};
    };
    if (file.format == "text") {
        PALIER_TRY(each_text_line(text, sink));
    } else if (file.format == "jsonl") {
        PALIER_TRY(each_json_line(text, path, sink));
    } else if (file.format == "json") {
        PALIER_TRY(each_json_element(text, path, sink));
    } else {
        RowFormat format;
        format.delimiter = delimiter_of(text, to_lower(path), {});
        format.positions = first_row_is_data(text, format.delimiter, path);
        file.positions = format.positions;
        PALIER_TRY(each_row(text, path, format, sink));
    }
    if (file.records.empty()) {
        return Error(codes::no_case, {{"path", path}});
    }
    return file;
}

Result<RawFile> read_raw(const std::string& path) {
    auto bytes = read_bytes(path);
    PALIER_TRY(bytes);
    return read_raw_text(*std::move(bytes), path);
}

std::string text_of(const json::Value& value) {
    return value.is_null() ? "" : value.is_string() ? value.as_string() : json::write(value);
}

}  // namespace palier::eval
