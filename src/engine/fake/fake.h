// Engines for tests and benches: answers, latencies and openings are scripted. Time is virtual: a
// fake clock, moved by wait, so a test of a minute's work takes microseconds.
#pragma once

#include "base/clock.h"
#include "base/rng.h"
#include "engine/shared_engine.h"
#include "engine/turns.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace palier::engine::fake {

// The end of one request. Of a Response, ttft_ms, total_ms and alone are filled in by the engine,
// and token counts that the script leaves out, counted in words, unless `usage` is off.
struct Answer {
    std::variant<Response, Failed> what;
    Nanoseconds latency{0};                  // of the answering, without the time in the queue
    std::optional<Nanoseconds> first_token;  // after the start of the answering; none: at its end

    Answer() = default;
    Answer(std::string text);                                 // NOLINT(google-explicit-constructor)
    Answer(const char* text) : Answer(std::string(text)) {}   // NOLINT(google-explicit-constructor)
    Answer(Response response) : what(std::move(response)) {}  // NOLINT(google-explicit-constructor)
    Answer(Failed failed) : what(std::move(failed)) {}        // NOLINT(google-explicit-constructor)
};

// Scores, one token each, for the labels of the request.
[[nodiscard]] Answer scored(const Request& request,
                            const std::function<double(const std::string&)>& log_probability);
// The text, with these token counts.
[[nodiscard]] Answer counted(const std::string& text, int prompt_tokens, int output_tokens);
// The text, cut where it has as many words as the request allows tokens.
[[nodiscard]] Answer within_limit(const Request& request, const std::string& text);

// Called once a request, when its answering starts, under the engine's lock.
using Script = std::function<Answer(const Request&)>;

struct Options {
    FakeClock* clock = nullptr;  // not owned; moved by wait only; nullptr: the engine has its own
    int at_once = 1;             // requests answered at the same time, by turns (turns.h)
    // Requests that end at the same moment end in an order drawn from this seed.
    std::optional<std::uint64_t> shuffle = std::nullopt;
    bool usage = true;  // off: what the script does not say of tokens stays unknown
};

// What a fake engine says of itself: it can write, score and constrain to labels, and what is asked
// for besides. A State request gets the script's Response::state.
[[nodiscard]] Facts plain_facts(const std::string& model = "fake",
                                std::initializer_list<Capability> besides = {});

// A constrained request gets what the script says: the script is trusted to keep to it. wait never
// sleeps: it moves the clock to the next event, whoever's it is, at most by its patience.
class FakeEngine final : public SharedEngine {
   public:
    explicit FakeEngine(Script script, Options options = {}, Facts facts = plain_facts());
    ~FakeEngine() override;

    [[nodiscard]] const Facts& facts() const override { return facts_; }
    [[nodiscard]] Counters counters() const override;

    // From now on post fails with this; what is under way goes on.
    void close(Error error);
    // Requests posted so far, in order (kept only if asked for before the first post).
    void keep_requests() { keeps_requests_ = true; }
    [[nodiscard]] std::vector<Request> requests() const;

   private:
    [[nodiscard]] Box open_box() override;
    void close_box(Box box) override;
    Result<void> post(Box box, std::vector<Request> batch) override;
    [[nodiscard]] std::vector<Event> wait(Box box, Nanoseconds patience) override;
    void cancel(Box box, std::uint64_t id) override;
    [[nodiscard]] Result<std::string> render(const Request& request) override;
    void wake() override {}  // nobody sleeps here

    struct Task {
        Request request;
        Nanoseconds posted{0};
        Nanoseconds started{0};
        Nanoseconds first_token{0};
        bool alone = true;
        bool token_sent = false;
        std::optional<Answer> answer;  // none: in the queue
    };
    struct Due {
        Nanoseconds when{0};
        std::uint64_t order = 0;
        Serial serial = 0;
        bool operator>(const Due& other) const {
            return when != other.when ? when > other.when : order > other.order;
        }
    };

    [[nodiscard]] Nanoseconds now() const { return clock().now(); }
    [[nodiscard]] FakeClock& clock() const { return *clock_; }
    void start_ready();
    void start(Serial serial, Task& task);
    void happen(const Due& due);
    void send_token(Serial serial, Task& task);
    void finish(Serial serial, Task& task);
    void end(Serial serial, std::variant<Token, Response, Failed> what);
    void forget(Serial serial);

    const Script script_;
    const Options options_;
    const Facts facts_;
    FakeClock own_clock_;
    FakeClock* const clock_;

    mutable std::mutex mutex_;
    std::optional<Error> closed_;
    bool keeps_requests_ = false;
    std::vector<Request> kept_;
    std::optional<Rng> rng_;
    Counters counters_;
    int answering_ = 0;
    Mailboxes mail_;
    std::unordered_map<Serial, Task> tasks_;
    Turns queue_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
};

// Engines whose openings are scripted, found by OpenSpec::name, else path, else model. Opening what
// is not scripted is a bug of the test. Not thread-safe.
class FakeEngines final : public Engines {
   public:
    using Opening = std::function<Result<std::unique_ptr<Engine>>(const OpenSpec&)>;

    void add(const std::string& name, Opening opening);
    // Opens a FakeEngine with this script, clock of the options included.
    void add(const std::string& name,
             Script script,
             Options options = {},
             std::optional<Facts> facts = std::nullopt);
    void fail(const std::string& name, Error error);
    // Default: nullopt, it runs elsewhere.
    void set_peak_memory(const std::string& name, Result<std::optional<std::uint64_t>> bytes);

    [[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) override;
    [[nodiscard]] Result<std::optional<std::uint64_t>> peak_memory(
        const OpenSpec& spec, const std::vector<Request>& sample) override;

    // Names in the order opened.
    [[nodiscard]] const std::vector<std::string>& opened() const { return opened_; }

   private:
    std::map<std::string, Opening> openings_;
    std::map<std::string, Result<std::optional<std::uint64_t>>> peaks_;
    std::vector<std::string> opened_;
};

}  // namespace palier::engine::fake
