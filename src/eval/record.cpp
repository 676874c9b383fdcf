#include "eval/record.h"

#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"
#include "lib/unicode/unicode.h"

#include <algorithm>

namespace palier::eval {
namespace {

std::string_view kind_of(const json::Value& value) {
    return value.is_null()     ? "null"
           : value.is_bool()   ? "true/false"
           : value.is_number() ? "number"
           : value.is_string() ? "string"
           : value.is_array()  ? "array"
                               : "object";
}

// What differs of two texts once their common beginning and end are left out.
std::pair<std::string_view, std::string_view> difference(std::string_view a, std::string_view b) {
    const auto is_inside = [](std::string_view text, std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    };
    std::size_t begin = 0;
    while (begin < std::min(a.size(), b.size()) && a[begin] == b[begin]) {
        ++begin;
    }
    while (begin > 0 && (is_inside(a, begin) || is_inside(b, begin))) {
        --begin;
    }
    std::size_t end = 0;
    while (end < std::min(a.size(), b.size()) - begin &&
           a[a.size() - end - 1] == b[b.size() - end - 1]) {
        ++end;
    }
    while (end > 0 && (is_inside(a, a.size() - end) || is_inside(b, b.size() - end))) {
        --end;
    }
    return {a.substr(begin, a.size() - begin - end), b.substr(begin, b.size() - begin - end)};
}

// Could a reader take the two for the same? They differ in characters that are not ASCII letters,
// or in white space.
bool differ_unseen(std::string_view a, std::string_view b) {
    const auto [here, there] = difference(a, b);
    const auto unseen = [](std::string_view part) {
        return std::any_of(part.begin(), part.end(), [](char c) {
            return static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == '\t';
        });
    };
    return unseen(here) || unseen(there);
}

// The job's own spelling of a label that differs from it in nothing that is seen.
std::string spelled_as_in_job(const std::string& label, const std::vector<std::string>& labels) {
    const std::string looks = unicode::composed(label);
    const auto same = std::find_if(labels.begin(), labels.end(), [&](const std::string& known) {
        return known == label || unicode::composed(known) == looks;
    });
    return same == labels.end() ? label : *same;
}

// Where a record stands, for messages about it.
class Place {
   public:
    Place(std::int64_t line, const RecordRules& rules) : line_(line), rules_(rules) {}

    [[nodiscard]] Error error(int code,
                              std::vector<std::pair<std::string, std::string>> more) const {
        std::vector<std::pair<std::string, std::string>> args{{"path", rules_.path},
                                                              {"line", std::to_string(line_)}};
        args.insert(args.end(), more.begin(), more.end());
        return Error(code, std::move(args));
    }
    [[nodiscard]] Error missing(const std::string& field, const json::Value& record) const {
        std::vector<std::string> keys;
        for (const json::Member& member : record.as_object()) {
            keys.push_back(member.first);
        }
        if (record.find(field) != nullptr) {
            return error(codes::null_field, {{"field", field}});
        }
        if (const auto near = nearest(field, keys)) {
            return error(codes::missing_field_near, {{"field", field}, {"nearest", *near}});
        }
        return error(codes::missing_field, {{"field", field}, {"known", join(keys, ", ")}});
    }
    [[nodiscard]] Error wrong_type(const std::string& field,
                                   const json::Value& value,
                                   std::string_view wanted) const {
        return error(codes::wrong_type,
                     {{"field", field},
                      {"found", std::string(kind_of(value))},
                      {"wanted", std::string(wanted)}});
    }
    [[nodiscard]] Error unknown_label(const std::string& label) const {
        const std::string shown = shortened(label, 60);
        const auto near = nearest(label, rules_.labels);
        if (near && differ_unseen(label, *near)) {
            const auto [here, there] = difference(label, *near);
            return error(codes::unknown_label_alike,
                         {{"label", shown},
                          {"nearest", *near},
                          {"points", here.empty() ? "-" : unicode::code_points(here)},
                          {"nearest_points", there.empty() ? "-" : unicode::code_points(there)}});
        }
        if (near) {
            return error(codes::unknown_label_near, {{"label", shown}, {"nearest", *near}});
        }
        return error(codes::unknown_label,
                     {{"label", shown}, {"known", join(rules_.labels, ", ")}});
    }

