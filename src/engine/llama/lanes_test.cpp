// Two lanes of one engine: fixed batches, and requests that join and leave at every pass.
#include "engine/contract/engine_contract.h"
#include "engine/llama/test_asking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace palier::engine::llama {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<Request> with(Priority priority, std::vector<Request> batch) {
    for (Request& request : batch) {
        request.priority = priority;
    }
    return batch;
}

// An engine whose clients ask for everything with one priority.
class Prioritised final : public Engine {
   public:
    Prioritised(std::unique_ptr<Engine> inner, Priority priority)
        : inner_(std::move(inner)), priority_(priority) {}
    const Facts& facts() const override { return inner_->facts(); }
    Counters counters() const override { return inner_->counters(); }
    std::unique_ptr<Client> open_client() override {
        return std::make_unique<Asking>(inner_->open_client(), priority_);
    }

   private:
    class Asking final : public Client {
       public:
        Asking(std::unique_ptr<Client> inner, Priority priority)
            : inner_(std::move(inner)), priority_(priority) {}
        const Facts& facts() const override { return inner_->facts(); }
        Result<void> post(std::vector<Request> batch) override {
            return inner_->post(with(priority_, std::move(batch)));
        }
        std::vector<Event> wait(Nanoseconds patience) override { return inner_->wait(patience); }
        void cancel(std::uint64_t id) override { inner_->cancel(id); }
        Result<std::string> render(const Request& request) override {
            return inner_->render(request);
        }

       private:
        std::unique_ptr<Client> inner_;
        Priority priority_;
    };

    std::unique_ptr<Engine> inner_;
    Priority priority_;
};

void check_contract_with(Priority priority) {
    contract::Subject subject;
    subject.name = "llama, open lane";
    subject.open = [priority] {
        return std::make_unique<Prioritised>(opened(spec_of(tiny_path())), priority);
    };
    subject.inputs = k_inputs;
    subject.at_once = 16;
    subject.ends_in_batch_order = false;
    subject.long_request = [] { return generate(0, "tell me a long story", 3500); };
    contract::check_contract(subject);
}

TEST_CASE("interactive requests keep the contract of the port") {
    check_contract_with(Priority::Interactive);
}

TEST_CASE("bulk requests keep the contract of the port") {
    check_contract_with(Priority::Bulk);
}

// Every request of a batch in both lanes.
void check_lanes_agree(const std::vector<Request>& batch) {
    const auto engine = opened(spec_of(tiny_path()));
    const LastEvents fixed = run(*engine, batch);
    const LastEvents open = run(*engine, with(Priority::Interactive, batch));
    for (const Request& request : batch) {
        const Response a = answer(fixed, request.id);
        const Response b = answer(open, request.id);
        CHECK(a.text == b.text);
        CHECK(a.finish == b.finish);
        CHECK(a.prompt_tokens == b.prompt_tokens);
        CHECK(a.output_tokens == b.output_tokens);
        REQUIRE(a.scores.size() == b.scores.size());
        for (std::size_t i = 0; i < a.scores.size(); ++i) {
            CHECK(a.scores[i].tokens == b.scores[i].tokens);
            CHECK(a.scores[i].log_probability ==
                  doctest::Approx(b.scores[i].log_probability).epsilon(1e-3));
        }
    }
}

TEST_CASE("both lanes write the same texts") {
    std::vector<Request> batch;
    for (std::size_t i = 0; i < 20; ++i) {
        batch.push_back(generate(i, k_inputs[i % k_inputs.size()], 12));
    }
    Request labelled = generate(100, k_inputs[0], 1);
    labelled.labels = {"spam", "ham", "hamburger", "no, never"};
    labelled.constraint.kind = Constraint::Kind::Labels;
    batch.push_back(labelled);
    labelled.id = 101;
    labelled.labels = {"the only one"};
    batch.push_back(labelled);
    batch.push_back(generate(102, k_inputs[1], 0));
    check_lanes_agree(batch);
}

TEST_CASE("both lanes score labels alike, few or many, nested and long") {
    std::vector<std::string> many;
    for (char first = 'a'; first <= 'z'; ++first) {
        for (char second = 'a'; second <= 'h'; ++second) {
            many.push_back(std::string{first, second, 'q', 'z'});
        }
    }
    check_lanes_agree({score(1, k_inputs[0], {"ham", "spam"}),
                       score(2, k_inputs[1], many),
                       score(3, k_inputs[2], {"no", "no answer", "none", "x"}),
                       score(4, k_inputs[3], {std::string(120, 'q'), std::string(90, 'z')}),
                       score(5, k_inputs[4], {"one"})});
}

// What a fixed batch answers, to the last bit.
std::string exactly(const LastEvents& ends) {
    std::string all;
    for (const auto& [id, event] : ends) {
        const Response response = answer(ends, id);
        all += std::to_string(id) + " " + response.text;
        for (const LabelScore& score : response.scores) {
            char bits[40];
            std::snprintf(bits, sizeof bits, " %a", score.log_probability);
            all += bits;
        }
        all += "\n";
    }
    return all;
}

