#include "engine/recorded/recorded.h"

#include "engine/codes.h"
#include "engine/contract/engine_contract.h"
#include "engine/recorded/answers.h"
#include "lib/hash/sha256.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace palier::engine::recorded {
namespace {

using contract::request_for;

// A file that goes when the test ends.
class TemporaryFile {
   public:
    explicit TemporaryFile(const std::string& content)
        : path_(std::filesystem::temp_directory_path() /
                ("palier-recorded-" + std::to_string(getpid()) + "-" + std::to_string(++count_))) {
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] OpenSpec spec() const {
        OpenSpec spec;
        spec.path = path();
        spec.recorded = true;
        return spec;
    }

   private:
    static inline int count_ = 0;
    std::filesystem::path path_;
};

std::string header_line() {
    Header header;
    header.model = "large";
    header.date = "2026-03-01T12:00:00Z";
    header.settings = json::Object{{"temperature", 0}};
    header.parameters = 7'000'000'000;
    return write_header(header);
}

std::string answer_line(const std::string& input,
                        const std::string& answer,
                        const std::string& context = "") {
    Line line;
    line.answer = answer;
    return write_answer(input, context, line);
}

std::unique_ptr<Engine> opened(const TemporaryFile& file) {
    Result<std::unique_ptr<Engine>> engine = open(file.spec());
    REQUIRE(engine);
    return std::move(*engine);
}

std::string argument(const Error& error, const std::string& name) {
    for (const auto& [key, value] : error.args) {
        if (key == name) {
            return value;
        }
    }
    return "(no " + name + ")";
}

TEST_CASE("the recorded engine keeps the contract") {
    contract::Subject subject;
    subject.name = "recorded";
    subject.inputs = {"one", "two", "three", "four", "five", "six"};
    std::string content = header_line();
    for (const std::string& input : subject.inputs) {
        content += answer_line(input, "answer to " + input);
    }
    const TemporaryFile file(content);
    subject.open = [&] { return opened(file); };
    subject.renders = false;
    contract::check_contract(subject);
}

TEST_CASE("answers are found by the input, with what was recorded of them") {
    Line line;
    line.answer = "deux\nlignes";
    line.prompt_tokens = 31;
    line.output_tokens = 4;
    line.cut_at_limit = true;
    const TemporaryFile file(header_line() + write_answer("question", "", line));
    const auto engine = opened(file);
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "question"), request_for(2, "unknown")}));
    const std::vector<Event> events = client->wait(Nanoseconds{0});
    REQUIRE(events.size() == 2);
    const Response& response = std::get<Response>(events[0].what);
    CHECK(response.text == "deux\nlignes");
    CHECK(response.prompt_tokens == 31);
    CHECK(response.output_tokens == 4);
    CHECK(response.finish == Finish::Length);
    CHECK(std::get<Failed>(events[1].what).kind == FailureKind::NotRecorded);
}

TEST_CASE("one question on two contexts has two answers") {
    const TemporaryFile file(header_line() + answer_line("who?", "Ada", "about Ada") +
                             answer_line("who?", "Alan", "about Alan"));
    const auto engine = opened(file);
    const auto client = engine->open_client();
    std::vector<Request> batch{
        request_for(1, "who?"), request_for(2, "who?"), request_for(3, "who?")};
    batch[0].context = "about Alan";
    batch[1].context = "about Ada";
    REQUIRE(client->post(batch));
    const std::vector<Event> events = client->wait(Nanoseconds{0});
    REQUIRE(events.size() == 3);
    CHECK(std::get<Response>(events[0].what).text == "Alan");
    CHECK(std::get<Response>(events[1].what).text == "Ada");
    CHECK(std::get<Failed>(events[2].what).kind == FailureKind::NotRecorded);
}

TEST_CASE("a file of version 1 is found by the input, whatever the context") {
    const std::string old = R"({"palier_recorded":1,"model":"m","date":"d","settings":{}})";
    const TemporaryFile file(old + "\n" + answer_line("who?", "Ada"));
    const auto engine = opened(file);
    const auto client = engine->open_client();
    Request request = request_for(1, "who?");
    request.context = "about Ada";
    REQUIRE(client->post({request}));
    CHECK(std::get<Response>(client->wait(Nanoseconds{0})[0].what).text == "Ada");
    CHECK(engine->facts().build == "recorded 1");
    const TemporaryFile two(old + "\n" + answer_line("who?", "Ada") + answer_line("who?", "Alan"));
    CHECK(open(two.spec()).error().code == codes::recording_contradicts);
}

TEST_CASE("a failure that was recorded is a failure again") {
    Line line;
    line.failed = FailureKind::Timeout;
    const TemporaryFile file(header_line() + write_answer("slow", "", line));
    const auto engine = opened(file);
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "slow")}));
    CHECK(std::get<Failed>(client->wait(Nanoseconds{0})[0].what).kind == FailureKind::Timeout);
}

