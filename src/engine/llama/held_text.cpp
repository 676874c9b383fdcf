#include "engine/llama/held_text.h"

#include "base/text.h"
#include "engine/llama/thought_marks.h"

#include <algorithm>
#include <utility>

namespace palier::engine::llama {

HeldText::HeldText(schema::Walk walk, std::string closing, bool thinks)
    : walk_(std::move(walk)), closing_(std::move(closing)) {
    if (!closing_.empty()) {
        phase_ = Phase::Thought;
    } else if (thinks) {
        phase_ = Phase::Undecided;
    }
}

bool HeldText::take(std::string_view bytes) {
    if (bytes.empty()) {
        return false;  // control tokens would be taken for ever
    }
    switch (phase_) {
        case Phase::Undecided:
            return take_undecided(bytes);
        case Phase::Thought:
            return take_thought(bytes);
        case Phase::AfterThought:
            return take_after(bytes);
        case Phase::Held:
            break;
    }
    return walk_.feed(bytes);
}

// What begins like a mark is a thought, all else is the answer already.
bool HeldText::take_undecided(std::string_view bytes) {
    const std::string all = seen_ + std::string(bytes);
    const std::string_view begun =
        std::string_view(all).substr(std::min(all.find_first_not_of(" \n\r\t"), all.size()));
    bool may_become = false;
    for (const ThoughtMarks& marks : k_thought_marks) {
        if (begun.starts_with(marks.open)) {
            closing_ = marks.close;
            phase_ = Phase::Thought;
            seen_.clear();
            return take_thought(begun.substr(marks.open.size()));
        }
        may_become = may_become || marks.open.starts_with(begun);
    }
    if (may_become) {
        seen_ = all;
        return all.size() < 64;
    }
    // Blanks before it are no part of the answer.
    if (!walk_.feed(begun)) {
        return false;
    }
    phase_ = Phase::Held;
    return true;
}

// A token that closes the thought may go on with the answer, and with nothing else.
bool HeldText::take_thought(std::string_view bytes) {
    const std::string all = seen_ + std::string(bytes);
    const std::size_t end = all.find(closing_);
    if (end == std::string::npos) {
        seen_ = all.substr(all.size() - std::min(all.size(), closing_.size()));
        return true;
    }
    const std::string before = std::exchange(seen_, "");
    phase_ = Phase::AfterThought;
    if (!take_after(std::string_view(all).substr(end + closing_.size()))) {
        phase_ = Phase::Thought;
        seen_ = before;
        return false;
    }
    return true;
}

// A few blanks come between a thought and the answer.
bool HeldText::take_after(std::string_view bytes) {
    const std::string_view begun =
        bytes.substr(std::min(bytes.find_first_not_of(" \n\r\t"), bytes.size()));
    if (begun.empty()) {
        seen_ += bytes;
        return seen_.size() <= 16;
    }
    if (!walk_.feed(begun)) {
        return false;
    }
    phase_ = Phase::Held;
    return true;
}

bool HeldText::may_end() const {
    return phase_ == Phase::Held && walk_.may_end();
}

bool HeldText::must_end() const {
    return may_end() && walk_.next_bytes().none();
}

std::bitset<256> HeldText::next_bytes() const {
    if (phase_ == Phase::Held) {
        return walk_.next_bytes();
    }
    return std::bitset<256>().set();
}

}  // namespace palier::engine::llama
