#include "lib/json/json.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::json {
namespace {

Value must(std::string_view text) {
    auto parsed = parse_or_nothing(text);
    REQUIRE(parsed);
    return *parsed;
}

ParseError refused(std::string_view text) {
    const auto parsed = parse(text);
    REQUIRE(std::holds_alternative<ParseError>(parsed));
    return std::get<ParseError>(parsed);
}

Value random_value(Rng& rng, int depth) {
    switch (rng.below(depth > 3 ? 5 : 7)) {
        case 0:
            return {};
        case 1:
            return rng.below(2) == 1;
        case 2:
            return static_cast<std::int64_t>(rng.next());
        case 3:
            return (rng.uniform() - 0.5) * 1e3;
        case 4: {
            std::string text;
            for (auto i = rng.below(6); i > 0; --i) {
                text += static_cast<char>(rng.below(0x80));
            }
            return text + "é";
        }
        case 5: {
            Value array = Array{};
            for (auto i = rng.below(4); i > 0; --i) {
                array.push(random_value(rng, depth + 1));
            }
            return array;
        }
        default: {
            Value object = Object{};
            for (auto i = rng.below(4); i > 0; --i) {
                object.add("k" + std::to_string(i), random_value(rng, depth + 1));
            }
            return object;
        }
    }
}

}  // namespace

TEST_CASE("objects keep the order of their keys and refuse a key twice") {
    CHECK(write(must(R"({"z":1,"a":[true,null,"x"]})")) == R"({"z":1,"a":[true,null,"x"]})");
    CHECK(refused(R"({"a":1,"b":{"a":2,"a":3}})").what.find("\"a\" is there twice") !=
          std::string::npos);
}

TEST_CASE("numbers are written as people write them") {
    CHECK(write(Value(0.9)) == "0.9");
    CHECK(write(Value(0.000125)) == "0.000125");
    CHECK(write(Value(100.0)) == "100");
    CHECK(write(Value(1e300)) == "1e+300");
    CHECK(write(Value(-0.5)) == "-0.5");
    CHECK(must("1") == must("1.0"));
}

TEST_CASE("numbers are kept as they are written") {
    for (const std::string text : {"1.0",
                                   "1e3",
                                   "-0.50",
                                   "10176718226607830673",
                                   "9223372036854775808",
                                   "123456789012345678901234567890",
                                   "-123456789012345678901234567890",
                                   "0.1234567890123456789",
                                   "1e-400",
                                   "1E+2"}) {
        INFO(text);
        CHECK(write(must(text)) == text);
        CHECK(must("[" + text + "]").as_array().front() == must(text));
        CHECK(must(text).is_number());
    }
    CHECK(must("1e3").as_double() == 1000);
    CHECK(write(Value(std::uint64_t{18446744073709551615U})) == "18446744073709551615");
}

TEST_CASE("numbers are equal when their decimals are") {
    CHECK(must("1e3") == must("1000"));
    CHECK(must("0.10") == Value(0.1));
    CHECK(must("-0.0") == must("0"));
    CHECK(must("120000000000000000000000") == must("12e22"));
    CHECK_FALSE(must("10176718226607830673") == must("10176718226607830674"));
    CHECK_FALSE(must("9223372036854775807") == must("9223372036854775808"));
}

TEST_CASE("what JSON does not know is named") {
    CHECK(refused(R"({"a": NaN})").what.find("NaN") != std::string::npos);
    CHECK(refused(R"([-Infinity])").what.find("Infinity") != std::string::npos);
    CHECK(refused(R"(["\ud800 x"])").what.find("surrogate") != std::string::npos);
    CHECK(refused(R"(["\udc00"])").what.find("surrogate") != std::string::npos);
    CHECK(refused("['a']").what.find("single quotes") != std::string::npos);
    CHECK(refused("[True]").what.find("true") != std::string::npos);
    CHECK(refused("[.5]").what.find("begins with a digit") != std::string::npos);
    CHECK(refused("[007]").what.find("leading zero") != std::string::npos);
    CHECK(refused("{a: 1}").what.find("without double quotes") != std::string::npos);
    CHECK(refused("[1] // x").what.size() > 0);
    CHECK(must(R"("a\u0000b")").as_string() == std::string("a\0b", 3));
}

TEST_CASE("a broken text is refused with the position of the break") {
    CHECK(refused(R"({"a": 1,})").offset == 8);
    CHECK(refused("[1] x").offset >= 3);
    CHECK(refused("").what.size() > 0);
    CHECK(refused("1e999").what.size() > 0);
    CHECK(refused("\"\xff\"").what.size() > 0);
    CHECK(refused(std::string(100, '[')).what.size() > 0);
}

TEST_CASE("strings keep every character, escaped where JSON asks for it") {
    const std::string text = "a\"\\\n\t\x01 é 😀";
    CHECK(must(write(Value(text))).as_string() == text);
    CHECK(must(R"("\u00e9\ud83d\ude00")").as_string() == "é😀");
}

TEST_CASE("half of an escaped surrogate pair that a model wrote reads as U+FFFD, alone") {
    const auto said = [](std::string_view text) {
        const auto value = parse_or_nothing(text);
        REQUIRE(value);
        return *value;
    };
    const std::string lost = "\uFFFD";
    CHECK(said(R"("a\ud83d")").as_string() == "a" + lost);
    CHECK(said(R"("\uDE00b")").as_string() == lost + "b");
    CHECK(said(R"("\ud83d\ud83d\ude00")").as_string() == lost + "😀");
    CHECK(said(R"("\ude00\ud83d")").as_string() == lost + lost);
    CHECK(said(R"("\ud83d\n\ud83dx")").as_string() == lost + "\n" + lost + "x");
    CHECK(said(R"("\ud83d\u0041")").as_string() == lost + "A");
    CHECK(said(R"({"\ud83d": "\\ud83d"})")[lost].as_string() == "\\ud83d");
    CHECK_FALSE(parse_or_nothing(R"("\ud83")"));
}

TEST_CASE("what is missing reads as null, and a wrong type as the fallback") {
    const Value value = must(R"({"n": 3, "s": "x"})");
    CHECK(value["nothing"].is_null());
    CHECK(value["s"].as_int(7) == 7);
    CHECK(value["n"].as_double() == 3.0);
    CHECK(value["n"]["deeper"].is_null());
}

TEST_CASE("any value reads back as it was written, on one line or indented") {
    Rng rng(11);
    for (int i = 0; i < 3000; ++i) {
        const Value value = random_value(rng, 0);
        CHECK(must(write(value)) == value);
        CHECK(must(write_pretty(value)) == value);
    }
}

TEST_CASE("arbitrary bytes are parsed or refused, never more") {
    Rng rng(5);
    const std::string_view alphabet = "{}[]\",:0123456789.eE+-truefalsnd\\\\\\uud8 \xc3\xa9\xff";
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (auto length = rng.below(24); length > 0; --length) {
            text += alphabet[rng.below(alphabet.size())];
        }
        const auto parsed = parse(text);
        if (const auto* value = std::get_if<Value>(&parsed)) {
            CHECK(must(write(*value)) == *value);
        }
    }
}

}  // namespace palier::json
