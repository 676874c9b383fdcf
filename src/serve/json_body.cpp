#include "serve/json_body.h"

#include "base/text.h"
#include "report/phrases.h"

#include <utility>

namespace palier::serve {

namespace say = report::say;

Refusal missing(std::string param) {
    return {400, "missing_parameter", say::parameter_missing, {{"param", param}}, param};
}

Refusal wrong(std::string param, std::string_view what) {
    return {400,
            "invalid_type",
            say::parameter_wrong,
            {{"param", param}, {"what", std::string(what)}},
            param};
}

Refusal out_of_range(std::string param, std::string low, std::string high) {
    return {400,
            "invalid_value",
            say::parameter_out_of_range,
            {{"param", param}, {"low", std::move(low)}, {"high", std::move(high)}},
            param};
}

Refusal unsupported(std::string param) {
    return {400, "unsupported_parameter", say::parameter_unsupported, {{"param", param}}, param};
}

Refusal unknown(std::string param, std::string_view name, const std::vector<std::string>& known) {
    if (const auto near = nearest(name, known)) {
        return {400,
                "unknown_parameter",
                say::parameter_meant,
                {{"param", param}, {"near", *near}},
                param};
    }
    return {400, "unknown_parameter", say::parameter_unknown, {{"param", param}}, param};
}

Complaint take_text(const json::Value& value, const std::string& at, std::string& out) {
    if (!value.is_string()) {
        return wrong(at, "is no text");
    }
    out = value.as_string();
    return std::nullopt;
}

Complaint take_flag(const json::Value& value, const std::string& at, bool& out) {
    if (!value.is_bool()) {
        return wrong(at, "is neither true nor false");
    }
    out = value.as_bool();
    return std::nullopt;
}

std::variant<json::Value, Refusal> object_in(std::string_view body, std::string_view example) {
    auto parsed = json::parse(body);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        return Refusal{400,
                       "invalid_json",
                       say::body_no_json,
                       {{"why", error->what}, {"at", std::to_string(error->offset)}}};
    }
    auto& value = std::get<json::Value>(parsed);
    if (!value.is_object()) {
        return Refusal{
            400, "invalid_json", say::body_no_object, {{"example", std::string(example)}}};
    }
    return std::move(value);
}

}  // namespace palier::serve
