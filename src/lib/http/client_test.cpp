#include "lib/http/client.h"

#include "base/rng.h"
#include "lib/http/scripted_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace palier::http {
namespace {

using std::chrono::milliseconds;

// Nobody answers at this proxy: what is for this machine must go around it.
const int k_proxy = setenv("http_proxy", "http://127.0.0.1:1", 1) + unsetenv("no_proxy");

Request get(const ScriptedServer& server) {
    Request request;
    request.url = server.url() + "/x";
    return request;
}

ScriptedServer serving(Steps steps) {
    return ScriptedServer([steps](const Seen&) { return steps; });
}

TEST_CASE("an answer comes with status, lower-case headers and body") {
    const ScriptedServer server = serving({answer(418, "tea", "X-Pot: Blue\r\n")});
    Client client;
    const Outcome outcome = client.fetch(get(server));
    CHECK_FALSE(outcome.failure);
    CHECK(outcome.status == 418);
    CHECK(outcome.body == "tea");
    REQUIRE(outcome.header("x-pot") != nullptr);
    CHECK(*outcome.header("x-pot") == "Blue");
    CHECK(outcome.header("x-cup") == nullptr);
}

TEST_CASE("a POST sends its headers and its body, large ones without a pause") {
    const ScriptedServer server = serving({answer(200, "ok")});
    Client client;
    Request request = get(server);
    request.method = "POST";
    request.headers = {{"X-Name", "value"}};
    request.body = std::string(100'000, 'b');
    CHECK(client.fetch(request).status == 200);
    const std::vector<Seen> seen = server.requests();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].method == "POST");
    CHECK(seen[0].path == "/x");
    CHECK(seen[0].headers.at("x-name") == "value");
    CHECK(seen[0].headers.count("expect") == 0);
    CHECK(seen[0].body == request.body);
}

TEST_CASE("a body is handed over as it arrives") {
    const ScriptedServer server = serving({send(chunked_head(200, "text/plain")),
                                           send(chunk("one")),
                                           wait_for(milliseconds(30)),
                                           send(chunk("two")),
                                           send(last_chunk())});
    Client client;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> parts;
    bool ended = false;
    client.start(get(server),
                 {.on_body =
                      [&](int status, std::string_view bytes) {
                          CHECK(status == 200);
                          parts.emplace_back(bytes);
                          return true;
                      },
                  .on_end =
                      [&](Outcome outcome) {
                          CHECK_FALSE(outcome.failure);
                          CHECK(outcome.body.empty());
                          const std::lock_guard lock(mutex);
                          ended = true;
                          changed.notify_one();
                      }});
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(5), [&] { return ended; }));
    CHECK(parts == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a handler that returns false stops the transfer") {
    const ScriptedServer server =
        serving({send(chunked_head(200, "text/plain")), send(chunk("one")), hang()});
    Client client;
    std::atomic<bool> cancelled{false};
    client.start(get(server),
                 {.on_body = [](int, std::string_view) { return false; },
                  .on_end =
                      [&](Outcome outcome) {
                          cancelled = outcome.failure == Failure::Cancelled;
                          cancelled.notify_one();
                      }});
    cancelled.wait(false);
    CHECK(cancelled);
}

TEST_CASE("a closed port is NotConnected, with a reason") {
    Client client;
    Request request;
    request.url = "http://127.0.0.1:" + std::to_string(unused_port());
    const Outcome outcome = client.fetch(request);
    CHECK(outcome.failure == Failure::NotConnected);
    CHECK_FALSE(outcome.reason.empty());
    CHECK(outcome.status == 0);
}

TEST_CASE("what is no http URL is BadUrl") {
    Client client;
    Request request;
    for (const char* url : {"file:///etc/passwd", "", "gopher://x/"}) {
        request.url = url;
        CHECK(client.fetch(request).failure == Failure::BadUrl);
    }
}

TEST_CASE("a server that says nothing is Silence after the first-byte timer") {
    const ScriptedServer server = serving({hang()});
    Client client;
    Request request = get(server);
    request.first_byte_timeout = milliseconds(40);
    CHECK(client.fetch(request).failure == Failure::Silence);
}

