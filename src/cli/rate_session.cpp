#include "cli/rate_session.h"

#include "base/text.h"
#include "cli/output.h"
#include "report/table.h"

#include <cstdio>

namespace palier::cli {
namespace {

void write_to_person(const std::string& text) {
    std::fputs(text.c_str(), stderr);
}

// Line by line, since what a model wrote may be a list; nothing of it can command the terminal.
void show_under(const Common& common, int heading, const std::string& text) {
    write_to_person(report::sentence(common.language, heading) + "\n");
    for (const std::string& line : split(text, '\n')) {
        write_to_person(report::paragraph(as_one_line(line), 2, 2));
    }
}

}  // namespace

RateSession::Reply RateSession::ask(const core::Case& item,
                                    const std::string& answer,
                                    std::int64_t done,
                                    std::int64_t all) {
    write_to_person("\n--- ");
    tell(common_,
         say::rate_answer,
         {{"done", std::to_string(done + 1)}, {"all", std::to_string(all)}, {"id", item.id}});
    if (!item.context.empty()) {
        show_under(common_, say::rate_context, item.context);
    }
    show_under(common_, say::rate_input, item.input);
    show_under(common_, say::rate_text, answer);
    tell(common_, say::rate_keys);
    std::string note;
    for (;;) {
        const auto key = keyboard_.key();
        if (!key || *key == "q") {
            return {Asked::Quit, ""};
        }
        if (*key == "u") {
            return {Asked::Undo, ""};
        }
        if (*key == "+" || *key == "-") {
            return {*key == "+" ? Asked::Good : Asked::Bad, note};
        }
        if (*key == "s") {
            return {Asked::Skip, note};
        }
        if (*key == "n") {
            write_to_person(report::sentence(common_.language, say::label_note));
            note = as_valid_utf8(trim(keyboard_.line(note).value_or(note)));
        } else if (*key == "r") {
            for (const std::string& expected : item.expected) {
                tell(common_, say::rate_reference, {{"text", as_one_line(expected)}});
            }
        } else if (!trim(*key).empty()) {
            tell(common_, say::rate_key_unknown, {{"key", as_one_line(*key)}});
        }
    }
}

}  // namespace palier::cli
