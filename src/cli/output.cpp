#include "cli/output.h"

#include "base/text.h"
#include "cli/terminal.h"
#include "report/objects.h"
#include "report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace palier::cli {

int exit_code_of(const Error& error) {
    const int digit = error.code / 1000;
    return digit == 2 || digit == 4 || digit == 5 ? digit : 1;
}

namespace {

// To stderr, a newline after it. On a terminal words are not broken at the edge; causes keep their
// indentation.
void say_aloud(const std::string& sentence) {
    const std::string text = as_valid_utf8(sentence);
    if (!stderr_is_terminal()) {
        std::fprintf(stderr, "%s\n", text.c_str());
        return;
    }
    for (const std::string& line : split(text, '\n')) {
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        for (const std::string& part :
             report::wrapped(line, terminal_width(), indent, indent + 2)) {
            std::fprintf(stderr, "%s\n", part.c_str());
        }
    }
}

}  // namespace

void complain(const Common& common, const Error& error) {
    say_aloud("palier: " + report::explain(common.language, error));
}

int fail(const Common& common, const Error& error) {
    complain(common, error);
    const int exit_code = exit_code_of(error);
    if (common.json) {
        print(report::error_json(common.language, error, exit_code) + "\n");
    }
    return exit_code;
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void tell(const Common& common, int code, const report::Args& args) {
    say_aloud(report::sentence(common.language, code, args));
}

}  // namespace palier::cli
