#include "cli/keyboard.h"

#include "cli/typed_keys.h"

#include <doctest/doctest.h>

namespace palier::cli {

TEST_CASE("keys and lines come from a pipe, white space between keys is passed over") {
    const TypedKeys typed("1 \n é2rest of the line\r\n\nlast");
    Keyboard keyboard = typed.keyboard();
    CHECK_FALSE(keyboard.is_terminal());
    CHECK(keyboard.key() == "1");
    CHECK(keyboard.key() == "é");
    CHECK(keyboard.key() == "2");
    CHECK(keyboard.line() == "rest of the line");
    CHECK(keyboard.line("kept") == "kept");
    CHECK(keyboard.line() == "last");
    CHECK_FALSE(keyboard.line());
    CHECK_FALSE(keyboard.key());
}

TEST_CASE("a line on a terminal is edited, and may begin with a text") {
    // Backspace takes a whole character, Ctrl-U the line, Ctrl-W a word.
    const TypedKeys typed("caf\xc3\xa9\x7f\xc3\xa9s\nabc\x15xy\none two\x17three\n!\n",
                          TypedKeys::Into::Terminal);
    Keyboard keyboard = typed.keyboard();
    CHECK(keyboard.is_terminal());
    CHECK(keyboard.line() == "cafés");
    CHECK(keyboard.line() == "xy");
    CHECK(keyboard.line() == "one three");
    CHECK(keyboard.line("given") == "given!");
}

TEST_CASE("Ctrl-D ends a line and a key, also when it came before they were waited for") {
    const TypedKeys typed("x\n\x04\x04\x04", TypedKeys::Into::TerminalAhead);
    Keyboard keyboard = typed.keyboard();
    CHECK(keyboard.line() == "x");
    CHECK_FALSE(keyboard.line());
    CHECK_FALSE(keyboard.key());
}

TEST_CASE("Ctrl-C ends the waiting") {
    TypedKeys typed("", TypedKeys::Into::Terminal);
    typed.interrupted = true;
    Keyboard keyboard = typed.keyboard();
    CHECK_FALSE(keyboard.key());
    CHECK_FALSE(keyboard.line());
    CHECK(keyboard.interrupted());
}

}  // namespace palier::cli
