#include "report/escape.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::report {

TEST_CASE("markup in data is shown, never obeyed") {
    CHECK(html_text("<script>alert('1')</script>") ==
          "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
    CHECK(html_text("a\" onload=\"x & y") == "a&quot; onload=&quot;x &amp; y");
    CHECK(markdown_text("[x](y) | `z` <b>") == "\\[x\\](y) \\| \\`z\\` \\<b\\>");
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
}

TEST_CASE("control bytes become visible and newlines become spaces on one line") {
    CHECK(plain_line("a\x1b[2Jb\nc\td\x7f") == "a␛[2Jb c d␡");
    CHECK(plain_line(std::string("a\0b", 3)) == "a␀b");
    CHECK(plain_line("\xc2\x9b"
                     "31m") == "\uFFFD31m");
    CHECK(html_text("a\nb\tc\rd") == "a\nb\tcd");
}

TEST_CASE("bytes that are no UTF-8 become replacement characters") {
    CHECK(plain_line("a\xff"
                     "b") == "a\uFFFDb");
    CHECK(plain_line("\xc0\xaf") == "\uFFFD\uFFFD");            // overlong
    CHECK(plain_line("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // surrogate
    CHECK(plain_line("\xe2\x82") == "\uFFFD\uFFFD");            // cut
    CHECK(plain_line("é€😀") == "é€😀");
}

TEST_CASE("spaces before units and double marks do not break in our own sentences") {
    CHECK(html_sentence("91 % right") == "91\u00a0% right");
    CHECK(html_sentence("seuil : 3 s, puis") == "seuil\u00a0: 3\u00a0s, puis");
    CHECK(html_sentence("3 systems") == "3 systems");
}

TEST_CASE("whatever the bytes, every form is valid UTF-8 without live markup") {
    Rng rng(42);
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        const std::uint64_t length = rng.below(40);
        for (std::uint64_t k = 0; k < length; ++k) {
            text += static_cast<char>(rng.below(256));
        }
        const std::string html = html_text(text);
        CHECK(is_valid_utf8(html));
        CHECK(html.find_first_of("<>\"'\x1b") == std::string::npos);
        CHECK(is_valid_utf8(html_sentence(text)));
        CHECK(is_valid_utf8(markdown_text(text)));
        CHECK(is_valid_utf8(csv_field(text)));
        const std::string line = plain_line(text);
        CHECK(is_valid_utf8(line));
        CHECK(line.find_first_of("\n\r\t\x1b") == std::string::npos);
    }
}

}  // namespace palier::report
