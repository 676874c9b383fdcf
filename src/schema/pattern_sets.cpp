#include "schema/pattern.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace palier::schema {

Ranges tidy(Ranges ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
        return a.from < b.from;
    });
    Ranges joined;
    for (const Range& range : ranges) {
        if (!joined.empty() && range.from <= joined.back().to + 1) {
            joined.back().to = std::max(joined.back().to, range.to);
        } else {
            joined.push_back(range);
        }
    }
    return joined;
}

Ranges complement(const Ranges& ranges) {
    Ranges others;
    char32_t next = 0;
    for (const Range& range : tidy(ranges)) {
        if (range.from > next) {
            others.push_back({next, range.from - 1});
        }
        next = range.to + 1;
    }
    if (next <= k_last_character) {
        others.push_back({next, k_last_character});
    }
    return others;
}

namespace {

std::string escaped(char32_t character) {
    std::array<char, 8> digits{};
    const auto end = std::to_chars(
        digits.data(), digits.data() + digits.size(), static_cast<std::uint32_t>(character), 16);
    return "\\x{" + std::string(digits.data(), end.ptr) + "}";
}

std::string set_as_re2(const Pattern& set) {
    if (set.set.empty() && set.categories.empty()) {
        return R"([^\x{0}-\x{10FFFF}])";
    }
    std::string text = "[";
    for (const Range& range : set.set) {
        text += escaped(range.from) + "-" + escaped(range.to);
    }
    for (const std::string& category : set.categories) {
        text += category;
    }
    return text + "]";
}

}  // namespace

std::string Pattern::as_re2() const {
    std::string text;
    switch (kind) {
        case Kind::Set:
            return set_as_re2(*this);
        case Kind::Sequence:
            for (const Pattern& part : parts) {
                text += part.as_re2();
            }
            return text;
        case Kind::Choice:
            for (const Pattern& part : parts) {
                text += (text.empty() ? "(?:" : "|") + part.as_re2();
            }
            return text + ")";
        case Kind::Repeat:
            text = "(?:" + parts.front().as_re2() + "){" + std::to_string(least) + ",";
            return text + (most < 0 ? "}" : std::to_string(most) + "}");
        case Kind::Begin:
            return "\\A";
        case Kind::End:
            return "\\z";
        case Kind::WordEdge:
            return "\\b";
        case Kind::NoWordEdge:
            return "\\B";
    }
    return text;
}

}  // namespace palier::schema
