#include "eval/rating_text.h"

#include "base/codes.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/records.h"
#include "lib/json/json.h"

#include <variant>

namespace palier::eval {
namespace {

Error damaged(const std::string& what) {
    return Error(codes::ratings_damaged, {{"what", what}});
}

}  // namespace

std::string ratings_text(const std::vector<core::Rating>& ratings) {
    json::Value list = json::Array{};
    for (const core::Rating& rating : ratings) {
        json::Value one;
        one.add("answer", rating.answer).add("rater", rating.rater);
        one.add("opinion", core::name_of(rating.opinion));
        if (!rating.note.empty()) {
            one.add("note", rating.note);
        }
        list.push(std::move(one));
    }
    return json::write(list);
}

Result<std::vector<core::Rating>> ratings_from(std::string_view text) {
    const auto parsed = json::parse(text);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        return damaged(error->what);
    }
    const auto& list = std::get<json::Value>(parsed);
    if (!list.is_array()) {
        return damaged("[...] expected");
    }
    std::vector<core::Rating> ratings;
    for (const json::Value& one : list.as_array()) {
        const auto opinion = core::opinion_from(one["opinion"].as_string());
        if (!opinion || one["answer"].as_string().empty() || one["rater"].as_string().empty()) {
            return damaged(json::write(one));
        }
        ratings.push_back({one["answer"].as_string(),
                           one["rater"].as_string(),
                           *opinion,
                           one["note"].as_string()});
    }
    return ratings;
}

std::string judge_text(const core::JudgeIdentity& judge) {
    const auto list = [](const std::vector<std::string>& texts) {
        json::Value values = json::Array{};
        for (const std::string& text : texts) {
            values.push(text);
        }
        return values;
    };
    return json::write(json::Object{{"name", judge.name},
                                    {"model_identity", judge.model_identity},
                                    {"rules", list(judge.rules)},
                                    {"systems", list(judge.systems)}});
}

Result<core::JudgeIdentity> judge_from(std::string_view text) {
    const auto parsed = json::parse_or_nothing(text);
    if (!parsed) {
        return damaged("{...} expected");
    }
    const auto list = [&](const char* key) {
        std::vector<std::string> texts;
        for (const json::Value& value : (*parsed)[key].as_array()) {
            texts.push_back(value.as_string());
        }
        return texts;
    };
    core::JudgeIdentity judge{(*parsed)["name"].as_string(),
                              (*parsed)["model_identity"].as_string(),
                              list("rules"),
                              list("systems")};
    if (judge.rules.empty() || judge.rules.size() != judge.systems.size()) {
        return damaged(std::string(text));
    }
    return judge;
}

Result<std::vector<std::string>> read_rules(const std::string& path) {
    const auto bytes = read_bytes(path);
    if (!bytes) {
        return Error(base::codes::cannot_read,
                     {{"file", path}, {"reason", bytes.error().args.back().second}});
    }
    std::vector<std::string> rules;
    for (const std::string& line : split(*bytes, '\n')) {
        std::string_view rule = trim(line);
        if (rule.starts_with("- ")) {
            rule = trim(rule.substr(2));
        }
        if (!rule.empty() && !rule.starts_with('#')) {
            rules.emplace_back(rule);
        }
    }
    if (rules.empty() || !is_valid_utf8(*bytes)) {
        return Error(codes::no_rules, {{"file", path}});
    }
    return rules;
}

}  // namespace palier::eval
