#include "serve/http_server.h"
#include "serve/plain_model.h"
#include "serve/pumped_client.h"
#include "serve/routes.h"
#include "serve/test_held.h"

#include <doctest/doctest.h>

#include <thread>

namespace palier::serve {
namespace {

using engine::Failed;
using engine::FailureKind;

// A server on a free port with one model, "m", whose answers are held back until the test says so.
class TestServer {
   public:
    explicit TestServer(LineLimits line = {},
                        HttpLimits http = {},
                        std::optional<Key> key = {},
                        std::chrono::milliseconds grace = std::chrono::seconds(30))
        : routes_(report::Language::En, std::move(key), clock_, 1) {
        auto listening = HttpServer::listen("127.0.0.1", 0, report::Language::En, http);
        REQUIRE(listening);
        server_ = std::move(*listening);
        server_->set_ending({[this] { routes_.begin_end(); }, [this] { routes_.cut(); }, grace});
        auto client = std::make_unique<PumpedClient>(
            held.open(), [this] { server_->post([this] { routes_.take(); }); });
        line_ = std::make_unique<Line>(
            std::make_unique<PlainModel>("m", std::move(client), 1), line, clock_);
        thread_ = std::thread([this] {
            server_->run([this](const HttpRequest& request, std::shared_ptr<Reply> reply) {
                return routes_.handle(request, std::move(reply));
            });
        });
    }
    ~TestServer() {
        end();
        end();
        join();
        routes_.close();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    // The model is there.
    TestServer& open() {
        server_->post([this] { routes_.open(std::move(line_)); });
        return *this;
    }
    void end() { server_->end(); }
    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

    Held held;

   private:
    SystemClock clock_;
    std::unique_ptr<HttpServer> server_;
    Routes routes_;
    std::unique_ptr<Line> line_;
    std::thread thread_;
};

const std::string k_chat = "/v1/chat/completions";
const std::string k_body = R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}]})";
const std::string k_stream_body =
    R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": true,
        "stream_options": {"include_usage": true}})";

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// A stream whose first piece, "Hel", is on its way.
struct Stream {
    TestServer server;
    Caller caller{server.open().port()};
    std::uint64_t id;

    Stream() {
        caller.post(k_chat, k_stream_body);
        id = server.held.posted(1).id;
        server.held.say(id, "Hel");
    }
};

std::string answer_to(std::uint16_t port, const std::string& body) {
    Caller caller(port);
    caller.post(k_chat, body);
    return caller.answer();
}

}  // namespace

TEST_CASE("a model that is loading is not ready, and takes no question") {
    TestServer server;
    Caller caller(server.port());
    caller.get("/health");
    const std::string loading = caller.answer();
    CHECK(has(loading, "503"));
    CHECK(has(loading, R"({"status":"loading"})"));
    caller.post(k_chat, k_body);
    CHECK(has(caller.answer(), "Retry-After: 2"));
    server.open();
    caller.get("/health");
    CHECK(has(caller.answer(), R"({"status":"ready"})"));
}

TEST_CASE("a question is answered, and the connection goes on") {
    TestServer server;
    server.open();
    Caller caller(server.port());
    for (std::size_t round = 1; round <= 3; ++round) {
        caller.post(k_chat, k_body);
        const engine::Request asked = server.held.posted(round);
        CHECK(asked.messages.front().content == "Hi");
        CHECK(asked.sampling.max_tokens == 50);  // half of the context
        server.held.end(asked.id, saying("Hello"));
        const std::string answer = caller.answer();
        CHECK(answer.starts_with("HTTP/1.1 200 "));
        CHECK(has(answer, R"("content":"Hello")"));
        CHECK(has(answer, R"("total_tokens":7)"));
    }
}

TEST_CASE("a stream shows each text as it comes, and ends with its usage") {
    Stream stream;
    Caller& caller = stream.caller;
    CHECK(has(caller.until(R"("content":"Hel")"), "text/event-stream"));
    stream.server.held.say(stream.id, "lo");
    stream.server.held.end(stream.id, saying("Hello"));
    const std::string rest = caller.until("data: [DONE]\n\n");
    CHECK(has(rest, R"("content":"lo")"));
    CHECK_FALSE(has(rest, R"("content":"Hello")"));
    CHECK(has(rest, R"("finish_reason":"stop")"));
    CHECK(has(rest, R"("completion_tokens":2)"));
    caller.until("0\r\n\r\n");
    caller.get("/health");
    CHECK(has(caller.answer(), "ready"));
}

