// Writes what a chat completion answers: one whole body, or the events of a stream, in OpenAI's
// shape. What is not known is left out, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::serve {

struct Usage {
    std::optional<int> prompt, cached, output, thinking;  // tokens
};

// An answer that has come to its end.
struct Completion {
    std::string text;         // "" where a stream has shown it already
    std::string_view finish;  // "stop" or "length"
    Usage usage = {};
    // Of a System that decides among labels: how likely its answer is right, and each label.
    std::optional<double> confidence = std::nullopt;
    // NOLINTNEXTLINE(readability-redundant-member-init): GCC asks for it
    std::vector<std::pair<std::string, double>> probabilities = {};
};

// What all events of an answer share.
struct Stamp {
    std::string id;
    std::int64_t created = 0;  // seconds since 1970
    std::string model;
};

[[nodiscard]] std::string completion_body(const Stamp& stamp, const Completion& completion);

// Events of a stream, each with its empty line: first_event, text_event as often as there is more
// text, last_event, usage_event where it was asked for, k_stream_end.
[[nodiscard]] std::string first_event(const Stamp& stamp, bool with_usage);
[[nodiscard]] std::string text_event(const Stamp& stamp, std::string_view text, bool with_usage);
[[nodiscard]] std::string last_event(const Stamp& stamp,
                                     const Completion& completion,
                                     bool with_usage);
[[nodiscard]] std::string usage_event(const Stamp& stamp, const Usage& usage);
inline constexpr std::string_view k_stream_end = "data: [DONE]\n\n";
// `body` (an error) in the middle of a stream; nothing follows.
[[nodiscard]] std::string error_event(std::string_view body);

}  // namespace palier::serve
