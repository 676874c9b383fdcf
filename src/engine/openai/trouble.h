// What went wrong with one try, whether a further try may help, and when.
#pragma once

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/openai/body_reader.h"
#include "lib/http/client.h"

#include <cstdint>
#include <optional>
#include <string>

namespace palier::engine::openai {

struct Trouble {
    Failed failed;
    bool may_pass = false;                   // another try may succeed
    bool may_stay = false;                   // but when it says the same again, it always will
    bool asks_to_wait = false;               // a limit of requests: time helps, not the number
    std::optional<Nanoseconds> retry_after;  // as the server asked
};

// A transfer that did not end well.
[[nodiscard]] Trouble trouble_of(http::Failure failure, const std::string& reason, bool text_came);
// An answer with another status than 2xx and this body. unix_now dates a Retry-After given as a
// date.
[[nodiscard]] Trouble trouble_of_status(const http::Outcome& outcome,
                                        const std::string& body,
                                        std::int64_t unix_now);
// The prompt and what it leaves to the answer are longer than the model's context.
[[nodiscard]] bool is_context_error(std::string_view body);
// A 200 whose body is no answer.
[[nodiscard]] Trouble trouble_of(const BrokenAnswer& broken, int status);

// "120" or an HTTP date (RFC 9110 section 10.2.3), or what servers write besides: "3.5", "3.5s",
// "200ms"; nullopt for anything else; a past date is 0.
[[nodiscard]] std::optional<Nanoseconds> parse_retry_after(const std::string& value,
                                                           std::int64_t unix_now);

// Exponential backoff: first * 2^try, at most longest, with up to a quarter more by `seed`, so that
// requests refused together do not come back together.
[[nodiscard]] Nanoseconds pause_before(int tries_so_far,
                                       Nanoseconds first,
                                       Nanoseconds longest,
                                       std::uint64_t seed);

}  // namespace palier::engine::openai
