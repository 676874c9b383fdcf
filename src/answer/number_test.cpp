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
                                   "1/2/2026",
                                   "7:30",
                                   "10-15",
                                   "1,23,45",
                                   "2^10",
                                   "10²",
                                   "1 Jan 2020",
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
    CHECK(last("10-5") == "(none)");  // a range, a score, a difference
    CHECK(last("10-5=5") == "5");
    CHECK(last("1, 2, 3") == "3");
    CHECK(last("1,2,3") == "(none)");
    CHECK(last("B2B and covid19") == "(none)");
    CHECK(last("no number") == "(none)");
    CHECK(last("18 dollars in 2026") == "2026");  // the trailing year is the last number
}

TEST_CASE("a number is read whole or not at all") {
    CHECK(last("1,23,456") == "123456");
    CHECK(last("12,34,56,789 people") == "123456789");
    CHECK(last("1,23,45") == "(none)");
    CHECK(last("7 100% sure") == "100%");
    CHECK(last("7 100 sure") == "(none)");  // one number or two
    CHECK(last("1 000 km") == "1000");
    CHECK(last("1 234") == "1234");  // nothing else stands there
    CHECK(last("$5-$7") == "(none)");
    CHECK(last("at 10am") == "(none)");
    CHECK(last("3 million 500 thousand") == "(none)");
    CHECK(last("2 dozen") == "(none)");
    CHECK(last("3 hundred") == "300");
    CHECK(last("il y en a 7 100", Style::French) == "7100");
    CHECK(last("1 000 000") == "1000000");
    CHECK(last("at 7:30") == "(none)");
    CHECK(last("on 2026-03-03T10:00:00Z") == "(none)");
    CHECK(last("between 5–7") == "(none)");
    CHECK(last("version 1.2.3") == "(none)");
    CHECK(last("it is 7h30") == "(none)");
    CHECK(last("0x1F") == "(none)");
    CHECK(last("2√3") == "(none)");
    CHECK(last("GPT-4 says 7") == "7");
    CHECK(last("100 m2") == "100");
    CHECK(last("3.5 × 10^5") == "350000");
    CHECK(last("6.02x10²³") == "602000000000000000000000");
    CHECK(last("1_000_000") == "1000000");
}

TEST_CASE("fractions are exact") {
    CHECK(whole("1/2") == "0.5");
    CHECK(whole("3/2") == "1.5");
    CHECK(whole("2/6") == "1/3");
    CHECK(whole("1 1/2") == "1.5");
    CHECK(whole("½") == "0.5");
    CHECK(whole("1½") == "1.5");
    CHECK(last("so \\frac{7}{2}$") == "3.5");
    CHECK(last("\\boxed{-\\dfrac{1}{2}}") == "-0.5");
    CHECK(last("\\frac{\\pi}{2}") == "(none)");
    CHECK(last("1/2/2026") == "(none)");
    CHECK(last("1/0") == "(none)");
    CHECK(last("half a million is 1/2 million") == "500000");
    CHECK(last("½%") == "0.5%");
    CHECK(read_number("1/3", Style::English)->value() == doctest::Approx(1.0 / 3));
}

TEST_CASE("digits of every script are digits") {
    CHECK(last("合計は1,500円") == "1500");
    CHECK(last("合計は１，５００円です") == "1500");
    CHECK(last("約3万人") == "30000");
    CHECK(last("1億2000万") == "(none)");
    CHECK(last("총 15개입니다") == "15");
    CHECK(last("٤٢") == "42");
    CHECK(last("४२ रुपये") == "42");
    CHECK(last("ราคา500บาท") == "500");
    CHECK(last("2026年3月3日") == "(none)");
    CHECK(last("$1{,}500$") == "1500");
    CHECK(last("5 lakh") == "500000");
}

TEST_CASE("the only number of a reference is found, several are none") {
    const auto only = [](std::string_view text) {
        const auto number = only_number_in(text, Style::English);
        return number ? number->decimal : "(none)";
    };
    CHECK(only("18 dollars") == "18");
    CHECK(only("1/2") == "0.5");
    CHECK(only("7:30") == "(none)");
    CHECK(only("12 May 1990") == "(none)");
    CHECK(only("10 to 15") == "(none)");
    CHECK(only("") == "(none)");
}

TEST_CASE("per cent is not per mille, and a unit on one side only is not compared") {
    const auto same = [](std::string_view a, std::string_view b) {
        return same_quantity(*read_number(a, Style::English), *read_number(b, Style::English));
    };
    CHECK_FALSE(same("5%", "5‰"));
    CHECK(same("5%", "5 percent"));
    CHECK(same("5%", "5"));
    CHECK_FALSE(same("5%", "6%"));
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
