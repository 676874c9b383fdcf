// Quantities as people read them: "91.2 %", "1,234", "410 ms", "0.9 GB" in English, "91,2 %", "1
// 234", "410 ms", "0,9 Go" in French (a no-break space between thousands). Machine formats never
// use these.
#pragma once

#include "core/sequential.h"
#include "report/messages.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace palier::report {

enum class Rounding { Nearest, Down, Up };

// At most `decimals` decimals, trailing zeros dropped. Non-finite values give "-".
[[nodiscard]] std::string number(Language language,
                                 double value,
                                 int decimals,
                                 Rounding rounding = Rounding::Nearest);
// At least `digits` significant digits for values under one, else at most two decimals.
[[nodiscard]] std::string significant(Language language, double value, int digits);
[[nodiscard]] std::string count(Language language, std::int64_t value);

// A share as a percentage with at most one decimal; more only where the value would read the same
// as `apart_from` (a threshold) without being equal to it.
[[nodiscard]] std::string percent(Language language, double share);
[[nodiscard]] std::string percent_apart(Language language, double share, double apart_from);
// The ends of an interval, rounded outwards so that no more is claimed than is known:
// "87.1 to 94.8 %" for shares shown as percentages, "0.871 to 0.948" otherwise.
[[nodiscard]] std::string range(Language language, const core::Interval& interval, bool as_percent);
// A confidence level, rounded down: "99.3 %".
[[nodiscard]] std::string level(Language language, double level);

[[nodiscard]] std::string milliseconds(Language language,
                                       double ms);  // "410 ms", "1.24 s", "2.5 min"
[[nodiscard]] std::string duration(Language language,
                                   double seconds);  // "42 s", "6 min 40 s", "2 h 5 min"
[[nodiscard]] std::string bytes(Language language, std::uint64_t value);  // decimal units
[[nodiscard]] std::string money(Language language, double amount, std::string_view currency);
[[nodiscard]] std::string parameters(Language language,
                                     std::uint64_t value);  // "135M", "1.5B"; "135 M", "1,5 Md"

}  // namespace palier::report