TEST_CASE("facts say that it is recorded, by which model and when") {
    const TemporaryFile file(header_line() + answer_line("a", "b"));
    const auto engine = opened(file);
    const auto client = engine->open_client();
    const Facts& facts = engine->facts();
    CHECK(facts.recorded);
    CHECK_FALSE(facts.has_latency);
    CHECK(facts.model == "large");
    CHECK(facts.parameters == 7'000'000'000);
    CHECK(facts.model_identity == *hash::sha256_file(file.path()));
    const std::vector<std::pair<std::string, std::string>> notes{
        {"recorded_model", "large"},
        {"recorded_date", "2026-03-01T12:00:00Z"},
        {"recorded_settings", "{\"temperature\":0}"},
        {"recorded_answers", "1"}};
    CHECK(facts.notes == notes);
}

TEST_CASE("a prompt cannot be shown, and the error says so") {
    const TemporaryFile file(header_line());
    const auto engine = opened(file);
    CHECK(engine->open_client()->render(request_for(1, "a")).error().code ==
          engine::codes::recording_has_no_prompts);
}

TEST_CASE("BOM, CRLF, blank lines and a last line without its end are read") {
    std::string body = header_line() + "\n" + answer_line("a", "b");
    std::string crlf = "\xef\xbb\xbf";
    for (const char c : body) {
        crlf += c == '\n' ? "\r\n" : std::string(1, c);
    }
    crlf.resize(crlf.size() - 2);
    const TemporaryFile file(crlf);
    const auto engine = opened(file);
    const auto client = engine->open_client();
    CHECK(engine->facts().model_identity == *hash::sha256_file(file.path()));
    REQUIRE(client->post({request_for(1, "a")}));
    CHECK(std::get<Response>(client->wait(Nanoseconds{0})[0].what).text == "b");
}

TEST_CASE("a broken line in the middle is named") {
    const TemporaryFile file(header_line() + answer_line("a", "b") + "{\"input_sha256\": oops\n" +
                             answer_line("c", "d"));
    const auto engine = open(file.spec());
    REQUIRE_FALSE(engine);
    CHECK(engine.error().code == engine::codes::recording_no_object);
    CHECK(argument(engine.error(), "line") == "3");
    CHECK(argument(engine.error(), "path") == file.path());
}

TEST_CASE("one input with two answers is an error with both lines; the same answer twice is not") {
    const TemporaryFile twice(header_line() + answer_line("a", "b") + answer_line("a", "b"));
    CHECK(open(twice.spec()).has_value());
    const TemporaryFile file(header_line() + answer_line("a", "b") + answer_line("c", "d") +
                             answer_line("a", "B"));
    const auto engine = open(file.spec());
    REQUIRE_FALSE(engine);
    CHECK(engine.error().code == engine::codes::recording_contradicts);
    CHECK(argument(engine.error(), "first") == "2");
    CHECK(argument(engine.error(), "line") == "4");
}

TEST_CASE("files that are no recordings are refused") {
    const TemporaryFile empty("");
    CHECK(open(empty.spec()).error().code == engine::codes::recording_without_header);
    const TemporaryFile no_header(answer_line("a", "b"));
    CHECK(open(no_header.spec()).error().code == engine::codes::recording_without_header);
    const TemporaryFile text("hello\n");
    CHECK(open(text.spec()).error().code == engine::codes::recording_no_object);
    OpenSpec spec;
    spec.path = "/nonexistent/answers.jsonl";
    CHECK(open(spec).error().code == engine::codes::unreadable_recording);
    spec.path = "/";
    CHECK(open(spec).error().code == engine::codes::unreadable_recording);
}

TEST_CASE("a hundred thousand answers are found quickly") {
    std::string content = header_line();
    for (int i = 0; i < 100'000; ++i) {
        content += answer_line("input " + std::to_string(i), "answer " + std::to_string(i));
    }
    const TemporaryFile file(content);
    const auto load_start = std::chrono::steady_clock::now();
    const auto engine = opened(file);
    const auto client = engine->open_client();
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::vector<Request>> batches(1000);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        batches[i % 1000].push_back(request_for(i, "input " + std::to_string(i)));
    }
    const auto ready = std::chrono::steady_clock::now();
    std::size_t right = 0;
    for (std::vector<Request>& batch : batches) {
        REQUIRE(client->post(std::move(batch)));
        for (const Event& event : client->wait(Nanoseconds{0})) {
            const Response* response = std::get_if<Response>(&event.what);
            right += response != nullptr && response->text == "answer " + std::to_string(event.id);
        }
    }
    const auto end = std::chrono::steady_clock::now();
    std::size_t length = 0;
    for (int i = 0; i < 100'000; ++i) {
        length += hash::sha256_hex("input " + std::to_string(i)).size();
    }
    const auto hashed = std::chrono::steady_clock::now() - end;
    CHECK(length == 6'400'000);
    CHECK(right == 100'000);
    const std::chrono::duration<double, std::micro> total = end - ready;
    const std::chrono::duration<double, std::micro> besides = end - ready - hashed;
    MESSAGE("recorded: load " << std::chrono::duration<double>(start - load_start).count() << " s, "
                              << total.count() / 100'000 << " us a request, "
                              << besides.count() / 100'000 << " us besides the hash");
    CHECK(besides.count() / 100'000 < 100);
}

}  // namespace
TEST_CASE("a file that was written is read again with its answers, and a bad folder is an error") {
    const auto path = std::filesystem::temp_directory_path() / "palier_recorded_write_test.jsonl";
    REQUIRE(write_file(path.string(),
                       "m",
                       5,
                       "2026-01-01T00:00:00Z",
                       {{"a", "b"}},
                       {{"in", "about", "out", false, std::nullopt}}));
    OpenSpec spec;
    spec.recorded = true;
    spec.path = path.string();
    auto engine = open(spec);
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    Request request;
    request.id = 1;
    request.input = "in";
    request.context = "about";
    REQUIRE(client->post({request}));
    const auto events = client->wait(std::chrono::seconds(1));
    REQUIRE(events.size() == 1);
    CHECK(std::get<Response>(events[0].what).text == "out");
    std::filesystem::remove(path);
    const auto failed = write_file("/nowhere/x.jsonl", "m", 0, "", {}, {});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == engine::codes::recording_not_written);
}

}  // namespace palier::engine::recorded
