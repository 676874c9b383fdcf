#include "eval/record.h"

#include "base/text.h"
#include "eval/codes.h"

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
        if (const auto near = nearest(label, rules_.labels)) {
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

// extract: one JSON value; a string is read as the text of it.
Result<std::vector<std::string>> read_expected_json(const json::Value& value, const Place& place) {
    if (!value.is_string()) {
        return std::vector<std::string>{json::write(value)};
    }
    const auto parsed = json::parse(trim(value.as_string()));
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        return place.error(codes::expected_is_no_json,
                           {{"what", error->what},
                            {"at", std::to_string(error->offset + 1)},
                            {"text", shortened(value.as_string(), 60)}});
    }
    return std::vector<std::string>{json::write(std::get<json::Value>(parsed))};
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
    if (rules.task == core::Task::Extract) {
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
            label = std::string(trim(label));
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

}  // namespace palier::eval