TEST_CASE("a failure before the first text has its status, and one after it is an event") {
    TestServer server;
    server.open();
    Caller caller(server.port());
    caller.post(k_chat, k_stream_body);
    server.held.end(server.held.posted(1).id,
                    Failed{FailureKind::ContextExceeded, "needs 140 tokens, the context has 100"});
    const std::string refused = caller.answer();
    CHECK(refused.starts_with("HTTP/1.1 400 "));
    CHECK(has(refused, "context_length_exceeded"));
    CHECK(has(refused, "need 140 tokens, and 100 are available"));
    caller.post(k_chat, k_stream_body);
    const std::uint64_t id = server.held.posted(2).id;
    server.held.say(id, "Hel");
    server.held.end(id, Failed{FailureKind::ServerError, "it broke"});
    const std::string broken = caller.until("0\r\n\r\n");
    CHECK(has(broken, "it broke"));
    CHECK_FALSE(has(broken, "[DONE]"));
}

TEST_CASE("a client that leaves cancels its question, streaming or not, in the queue too") {
    TestServer server(LineLimits{1, 4});
    server.open();
    for (const std::string& body : {k_body, k_stream_body}) {
        const std::size_t before = server.held.posted_so_far();
        Caller leaving(server.port());
        leaving.post(k_chat, body);
        const std::uint64_t id = server.held.posted(before + 1).id;
        leaving.leave();
        server.held.cancelled(id);
    }
    const std::size_t before = server.held.posted_so_far();
    Caller first(server.port());
    first.post(k_chat, k_body);
    const std::uint64_t running = server.held.posted(before + 1).id;
    {
        Caller queued(server.port());
        queued.post(k_chat, k_body);
        queued.leave();
    }
    Caller last(server.port());
    last.post(k_chat, k_stream_body);
    server.held.end(running, saying("one"));
    CHECK(has(first.answer(), "one"));
    // Whether the queued one had left by then or was begun and cancelled: the last is answered.
    engine::Request next = server.held.posted(before + 2);
    if (!next.stream_tokens) {
        server.held.cancelled(next.id);
        next = server.held.posted(before + 3);
    }
    server.held.end(next.id, saying("three"));
    CHECK(has(last.until("[DONE]"), "three"));
}

TEST_CASE("a client that leaves in the middle of a stream cancels it") {
    Stream stream;
    stream.caller.until("Hel");
    stream.caller.leave();
    stream.server.held.cancelled(stream.id);
}

TEST_CASE("when all places are taken, a client is told when to come again") {
    TestServer server(LineLimits{1, 1});
    server.open();
    Caller first(server.port());
    first.post(k_chat, k_body);
    const std::uint64_t running = server.held.posted(1).id;
    // Two more: one finds the place in the queue, the other none, whichever comes first.
    Caller second(server.port());
    second.post(k_chat, k_body);
    std::string refused;
    while (refused.empty()) {
        Caller third(server.port());
        third.post(k_chat, k_body);
        refused = third.answer();
    }
    CHECK(refused.starts_with("HTTP/1.1 429 "));
    CHECK(has(refused, "Retry-After: "));
    CHECK(has(refused, "queue_full"));
    server.held.end(running, saying("one"));
    CHECK(has(first.answer(), "one"));
    server.held.end(server.held.posted(2).id, saying("two"));
    CHECK(has(second.answer(), "two"));
}

TEST_CASE("what cannot be answered has its status, and names what it is about") {
    TestServer server;
    server.open();
    const std::string unknown = answer_to(
        server.port(), R"({"model": "other", "messages": [{"role": "user", "content": "Hi"}]})");
    CHECK(unknown.starts_with("HTTP/1.1 404 "));
    CHECK(has(unknown, "model_not_found"));
    CHECK(has(unknown, "Served: m."));
    CHECK(has(answer_to(server.port(), R"({"model": "m", "n": 2})"), R"("param":"/n")"));
    CHECK(has(answer_to(server.port(), "{"), "invalid_json"));
    Caller caller(server.port());
    caller.get(k_chat);
    const std::string method = caller.answer();
    CHECK(method.starts_with("HTTP/1.1 405 "));
    CHECK(has(method, "Allow: POST"));
    caller.get("/nothing?query");
    CHECK(caller.answer().starts_with("HTTP/1.1 404 "));
    caller.send("POST " + k_chat +
                " HTTP/1.1\r\nContent-Type: text/plain\r\n"
                "Content-Length: 2\r\n\r\n{}");
    CHECK(caller.answer().starts_with("HTTP/1.1 415 "));
    caller.get("/v1/models");
    CHECK(has(caller.answer(), R"("id":"m")"));
    caller.get("/v1/models/%6d");
    CHECK(caller.answer().starts_with("HTTP/1.1 200 "));
    caller.get("/v1/models/n");
    CHECK(caller.answer().starts_with("HTTP/1.1 404 "));
}

