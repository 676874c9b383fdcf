#include "run/views.h"

#include "base/files.h"
#include "base/text.h"
#include "engine/recorded/recorded.h"
#include "eval/dataset.h"
#include "lib/json/json.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace palier::run {
namespace {

// Every case asks the same of its own context.
void ask_of_contexts(const std::string& path) {
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    std::string written;
    for (const std::string& line : split(text, '\n')) {
        if (const auto record = json::parse_or_nothing(line)) {
            json::Value about = json::Object{{"id", (*record)["id"]},
                                             {"input", "is it spam?"},
                                             {"context", (*record)["input"]},
                                             {"expected", (*record)["expected"]}};
            written += json::write(about) + "\n";
        }
    }
    REQUIRE(write_file(path, written));
}

int number_of_case(const std::string& context) {
    return std::stoi(context.substr(context.find_first_of("0123456789")));
}

// Right but for every tenth case, and without an answer to every fiftieth.
std::optional<engine::fake::Answer> by_context(const engine::Request& request) {
    if (request.context.empty()) {
        return std::nullopt;
    }
    const int n = number_of_case(request.context);
    if (n % 50 == 7) {
        return engine::fake::Answer(engine::Failed{engine::FailureKind::Refused, "no", 0});
    }
    return engine::fake::Answer(n % 10 == 0 ? "neither" : planning::label_of(n));
}

TEST_CASE("a recording plays back what the topline said of each context, failures included") {
    TestWorld world;
    Model ceiling;
    ceiling.instead = by_context;
    world.add_endpoint("ceiling", ceiling);
    world.add_endpoint("small", ceiling);
    const job::JobFile file = world.job(
        "[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.9 }\n"
        "[topline]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"ceiling\"\nparameters = "
        "\"7B\"\n"
        "[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"small\"\n"
        "parameters = \"1B\"\n",
        100,
        60);
    ask_of_contexts(file.job.data.test);
    ask_of_contexts(file.job.data.dev);
    auto result = world.climb(file);
    INFO((result ? "" : std::to_string(result.error().code)));
    REQUIRE(result);
    const auto answers = topline_answers(file, TestWorld::plain(), *world.store, *result);
    INFO((answers ? "" : std::to_string(answers.error().code)));
    REQUIRE(answers);
    const std::string path = (world.folder.path() / "ceiling.jsonl").string();
    REQUIRE(engine::recorded::write_file(path, "ceiling", 0, "2026-01-01", {}, *answers));
    engine::OpenSpec spec;
    spec.path = path;
    const auto engine = engine::recorded::open(spec);
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    const auto cases = eval::read_dataset(file.job.data.test, file.job);
    REQUIRE(cases);
    int failures = 0;
    for (const core::Case& item : cases->cases) {
        engine::Request request;
        request.id = 1;
        request.input = item.input;
        request.context = item.context;
        REQUIRE(client->post({request}));
        const std::vector<engine::Event> events = client->wait(Nanoseconds{0});
        REQUIRE(events.size() == 1);
        const int n = number_of_case(item.context);
        INFO(item.context);
        if (n % 50 == 7) {
            ++failures;
            CHECK(std::get<engine::Failed>(events[0].what).kind == engine::FailureKind::Refused);
        } else {
            CHECK(std::get<engine::Response>(events[0].what).text ==
                  (n % 10 == 0 ? "neither" : planning::label_of(n)));
        }
    }
    CHECK(failures == 2);
}

}  // namespace
}  // namespace palier::run
