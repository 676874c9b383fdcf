// Server-sent events (WHATWG HTML, section 9.2.6): bytes in, whole events out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace palier::engine::openai {

struct SseEvent {
    enum class Kind {
        Data,   // an event: its data, the lines joined with "\n"
        Error,  // an event that is named "error", or a field "error" that stands by itself
        Line    // a line that is no field but begins a JSON object: some servers fail like that
    } kind = Kind::Data;
    std::string text;
    bool operator==(const SseEvent&) const = default;
};

// Takes the stream in parts of any size; lines end in LF, CR LF or CR. Other names of events, ids,
// retry times and comments are read over: chat completions use `data` only. Any bytes are accepted.
// Not thread-safe.
class SseParser {
   public:
    // The events that these bytes complete.
    [[nodiscard]] std::vector<SseEvent> feed(std::string_view bytes);
    // What has begun and never ended, at the end of the stream. The standard drops it; it may be
    // all that says why the stream ended.
    [[nodiscard]] std::vector<SseEvent> rest();

   private:
    void end_line(std::vector<SseEvent>& events);
    void take_field(std::string_view line, std::vector<SseEvent>& events);

    std::string line_;
    std::string data_;
    bool has_data_ = false;
    bool is_error_ = false;  // the event's name
    bool after_cr_ = false;
    bool at_start_ = true;  // a byte order mark may come
};

}  // namespace palier::engine::openai
