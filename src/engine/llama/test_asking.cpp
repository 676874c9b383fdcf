#include "engine/llama/test_asking.h"

#include "engine/contract/engine_contract.h"
#include "engine/llama/llama.h"
#include "engine/llama/tiny_model.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

namespace palier::engine::llama {

std::string real_model(const std::string& file) {
    const char* folder = std::getenv("PALIER_MODELS");
    const std::string path = folder != nullptr ? std::string(folder) + "/" + file : "";
    if (path.empty() || !std::filesystem::exists(path)) {
        MESSAGE("skipped: PALIER_MODELS names no folder with " << file);
        return "";
    }
    return path;
}

const std::string& tiny_path() {
    static const TemporaryFile file(tiny_gguf({}));
    return file.path();
}

OpenSpec spec_of(const std::string& path) {
    OpenSpec spec;
    spec.path = path;
    spec.threads = 1;
    return spec;
}

std::unique_ptr<Engine> opened(const OpenSpec& spec) {
    auto engine = open(spec);
    REQUIRE(engine);
    return std::move(*engine);
}

LastEvents run(Engine& engine, std::vector<Request> batch) {
    const std::size_t count = batch.size();
    const auto client = engine.open_client();
    REQUIRE(client->post(std::move(batch)));
    return contract::ends_in(
        contract::events_until_ended(*client, count, std::chrono::seconds(300)));
}

Response answer(const LastEvents& ends, std::uint64_t id) {
    const Event& event = ends.at(id);
    if (const auto* failed = std::get_if<Failed>(&event.what)) {
        FAIL(failed->detail);
    }
    return std::get<Response>(event.what);
}

FailureKind failure(const LastEvents& ends, std::uint64_t id) {
    REQUIRE(std::holds_alternative<Failed>(ends.at(id).what));
    return std::get<Failed>(ends.at(id).what).kind;
}

Request score(std::uint64_t id, const std::string& input, std::vector<std::string> labels) {
    Request request;
    request.id = id;
    request.kind = Kind::Score;
    request.messages = {{"system", "Is this message ham or spam? Answer with one word."},
                        {"user", input}};
    request.input = input;
    request.labels = std::move(labels);
    return request;
}

Request generate(std::uint64_t id, const std::string& input, int max_tokens) {
    Request request = score(id, input, {});
    request.kind = Kind::Generate;
    request.sampling.max_tokens = max_tokens;
    return request;
}

Request state(std::uint64_t id, const std::string& input, Priority priority) {
    Request request = score(id, input, {});
    request.kind = Kind::State;
    request.priority = priority;
    return request;
}

const std::vector<std::string> k_inputs{"win a free prize now, call 0800 123",
                                        "are you coming to lunch?",
                                        "URGENT! your account was chosen",
                                        "ok, see you at the station at 5",
                                        "free entry in a weekly competition",
                                        "I will be home late tonight, sorry",
                                        "claim your reward: text WIN to 80086",
                                        "can you send me the notes from class?"};

}  // namespace palier::engine::llama
