#include "engine/openai/sse.h"

#include <utility>

namespace palier::engine::openai {

std::vector<SseEvent> SseParser::feed(std::string_view bytes) {
    std::vector<SseEvent> events;
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

std::vector<SseEvent> SseParser::rest() {
    std::vector<SseEvent> events;
    if (!line_.empty()) {
        end_line(events);
    }
    end_line(events);
    return events;
}

void SseParser::end_line(std::vector<SseEvent>& events) {
    std::string_view line = line_;
    if (std::exchange(at_start_, false) && line.starts_with("\xef\xbb\xbf")) {
        line.remove_prefix(3);
    }
    if (!line.empty()) {
        take_field(line, events);
    } else {
        if (has_data_) {
            events.push_back(
                {is_error_ ? SseEvent::Kind::Error : SseEvent::Kind::Data, std::move(data_)});
        }
        data_.clear();
        has_data_ = false;
        is_error_ = false;
    }
    line_.clear();
}

void SseParser::take_field(std::string_view line, std::vector<SseEvent>& events) {
    if (line.starts_with('{')) {
        events.push_back({SseEvent::Kind::Line, std::string(line)});
        return;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value =
        colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (name == "data") {
        if (has_data_) {
            data_ += '\n';
        }
        data_ += value;
        has_data_ = true;
    } else if (name == "event") {
        is_error_ = value == "error";
    } else if (name == "error") {
        events.push_back({SseEvent::Kind::Error, std::string(value)});
    }
}

}  // namespace palier::engine::openai
