#include "engine/recorded/format.h"

#include "base/text.h"
#include "base/units.h"
#include "engine/codes.h"
#include "lib/hash/sha256.h"

#include <algorithm>
#include <array>
#include <limits>

namespace palier::engine::recorded {
namespace {

// Where a line stands, for errors.
struct Place {
    const std::string& path;
    std::size_t line;

    [[nodiscard]] Error error(int code,
                              std::vector<std::pair<std::string, std::string>> more) const {
        more.insert(more.begin(), {{"path", path}, {"line", std::to_string(line)}});
        return Error(code, std::move(more));
    }
    [[nodiscard]] Error wrong(const std::string& member, const std::string& expected) const {
        return error(engine::codes::recording_member_wrong,
                     {{"member", member}, {"expected", expected}});
    }
};

Result<json::Value> parse_object(std::string_view text, const Place& place) {
    std::variant<json::Value, json::ParseError> parsed = json::parse(text);
    if (const json::ParseError* failed = std::get_if<json::ParseError>(&parsed)) {
        return place.error(
            engine::codes::recording_no_object,
            {{"column", std::to_string(failed->offset + 1)}, {"what", failed->what}});
    }
    json::Value value = std::get<json::Value>(std::move(parsed));
    if (!value.is_object()) {
        return place.error(engine::codes::recording_no_object,
                           {{"column", "1"}, {"what", "no object {...}"}});
    }
    return value;
}

// Another member is a slip of the hand, or meant for a later version: not silently dropped.
Result<void> check_members(const json::Value& object,
                           const std::vector<std::string>& known,
                           const Place& place) {
    for (const auto& [key, value] : object.as_object()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const std::string near = nearest(key, known).value_or(join(known, ", "));
            return place.error(engine::codes::recording_unknown_member,
                               {{"member", shortened(key, 60)}, {"known", near}});
        }
    }
    return {};
}

// The failures that a model can have, as the file names them.
constexpr std::array<std::pair<std::string_view, FailureKind>, 4> k_failures{
    {{"timeout", FailureKind::Timeout},
     {"context_exceeded", FailureKind::ContextExceeded},
     {"rejected", FailureKind::Rejected},
     {"refused", FailureKind::Refused}}};

bool is_sha256_hex(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<std::optional<int>> token_count(const json::Value& object,
                                       const char* member,
                                       const Place& place) {
    const json::Value* value = object.find(member);
    if (value == nullptr) {
        return std::optional<int>();
    }
    const std::int64_t count = value->as_int(-1);
    if (count < 0 || count > std::numeric_limits<int>::max()) {
        return place.wrong(member, "a whole number from 0");
    }
    return std::optional<int>(static_cast<int>(count));
}

Result<std::optional<std::uint64_t>> parameter_count(const json::Value& header,
                                                     const Place& place) {
    const json::Value* value = header.find("parameters");
    if (value == nullptr) {
        return std::optional<std::uint64_t>();
    }
    std::optional<std::uint64_t> count;
    if (value->is_string()) {
        count = parse_parameters(value->as_string());
    } else if (value->as_int() > 0) {
        count = static_cast<std::uint64_t>(value->as_int());
    }
    if (!count || *count == 0) {
        return place.wrong("parameters", "a number of parameters such as \"1.5B\"");
    }
    return count;
}

}  // namespace

std::string write_header(const Header& header) {
    json::Value value = json::Object{};
    value.add("palier_recorded", header.version);
    value.add("model", header.model);
    value.add("date", header.date);
    value.add("settings", header.settings);
    if (header.parameters) {
        value.add("parameters", *header.parameters);
    }
    return json::write(value) + "\n";
}

std::string write_answer(std::string_view input, std::string_view context, const Line& line) {
    json::Value value = json::Object{};
    value.add("input_sha256", hash::sha256_hex(input));
    if (!context.empty()) {
        value.add("context_sha256", hash::sha256_hex(context));
    }
    const auto failure = std::find_if(k_failures.begin(), k_failures.end(), [&](const auto& known) {
        return known.second == line.failed;
    });
    if (failure != k_failures.end()) {
        value.add("failed", failure->first);
    } else {
        value.add("answer", line.answer);
    }
    if (line.prompt_tokens) {
        value.add("prompt_tokens", *line.prompt_tokens);
    }
    if (line.output_tokens) {
        value.add("output_tokens", *line.output_tokens);
    }
    if (line.cut_at_limit) {
        value.add("finish", "length");
    }
    return json::write(value) + "\n";
}

Result<Header> parse_header(std::string_view text, const std::string& path) {
    const Place place{path, 1};
    Result<json::Value> parsed = parse_object(text, place);
    PALIER_TRY(parsed);
    const json::Value& value = *parsed;
    const json::Value* version = value.find("palier_recorded");
    if (version == nullptr) {
        return place.error(engine::codes::recording_without_header, {});
    }
    if (!version->is_int() ||
        (version->as_int() != k_version && version->as_int() != k_version_by_input)) {
        return place.error(codes::recording_of_other_version,
                           {{"version", shortened(json::write(*version), 40)}});
    }
    PALIER_TRY(check_members(
        value, {"palier_recorded", "model", "date", "settings", "parameters"}, place));
    Header header;
    header.version = static_cast<int>(version->as_int());
    header.model = value["model"].as_string();
    header.date = value["date"].as_string();
    header.settings = value["settings"];
    if (header.model.empty()) {
        return place.wrong("model", "the model's name");
    }
    if (header.date.empty()) {
        return place.wrong("date", "a date such as \"2026-03-01T12:00:00Z\"");
    }
    if (!header.settings.is_object()) {
        return place.wrong("settings", "an object, {} at least");
    }
    Result<std::optional<std::uint64_t>> parameters = parameter_count(value, place);
    PALIER_TRY(parameters);
    header.parameters = *parameters;
    return header;
}

Result<Line> parse_answer(std::string_view text,
                          const std::string& path,
                          std::size_t number,
                          int version) {
    const Place place{path, number};
    Result<json::Value> parsed = parse_object(text, place);
    PALIER_TRY(parsed);
    const json::Value& value = *parsed;
    std::vector<std::string> known{
        "input_sha256", "answer", "prompt_tokens", "output_tokens", "finish"};
    if (version != k_version_by_input) {
        known.emplace_back("context_sha256");
        known.emplace_back("failed");
    }
    PALIER_TRY(check_members(value, known, place));
    Line line;
    line.input_sha256 = value["input_sha256"].as_string();
    if (!is_sha256_hex(line.input_sha256)) {
        return place.wrong("input_sha256", "64 digits in lower-case hexadecimal");
    }
    if (const json::Value* context = value.find("context_sha256")) {
        line.context_sha256 = context->as_string();
        if (!is_sha256_hex(line.context_sha256)) {
            return place.wrong("context_sha256", "64 digits in lower-case hexadecimal");
        }
    }
    const json::Value* answer = value.find("answer");
    if (const json::Value* failed = value.find("failed"); failed != nullptr && answer == nullptr) {
        for (const auto& [name, kind] : k_failures) {
            if (failed->as_string() == name) {
                line.failed = kind;
            }
        }
        if (!line.failed) {
            return place.wrong("failed", "timeout, context_exceeded, rejected or refused");
        }
    } else if (failed != nullptr || answer == nullptr || !answer->is_string()) {
        return place.wrong("answer", "a text, or \"failed\" in its place");
    } else {
        line.answer = answer->as_string();
    }
    Result<std::optional<int>> prompt_tokens = token_count(value, "prompt_tokens", place);
    PALIER_TRY(prompt_tokens);
    Result<std::optional<int>> output_tokens = token_count(value, "output_tokens", place);
    PALIER_TRY(output_tokens);
    line.prompt_tokens = *prompt_tokens;
    line.output_tokens = *output_tokens;
    if (const json::Value* finish = value.find("finish")) {
        if (finish->as_string() != "length" && finish->as_string() != "end") {
            return place.wrong("finish", "\"end\" or \"length\"");
        }
        line.cut_at_limit = finish->as_string() == "length";
    }
    return line;
}

}  // namespace palier::engine::recorded
