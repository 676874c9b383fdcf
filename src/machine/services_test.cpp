#include "machine/services.h"

#include "base/rng.h"
#include "lib/http/scripted_server.h"

#include <doctest/doctest.h>

#include <chrono>

namespace palier::machine {

TEST_CASE("services that run tell their models, at once, and get no key and no data") {
    http::ScriptedServer ollama([](const http::Seen& seen) {
        return http::Steps{
            http::answer(200,
                         seen.path == "/api/tags"
                             ? R"({"models": [{"name": "qwen3:0.6b"}, {"name": "gemma3:1b"}]})"
                             : "{}")};
    });
    http::ScriptedServer vllm([](const http::Seen&) {
        return http::Steps{http::answer(200, R"({"object": "list", "data": [{"id": "m"}]})")};
    });
    http::ScriptedServer website(
        [](const http::Seen&) { return http::Steps{http::answer(404, "<html>")}; });
    http::ScriptedServer stuck([](const http::Seen&) { return http::Steps{http::hang()}; });
    const std::string nobody = "http://127.0.0.1:" + std::to_string(http::unused_port());
    const auto start = std::chrono::steady_clock::now();
    const auto found = find_services({{"Ollama", ollama.url(), "/api/tags"},
                                      {"vLLM", vllm.url(), "/v1/models"},
                                      {"llama-server", website.url(), "/v1/models"},
                                      {"LM Studio", stuck.url(), "/v1/models"},
                                      {"other", nobody, "/v1/models"}},
                                     std::chrono::milliseconds(800));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    REQUIRE(found.size() == 5);
    CHECK(found[0].models == std::vector<std::string>{"qwen3:0.6b", "gemma3:1b"});
    CHECK(found[1].state == Service::State::Running);
    CHECK(found[2].state == Service::State::Unrecognised);
    CHECK(found[2].reason == "HTTP 404");
    CHECK(found[3].state == Service::State::Silent);
    CHECK(found[4].state == Service::State::Absent);
    REQUIRE(vllm.requests().size() == 1);
    CHECK(vllm.requests()[0].method == "GET");
    CHECK(vllm.requests()[0].body.empty());
    CHECK(vllm.requests()[0].headers.count("authorization") == 0);
}

TEST_CASE("an answer of another form is not taken for the service") {
    const ServicePlace place{"vLLM", "http://127.0.0.1:8000", "/v1/models"};
    CHECK(read_service(place, 200, "[]").state == Service::State::Unrecognised);
    CHECK(read_service(place, 200, R"({"models": []})").state == Service::State::Unrecognised);
    CHECK(read_service(place, 401, "").reason == "HTTP 401");
    const Service empty = read_service(place, 200, R"({"data": []})");
    CHECK(empty.state == Service::State::Running);
    CHECK(empty.models.empty());
    // Entries of another form are left out.
    CHECK(read_service(place, 200, R"({"data": [1, {"id": 2}, {"id": "m"}, null]})").models ==
          std::vector<std::string>{"m"});
}

TEST_CASE("any bytes as an answer are read without harm") {
    Rng rng(14);
    const ServicePlace place{"vLLM", "http://127.0.0.1:8000", "/v1/models"};
    for (int i = 0; i < 300; ++i) {
        std::string body = R"({"data": [)";
        for (std::uint64_t k = rng.below(60); k > 0; --k) {
            body += static_cast<char>(rng.below(256));
        }
        CHECK(read_service(place, 200, body).models.empty());
    }
}

}  // namespace palier::machine
