#include "eval/field_kinds.h"

#include "base/text.h"
#include "eval/fields.h"
#include "lib/json/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace palier::eval {
namespace {

constexpr int k_deepest = 32;  // a schema may refer to itself

// The one type of a schema but for null; "" when there is none or several.
std::string type_of(const json::Value& schema) {
    const json::Value& type = schema["type"];
    if (type.is_string()) {
        return type.as_string();
    }
    std::string only;
    for (const json::Value& one : type.as_array()) {
        if (one.as_string() != "null") {
            only = only.empty() ? one.as_string() : "several";
        }
    }
    return only;
}

FieldKind kind_of(const json::Value& schema) {
    const std::string type = type_of(schema);
    if (type == "string") {
        const std::string& format = schema["format"].as_string();
        const bool date = format == "date" || format == "date-time" || format == "time";
        return date ? FieldKind::Date : FieldKind::Text;
    }
    if (type == "number" || type == "integer") {
        return FieldKind::Number;
    }
    return type == "boolean" ? FieldKind::Boolean : FieldKind::Unknown;
}

// "#/$defs/line" in `root`; nullptr when it leads nowhere.
const json::Value* referred(const json::Value& root, const std::string& reference) {
    if (!reference.starts_with("#")) {
        return nullptr;
    }
    const json::Value* at = &root;
    for (const std::string& step : split(std::string_view(reference).substr(1), '/')) {
        if (!step.empty()) {
            at = at->find(step);
        }
        if (at == nullptr) {
            return nullptr;
        }
    }
    return at;
}

void collect(const json::Value& root,
             const json::Value& schema,
             const std::string& path,
             int depth,
             std::map<std::string, FieldKind>& kinds) {
    if (depth > k_deepest || !schema.is_object()) {
        return;
    }
    if (const json::Value* reference = schema.find("$ref")) {
        if (const json::Value* target = referred(root, reference->as_string())) {
            collect(root, *target, path, depth + 1, kinds);
        }
        return;
    }
    for (const json::Member& member : schema["properties"].as_object()) {
        collect(root, member.second, member_path(path, member.first), depth + 1, kinds);
    }
    collect(root, schema["items"], path + "[]", depth + 1, kinds);
    const FieldKind kind = kind_of(schema);
    if (kind != FieldKind::Unknown) {
        kinds[path.empty() ? "$" : path] = kind;
    }
}

}  // namespace

FieldKinds::FieldKinds(std::string_view schema) {
    if (const auto parsed = json::parse_or_nothing(schema)) {
        collect(*parsed, *parsed, "", 0, kinds_);
    }
}

FieldKind FieldKinds::of(const std::string& field) const {
    const auto known = kinds_.find(field);
    return known == kinds_.end() ? FieldKind::Unknown : known->second;
}

}  // namespace palier::eval
