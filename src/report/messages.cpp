#include "report/messages.h"

#include "base/text.h"
#include "report/loans.h"
#include "report/numbers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace palier::report {

const std::vector<Message>& all_messages() {
    static const std::vector<Message> messages = [] {
        std::vector<Message> table{
#define M(code, english, french) Message{code, english, french},
#define W(code, name, english, french) Message{code, english, french},
#include "report/messages/all.inc"
#undef W
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

namespace {

// What a message says about files of strangers stays within 1,000 characters: of long arguments (a
// header line of a megabyte, a list of labels) the beginning is shown.
Args fitted(const Args& args, std::size_t words) {
    constexpr std::size_t longest = 1000, shortest_part = 60;
    std::size_t all = words;
    for (const auto& [name, value] : args) {
        all += length_in_characters(value);
    }
    if (all <= longest) {
        return args;
    }
    const std::size_t room = longest > words ? longest - words : 0;
    std::size_t part = room;
    Args fitting = args;
    do {
        part = std::max(part / 2, shortest_part);
        all = words;
        for (std::size_t i = 0; i < args.size(); ++i) {
            fitting[i].second = shortened(args[i].second, part);
            all += length_in_characters(fitting[i].second);
        }
    } while (all > longest && part > shortest_part);
    return fitting;
}

// Names of what is told by others: the system, a library, the catalogue, the price table. A path or
// a user's text has another name.
bool is_told(std::string_view name) {
    static constexpr std::array<std::string_view, 6> k_told{
        "reason", "why", "what", "conditions", "api", "source"};
    return std::ranges::find(k_told, name) != k_told.end();
}

// What is raised below counts in bare digits, since only here is the language known. Names tell
// quantities from years, ports and seeds.
Args as_read(Language language, const Args& args) {
    static constexpr std::array<std::string_view, 8> k_quantities{
        "count", "need", "wanted", "cases", "tokens", "records", "french", "english"};
    Args shown = args;
    for (auto& [name, value] : shown) {
        const bool digits = !value.empty() && value.size() < 16 &&
                            value.find_first_not_of("0123456789") == std::string::npos;
        if (digits && std::ranges::find(k_quantities, name) != k_quantities.end()) {
            value = count(language, std::stoll(value));
        } else if (is_told(name)) {
            value = in_language(language, value);
        }
    }
    return shown;
}

}  // namespace

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
    const std::string_view words = language == Language::Fr ? found->french : found->english;
    constexpr int first_of_pages = 7000;
    const Args shown = as_read(language, args);
    return filled(words, code < first_of_pages ? fitted(shown, words.size()) : shown);
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