TEST_CASE("requests that are too large or no HTTP are refused, and the next client is answered") {
    HttpLimits limits;
    limits.body_bytes = 1000;
    limits.header_bytes = 1000;
    TestServer server({}, limits);
    server.open();
    CHECK(answer_to(server.port(), std::string(1001, ' ')).starts_with("HTTP/1.1 413 "));
    {
        Caller caller(server.port());
        caller.get("/health", "X-Long: " + std::string(2000, 'x') + "\r\n");
        CHECK(caller.answer().starts_with("HTTP/1.1 431 "));
    }
    {
        Caller caller(server.port());
        caller.send("nonsense\r\n\r\n");
        CHECK(caller.answer().starts_with("HTTP/1.1 400 "));
    }
    {
        Caller caller(server.port());
        caller.send("POST " + k_chat + " HTTP/1.1\r\nContent-Length: 500\r\n\r\n{");
        caller.leave();  // in the middle of its body
    }
    Caller caller(server.port());
    caller.get("/health");
    CHECK(has(caller.answer(), "ready"));
}

TEST_CASE("who sends too slowly is not waited for") {
    HttpLimits limits;
    limits.header = limits.body = limits.idle = std::chrono::milliseconds(50);
    TestServer server({}, limits);
    Caller silent(server.port()), header(server.port()), body(server.port());
    header.send("GET /health HT");
    body.send("POST " + k_chat + " HTTP/1.1\r\nContent-Length: 5\r\n\r\n{");
    CHECK(silent.rest().empty());
    CHECK(header.rest().empty());
    CHECK(body.rest().empty());
}

TEST_CASE("with a key everybody must show it, but for the health") {
    TestServer server({}, {}, Key("a secret key"));
    server.open();
    Caller caller(server.port());
    caller.get("/v1/models");
    const std::string missing = caller.answer();
    CHECK(missing.starts_with("HTTP/1.1 401 "));
    CHECK(has(missing, "WWW-Authenticate: Bearer"));
    caller.get("/v1/models", "Authorization: Bearer a secret kez\r\n");
    CHECK(caller.answer().starts_with("HTTP/1.1 401 "));
    caller.get("/v1/models", "Authorization: Bearer a secret key\r\n");
    CHECK(caller.answer().starts_with("HTTP/1.1 200 "));
    caller.get("/health");
    CHECK(caller.answer().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("an end waits for the answers under way, and takes no new question") {
    TestServer server;
    server.open();
    Caller asking(server.port()), idle(server.port());
    idle.get("/health");
    CHECK(has(idle.answer(), "ready"));
    asking.post(k_chat, k_body);
    const std::uint64_t id = server.held.posted(1).id;
    server.end();
    CHECK(idle.rest().empty());  // closed
    server.held.end(id, saying("Hello"));
    const std::string answer = asking.rest();
    CHECK(has(answer, "Hello"));
    CHECK(has(answer, "Connection: close"));
    server.join();
}

TEST_CASE("when the grace is over, every answer says that it was cut") {
    TestServer server({}, {}, {}, std::chrono::milliseconds(20));
    server.open();
    Caller plain(server.port()), stream(server.port());
    plain.post(k_chat, k_body);
    const std::uint64_t first = server.held.posted(1).id;
    stream.post(k_chat, k_stream_body);
    const std::uint64_t second = server.held.posted(2).id;
    server.held.say(second, "Hel");
    stream.until("Hel");
    server.end();
    CHECK(has(plain.rest(), "server_ending"));
    CHECK(has(stream.rest(), "server_ending"));
    server.held.cancelled(first);
    server.held.cancelled(second);
    server.join();
}

TEST_CASE("an address that is taken, or none, is an error that says so") {
    TestServer server;
    const auto again = HttpServer::listen("127.0.0.1", server.port(), report::Language::En);
    REQUIRE_FALSE(again);
    CHECK(has(report::explain(report::Language::En, again.error()), "Cannot listen on 127.0.0.1"));
    CHECK_FALSE(HttpServer::listen("nowhere.example", 0, report::Language::En));
    CHECK(is_loopback("127.3.2.1"));
    CHECK(is_loopback("::1"));
    CHECK_FALSE(is_loopback("0.0.0.0"));
}

}  // namespace palier::serve
