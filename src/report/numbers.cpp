#include "report/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace palier::report {
namespace {

constexpr std::string_view k_no_break_space = "\xc2\xa0";

// `digits` with a separator between groups of three.
std::string grouped(Language language, std::string_view digits) {
    const std::string_view separator = language == Language::Fr ? k_no_break_space : ",";
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            text += separator;
        }
        text += digits[i];
    }
    return text;
}

std::string fixed(double value, int decimals) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    return end.ec == std::errc() ? std::string(buffer.data(), end.ptr) : std::string("-");
}

// Doubles such as 0.948 * 1000 sit a hair beside the decimal that was meant: ends are rounded
// outwards only past that hair.
double rounded(double value, int decimals, Rounding rounding) {
    constexpr double hair = 1e-9;
    const double scale = std::pow(10.0, decimals);
    if (rounding == Rounding::Down) {
        return std::floor(value * scale + hair) / scale;
    }
    if (rounding == Rounding::Up) {
        return std::ceil(value * scale - hair) / scale;
    }
    return value;
}

}  // namespace

std::string number(Language language, double value, int decimals, Rounding rounding) {
    if (!std::isfinite(value)) {
        return "-";
    }
    std::string text = fixed(rounded(value, decimals, rounding), decimals);
    const bool negative = text.starts_with('-');
    if (negative) {
        text.erase(0, 1);
    }
    std::string fraction;
    if (const auto point = text.find('.'); point != std::string::npos) {
        fraction = text.substr(point + 1);
        text.resize(point);
        fraction.erase(fraction.find_last_not_of('0') + 1);
    }
    const bool zero = text == "0" && fraction.empty();
    std::string shown = (negative && !zero ? "-" : "") + grouped(language, text);
    if (!fraction.empty()) {
        shown += (language == Language::Fr ? "," : ".") + fraction;
    }
    return shown;
}

std::string significant(Language language, double value, int digits) {
    const double size = std::fabs(value);
    if (size == 0 || !std::isfinite(value)) {
        return number(language, value, 0);
    }
    if (size >= 1) {
        return number(language, value, size < 100 ? 2 : 0);
    }
    const int zeros = static_cast<int>(std::floor(-std::log10(size)));
    return number(language, value, std::min(12, zeros + digits));
}

std::string count(Language language, std::int64_t value) {
    const std::string text = std::to_string(value);
    return value < 0 ? "-" + grouped(language, std::string_view(text).substr(1))
                     : grouped(language, text);
}

std::string percent(Language language, double share) {
    return number(language, share * 100, 1) + " %";
}

std::string percent_apart(Language language, double share, double apart_from) {
    for (int decimals = 1; decimals <= 4; ++decimals) {
        std::string text = number(language, share * 100, decimals);
        if (text != number(language, apart_from * 100, decimals) ||
            std::fabs(share - apart_from) < 1e-9) {
            return text + " %";
        }
    }
    return number(language, share * 100, 5) + " %";
}

std::string range(Language language, const core::Interval& interval, bool as_percent) {
    const double scale = as_percent ? 100 : 1;
    const int decimals = as_percent ? 1 : 3;
    const std::string low = number(language, interval.low * scale, decimals, Rounding::Down);
    const std::string high = number(language, interval.high * scale, decimals, Rounding::Up);
    return low + (language == Language::Fr ? " à " : " to ") + high + (as_percent ? " %" : "");
}

std::string level(Language language, double level) {
    return number(language, level * 100, 1, Rounding::Down) + " %";
}

std::string milliseconds(Language language, double ms) {
    if (std::isinf(ms)) {  // of requests that never came to an end
        return ms > 0 ? "∞" : "-";
    }
    if (ms > 0 && ms < 0.2) {
        return significant(language, ms, 2) + " ms";
    }
    if (ms < 9.95) {
        return number(language, ms, 1) + " ms";
    }
    if (ms < 999.5) {
        return number(language, ms, 0) + " ms";
    }
    if (ms < 59'995) {
        return number(language, ms / 1000, 2) + " s";
    }
    return number(language, ms / 60'000, 1) + " min";
}

std::string duration(Language language, double seconds) {
    if (!(seconds >= 60)) {
        return number(language, seconds, seconds < 10 ? 1 : 0) + " s";
    }
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 3600) {
        const std::string rest = whole % 60 == 0 ? "" : " " + std::to_string(whole % 60) + " s";
        return std::to_string(whole / 60) + " min" + rest;
    }
    const std::int64_t minutes = (whole % 3600) / 60;
    return count(language, whole / 3600) + " h" +
           (minutes == 0 ? "" : " " + std::to_string(minutes) + " min");
}

std::string bytes(Language language, std::uint64_t value) {
    static constexpr std::array<std::string_view, 5> english{"B", "kB", "MB", "GB", "TB"};
    static constexpr std::array<std::string_view, 5> french{"o", "ko", "Mo", "Go", "To"};
    double amount = static_cast<double>(value);
    std::size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < english.size()) {
        amount /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
    return number(language, amount, decimals) + " " +
           std::string(language == Language::Fr ? french[unit] : english[unit]);
}

std::string money(Language language, double amount, std::string_view currency) {
    std::string text = significant(language, amount, 2);
    // Cents have two decimals: 0.10, not 0.1.
    const auto mark = text.find(language == Language::Fr ? ',' : '.');
    if (mark != std::string::npos && mark + 2 == text.size()) {
        text += '0';
    }
    return currency.empty() ? text : text + " " + std::string(currency);
}

std::string parameters(Language language, std::uint64_t value) {
    const auto amount = static_cast<double>(value);
    const bool french = language == Language::Fr;
    if (value >= 999'500'000) {
        return number(language, amount / 1e9, amount < 1e10 ? 2 : 0) + (french ? "\u00a0Md" : "B");
    }
    if (value >= 1'000'000) {
        return number(language, amount / 1e6, 0) + (french ? "\u00a0M" : "M");
    }
    return count(language, static_cast<std::int64_t>(value));
}

}  // namespace palier::report
