#include "engine/openai/trouble.h"

#include "base/rng.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace palier::engine::openai {
namespace {

std::string with_status(int status, const std::string& message) {
    return "HTTP " + std::to_string(status) + (message.empty() ? "" : ": " + message);
}

bool is_context_error(const std::string& code, const std::string& message) {
    const std::string text = to_lower(message);
    return code == "context_length_exceeded" || code == "exceed_context_size_error" ||
           text.find("maximum context length") != std::string::npos ||
           text.find("exceeds the available context size") != std::string::npos;
}

// A 4xx of the model's: asking again would give the same.
FailureKind kind_of_client_error(const std::string& body) {
    const std::string code = error_code_in(body);
    if (is_context_error(code, error_message_in(body))) {
        return FailureKind::ContextExceeded;
    }
    const bool filtered = code == "content_filter" || code == "content_policy_violation";
    return filtered ? FailureKind::Refused : FailureKind::Rejected;
}

}  // namespace

Trouble trouble_of(http::Failure failure, const std::string& reason, bool text_came) {
    switch (failure) {
        case http::Failure::Deadline:
            return {{FailureKind::Timeout, "no whole answer in time", 0}, false, {}};
        case http::Failure::Cancelled:
            return {{FailureKind::Cancelled, "cancelled", 0}, false, {}};
        case http::Failure::TooLarge:
            return {{FailureKind::ServerError, reason, 0}, false, {}};
        case http::Failure::BadUrl:
        case http::Failure::Tls:
            return {{FailureKind::Unreachable, reason, 0}, false, {}};
        case http::Failure::NotConnected:
        case http::Failure::Silence:
        case http::Failure::Other:
            return {{FailureKind::Unreachable, reason, 0}, true, {}};
        case http::Failure::Dropped:
            break;
    }
    // Before any text nobody can tell a server that fell over from one that is not there.
    const FailureKind kind = text_came ? FailureKind::ServerError : FailureKind::Unreachable;
    return {{kind, "the connection ended before the answer did: " + reason, 0}, true, {}};
}

Trouble trouble_of_status(int status,
                          const std::string& body,
                          const std::string* retry_after,
                          std::int64_t unix_now) {
    Trouble trouble;
    trouble.failed.http_status = status;
    trouble.failed.detail = with_status(status, error_message_in(body));
    if (retry_after != nullptr) {
        trouble.retry_after = parse_retry_after(*retry_after, unix_now);
    }
    if (status >= 500) {
        trouble.failed.kind = FailureKind::ServerError;
        trouble.may_pass = true;
    } else if (status == 429 || status == 408) {
        trouble.failed.kind = FailureKind::Unreachable;
        trouble.may_pass = true;
    } else if (status < 400 || status == 401 || status == 403 || status == 404) {
        // Redirects are not followed: the key is for this host alone.
        trouble.failed.kind = FailureKind::Unreachable;
    } else {
        trouble.failed.kind = kind_of_client_error(body);
    }
    return trouble;
}

Trouble trouble_of(const BrokenAnswer& broken, int status) {
    return {{FailureKind::ServerError, with_status(status, broken.detail), status}, true, {}};
}

std::optional<Nanoseconds> parse_retry_after(const std::string& value, std::int64_t unix_now) {
    constexpr std::int64_t k_most_seconds = 365LL * 24 * 3600;
    const std::string_view text = trim(value);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range) {
        seconds = k_most_seconds;
    } else if (error != std::errc() || end != text.data() + text.size()) {
        const std::optional<std::int64_t> date = http::unix_seconds_of(text);
        if (!date) {
            return std::nullopt;
        }
        seconds = std::max<std::int64_t>(*date - unix_now, 0);
    }
    if (seconds < 0) {
        return std::nullopt;
    }
    return std::chrono::seconds(std::min(seconds, k_most_seconds));
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
