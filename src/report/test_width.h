// For tests of texts that are written for a terminal.
#pragma once

#include "base/text.h"
#include "report/table.h"

#include <string>

namespace palier::report {

// The first line that a terminal of 80 columns would break; "" when there is none.
inline std::string too_wide(const std::string& text) {
    for (const std::string& line : split(text, '\n')) {
        if (length_in_characters(line) > k_text_width) {
            return line;
        }
    }
    return "";
}

}  // namespace palier::report