TEST_CASE("the first-byte timer stops with the first byte") {
    const ScriptedServer server = serving({send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
                                           wait_for(milliseconds(500)),
                                           send("ok")});
    Client client;
    Request request = get(server);
    request.first_byte_timeout = milliseconds(400);
    const Outcome outcome = client.fetch(request);
    CHECK_FALSE(outcome.failure);
    CHECK(outcome.body == "ok");
}

TEST_CASE("the total limit ends an answer that trickles") {
    Steps steps{send(chunked_head(200, "text/plain"))};
    for (int i = 0; i < 200; ++i) {
        steps.push_back(send(chunk("x")));
        steps.push_back(wait_for(milliseconds(10)));
    }
    const ScriptedServer server = serving(steps);
    Client client;
    Request request = get(server);
    request.total_timeout = milliseconds(80);
    CHECK(client.fetch(request).failure == Failure::Deadline);
}

TEST_CASE("a connection that ends too early is Dropped, whichever way") {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    const std::vector<Steps> endings{{send(head), close()},
                                     {send(head), wait_for(milliseconds(20)), reset()},
                                     {send(chunked_head(200, "a/b") + chunk("abc")), close()},
                                     {close()}};
    Client client;
    for (const Steps& steps : endings) {
        const ScriptedServer server = serving(steps);
        CHECK(client.fetch(get(server)).failure == Failure::Dropped);
    }
}

TEST_CASE("an answer over the limit is TooLarge") {
    const ScriptedServer server = serving({answer(200, std::string(5000, 'a'))});
    Client client;
    Request request = get(server);
    request.max_response_bytes = 4000;
    const Outcome outcome = client.fetch(request);
    CHECK(outcome.failure == Failure::TooLarge);
    CHECK(outcome.reason.find("4000") != std::string::npos);
}

TEST_CASE("redirects are not followed") {
    const ScriptedServer server = serving({answer(302, "", "Location: /elsewhere\r\n")});
    Client client;
    CHECK(client.fetch(get(server)).status == 302);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a cancelled transfer ends once, as Cancelled, and the server sees it") {
    const ScriptedServer server = serving({hang()});
    Client client;
    std::atomic<int> ends{0};
    std::atomic<bool> as_cancelled{false};
    const std::uint64_t number =
        client.start(get(server), {.on_body = {}, .on_end = [&](Outcome o) {
                                       as_cancelled = o.failure == Failure::Cancelled;
                                       ++ends;
                                       ends.notify_one();
                                   }});
    while (server.requests().empty()) {
        std::this_thread::sleep_for(milliseconds(1));
    }
    client.cancel(number);
    ends.wait(0);
    client.cancel(number);
    client.cancel(9999);
    for (int i = 0; i < 500 && server.abandoned() == 0; ++i) {
        std::this_thread::sleep_for(milliseconds(2));
    }
    CHECK(as_cancelled);
    CHECK(ends == 1);
    CHECK(server.abandoned() == 1);
}

TEST_CASE("many requests are under way at once") {
    const ScriptedServer server = serving({wait_for(milliseconds(50)), answer(200, "ok")});
    Client client;
    std::atomic<int> left{20};
    for (int i = 0; i < 20; ++i) {
        client.start(get(server), {.on_body = {}, .on_end = [&](Outcome outcome) {
                                       CHECK(outcome.body == "ok");
                                       if (--left == 0) {
                                           left.notify_one();
                                       }
                                   }});
    }
    for (int now = left; now != 0; now = left) {
        left.wait(now);
    }
    CHECK(server.most_at_once() > 5);
}

TEST_CASE("a client with work under way can be destroyed, and nothing is called afterwards") {
    const ScriptedServer server = serving({hang()});
    std::atomic<bool> called{false};
    {
        Client client;
        for (int i = 0; i < 3; ++i) {
            client.start(get(server), {.on_body = {}, .on_end = [&](Outcome) { called = true; }});
        }
        client.after(std::chrono::hours(1), [&] { called = true; });
    }
    CHECK_FALSE(called);
}

