#include "report/messages.h"

#include "base/text.h"

#include <algorithm>

namespace palier::report {

const std::vector<Message>& all_messages() {
    static const std::vector<Message> messages = [] {
        std::vector<Message> table{
#define M(code, english, french) Message{code, english, french},
#include "report/messages/1000-base.inc"
#include "report/messages/1010-run.inc"
#include "report/messages/1020-models-folder.inc"
#include "report/messages/1100-store.inc"
#include "report/messages/2000-cli.inc"
#include "report/messages/2100-job.inc"
#include "report/messages/2200-data.inc"
#include "report/messages/2250-data-notes.inc"
#include "report/messages/2300-model-files.inc"
#include "report/messages/2340-build.inc"
#include "report/messages/2400-catalogue.inc"
#include "report/messages/2440-plan.inc"
#include "report/messages/2500-graders.inc"
#include "report/messages/2600-recorded.inc"
#include "report/messages/2700-init.inc"
#include "report/messages/2750-cost.inc"
#include "report/messages/4000-endpoint.inc"
#include "report/messages/4040-hub.inc"
#include "report/messages/5000-resources.inc"
#include "report/messages/7100-models.inc"
#include "report/messages/7200-estimates.inc"
#include "report/messages/7300-init.inc"
#include "report/messages/7350-data.inc"
#include "report/messages/7400-doctor.inc"
#include "report/messages/7450-cost.inc"
#include "report/messages/7500-plan.inc"
#include "report/messages/9000-verdict.inc"
#include "report/messages/9200-words.inc"
#include "report/messages/9400-page.inc"
#include "report/messages/9600-run.inc"
#include "report/messages/9650-report-cost.inc"
#include "report/messages/9700-cli.inc"
#undef M
        };
        std::ranges::stable_sort(table, {}, &Message::code);
        return table;
    }();
    return messages;
}

Language language_of(std::string_view locale) {
    const std::string lower = to_lower(locale.substr(0, 3));
    const bool french = lower == "fr" || lower == "fr_" || lower == "fr-" || lower == "fr.";
    return french ? Language::Fr : Language::En;
}

std::string_view code_of(Language language) {
    return language == Language::Fr ? "fr" : "en";
}

std::string sentence(Language language, int code, const Args& args) {
    const auto& table = all_messages();
    const auto found = std::ranges::lower_bound(table, code, {}, &Message::code);
    if (found == table.end() || found->code != code) {
        std::string text = "PAL-" + std::to_string(code);
        for (const auto& [name, value] : args) {
            text += " " + name + "=" + value;
        }
        return text;
    }
    return filled(language == Language::Fr ? found->french : found->english, args);
}

std::string explain(Language language, const Error& error) {
    std::string text;
    std::string indent;
    for (const Error* at = &error; at != nullptr; at = at->cause.get()) {
        if (at != &error) {
            indent += "  ";
            text += "\n" + indent + (language == Language::Fr ? "parce que : " : "because: ");
        }
        text += "PAL-" + std::to_string(at->code) + (language == Language::Fr ? " : " : ": ");
        text += sentence(language, at->code, at->args);
    }
    return text;
}

}  // namespace palier::report
