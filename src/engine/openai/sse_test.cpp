#include "engine/openai/sse.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

using Kind = SseEvent::Kind;
using Events = std::vector<std::string>;

// The events as texts; what is no plain one is marked.
std::string text_of(const SseEvent& event) {
    return (event.kind == Kind::Error ? "!" : event.kind == Kind::Line ? "?" : "") + event.text;
}

Events in_parts(std::string_view bytes, const std::vector<std::size_t>& cuts) {
    SseParser parser;
    Events events;
    std::size_t begin = 0;
    const auto feed = [&](std::size_t end) {
        for (const SseEvent& event : parser.feed(bytes.substr(begin, end - begin))) {
            events.push_back(text_of(event));
        }
        begin = end;
    };
    for (const std::size_t cut : cuts) {
        feed(cut);
    }
    feed(bytes.size());
    return events;
}

Events all(std::string_view bytes) {
    return in_parts(bytes, {});
}

TEST_CASE("events end at an empty line, whichever the line ends") {
    CHECK(all("data: a\n\ndata: b\n\n") == Events{"a", "b"});
    CHECK(all("data: a\r\n\r\ndata: b\r\n\r\n") == Events{"a", "b"});
    CHECK(all("data: a\r\rdata: b\r\r") == Events{"a", "b"});
}

TEST_CASE("one space after the colon goes, further ones stay") {
    CHECK(all("data:a\n\n") == Events{"a"});
    CHECK(all("data:  a\n\n") == Events{" a"});
}

TEST_CASE("lines of one event are joined; an empty one counts") {
    CHECK(all("data: a\ndata\ndata: b\n\n") == Events{"a\n\nb"});
    CHECK(all("data:\n\n") == Events{""});
}

TEST_CASE("comments, other fields and events without data give nothing") {
    CHECK(all(": ping\n\n") == Events{});
    CHECK(all("event: message\nid: 3\nretry: 10\ndata: a\n\n") == Events{"a"});
    CHECK(all("event: x\n\n") == Events{});
    CHECK(all("database: a\n\n") == Events{});
}

TEST_CASE("an error is told apart, be it the event's name or a field, and so is a bare object") {
    CHECK(all("event: error\ndata: a\n\ndata: b\n\n") == Events{"!a", "b"});
    CHECK(all("error: {\"code\": 400}\n\ndata: b\n\n") == Events{"!{\"code\": 400}", "b"});
    CHECK(all("error:a\n") == Events{"!a"});
    CHECK(all("{\"json\": 1}\n\n") == Events{"?{\"json\": 1}"});
    CHECK(all("errors: a\n\n") == Events{});
}

TEST_CASE("an event without its end is not given") {
    CHECK(all("data: a\n") == Events{});
    CHECK(all("data: a") == Events{});
    for (const char* stream : {"data: a\n", "data: a"}) {
        SseParser parser;
        CHECK(parser.feed(stream).empty());
        CHECK(parser.rest() == std::vector<SseEvent>{{Kind::Data, "a"}});
        CHECK(parser.rest().empty());
    }
}

TEST_CASE("a byte order mark at the start is read over") {
    CHECK(all("\xef\xbb\xbf"
              "data: a\n\n") == Events{"a"});
}

TEST_CASE("every way to cut the stream in two or three gives the same events") {
    const std::string_view stream =
        ": ok\r\n\r\ndata: {\"a\":\"\xc3\xa9\"}\r\n\r\ndata: x\ndata: y\n\n\rdata: z\r\rdata: "
        "[DONE]\n\n";
    const Events whole = all(stream);
    CHECK(whole == Events{"{\"a\":\"\xc3\xa9\"}", "x\ny", "z", "[DONE]"});
    for (std::size_t i = 0; i <= stream.size(); ++i) {
        for (std::size_t j = i; j <= stream.size(); ++j) {
            REQUIRE(in_parts(stream, {i, j}) == whole);
        }
    }
}

TEST_CASE("arbitrary bytes in arbitrary parts never crash and never depend on the parts") {
    Rng rng(42);
    static constexpr std::string_view k_alphabet = "data: event:error\r\n\n\n:x\xff\xef\xbb\xbf{}";
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        for (std::uint64_t i = rng.below(60); i > 0; --i) {
            bytes += rng.below(4) == 0 ? static_cast<char>(rng.below(256))
                                       : k_alphabet[rng.below(k_alphabet.size())];
        }
        std::vector<std::size_t> cuts;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (rng.below(3) == 0) {
                cuts.push_back(i);
            }
        }
        REQUIRE(in_parts(bytes, cuts) == all(bytes));
    }
}

}  // namespace
}  // namespace palier::engine::openai
