#include "engine/openai/sse.h"

#include <utility>

namespace palier::engine::openai {

std::vector<std::string> SseParser::feed(std::string_view bytes) {
    std::vector<std::string> events;
    for (const char c : bytes) {
        const bool second_of_crlf = after_cr_ && c == '\n';
        after_cr_ = c == '\r';
        if (second_of_crlf) {
            continue;
        }
        if (c == '\n' || c == '\r') {
            end_line(events);
        } else {
            line_ += c;
        }
    }
    return events;
}

void SseParser::end_line(std::vector<std::string>& events) {
    std::string_view line = line_;
    if (std::exchange(at_start_, false) && line.starts_with("\xef\xbb\xbf")) {
        line.remove_prefix(3);
    }
    if (line.empty()) {
        if (has_data_) {
            events.push_back(std::move(data_));
        }
        data_.clear();
        has_data_ = false;
    } else if (line == "data" || line.starts_with("data:")) {
        line.remove_prefix(std::string_view("data").size());
        if (line.starts_with(':')) {
            line.remove_prefix(1);
        }
        if (line.starts_with(' ')) {
            line.remove_prefix(1);
        }
        if (has_data_) {
            data_ += '\n';
        }
        data_ += line;
        has_data_ = true;
    }
    line_.clear();
}

}  // namespace palier::engine::openai
