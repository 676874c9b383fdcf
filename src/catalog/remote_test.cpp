#include "catalog/remote.h"

#include "catalog/codes.h"
#include "catalog/file_figures.h"
#include "catalog/test_gguf.h"
#include "lib/gguf/codes.h"
#include "lib/http/scripted_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>

namespace palier::catalog {
namespace {

using http::answer;
using http::ScriptedServer;
using http::Seen;
using http::Steps;
using std::chrono::milliseconds;

Patience short_patience() {
    return {milliseconds(1000), milliseconds(300)};
}

Result<RemoteHeader> header_from(const std::string& url) {
    http::Client client;
    return read_remote_header(client, url, short_patience());
}

// The error code of reading a header from a server with this script; 0 = none.
int code_from(const std::function<Steps(const Seen&)>& script) {
    const ScriptedServer server(script);
    const auto header = header_from(server.url() + "/model.gguf");
    return header ? 0 : header.error().code;
}

TEST_CASE("a header is read over byte ranges, and little more than the header") {
    const std::string file = test_gguf(300'000) + std::string(3'000'000, 'w');
    const ScriptedServer server([&](const Seen& seen) -> Steps { return {ranged(file, seen)}; });
    const auto read = header_from(server.url() + "/model.gguf");
    REQUIRE(read);
    CHECK(read->file.total == file.size());
    CHECK(read->file.etag == "\"one\"");
    CHECK(read->header.file_bytes == file.size());
    CHECK(figures_of_header(read->header).context == 2048);
    // The header goes on in the second range; the weights were not asked for.
    CHECK(server.requests().size() == 2);
    CHECK(server.requests()[0].headers.at("range") == "bytes=0-262143");
}

TEST_CASE("redirects are followed, and what the hub states about the file is kept") {
    const std::string file = test_gguf(10);
    const std::string sha(64, 'a');
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (seen.path == "/hub/model.gguf") {
            return {answer(302,
                           "moved",
                           "Location: ../cdn/x?signature=1\r\nX-Linked-Etag: \"" + sha +
                               "\"\r\nX-Linked-Size: " + std::to_string(file.size()) + "\r\n")};
        }
        return {ranged(file, seen)};
    });
    const auto read = header_from(server.url() + "/hub/model.gguf");
    REQUIRE(read);
    CHECK(read->file.sha256 == sha);
    CHECK(read->file.hub_bytes == file.size());
}

TEST_CASE("where a redirect leads") {
    const std::string base = "https://hub.example/a/b/file?x=1";
    CHECK(redirected(base, "/c") == "https://hub.example/c");
    CHECK(redirected(base, "c?next=http://x") == "https://hub.example/a/b/c?next=http://x");
    CHECK(redirected(base, "//cdn.example/c") == "https://cdn.example/c");
    CHECK(redirected(base, "https://cdn.example/c") == "https://cdn.example/c");
    CHECK(redirected("http://hub.example", "c") == "http://hub.example/c");
    // Down to http, to another scheme, with a password, nowhere.
    for (const char* location : {"http://cdn.example/c",
                                 "ftp://cdn.example/c",
                                 "file:///etc/passwd",
                                 "https://user:word@cdn.example/c",
                                 "",
                                 "/with space"}) {
        CHECK_FALSE(redirected(base, location));
    }
}

TEST_CASE("redirects in a circle, to nowhere and without a place are errors") {
    CHECK(code_from([](const Seen&) -> Steps {
              return {answer(302, "", "Location: /again\r\n")};
          }) == codes::hub_redirects);
    CHECK(code_from([](const Seen&) -> Steps { return {answer(302, "x")}; }) ==
          codes::hub_redirects);
    CHECK(code_from([](const Seen&) -> Steps {
              return {answer(301, "x", "Location: ftp://elsewhere/x\r\n")};
          }) == codes::hub_redirects);
}

TEST_CASE("a server that ignores ranges is said to") {
    const std::string file = test_gguf(10);
    CHECK(code_from([&](const Seen&) -> Steps { return {answer(200, file)}; }) ==
          codes::hub_without_ranges);
}

TEST_CASE("answers that contradict the request or themselves are errors") {
    const std::string file = test_gguf(10);
    const auto claims = [&](const std::string& range, const std::string& more = "") {
        return code_from([&](const Seen&) -> Steps {
            return {answer(
                206, file, (range.empty() ? "" : "Content-Range: " + range + "\r\n") + more)};
        });
    };
    const std::string last = std::to_string(file.size() - 1);
    const std::string total = std::to_string(file.size());
    CHECK(claims("bytes 0-" + last + "/" + total) == 0);
    CHECK(claims("") == codes::hub_contradicts);
    CHECK(claims("bytes 0-" + last + "/*") == codes::hub_contradicts);
    CHECK(claims("bytes 10-" + last + "/" + total) == codes::hub_contradicts);
    CHECK(claims("bytes 0-" + last + "/" + last) == codes::hub_contradicts);  // ends after its end
    CHECK(claims("bytes 0-99999999/100000000") ==
          codes::hub_contradicts);                                   // more than was asked for
    CHECK(claims("bytes 0-10/" + total) == codes::hub_contradicts);  // more bytes than it says
    CHECK(claims("bytes 0-" + total + "/9999") ==
          codes::transfer_broke_off);  // fewer bytes than it says
    CHECK(claims("bytes 5-2/9999") == codes::hub_contradicts);
    CHECK(claims("octets 0-1/2") == codes::hub_contradicts);
    CHECK(claims("bytes 99999999999999999999-1/2") == codes::hub_contradicts);
    // Nothing packed follows.
    CHECK(claims("bytes 0-" + last + "/" + total, "Content-Encoding: gzip\r\n") ==
          codes::transfer_broke_off);
    CHECK(claims("bytes 0-" + last + "/" + total, "X-Linked-Size: 5\r\n") ==
          codes::hub_contradicts);
}

TEST_CASE("a file that changes between two ranges is not judged") {
    const std::string file = test_gguf(300'000);
    std::atomic<int> requests{0};
    CHECK(code_from([&](const Seen& seen) -> Steps {
              return {ranged(file, seen, ++requests == 1 ? "\"one\"" : "\"two\"")};
          }) == codes::changed_while_read);
}

TEST_CASE("a total that the header contradicts is a truncated or damaged file") {
    const std::string file = test_gguf(10);
    const std::string cut = file.substr(0, file.size() - 20);
    CHECK(code_from([&](const Seen& seen) -> Steps { return {ranged(cut, seen)}; }) ==
          gguf::codes::cut_short);
    CHECK(code_from([](const Seen& seen) -> Steps {
              return {ranged("<html>Please log in</html>", seen)};
          }) == gguf::codes::no_gguf);
}

TEST_CASE("a header without an end is given up within 64 MB") {
    // An array of strings of 1 MB each: every one must be asked for.
    std::atomic<std::uint64_t> sent{0};
    const std::uint64_t total = std::uint64_t{1} << 40U;
    const std::string head = endless_gguf_head();
    CHECK(code_from([&](const Seen& seen) -> Steps {
              const auto [first, last] = range_of(seen, total);
              std::string body = first < head.size() ? head.substr(first) : std::string();
              body.resize(last - first + 1);  // empty strings
              sent += body.size();
              return {answer(206,
                             body,
                             "Content-Range: bytes " + std::to_string(first) + "-" +
                                 std::to_string(last) + "/" + std::to_string(total) + "\r\n")};
          }) == gguf::codes::damaged);
    CHECK(sent <= (68U << 20U));
}

TEST_CASE("statuses, silence and broken connections have errors of their own") {
    const auto status = [](int code) {
        return code_from([code](const Seen&) -> Steps { return {answer(code, "no")}; });
    };
    CHECK(status(404) == codes::not_at_hub);
    CHECK(status(401) == codes::hub_refuses);
    CHECK(status(403) == codes::hub_refuses);
    CHECK(status(500) == codes::hub_status);
    CHECK(status(416) == codes::hub_status);
    CHECK(code_from([](const Seen&) -> Steps { return {http::hang()}; }) ==
          codes::transfer_broke_off);
    CHECK(code_from([](const Seen&) -> Steps { return {http::reset()}; }) ==
          codes::hub_unreachable);
    CHECK(code_from([](const Seen&) -> Steps {
              return {http::send("HTTP/1.1 206 x\r\nContent-Length: 100\r\nContent-Range: bytes "
                                 "0-99/100\r\n\r\nGG"),
                      http::close()};
          }) == codes::transfer_broke_off);
    CHECK(code_from([](const Seen&) -> Steps {
              return {http::send("HTTP/1.1 206 x\r\nContent-Length: 100\r\nContent-Range: bytes "
                                 "0-99/100\r\n\r\nGG"),
                      http::hang()};
          }) == codes::transfer_broke_off);
    CHECK(code_from([](const Seen&) -> Steps {
              return {http::send("nonsense\r\n\r\n"), http::close()};
          }) >= codes::hub_unreachable);
    http::Client client;
    const std::string nobody = "http://127.0.0.1:" + std::to_string(http::unused_port()) + "/x";
    CHECK(read_remote_header(client, nobody, short_patience()).error().code ==
          codes::hub_unreachable);
}

TEST_CASE("addresses that cannot be used are refused before anything is sent") {
    for (const char* url : {"", "model.gguf", "ftp://x/y", "http://user:word@127.0.0.1/x"}) {
        const auto read = header_from(url);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == codes::unusable_url);
        CHECK(read.error().args[0].second.find("word") == std::string::npos);
    }
}

TEST_CASE("an interruption ends the wait") {
    const ScriptedServer server([](const Seen&) -> Steps { return {http::hang()}; });
    http::Client client;
    const std::atomic<bool> interrupted{true};
    RangeRequest request;
    request.url = server.url() + "/x";
    request.interrupted = &interrupted;
    const auto end = get_range(client, request, {{}, [](std::string_view) { return true; }});
    REQUIRE(end);
    CHECK(end->interrupted);
}

}  // namespace
}  // namespace palier::catalog
