// Templates are run by llama-common's Jinja engine, on its lower level: the upper one
// (common_chat_templates_apply) analyses the template for tool calls at every call, and takes
// today's date.
#include "engine/llama/chat.h"

#include "base/text.h"
#include "engine/codes.h"
#include "engine/fold_system.h"
#include "engine/llama/thought_marks.h"

#include <chat.h>

#include <string_view>
#include <utility>

namespace palier::engine::llama {
namespace {

constexpr std::time_t k_date = 1767225600;  // 2026-01-01 00:00 UTC
constexpr std::string_view k_user_heading = "### User:\n";
constexpr std::string_view k_assistant_heading = "### Assistant:\n";

// A message the template must show, to see whether it accepts system messages.
constexpr std::string_view k_probe = "palier-system-probe";

Rendered plain(const std::vector<Message>& messages) {
    Rendered rendered;
    for (const Message& message : messages) {
        if (message.role != "system") {
            rendered.text += message.role == "assistant" ? k_assistant_heading : k_user_heading;
        }
        const std::size_t begin = rendered.text.size();
        rendered.text += message.content;
        rendered.from_messages.emplace_back(begin, rendered.text.size());
        rendered.text += "\n\n";
    }
    rendered.text += k_assistant_heading;
    return rendered;
}

}  // namespace

std::string_view closing_mark(std::string_view prompt) {
    const std::string_view end = trim(prompt);
    for (const ThoughtMarks& marks : k_thought_marks) {
        if (end.ends_with(marks.open)) {
            return marks.close;
        }
    }
    return "";
}

struct ChatFormat::Template {
    Template(const std::string& source, const std::string& begin, const std::string& end)
        : parsed(source, begin, end) {}

    // Throws what the template throws.
    [[nodiscard]] Rendered run(const std::vector<Message>& messages, bool thinks) const;

    common_chat_template parsed;
    bool adds_begin = false;
    bool folds_system = false;
};

Rendered ChatFormat::Template::run(const std::vector<Message>& messages, bool thinks) const {
    common_json list = common_json::array();
    for (const Message& message : folds_system ? with_system_folded(messages) : messages) {
        common_json entry = common_json::object();
        entry["role"] = message.role;
        if (parsed.caps.supports_string_content) {
            entry["content"] = message.content;
        } else {
            common_json part = common_json::object();
            part["type"] = "text";
            part["text"] = message.content;
            common_json parts = common_json::array();
            parts.push_back(part);
            entry["content"] = parts;
        }
        list.push_back(entry);
    }
    common_json globals = common_json::object();
    globals["messages"] = list;
    globals["bos_token"] = parsed.bos_token();
    globals["eos_token"] = parsed.eos_token();
    globals["add_generation_prompt"] = true;
    globals["enable_thinking"] = thinks;
    globals["datetime"] = "Jan 01 2026";
    globals["date_string"] = "01 Jan 2026";

    jinja::context context(parsed.source());
    context.current_time = k_date;
    jinja::global_from_json(context, globals, true);
    jinja::runtime runtime(context);
    const auto parts = jinja::runtime::gather_string_parts(runtime.execute(parsed.prog));

    Rendered rendered;
    for (const jinja::string_part& part : parts->val_str.parts) {
        std::string_view text = part.val;
        if (adds_begin && rendered.text.empty() && !parsed.bos_token().empty() &&
            text.starts_with(parsed.bos_token())) {
            text.remove_prefix(parsed.bos_token().size());
        }
        const std::size_t begin = rendered.text.size();
        rendered.text += text;
        // bos_token and eos_token are values from outside for Jinja, but they are the template's.
        if (part.is_input && text != parsed.bos_token() && text != parsed.eos_token()) {
            rendered.from_messages.emplace_back(begin, rendered.text.size());
        }
    }
    return rendered;
}

ChatFormat::ChatFormat(std::unique_ptr<Template> held) : template_(std::move(held)) {}
ChatFormat::~ChatFormat() = default;
ChatFormat::ChatFormat(ChatFormat&&) noexcept = default;
ChatFormat& ChatFormat::operator=(ChatFormat&&) noexcept = default;

Result<ChatFormat> ChatFormat::make(const std::string& source,
                                    const std::string& begin,
                                    const std::string& end,
                                    bool adds_begin) {
    if (source.empty()) {
        return ChatFormat(nullptr);
    }
    std::unique_ptr<Template> held;
    try {
        held = std::make_unique<Template>(source, begin, end);
        held->adds_begin = adds_begin;
    } catch (const std::exception& thrown) {
        return Error(engine::codes::template_unusable, {{"why", thrown.what()}});
    }
    try {
        const Rendered rendered =
            held->run({{"system", std::string(k_probe)}, {"user", "a question"}}, false);
        held->folds_system = rendered.text.find(k_probe) == std::string::npos;
    } catch (const std::exception&) {
        held->folds_system =
            true;  // it refuses system messages, or whatever it gets: render says so
    }
    return ChatFormat(std::move(held));
}

Result<Rendered> ChatFormat::render(const std::vector<Message>& messages, const Wish& wish) const {
    if (!template_) {
        return plain(messages);
    }
    try {
        Rendered rendered = template_->run(messages, wish.thinks);
        const std::string_view close = closing_mark(rendered.text);
        if (wish.closes_thought && !close.empty()) {
            rendered.text += "\n" + std::string(close) + "\n\n";
        }
        return rendered;
    } catch (const std::exception& thrown) {
        return Error(engine::codes::template_unusable, {{"why", thrown.what()}});
    }
}

std::vector<std::string> ChatFormat::stops() const {
    if (template_) {
        return {};
    }
    return {"\n" + std::string(k_user_heading), "\n" + std::string(k_assistant_heading)};
}

bool ChatFormat::is_plain() const {
    return template_ == nullptr;
}

}  // namespace palier::engine::llama