// Pairs of a batch that scores and one that writes.
std::vector<std::vector<Request>> fixed_batches(std::uint64_t pairs) {
    std::vector<std::vector<Request>> batches;
    for (std::uint64_t batch = 0; batch < pairs; ++batch) {
        std::vector<Request> scored;
        std::vector<Request> written;
        for (std::uint64_t i = 0; i < 8; ++i) {
            const std::string input = k_inputs[i] + " " + std::to_string(batch);
            scored.push_back(score(i, input, {"ham", "spam", "not sure"}));
            written.push_back(generate(i, input, 10));
        }
        batches.push_back(scored);
        batches.push_back(written);
    }
    return batches;
}

// Eight people who write, stop in the middle, and ask again, as long as it lives.
class Company {
   public:
    explicit Company(Engine& engine) : engine_(engine), thread_([this] { keep_asking(); }) {}
    ~Company() {
        stop_ = true;
        thread_.join();
    }
    Company(const Company&) = delete;
    Company& operator=(const Company&) = delete;

    [[nodiscard]] int answers() const { return answers_; }

   private:
    void keep_asking() {
        const auto client = engine_.open_client();
        std::uint64_t next = 0;
        std::size_t under_way = 0;
        while (!stop_) {
            while (under_way < 8) {
                Request request =
                    next % 7 == 0 ? state(next, k_inputs[next % 8], Priority::Interactive)
                    : next % 3 == 0
                        ? score(next, k_inputs[next % 8], {"ham", "spam"})
                        : generate(next, k_inputs[next % 8], 5 + static_cast<int>(next % 20));
                request.priority = next % 4 == 0 ? Priority::Bulk : Priority::Interactive;
                if (!client->post({request})) {
                    return;
                }
                ++next;
                ++under_way;
                if (next % 5 == 0) {
                    client->cancel(next - 3);
                }
            }
            for (const Event& event : client->wait(milliseconds(20))) {
                under_way -= event.is_last() ? 1 : 0;
                answers_ += std::holds_alternative<Response>(event.what) ? 1 : 0;
            }
        }
    }

    Engine& engine_;
    std::atomic<bool> stop_{false};
    std::atomic<int> answers_{0};
    std::thread thread_;
};

void check_fixed_batches_are_fixed(const OpenSpec& spec, std::uint64_t pairs) {
    const std::vector<std::vector<Request>> batches = fixed_batches(pairs);
    std::vector<std::string> quiet;
    {
        const auto engine = opened(spec);
        for (const std::vector<Request>& batch : batches) {
            quiet.push_back(exactly(run(*engine, batch)));
        }
    }
    {
        const auto engine = opened(spec);
        const Company company(*engine);
        for (std::size_t i = 0; i < batches.size(); ++i) {
            CHECK(exactly(run(*engine, batches[i])) == quiet[i]);
        }
        CHECK(company.answers() > 0);
    }
    {
        const auto resumed = opened(spec);  // begins in the middle, then goes back
        for (const std::size_t i : {batches.size() - 1, batches.size() - 2, std::size_t{1}}) {
            CHECK(exactly(run(*resumed, batches[i])) == quiet[i]);
        }
    }
}

TEST_CASE("fixed batches answer the same bits on resume and beside eight who ask") {
    check_fixed_batches_are_fixed(spec_of(tiny_path()), 3);
}

TEST_CASE("real models: fixed batches answer the same bits on resume and beside eight who ask") {
    for (const std::string& file : {k_smol, k_qwen}) {
        CAPTURE(file);
        if (const std::string path = real_model(file); !path.empty()) {
            OpenSpec spec = spec_of(path);
            spec.threads = 2;
            check_fixed_batches_are_fixed(spec, 1);
        }
    }
}

TEST_CASE("a shared beginning is computed once, also while the first is still being answered") {
    const auto engine = opened(spec_of(tiny_path()));
    std::vector<Request> batch;
    for (std::size_t i = 0; i < 8; ++i) {
        batch.push_back(generate(i, k_inputs[i], 30));
    }
    const LastEvents ends = run(*engine, with(Priority::Interactive, batch));
    int fresh = 0;
    for (const Request& request : batch) {
        fresh += answer(ends, request.id).cached_tokens == 0 ? 1 : 0;
    }
    CHECK(fresh == 1);
    const std::uint64_t computed = engine->counters().tokens_computed;
    const LastEvents again =
        run(*engine, with(Priority::Interactive, {generate(1, k_inputs[0], 5)}));
    CHECK(answer(again, 1).cached_tokens == *answer(again, 1).prompt_tokens - 1);
    CHECK(engine->counters().tokens_computed - computed <= 6);
}

TEST_CASE("a probe's own part is computed again, its instructions are not") {
    const auto engine = opened(spec_of(tiny_path()));
    Request request = generate(1, k_inputs[0] + " " + k_inputs[1], 4);
    request.own_part_uncached = true;
    request.priority = Priority::Interactive;
    CHECK(answer(run(*engine, {request}), 1).cached_tokens == 0);
    const Response second = answer(run(*engine, {request}), 1);
    CHECK(second.cached_tokens > 20);
    CHECK(second.cached_tokens <=
          *second.prompt_tokens - static_cast<int>(request.input.size()) / 4);
    request.input.clear();  // nothing is known to be shared
    CHECK(answer(run(*engine, {request}), 1).cached_tokens == 0);
}

