// Calendar dates in answers. Dates without a year ("3 mars") and relative ones ("next Friday") are
// not read.
#pragma once

#include "answer/number.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::answer {

struct Date {
    int year = 0, month = 0, day = 0;        // a day that exists in the Gregorian calendar
    [[nodiscard]] std::string text() const;  // "2026-03-03"
    bool operator==(const Date&) const = default;
};

// The whole text, trimmed, is one date; a time of day after it is accepted and dropped. Forms:
// 2026-03-03, 2026/3/3, 2026.03.03 and 2026-03-03T10:00:00Z; 3/3/2026 with /, - or . twice; 3 mars
// 2026, 1er mars 2026, mardi 3 mars 2026, 3rd of March 2026, March 3rd, 2026, Mar 3 2026,
// 03-Mar-2026, 2026 Mar 3. Two-digit years: 00..68 are 20xx, 69..99 are 19xx (POSIX). In 3/4/2026
// the month is the number above 12's other one; when both are at most 12, Style decides.
[[nodiscard]] std::optional<Date> read_date(std::string_view text, Style style);
// A date, a time of day, or both.
struct Moment {
    std::optional<Date> date;
    std::optional<std::string> time;    // "HH:MM:SS", then "." and digits where a fraction is given
    std::optional<int> offset_minutes;  // east of UTC, where the text says it
};
// The whole text, trimmed, is a date (as above), a time of day ("9:05", "17h30", "5:30 pm",
// "09:00:00.5Z"), or a date and a time.
[[nodiscard]] std::optional<Moment> read_moment(std::string_view text, Style style);
[[nodiscard]] bool is_time(std::string_view text);  // a time of day alone

// Do they name one moment? An offset counts where both have one: one instant in two zones is the
// same. An expected date without a time is met by any time of that day; an expected midnight by the
// date alone.
[[nodiscard]] bool same_moment(const Moment& expected, const Moment& found);

// The last date in the text.
[[nodiscard]] std::optional<Date> date_of(std::string_view text, Style style);

}  // namespace palier::answer
