#include "answer/date.h"

#include "answer/words.h"
#include "base/text.h"
#include "lib/regex/regex.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace palier::answer {
namespace {

// All patterns read text in lower case without accents.
constexpr std::string_view k_months =
    "(jan(?:uary|vier|v)?|feb(?:ruary)?|fev(?:rier|r)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|may|mai|"
    "june?|juin|july?|juillet|juil|aug(?:ust)?|aout|sept(?:embre|ember)?|sep|oct(?:obre|ober)?|"
    "nov(?:embre|ember)?|dec(?:embre|ember)?)";
constexpr std::string_view k_weekday =
    "(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mon(?:day)?|tue(?:s|sday)?|"
    "wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\\.?,?\\s+)?";
constexpr std::string_view k_time =
    "(?:(?:t|,?\\s+|,?\\s+a\\s+|,?\\s+at\\s+)\\d{1,2}(?::|h)\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?"
    "(?:\\s*(?:am|pm))?\\s*(?:z|utc|[+-]\\d{2}:?\\d{2})?)?";

enum class Form { YearMonthDay, NumbersWithYearLast, DayMonth, MonthDay, YearMonthName };

struct Pattern {
    Form form;
    regex::Regex in_text;  // with word boundaries
    regex::Regex whole;    // with weekday and time around it
};

std::vector<Pattern> compile_patterns() {
    const std::string months(k_months);
    const std::string day = "(\\d{1,2})(?:st|nd|rd|th|er|e)?";
    const std::array<std::pair<Form, std::string>, 5> sources{{
        {Form::YearMonthDay, "(\\d{4})([-/.])(\\d{1,2})([-/.])(\\d{1,2})"},
        {Form::NumbersWithYearLast, "(\\d{1,2})([-/.])(\\d{1,2})([-/.])(\\d{4}|\\d{2})"},
        {Form::DayMonth,
         "(?:le\\s+|the\\s+)?" + day + "(?:\\s+of\\s+|\\s+de\\s+|\\s*[-/.]\\s*|\\s*)" + months +
             "\\.?(?:\\s*,\\s*|\\s+(?:of|in|de)\\s+|\\s+|[-/.])(\\d{4}|\\d{2})"},
        {Form::MonthDay,
         months + "\\.?(?:\\s+the\\s+|\\s*[-/.]?\\s*)" + day +
             "(?:\\s*,\\s*|\\s+(?:of\\s+|de\\s+)?|[-/.])(\\d{4})"},
        {Form::YearMonthName, "(\\d{4})[-/. ]\\s*" + months + "\\.?[-/. ]\\s*" + day},
    }};
    std::vector<Pattern> patterns;
    patterns.reserve(sources.size());
    for (const auto& [form, source] : sources) {
        patterns.push_back({form,
                            regex::Regex::of_program("\\b" + source + "\\b"),
                            regex::Regex::of_program(std::string(k_weekday) + "(?:le\\s+)?" +
                                                     source + std::string(k_time) + "\\.?")});
    }
    return patterns;
}

const std::vector<Pattern>& patterns() {
    static const std::vector<Pattern> compiled = compile_patterns();
    return compiled;
}

int number_in(std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

int year_in(std::string_view digits) {
    const int year = number_in(digits);
    return digits.size() > 2 ? year : year <= 68 ? 2000 + year : 1900 + year;
}

int month_in(std::string_view name) {
    if (name.substr(0, 3) == "jui" || name.substr(0, 3) == "jun" || name.substr(0, 3) == "jul") {
        return name.substr(0, 4) == "juil" || name.substr(0, 3) == "jul" ? 7 : 6;
    }
    constexpr std::array<std::pair<std::string_view, int>, 14> starts{{{"jan", 1},
                                                                       {"feb", 2},
                                                                       {"fev", 2},
                                                                       {"mar", 3},
                                                                       {"apr", 4},
                                                                       {"avr", 4},
                                                                       {"may", 5},
                                                                       {"mai", 5},
                                                                       {"aug", 8},
                                                                       {"aou", 8},
                                                                       {"sep", 9},
                                                                       {"oct", 10},
                                                                       {"nov", 11},
                                                                       {"dec", 12}}};
    for (const auto& [start, month] : starts) {
        if (name.substr(0, 3) == start) {
            return month;
        }
    }
    return 0;
}

std::optional<Date> existing(int year, int month, int day) {
    constexpr std::array<int, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || year < 1) {
        return std::nullopt;
    }
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int last = month == 2 && leap ? 29 : days[static_cast<std::size_t>(month)];
    if (day > last) {
        return std::nullopt;
    }
    return Date{year, month, day};
}

std::optional<Date> date_in(Form form,
                            const regex::Match& match,
                            std::string_view text,
                            Style style) {
    const auto group = [&](std::size_t i) { return match.text(text, i); };
    switch (form) {
        case Form::YearMonthDay:
            return group(2) == group(4)
                       ? existing(number_in(group(1)), number_in(group(3)), number_in(group(5)))
                       : std::nullopt;
        case Form::NumbersWithYearLast: {
            if (group(2) != group(4)) {
                return std::nullopt;
            }
            const int a = number_in(group(1)), b = number_in(group(3)), year = year_in(group(5));
            const bool month_first = b > 12 || (style == Style::English && a <= 12);
            return month_first ? existing(year, a, b) : existing(year, b, a);
        }
        case Form::DayMonth:
            return existing(year_in(group(3)), month_in(group(2)), number_in(group(1)));
        case Form::MonthDay:
            return existing(year_in(group(3)), month_in(group(1)), number_in(group(2)));
        case Form::YearMonthName:
            return existing(number_in(group(1)), month_in(group(2)), number_in(group(3)));
    }
    return std::nullopt;
}

// Do digits go on over a mark, as in a telephone number ("06.12.34.56")?
bool part_of_longer(std::string_view text, regex::Span span) {
    const auto mark = [](char c) { return c == '.' || c == '-' || c == '/'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool before =
        span.begin >= 2 && mark(text[span.begin - 1]) && digit(text[span.begin - 2]);
    const bool after =
        span.end + 1 < text.size() && mark(text[span.end]) && digit(text[span.end + 1]);
    return before || after;
}

std::string plain_form(std::string_view text) {
    const std::string plain = without_accents(to_lower(composed(trimmed(text))));
    std::string out;
    for (std::size_t i = 0; i < plain.size();) {
        const CodePoint c = code_point_at(plain, i);
        if (is_space(c.value)) {
            out += ' ';  // the patterns know ASCII spaces only
        } else {
            out.append(plain, i, c.length);
        }
        i += c.length;
    }
    return out;
}

}  // namespace

std::string Date::text() const {
    const auto padded = [](int value, std::size_t width) {
        const std::string digits = std::to_string(value);
        return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
    };
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
}

std::optional<Date> read_date(std::string_view text, Style style) {
    constexpr std::size_t longest = 80;  // of what can be one date with its weekday and time
    if (text.size() > 4 * longest) {
        return std::nullopt;
    }
    const std::string plain = plain_form(text);
    if (plain.size() > longest || plain.find_first_of("0123456789") == std::string::npos) {
        return std::nullopt;
    }
    for (const Pattern& pattern : patterns()) {
        if (!pattern.whole.matches_whole(plain)) {
            continue;
        }
        const auto match = pattern.whole.find(plain);
        if (auto date = match ? date_in(pattern.form, *match, plain, style) : std::nullopt) {
            return date;
        }
    }
    return std::nullopt;
}

namespace {

// The time of day that ends `plain`; group 0 is empty-handed where there is none.
const regex::Regex& time_pattern() {
    static const regex::Regex pattern = regex::Regex::of_program(
        "(?:^|t|,?\\s+|,?\\s+a\\s+|,?\\s+at\\s+)(\\d{1,2})(?::|h)(\\d{2})(?::(\\d{2})(?:[.,]("
        "\\d+))?)?"
        "(?:\\s*(am|pm|a\\.m\\.|p\\.m\\.))?\\s*(z|utc|gmt|[+-]\\d{2}:?\\d{2})?\\.?$");
    return pattern;
}

std::string two_digits(int value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

std::optional<int> offset_of(std::string_view zone) {
    if (zone.empty()) {
        return std::nullopt;
    }
    if (zone.front() != '+' && zone.front() != '-') {
        return 0;
    }
    const int minutes = number_in(zone.substr(1, 2)) * 60 + number_in(zone.substr(zone.size() - 2));
    return zone.front() == '-' ? -minutes : minutes;
}

// Sets time and offset; false where the digits are no time of day.
bool read_time(const regex::Match& match, std::string_view text, Moment& moment) {
    const auto group = [&](std::size_t i) { return match.text(text, i); };
    int hour = number_in(group(1));
    const int minute = number_in(group(2)), second = number_in(group(3));
    if (!group(5).empty()) {
        if (hour < 1 || hour > 12) {
            return false;
        }
        hour = hour % 12 + (group(5).front() == 'p' ? 12 : 0);
    }
    if (hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    std::string fraction(group(4));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    moment.time = two_digits(hour) + ":" + two_digits(minute) + ":" + two_digits(second) +
                  (fraction.empty() ? "" : "." + fraction);
    moment.offset_minutes = offset_of(group(6));
    return true;
}

// Days since 1970-01-01 (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
std::int64_t days_of(const Date& date) {
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = year / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

std::int64_t minutes_of(const Moment& moment) {
    constexpr std::int64_t hour = 60, day = 24 * hour;
    const std::string time = moment.time.value_or("00:00:00");
    return (moment.date ? days_of(*moment.date) : 0) * day +
           number_in(std::string_view(time).substr(0, 2)) * hour +
           number_in(std::string_view(time).substr(3, 2)) - moment.offset_minutes.value_or(0);
}

}  // namespace

std::optional<Moment> read_moment(std::string_view text, Style style) {
    constexpr std::size_t longest = 80;
    const std::string plain = text.size() > 4 * longest ? std::string() : plain_form(text);
    if (plain.empty() || plain.size() > longest) {
        return std::nullopt;
    }
    Moment moment;
    moment.date = read_date(text, style);
    const auto match = time_pattern().find(plain);
    if (!match) {
        return moment.date ? std::optional(moment) : std::nullopt;
    }
    const bool alone = match->groups.front().begin == 0;
    if (!read_time(*match, plain, moment) || (!alone && !moment.date)) {
        return std::nullopt;
    }
    return moment;
}

bool is_time(std::string_view text) {
    const auto moment = read_moment(text, Style::English);
    return moment && !moment->date;
}

bool same_moment(const Moment& expected, const Moment& found) {
    if (!expected.time || !found.time) {
        const bool midnight = expected.time == "00:00:00" && found.date.has_value();
        return expected.date == found.date && (!expected.time || midnight);
    }
    if (expected.date.has_value() != found.date.has_value()) {
        return false;
    }
    if (expected.offset_minutes.has_value() && found.offset_minutes.has_value()) {
        return minutes_of(expected) == minutes_of(found) &&
               expected.time->substr(6) == found.time->substr(6);
    }
    return expected.date == found.date && expected.time == found.time;
}

std::optional<Date> date_of(std::string_view text, Style style) {
    const std::string plain = plain_form(text);
    struct Found {
        std::size_t begin, end;
        Date date;
    };
    std::optional<Found> last;
    for (const Pattern& pattern : patterns()) {
        for (const regex::Match& match : pattern.in_text.find_all(plain)) {
            const regex::Span span = match.groups.front();
            const auto date = part_of_longer(plain, span)
                                  ? std::nullopt
                                  : date_in(pattern.form, match, plain, style);
            // The last to end; of two that end together, the longer one.
            if (date && (!last || span.end > last->end ||
                         (span.end == last->end && span.begin < last->begin))) {
                last = Found{span.begin, span.end, *date};
            }
        }
    }
    return last ? std::optional<Date>(last->date) : std::nullopt;
}

}  // namespace palier::answer
