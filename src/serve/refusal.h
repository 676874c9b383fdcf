// Refusal: why a client gets no answer, as a value. Its sentence stands in report/messages, what
// surrounds it is OpenAI's shape of an error.
#pragma once

#include "report/messages.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::serve {

struct Refusal {
    int status = 400;       // of HTTP
    std::string_view code;  // for programs, such as "unsupported_parameter"; a literal
    int sentence = 0;       // number of the message table
    report::Args args;
    // JSON pointer to what is refused; "" = none
    // NOLINTNEXTLINE(readability-redundant-member-init): GCC asks for it
    std::string param = {};
    std::optional<int> retry_after_s = std::nullopt;  // when to come again
    // 405: the methods that are taken; a literal
    // NOLINTNEXTLINE(readability-redundant-member-init): GCC asks for it
    std::string_view allow = {};
};

// {"error": {"message", "type", "param", "code"}}: the type follows from the status.
[[nodiscard]] std::string error_body(report::Language language, const Refusal& refusal);

}  // namespace palier::serve
