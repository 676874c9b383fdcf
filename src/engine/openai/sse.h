// Server-sent events (WHATWG HTML, section 9.2.6): bytes in, the data of whole events out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace palier::engine::openai {

// Takes the stream in parts of any size; lines end in LF, CR LF or CR. Names of events, ids, retry
// times and comments are read over: chat completions use `data` only. Any bytes are accepted.
// Not thread-safe.
class SseParser {
   public:
    // The data of each event that these bytes complete, its lines joined with "\n".
    [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

   private:
    void end_line(std::vector<std::string>& events);

    std::string line_;
    std::string data_;
    bool has_data_ = false;
    bool after_cr_ = false;
    bool at_start_ = true;  // a byte order mark may come
};

}  // namespace palier::engine::openai