TEST_CASE("timers run in the order of their times") {
    Client client;
    std::mutex mutex;
    std::vector<int> order;
    std::atomic<bool> done{false};
    const auto note = [&](int n) {
        const std::lock_guard lock(mutex);
        order.push_back(n);
    };
    client.after(milliseconds(40), [&] {
        note(3);
        done = true;
        done.notify_one();
    });
    client.after(milliseconds(5), [&] { note(1); });
    client.after(milliseconds(20), [&] { note(2); });
    done.wait(false);
    CHECK(order == std::vector<int>{1, 2, 3});
}

TEST_CASE("URLs are taken apart") {
    const std::optional<Url> url = parse_url("HTTPS://user:pw@Example.org:8443/v1?x=1");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "example.org:8443");
    CHECK(url->path == "/v1");
    CHECK(url->has_credentials);
    CHECK(url->query == "x=1");
    CHECK_FALSE(url->has_fragment);
    CHECK(parse_url("http://x/v1?a=b?c#d")->query == "a=b?c");
    CHECK(parse_url("http://x/v1#d?a=b")->has_fragment);
    CHECK(parse_url("http://x/v1#d?a=b")->query.empty());
    CHECK(parse_url("http://[::1]:80")->host == "[::1]:80");
    for (const char* text :
         {"", "x", "http:/x", "http://", "ftp://x", "http:// x", "http://x\n", "http://:80"}) {
        CHECK_FALSE(parse_url(text));
    }
}

TEST_CASE("a body that was compressed unasked is unpacked, and no compression is asked for") {
    const std::string packed(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\xcc"
        "\x2b\x2e\x4f\x2d\x52\xb2\x52\x50\xca\xcf\x56\xaa\x05\x00"
        "\x0c\xba\xf8\x64\x10\x00\x00\x00",
        36);
    const ScriptedServer server = serving({answer(200, packed, "Content-Encoding: gzip\r\n")});
    Client client;
    CHECK(client.fetch(get(server)).body == "{\"answer\": \"ok\"}");
    CHECK(server.requests().at(0).headers.at("accept-encoding") == "identity");
}

TEST_CASE("the certificate authorities are those that are named, the option before the variables") {
    const ScriptedServer server = serving({answer(200, "ok")});
    const std::string url = "https" + server.url().substr(4);
    unsetenv("CURL_CA_BUNDLE");
    setenv("SSL_CERT_FILE", "/nowhere/one.pem", 1);
    CHECK(trusted_ca_file() == "/nowhere/one.pem (SSL_CERT_FILE)");
    setenv("CURL_CA_BUNDLE", "/nowhere/two.pem", 1);
    CHECK(trusted_ca_file() == "/nowhere/two.pem (CURL_CA_BUNDLE)");
    use_ca_file("/nowhere/three.pem");
    CHECK(trusted_ca_file() == "/nowhere/three.pem (--ca-file)");
    Request request;
    request.url = url;
    const Outcome outcome = Client().fetch(request);
    CHECK(outcome.failure == Failure::Tls);
    CHECK(outcome.reason.find("/nowhere/three.pem") != std::string::npos);
    use_ca_file("");
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    CHECK(trusted_ca_file().empty());
}

TEST_CASE("a URL of arbitrary bytes never crashes") {
    Rng rng(7);
    static constexpr std::string_view k_alphabet =
        "htps:/@?#.[]%\\ \n\xff"
        "a0";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = rng.below(2) == 0 ? "http://" : "";
        for (std::uint64_t i = rng.below(20); i > 0; --i) {
            text += k_alphabet[rng.below(k_alphabet.size())];
        }
        const std::optional<Url> url = parse_url(text);
        CHECK((!url || !url->host.empty()));
    }
}

TEST_CASE("HTTP dates become seconds") {
    CHECK(unix_seconds_of("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
    CHECK_FALSE(unix_seconds_of("soon"));
    CHECK_FALSE(unix_seconds_of(""));
}

}  // namespace
}  // namespace palier::http
