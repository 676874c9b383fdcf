#include "answer/number.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string whole(std::string_view text, Style style = Style::English) {
    const auto number = read_number(text, style);
    return number ? number->decimal + (number->percent ? "%" : "") : "(none)";
}
std::string last(std::string_view text, Style style = Style::English) {
    const auto number = number_of(text, style);
    return number ? number->decimal + (number->percent ? "%" : "") : "(none)";
}

TEST_CASE("equal numbers have one canonical decimal") {
    CHECK(whole("5") == "5");
    CHECK(whole("5.0") == "5");
    CHECK(whole("0.50e1") == "5");
    CHECK(whole("-0.0") == "0");
    CHECK(whole(".5") == "0.5");
    CHECK(whole("18.00") == "18");
    CHECK(whole("1e3") == "1000");
    CHECK(whole("1e-3") == "0.001");
    CHECK(whole("−"
                "7") == "-7");
    CHECK(whole("9007199254740993") == "9007199254740993");  // not rounded to a double
    CHECK(read_number("-12.5", Style::English)->value() == -12.5);
    CHECK(whole("1e300") == "1e300");
    CHECK(read_number("1e9999", Style::English)->value() > 1e308);
}

TEST_CASE("groups and decimal marks of English") {
    CHECK(whole("1,234") == "1234");
    CHECK(whole("1,234.56") == "1234.56");
    CHECK(whole("1,234,567") == "1234567");
    CHECK(whole("1.234") == "1.234");
    CHECK(whole("1,5") == "1.5");
    CHECK(whole("1.234,56") == "1234.56");
    CHECK(whole("1 234") == "1234");
    CHECK(whole("12 34") == "(none)");
    CHECK(whole("1\xe2\x80\xaf"
                "234.5") == "1234.5");
}

TEST_CASE("groups and decimal marks of French") {
    CHECK(whole("1 234,56", Style::French) == "1234.56");
    CHECK(whole("1\xc2\xa0"
                "234\xc2\xa0"
                "567",
                Style::French) == "1234567");
    CHECK(whole("12,345", Style::French) == "12.345");
    CHECK(whole("1.234,56", Style::French) == "1234.56");
    CHECK(whole("1.234.567", Style::French) == "1234567");
    CHECK(whole("1.234", Style::French) == "1.234");
    CHECK(whole("2 000 000,5", Style::French) == "2000000.5");
}

TEST_CASE("percent signs and multipliers") {
    CHECK(whole("12.5 %") == "12.5%");
    CHECK(whole("20 pour cent", Style::French) == "20%");
    CHECK(whole("3 million") == "3000000");
    CHECK(whole("2,33k", Style::French) == "2330");
    CHECK(whole("1 billion") == "1000000000");
    CHECK(whole("1 billion", Style::French) == "1000000000000");
    CHECK(whole("10,05 milliards", Style::French) == "10050000000");
    CHECK(last("it grew to 1.2M users") == "1200000");
    CHECK(last("12 km") == "12");
}

TEST_CASE("what is an identifier or several numbers is not one number") {
    for (const std::string text : {"007",
                                   "01000",
                                   "+33 6 12",
                                   "1.2.3",
                                   "1,2,3",
                                   "12 apples",
                                   "",
                                   "-",
                                   "1/2",
                                   "3 4",
                                   "ten"}) {
        INFO(text);
        CHECK_FALSE(read_number(text, Style::English).has_value());
    }
}

TEST_CASE("the last number of an answer is taken") {
    CHECK(last("2 + 3 = 5.") == "5");
    CHECK(last("It costs $1,000.") == "1000");
    CHECK(last("x = -5") == "-5");
    CHECK(last("-$5") == "-5");
    CHECK(last("10-5") == "5");  // a minus between numbers is no sign
    CHECK(last("1, 2, 3") == "3");
    CHECK(last("1,2,3") == "3");
    CHECK(last("B2B and covid19") == "(none)");
    CHECK(last("no number") == "(none)");
    CHECK(last("18 dollars in 2026") == "2026");  // the trailing year is the last number
}

TEST_CASE("whatever is written plainly is read back, in both styles") {
    Rng rng(17);
    for (int round = 0; round < 5000; ++round) {
        const auto thousandths =
            static_cast<std::int64_t>(rng.below(2'000'000'000)) - 1'000'000'000;
        std::string text = std::to_string(thousandths / 1000) + "." +
                           std::to_string(1000 + std::abs(thousandths % 1000)).substr(1);
        if (thousandths < 0 && thousandths > -1000) {
            text.insert(0, "-");
        }
        for (const Style style : {Style::English, Style::French}) {
            const auto number = read_number(text, style);
            INFO(text);
            REQUIRE(number.has_value());
            CHECK(number->value() == doctest::Approx(static_cast<double>(thousandths) / 1000));
            CHECK(read_number(number->decimal, style) == number);
        }
    }
}

TEST_CASE("arbitrary bytes give a number or none, and scanning ends") {
    Rng rng(23);
    const std::string alphabet = "0123456789.,-+eE%kM $\xc2\xa0 million";
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(16); i > 0; --i) {
            text += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                   : alphabet[rng.below(alphabet.size())];
        }
        for (const Style style : {Style::English, Style::French}) {
            const auto number = number_of(text, style);
            if (number) {
                CHECK_FALSE(number->decimal.empty());
                const auto again = read_number(number->decimal, Style::English);
                INFO(text << " -> " << number->decimal);
                REQUIRE(again.has_value());
                CHECK(again->decimal == number->decimal);
            }
        }
    }
}

}  // namespace
}  // namespace palier::answer
