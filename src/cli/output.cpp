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

void complain(const Common& common, const Error& error) {
    const std::string text = "palier: " + as_valid_utf8(report::explain(common.language, error));
    if (!stderr_is_terminal()) {
        std::fprintf(stderr, "%s\n", text.c_str());
        return;
    }
    // Words are not broken at the edge; causes keep their indentation.
    for (const std::string& line : split(text, '\n')) {
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        for (const std::string& part :
             report::wrapped(line, terminal_width(), indent, indent + 2)) {
            std::fprintf(stderr, "%s\n", part.c_str());
        }
    }
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
    std::fprintf(
        stderr, "%s\n", as_valid_utf8(report::sentence(common.language, code, args)).c_str());
}

}  // namespace palier::cli
