#include "engine/openai/trouble.h"

#include "base/rng.h"
#include "base/text.h"
#include "engine/openai/error_body.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace palier::engine::openai {
namespace {

std::string with_status(int status, const std::string& message) {
    return "HTTP " + std::to_string(status) + (message.empty() ? "" : ": " + message);
}

// A 4xx of the model's: asking again would give the same.
FailureKind kind_of_client_error(const std::string& body) {
    if (is_context_error(body)) {
        return FailureKind::ContextExceeded;
    }
    const std::string code = error_code_in(body);
    const bool filtered = code == "content_filter" || code == "content_policy_violation";
    return filtered ? FailureKind::Refused : FailureKind::Rejected;
}

// A limit that no waiting lifts: the account is empty.
bool is_out_of_money(int status, const std::string& body) {
    const std::string code = error_code_in(body);
    return status == 402 || code == "insufficient_quota" || code == "billing_hard_limit_reached";
}

// In seconds or milliseconds; more than a year is a year.
std::optional<Nanoseconds> duration_of(double number, double seconds_each) {
    constexpr double k_most_seconds = 365.0 * 24 * 3600;
    const double seconds = number * seconds_each;
    if (!(seconds >= 0)) {
        return std::nullopt;
    }
    return Nanoseconds(static_cast<std::int64_t>(std::min(seconds, k_most_seconds) * 1e9));
}

// "... Please try again in 20.5s", "retry after 7 seconds".
std::optional<Nanoseconds> wait_said_in(const std::string& message) {
    const std::string lower = to_lower(message);
    for (const std::string_view words : {"try again in ", "retry after ", "retry in "}) {
        const std::size_t at = lower.find(words);
        if (at == std::string::npos) {
            continue;
        }
        const char* const begin = lower.data() + at + words.size();
        const char* const end = lower.data() + lower.size();
        double number = 0;
        const auto read = std::from_chars(begin, end, number);
        if (read.ec != std::errc{}) {
            continue;
        }
        const std::string_view unit =
            trim(std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr)));
        if (unit.starts_with("ms") || unit.starts_with("milli")) {
            return duration_of(number, 1e-3);
        }
        if (unit.starts_with('s')) {
            return duration_of(number, 1);
        }
        if (unit.starts_with("min")) {
            return duration_of(number, 60);
        }
    }
    return std::nullopt;
}

std::optional<Nanoseconds> wait_asked_by(const http::Outcome& outcome,
                                         const std::string& body,
                                         std::int64_t unix_now) {
    if (const std::string* ms = outcome.header("retry-after-ms")) {
        if (const auto wait = parse_retry_after(*ms + "ms", unix_now)) {
            return wait;
        }
    }
    if (const std::string* after = outcome.header("retry-after")) {
        if (const auto wait = parse_retry_after(*after, unix_now)) {
            return wait;
        }
    }
    return wait_said_in(error_message_in(body));
}

}  // namespace

Trouble trouble_of(http::Failure failure, const std::string& reason, bool text_came) {
    Trouble trouble;
    trouble.failed = {FailureKind::Unreachable, as_one_line(reason), 0};
    switch (failure) {
        case http::Failure::Deadline:
            trouble.failed = {FailureKind::Timeout, "no whole answer in time", 0};
            break;
        case http::Failure::Cancelled:
            trouble.failed = {FailureKind::Cancelled, "cancelled", 0};
            break;
        case http::Failure::TooLarge:
            trouble.failed.kind = FailureKind::ServerError;
            break;
        case http::Failure::BadUrl:
        case http::Failure::Tls:
            break;
        case http::Failure::NotConnected:
        case http::Failure::Silence:
        case http::Failure::Other:
            trouble.may_pass = true;
            break;
        case http::Failure::Dropped:
            trouble.may_pass = true;
            trouble.failed.detail =
                "the connection ended before the answer did: " + trouble.failed.detail;
            // Before any text nobody can tell a server that fell over from one that is not there.
            if (text_came) {
                trouble.failed.kind = FailureKind::ServerError;
            }
            break;
    }
    return trouble;
}

bool is_context_error(std::string_view body) {
    const std::string code = error_code_in(body);
    const std::string text = to_lower(error_message_in(body));
    return code == "context_length_exceeded" || code == "exceed_context_size_error" ||
           text.find("maximum context length") != std::string::npos ||
           text.find("exceeds the available context size") != std::string::npos;
}

Trouble trouble_of_status(const http::Outcome& outcome,
                          const std::string& body,
                          std::int64_t unix_now) {
    const int status = outcome.status;
    Trouble trouble;
    trouble.failed.http_status = status;
    trouble.failed.detail = with_status(status, error_message_in(body));
    trouble.failed.kind = FailureKind::Unreachable;
    if (status >= 500) {
        trouble.failed.kind = FailureKind::ServerError;
        trouble.may_pass = true;
        trouble.retry_after = wait_asked_by(outcome, "", unix_now);
        trouble.asks_to_wait = trouble.retry_after.has_value();
    } else if (is_out_of_money(status, body)) {
        trouble.may_pass = false;
    } else if (status == 429 || status == 408 || status == 425) {
        trouble.may_pass = true;
        trouble.asks_to_wait = status == 429;
        trouble.retry_after = wait_asked_by(outcome, body, unix_now);
    } else if (status < 400) {
        // Redirects are not followed: the key is for this host alone.
        const std::string* target = outcome.header("location");
        trouble.failed.detail =
            "HTTP " + std::to_string(status) + ", moved" +
            (target != nullptr ? " to " + as_one_line(shortened(*target, 200)) : "") +
            "; redirects are not followed, because the key is for this host alone: write the "
            "address that is meant";
    } else if (status != 401 && status != 403 && status != 404 && status != 405 && status != 410) {
        trouble.failed.kind = kind_of_client_error(body);
    }
    return trouble;
}

Trouble trouble_of(const BrokenAnswer& broken, int status) {
    Trouble trouble;
    trouble.failed = {FailureKind::Unreachable, with_status(status, broken.detail), status};
    trouble.may_pass = true;
    trouble.may_stay = true;
    return trouble;
}

std::optional<Nanoseconds> parse_retry_after(const std::string& value, std::int64_t unix_now) {
    const std::string_view text = trim(value);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) {
        return duration_of(HUGE_VAL, 1);
    }
    if (error == std::errc{}) {
        const std::string unit =
            to_lower(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
        if (unit.empty() || unit == "s" || unit == "seconds") {
            return duration_of(number, 1);
        }
        return unit == "ms" ? duration_of(number, 1e-3) : std::nullopt;
    }
    const std::optional<std::int64_t> date = http::unix_seconds_of(text);
    if (!date) {
        return std::nullopt;
    }
    return duration_of(static_cast<double>(std::max<std::int64_t>(*date - unix_now, 0)), 1);
}

Nanoseconds pause_before(int tries_so_far,
                         Nanoseconds first,
                         Nanoseconds longest,
                         std::uint64_t seed) {
    Nanoseconds pause = std::min(first, longest);
    for (int i = 1; i < tries_so_far && pause < longest; ++i) {
        pause = std::min(pause * 2, longest);
    }
    Rng rng(seed + static_cast<std::uint64_t>(tries_so_far));
    const double more = 0.25 * rng.uniform() * static_cast<double>(pause.count());
    return pause + Nanoseconds(static_cast<std::int64_t>(more));
}

}  // namespace palier::engine::openai
