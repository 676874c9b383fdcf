#include "cli/label_session.h"

#include "base/text.h"
#include "cli/output.h"
#include "report/table.h"

#include <cstdio>

namespace palier::cli {
namespace {

constexpr const char* k_take_suggestion = "+";

void show(const std::string& text) {
    std::fputs(text.c_str(), stderr);
}

}  // namespace

std::string label_keys() {
    return "123456789abcdefghijklmoprtvwxyz";
}

std::string answer_text(const json::Value& expected) {
    return expected.is_string() ? expected.as_string() : json::write(expected);
}

void LabelSession::show_keys() const {
    if (labelling_.task != core::Task::Classify) {
        tell(common_, say::label_lines);
        return;
    }
    const std::string keys = label_keys();
    std::vector<std::string> named;
    for (std::size_t i = 0; i < labelling_.labels.size(); ++i) {
        named.push_back(keys.substr(i, 1) + " " + labelling_.labels[i]);
    }
    show(report::paragraph(
        report::sentence(common_.language, say::label_keys, {{"keys", join(named, "  ")}}), 0, 2));
}

std::optional<json::Value> LabelSession::read(const std::string& text) {
    const std::string answer(trim(text));
    const auto refuse = [&](const std::string& why) {
        tell(common_, say::label_not_understood, {{"answer", answer}, {"why", why}});
        return std::nullopt;
    };
    if (answer.empty()) {
        return refuse("\"\"");
    }
    if (labelling_.task == core::Task::Extract) {
        const auto parsed = json::parse(answer);
        if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
            return refuse("JSON: " + error->what);
        }
        const auto& value = std::get<json::Value>(parsed);
        return value.is_object() || value.is_array() ? std::optional(value)
                                                     : refuse("{...}, [...]");
    }
    if (!is_valid_utf8(answer)) {
        return refuse("UTF-8");
    }
    return json::Value(answer);
}

// nullopt: nothing decided yet, ask again.
std::optional<LabelSession::Reply> LabelSession::by_key(const std::string& suggestion,
                                                        std::string& note) {
    const auto key = keyboard_.key();
    if (!key || *key == "q") {
        return Reply{Asked::Quit, {}, {}};
    }
    if (*key == "u") {
        return Reply{Asked::Undo, {}, {}};
    }
    if (*key == "s") {
        return Reply{Asked::Skip, {}, note};
    }
    if (*key == "n") {
        show(report::sentence(common_.language, say::label_note));
        note = std::string(trim(keyboard_.line(note).value_or(note)));
        return std::nullopt;
    }
    if (*key == k_take_suggestion && !suggestion.empty()) {
        return Reply{Asked::Answer, suggestion, note};
    }
    const std::string keys = label_keys().substr(0, labelling_.labels.size());
    const std::size_t index = key->size() == 1 ? keys.find(*key) : std::string::npos;
    if (index == std::string::npos) {
        if (!trim(*key).empty()) {
            tell(common_,
                 say::label_not_understood,
                 {{"answer", *key}, {"why", "[" + keys + "] u s n q"}});
        }
        return std::nullopt;
    }
    return Reply{Asked::Answer, labelling_.labels[index], note};
}

std::optional<LabelSession::Reply> LabelSession::by_line(const std::string& suggestion,
                                                         std::string& note) {
    const auto line = keyboard_.line(suggestion);
    const std::string typed(trim(line.value_or(":q")));
    if (typed == ":q") {
        return Reply{Asked::Quit, {}, {}};
    }
    if (typed == ":u") {
        return Reply{Asked::Undo, {}, {}};
    }
    if (typed == ":s") {
        return Reply{Asked::Skip, {}, note};
    }
    if (typed.starts_with(":n")) {
        note = std::string(trim(std::string_view(typed).substr(2)));
        return std::nullopt;
    }
    auto value = read(typed);
    if (!value) {
        return std::nullopt;
    }
    return Reply{Asked::Answer, *std::move(value), note};
}

std::optional<LabelSession::Reply> LabelSession::reply_to(const std::string& suggestion,
                                                          std::string& note) {
    return labelling_.task == core::Task::Classify ? by_key(suggestion, note)
                                                   : by_line(suggestion, note);
}

LabelSession::Reply LabelSession::ask(const core::Case& item,
                                      std::int64_t done,
                                      std::int64_t all,
                                      const std::string& suggestion,
                                      const std::string& suggested_by) {
    show("\n--- ");
    tell(common_,
         say::label_case,
         {{"done", std::to_string(done + 1)}, {"all", std::to_string(all)}, {"id", item.id}});
    if (!item.context.empty()) {
        show(report::paragraph(item.context, 2, 2) + "\n");
    }
    show(report::paragraph(item.input));
    if (!suggested_by.empty()) {
        tell(common_,
             say::label_suggestion,
             {{"model", suggested_by}, {"answer", suggestion.empty() ? "-" : suggestion}});
    }
    show_keys();
    std::string note;
    for (;;) {
        if (auto reply = reply_to(suggestion, note)) {
            return *std::move(reply);
        }
    }
}

std::optional<json::Value> LabelSession::settle() {
    show_keys();
    std::string note;
    for (;;) {
        if (auto reply = reply_to("", note)) {
            return reply->asked == Asked::Answer ? std::optional(std::move(reply->expected))
                                                 : std::nullopt;
        }
    }
}

}  // namespace palier::cli