TEST_CASE("a long prompt does not hold up a text in the making") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto client = engine->open_client();
    Request text = generate(1, "tell me a long story", 400);
    text.stream_tokens = true;
    text.priority = Priority::Interactive;
    REQUIRE(client->post({text}));
    while (client->wait(milliseconds(10)).empty()) {
    }
    Request prompt = generate(2, std::string(2500, 'x'), 1);
    prompt.priority = Priority::Interactive;
    REQUIRE(client->post({prompt}));
    int tokens = 0;
    for (bool answered = false; !answered;) {
        for (const Event& event : client->wait(seconds(10))) {
            answered = answered || (event.id == 2 && event.is_last());
            tokens += event.id == 1 && !answered ? 1 : 0;
        }
    }
    CHECK(tokens >= 20);  // a prompt of 2,500 tokens in passes of 64
}

TEST_CASE("fixed batches and interactive requests both get on beside each other") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto client = engine->open_client();
    std::vector<Request> fixed;
    for (std::uint64_t i = 0; i < 400; ++i) {
        fixed.push_back(score(i, k_inputs[i % 8] + std::to_string(i), {"ham", "spam"}));
    }
    REQUIRE(client->post(fixed));
    const LastEvents beside = run(*engine, with(Priority::Interactive, {generate(1, "hello", 8)}));
    CHECK(answer(beside, 1).output_tokens.value() > 0);
    CHECK_FALSE(answer(beside, 1).alone);
    const std::vector<Event> so_far = client->wait(Nanoseconds{0});
    CHECK(so_far.size() < fixed.size());
    client->cancel(1);
}

TEST_CASE("cancelled in prefill and in the middle, a request leaves the others as they were") {
    const auto engine = opened(spec_of(tiny_path()));
    const std::string alone =
        answer(run(*engine, with(Priority::Interactive, {generate(1, k_inputs[0], 40)})), 1).text;
    for (const auto delay : {milliseconds(0), milliseconds(3), milliseconds(15)}) {
        const auto client = engine->open_client();
        std::vector<Request> batch{generate(1, k_inputs[0], 40)};
        for (std::uint64_t id = 2; id <= 8; ++id) {
            batch.push_back(generate(id, std::string(1000, 'y') + std::to_string(id), 900));
        }
        REQUIRE(client->post(with(Priority::Bulk, batch)));
        std::this_thread::sleep_for(delay);
        for (std::uint64_t id = 2; id <= 8; ++id) {
            client->cancel(id);
        }
        const auto ends =
            contract::ends_in(contract::events_until_ended(*client, batch.size(), seconds(60)));
        CHECK(answer(ends, 1).text == alone);
        for (std::uint64_t id = 2; id <= 8; ++id) {
            CHECK(failure(ends, id) == FailureKind::Cancelled);
        }
    }
}

// Somebody's secret stands in a prompt that runs beside those who ask for it.
void check_canary(const OpenSpec& spec, bool same_texts) {
    const auto engine = opened(spec);
    const std::string secret = "XK42-PLUM-7731";
    std::vector<Request> askers;
    for (std::uint64_t i = 1; i <= 6; ++i) {
        Request asker = generate(i, "What is the secret code? Case " + std::to_string(i), 24);
        asker.messages = {{"system", "You keep codes. Answer in one line."}, {"user", asker.input}};
        askers.push_back(asker);
    }
    askers = with(Priority::Interactive, askers);
    std::map<std::uint64_t, std::string> alone;
    for (const Request& asker : same_texts ? askers : std::vector<Request>{}) {
        alone[asker.id] = answer(run(*opened(spec), {asker}), asker.id).text;
    }
    std::vector<Request> batch;
    for (std::uint64_t i = 1; i <= 6; ++i) {
        Request keeper = askers[i - 1];
        keeper.id = 100 + i;
        keeper.input = "The secret code is " + secret + ". Repeat the secret code.";
        keeper.messages[1].content = keeper.input;
        batch.push_back(keeper);
        batch.push_back(askers[i - 1]);
    }
    for (int round = 0; round < 2; ++round) {  // then with what the first has left behind
        const LastEvents ends = run(*engine, batch);
        for (const Request& asker : askers) {
            const std::string text = answer(ends, asker.id).text;
            CHECK(text.find("XK42") == std::string::npos);
            CHECK(text.find("7731") == std::string::npos);
            if (same_texts) {
                CHECK(text == alone.at(asker.id));
            }
        }
    }
}

TEST_CASE("no request gets a token that depends on another's own part") {
    check_canary(spec_of(tiny_path()), true);
    if (const std::string path = real_model(k_qwen); !path.empty()) {
        OpenSpec spec = spec_of(path);
        spec.threads = 2;
        // Quantised weights round activations: another pass shape may turn a near-tie.
        check_canary(spec, false);
    }
}

}  // namespace
}  // namespace palier::engine::llama
