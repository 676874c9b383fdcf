// What `palier serve` says once it answers.
#pragma once

#include "report/messages.h"

#include <string>

namespace palier::report {

struct Serving {
    std::string url;    // "http://127.0.0.1:8080"
    std::string model;  // its name in requests
};
// One line, without a newline.
[[nodiscard]] std::string serving_text(Language language, const Serving& serving);
// {"format": 1, "url", "model"} on one line, without a newline.
[[nodiscard]] std::string serving_json(const Serving& serving);

}  // namespace palier::report