   private:
    std::int64_t line_;
    const RecordRules& rules_;
};

bool is_scalar(const json::Value& value) {
    return value.is_string() || value.is_number() || value.is_bool();
}

std::string scalar_text(const json::Value& value) {
    return value.is_string() ? value.as_string() : json::write(value);
}

// A text field that may be missing; numbers are taken as written.
Result<std::string> optional_text(const json::Value& record,
                                  const std::string& field,
                                  const Place& place) {
    const json::Value& value = record[field];
    if (value.is_null()) {
        return std::string();
    }
    if (!is_scalar(value)) {
        return place.wrong_type(field, value, "string");
    }
    return scalar_text(value);
}

Result<std::vector<std::string>> read_tags(const json::Value& record,
                                           const std::string& field,
                                           const Place& place) {
    const json::Value& value = record[field];
    std::vector<std::string> tags;
    if (value.is_array()) {
        for (const json::Value& tag : value.as_array()) {
            if (!is_scalar(tag)) {
                return place.wrong_type(field, tag, "string");
            }
            tags.push_back(scalar_text(tag));
        }
        return tags;
    }
    auto text = optional_text(record, field, place);
    PALIER_TRY(text);
    for (const std::string& tag : split(*text, ',')) {
        if (!trim(tag).empty()) {
            tags.emplace_back(trim(tag));
        }
    }
    return tags;
}

// extract: an object or array; a string is read as the text of one. Nothing else can be extracted.
Result<std::vector<std::string>> read_expected_json(const json::Value& value, const Place& place) {
    json::Value read = value;
    if (value.is_string()) {
        auto parsed = json::parse(trim(value.as_string()));
        if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
            return place.error(codes::expected_is_no_json,
                               {{"what", error->what},
                                {"at", std::to_string(error->offset + 1)},
                                {"text", shortened(value.as_string(), 60)}});
        }
        read = std::get<json::Value>(std::move(parsed));
    }
    if (!read.is_object() && !read.is_array()) {
        return place.error(codes::expected_is_no_object,
                           {{"found", shortened(json::write(read), 60)}});
    }
    return std::vector<std::string>{json::write(read)};
}

Result<std::vector<std::string>> read_expected(const json::Value& record,
                                               const RecordRules& rules,
                                               const Place& place) {
    const json::Value& value = record[rules.expected];
    if (!rules.pattern.empty()) {
        return std::vector<std::string>{rules.pattern};
    }
    if (value.is_null()) {
        return place.missing(rules.expected, record);
    }
    if (rules.task == core::Task::Extract || rules.expects_json) {
        return read_expected_json(value, place);
    }
    std::vector<std::string> accepted;
    if (value.is_array()) {
        for (const json::Value& one : value.as_array()) {
            if (!is_scalar(one)) {
                return place.wrong_type(rules.expected, one, "string");
            }
            accepted.push_back(scalar_text(one));
        }
        if (accepted.empty()) {
            return place.wrong_type(rules.expected, value, "string");
        }
    } else if (value.is_object() && rules.task != core::Task::Classify) {
        accepted.push_back(json::write(value));
    } else if (is_scalar(value)) {
        accepted.push_back(scalar_text(value));
    } else {
        return place.wrong_type(rules.expected, value, "string");
    }
    if (rules.task == core::Task::Classify) {
        for (std::string& label : accepted) {
            label = spelled_as_in_job(std::string(answer::trimmed(label)), rules.labels);
            if (!rules.labels.empty() &&
                std::find(rules.labels.begin(), rules.labels.end(), label) == rules.labels.end()) {
                return place.unknown_label(label);
            }
        }
    }
    return accepted;
}

}  // namespace

RecordRules rules_of(const std::string& path,
                     const core::DataSpec& columns,
                     core::Task task,
                     const std::vector<std::string>& labels) {
    const auto named = [](const std::string& column, const char* field) {
        return column.empty() ? std::string(field) : column;
    };
    RecordRules rules;
    rules.path = path;
    rules.task = task;
    rules.labels = labels;
    rules.input = named(columns.input_column, "input");
    rules.expected = named(columns.expected_column, "expected");
    rules.context = named(columns.context_column, "context");
    rules.group = named(columns.group_column, "group");
    rules.tags = named(columns.tags_column, "tags");
    rules.id = named(columns.id_column, "id");
    rules.database = named(columns.database_column, "database");
    return rules;
}

Result<core::Case> case_of(const json::Value& record, std::int64_t line, const RecordRules& rules) {
    const Place place(line, rules);
    if (record[rules.input].is_null()) {
        return place.missing(rules.input, record);
    }
    auto input = optional_text(record, rules.input, place);
    PALIER_TRY(input);
    auto expected = read_expected(record, rules, place);
    PALIER_TRY(expected);
    auto context = optional_text(record, rules.context, place);
    PALIER_TRY(context);
    auto group = optional_text(record, rules.group, place);
    PALIER_TRY(group);
    auto id = optional_text(record, rules.id, place);
    PALIER_TRY(id);
    auto tags = read_tags(record, rules.tags, place);
    PALIER_TRY(tags);
    core::Case item;
    item.id = id->empty() ? "line-" + std::to_string(line) : *std::move(id);
    item.input = *std::move(input);
    item.expected = *std::move(expected);
    item.context = *std::move(context);
    item.group = *std::move(group);
    item.tags = *std::move(tags);
    item.line = line;
    return item;
}

Result<std::string> database_name(const json::Value& record,
                                  std::int64_t line,
                                  const RecordRules& rules) {
    return optional_text(record, rules.database, Place(line, rules));
}

Result<std::vector<std::string>> texts_of_field(const json::Value& record,
                                                const std::string& field,
                                                std::int64_t line,
                                                const RecordRules& rules) {
    const Place place(line, rules);
    const json::Value& value = record[field];
    const json::Array alone = value.is_null() ? json::Array{} : json::Array{value};
    std::vector<std::string> texts;
    for (const json::Value& one : value.is_array() ? value.as_array() : alone) {
        if (!is_scalar(one)) {
            return place.wrong_type(field, one, "string");
        }
        texts.push_back(scalar_text(one));
    }
    return texts;
}

}  // namespace palier::eval
