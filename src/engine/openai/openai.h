// The engine of endpoints that speak OpenAI's chat completions (Ollama, llama-server, vLLM, LM
// Studio, Mistral, OpenAI...) or its decisions (OpenSpec::api). Retries, and keeps the key to the
// Authorization header.
//
// A chat streams text and does nothing else: labels are neither scored nor constrained, because the
// log-probabilities of chat completions are those of the first few tokens at each place, so that a
// label of several tokens, or one outside of them, has no score. A decision scores labels and
// writes nothing (decision.h). Whatever else a Request may ask is refused by name. What the
// endpoint caches is its own: own_part_uncached cannot be asked for, cached_tokens says what
// happened.
#pragma once

#include "base/clock.h"
#include "engine/engine.h"

#include <chrono>
#include <functional>
#include <memory>

namespace palier::engine::openai {

struct Options {
    Nanoseconds connect_timeout = std::chrono::seconds(10);
    Nanoseconds first_token_timeout = std::chrono::seconds(300);  // from the start of a try
    Nanoseconds silence_timeout = std::chrono::seconds(60);       // between bytes after that
    Nanoseconds try_timeout = std::chrono::seconds(900);   // of one try; Request::timeout is of all
    Nanoseconds check_timeout = std::chrono::seconds(10);  // of the first GET {base}/models
    int retries = 5;                                       // after the first try
    Nanoseconds first_pause = std::chrono::milliseconds(500);
    Nanoseconds longest_pause = std::chrono::seconds(60);  // of those nobody asked for
    // How long one request waits in all while the endpoint asks it to (429, Retry-After), whatever
    // the number of tries; a deadline that is nearer counts.
    Nanoseconds patience = std::chrono::minutes(20);
    const Clock* clock = nullptr;  // not owned; nullptr: the machine's
    // How long a pause between two tries really lasts; empty: as long as planned. For tests.
    std::function<Nanoseconds(Nanoseconds planned)> pace;
};

// Uses endpoint, model, api_key, name and sequences (requests at once) of the spec. The base URL is
// the one before /chat/completions or /decisions; a query (Azure's api-version) goes with every
// request. Errors: 4001 {host, reason} the endpoint cannot be reached; 4002 {host, status} it
// refuses the key, 4004 {host, status} it wants one; 4003 {reason} the URL cannot be used; 4005 the
// key has characters that no header can carry; 4006 {host} no model is named; 4007 {host, reason,
// trusted} its certificate is not trusted. A 403 on /models alone is none: some keys may only chat.
//
// A silence of its own timers, no connection, 408 and 5xx are tried again, with exponential pauses;
// 429 and whatever comes with Retry-After as long as Options::patience lasts. A 200 that is not
// known to be an answer is tried again unless its tokens were handed over already, but not a third
// time when it says the same. Other 4xx never, except once for each part of the request that the
// endpoint names as refused and that can be put in another way (dialect.h), and once without all
// that is neutral as long as it has answered nothing. What was refused stays out, is told by
// Client::learned ("left_out") and in the log.
[[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec,
                                                   const Options& options = {});

}  // namespace palier::engine::openai
