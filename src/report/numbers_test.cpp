#include "report/numbers.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace palier::report {

TEST_CASE("numbers are written as each language writes them") {
    CHECK(number(Language::En, 1234.5, 1) == "1,234.5");
    CHECK(number(Language::Fr, 1234.5, 1) == "1\u00a0234,5");
    CHECK(number(Language::En, 2.0, 3) == "2");
    CHECK(number(Language::En, -0.0004, 2) == "0");
    CHECK(number(Language::En, -1.25, 2) == "-1.25");
    CHECK(number(Language::En, std::nan(""), 2) == "-");
    CHECK(number(Language::En, std::numeric_limits<double>::infinity(), 2) == "-");
    CHECK(count(Language::En, 1234567) == "1,234,567");
    CHECK(count(Language::En, -1234) == "-1,234");
    CHECK(count(Language::En, 999) == "999");
}

TEST_CASE("a value that misses a threshold never reads as the threshold") {
    CHECK(percent(Language::En, 0.91) == "91 %");
    CHECK(percent_apart(Language::En, 0.84996, 0.85) == "84.996 %");
    CHECK(percent_apart(Language::En, 0.85, 0.85) == "85 %");
    CHECK(percent_apart(Language::Fr, 0.8496, 0.85) == "84,96 %");
    Rng rng(3);
    for (int i = 0; i < 2000; ++i) {
        const double value = static_cast<double>(rng.below(100'001)) / 100'000;
        const double need = static_cast<double>(rng.below(101)) / 100;
        const bool same = percent_apart(Language::En, value, need) == percent(Language::En, need);
        CHECK(same == (std::fabs(value - need) < 1e-9));
    }
}

TEST_CASE("intervals are rounded outwards") {
    CHECK(range(Language::En, {0.87149, 0.94801, 0.98}, true) == "87.1 to 94.9 %");
    CHECK(range(Language::Fr, {0.871, 0.948, 0.98}, true) == "87,1 à 94,8 %");
    CHECK(range(Language::En, {0.87149, 0.94801, 0.98}, false) == "0.871 to 0.949");
    CHECK(level(Language::En, 0.99333) == "99.3 %");
    CHECK(level(Language::En, 0.98) == "98 %");
}

TEST_CASE("quantities carry the unit that suits them") {
    CHECK(milliseconds(Language::En, 0.42) == "0.4 ms");
    CHECK(milliseconds(Language::Fr, 0.048) == "0,048 ms");  // a baseline; not "0 ms"
    CHECK(milliseconds(Language::En, 0) == "0 ms");
    CHECK(milliseconds(Language::En, std::numeric_limits<double>::infinity()) == "∞");
    CHECK(milliseconds(Language::En, 410.4) == "410 ms");
    CHECK(milliseconds(Language::Fr, 1240) == "1,24 s");
    CHECK(milliseconds(Language::En, 999.9) == "1 s");
    CHECK(milliseconds(Language::En, 150'000) == "2.5 min");
    CHECK(duration(Language::En, 42.4) == "42 s");
    CHECK(duration(Language::En, 400) == "6 min 40 s");
    CHECK(duration(Language::En, 7500) == "2 h 5 min");
    CHECK(duration(Language::En, 59.9999) == "60 s");
    CHECK(bytes(Language::En, 912'000'000) == "912 MB");
    CHECK(bytes(Language::Fr, 1'720'000'000) == "1,72 Go");
    CHECK(bytes(Language::En, 12) == "12 B");
    CHECK(bytes(Language::En, 999'600'000) == "1 GB");
    CHECK(money(Language::En, 0.1, "EUR") == "0.10 EUR");
    CHECK(money(Language::En, 0.0123, "EUR") == "0.012 EUR");
    CHECK(money(Language::Fr, 5, "EUR") == "5 EUR");
    CHECK(parameters(Language::En, 134'515'008) == "135M");
    CHECK(parameters(Language::En, 1'543'714'304) == "1.54B");
    CHECK(parameters(Language::Fr, 1'543'714'304) == "1,54\u00a0Md");
    CHECK(parameters(Language::Fr, 134'515'008) == "135\u00a0M");
}

}  // namespace palier::report
