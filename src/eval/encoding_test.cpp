#include "eval/encoding.h"

#include "base/rng.h"
#include "base/text.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

TEST_CASE("UTF-8 passes as it is, without its BOM") {
    const auto plain = decode("été", "f");
    REQUIRE(plain.has_value());
    CHECK(plain->text == "été");
    CHECK(plain->encoding == "UTF-8");
    const auto marked = decode("\xef\xbb\xbf{}", "f");
    REQUIRE(marked.has_value());
    CHECK(marked->text == "{}");
    CHECK(marked->skipped_bytes == 3);
}

TEST_CASE("Latin-1 and Windows-1252 are told apart, converted, and the place is said") {
    const auto latin = decode("ok\nd\xe9j\xe0 vu", "f");
    REQUIRE(latin.has_value());
    CHECK(latin->text == "ok\ndéjà vu");
    CHECK(latin->encoding == "Latin-1");
    CHECK(latin->first_other.line == 2);
    CHECK(latin->first_other.column == 2);
    const auto windows = decode("12 \x80, l\x92\xe9t\xe9", "f");
    REQUIRE(windows.has_value());
    CHECK(windows->text == "12 €, l’été");
    CHECK(windows->encoding == "Windows-1252");
}

TEST_CASE("one broken byte in a UTF-8 file is an error with its place, not another encoding") {
    const auto broken = decode("été\nété\xff été", "data.csv");
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().code == codes::broken_utf8);
    CHECK(filled("{path}:{line}:{column} {byte}", broken.error().args) == "data.csv:2:6 0xff");
}

TEST_CASE("files that are no text are refused") {
    CHECK(decode(std::string("a\0b", 3), "f").error().code == codes::no_text);
    CHECK(decode("\xff\xfe"
                 "a",
                 "f")
              .error()
              .code == codes::no_text);
}

TEST_CASE("whatever the bytes, what is decoded is UTF-8") {
    Rng rng(41);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes;
        for (std::uint64_t i = rng.below(20); i > 0; --i) {
            bytes += static_cast<char>(1 + rng.below(255));
        }
        const auto decoded = decode(bytes, "f");
        if (decoded) {
            CHECK(is_valid_utf8(decoded->text));
        } else {
            CHECK((decoded.error().code == codes::no_text ||
                   decoded.error().code == codes::broken_utf8));
        }
    }
}

}  // namespace
}  // namespace palier::eval
