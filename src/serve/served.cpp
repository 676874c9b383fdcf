#include "serve/served.h"

#include "base/text.h"
#include "report/phrases.h"

#include <cctype>
#include <utility>

namespace palier::serve {
namespace {

namespace say = report::say;

std::vector<std::string> numbers_in(std::string_view text) {
    std::vector<std::string> numbers;
    bool within = false;
    for (const char c : text) {
        const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
        if (digit && !within) {
            numbers.emplace_back();
        }
        if (digit) {
            numbers.back() += c;
        }
        within = digit;
    }
    return numbers;
}

}  // namespace

Completion completion_of(std::string text, const core::Answer& answer) {
    const core::TokensUsed& used = answer.tokens;
    return {std::move(text),
            answer.finish == core::Finish::Length ? "length" : "stop",
            {used.prompt, used.cached, used.output, used.thinking}};
}

Refusal context_refusal(const std::string& detail) {
    const std::vector<std::string> numbers = numbers_in(detail);
    if (numbers.size() != 2) {
        return {400,
                "context_length_exceeded",
                say::context_exceeded_somehow,
                {{"reason", as_one_line(detail)}},
                "/messages"};
    }
    return {400,
            "context_length_exceeded",
            say::context_exceeded,
            {{"need", numbers[0]}, {"available", numbers[1]}},
            "/messages"};
}

Refusal refusal_for(const std::string& model, engine::FailureKind kind, const std::string& detail) {
    using Kind = engine::FailureKind;
    const report::Args args{{"model", model}, {"reason", as_one_line(detail)}};
    switch (kind) {
        case Kind::ContextExceeded:
            return context_refusal(detail);
        case Kind::Timeout:
            return {504, "timeout", say::answer_too_late, args};
        case Kind::Rejected:
        case Kind::Unsupported:
        case Kind::NotRecorded:
            return {400, "cannot_be_asked", say::model_cannot_be_asked, args};
        case Kind::Refused:
            return {422, "content_filter", say::answer_refused, args};
        case Kind::Cancelled:
            return {503, "server_ending", say::answer_cut_by_end, {}};
        case Kind::ServerError:
        case Kind::Unreachable:
            break;
    }
    return {502, "engine_failed", say::answer_failed, args};
}

}  // namespace palier::serve
