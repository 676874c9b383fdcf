// The engine behind openai.h, for chat completions and for decisions: a queue of tasks, at most
// `sequences` of them under way, each with its tries. User threads and the client's worker thread
// meet under one mutex.
#pragma once

#include "engine/openai/body_reader.h"
#include "engine/openai/dialect.h"
#include "engine/openai/openai.h"
#include "engine/openai/protocol.h"
#include "engine/openai/trouble.h"
#include "engine/shared_engine.h"
#include "engine/turns.h"
#include "lib/http/client.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <unordered_map>

namespace palier::engine::openai {

// Where requests go, checked by open.
struct Target {
    std::string base;   // without a slash at its end
    std::string query;  // "" or what goes behind every path, with its '?'
    std::string host;
    std::string model;
    std::string api_key;
    Api api = Api::Chat;
};

// The headers that carry the key, none without one. Azure, known by its api-version, has another.
void add_key(const Target& target, http::Headers& headers);

// Thread-safe.
class ChatEngine final : public SharedEngine {
   public:
    ChatEngine(Target target,
               Facts facts,
               int at_once,
               Options options,
               std::unique_ptr<http::Client> client);
    ~ChatEngine() override;

    [[nodiscard]] const Facts& facts() const override { return facts_; }
    [[nodiscard]] Counters counters() const override;

   private:
    [[nodiscard]] Box open_box() override;
    void close_box(Box box) override;
    Result<void> post(Box box, std::vector<Request> batch) override;
    [[nodiscard]] std::vector<Event> wait(Box box, Nanoseconds patience) override;
    void cancel(Box box, std::uint64_t id) override;
    [[nodiscard]] Result<std::string> render(const Request& request) override;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> learned() override;
    void wake() override;

    struct Task {
        enum class Stage { Queued, Asking, Pausing } stage = Stage::Queued;
        Request request;
        Nanoseconds posted{0};
        std::optional<Nanoseconds> deadline;
        bool alone = false;
        int tries = 0;
        Nanoseconds waited{0};  // in pauses that the endpoint asked for
        std::string last_word;  // of a 200 that was no answer
        Counted lost;
        // Of the try under way.
        std::uint64_t transfer = 0;
        Dialect dialect;
        bool adapting = false;  // the dialect differs from the engine's, on trial
        std::unique_ptr<BodyReader> reader;
        std::string error_body;
        Nanoseconds started{0};
        Nanoseconds last_byte{0};
        bool begun = false;  // something of an answer came, be it a thought
        std::optional<Nanoseconds> first_text;
        Trouble trouble;  // Pausing: of the last try
        // What the timer watches for this task; none: nothing.
        std::optional<Nanoseconds> due;
    };

    void start_ready();
    void start_try(Serial serial, Task& task);
    [[nodiscard]] http::Request request_for(const Task& task) const;
    bool take_bytes(Serial serial, int tries, int status, std::string_view bytes);
    void take_end(Serial serial, int tries, http::Outcome outcome);
    void judge(Serial serial, Task& task, const http::Outcome& outcome);
    void answer(Serial serial, Task& task, const ReadAnswer& read, int status);
    void handle_trouble(Serial serial, Task& task, Trouble trouble);
    [[nodiscard]] std::optional<Dialect> dialect_for(const Task& task,
                                                     int status,
                                                     const std::string& complaint) const;
    bool adapt(Serial serial, Task& task, int status, const std::string& complaint);
    void keep_dialect(Task& task);
    [[nodiscard]] std::optional<Nanoseconds> pause_for(const Task& task, Trouble& trouble) const;
    void end(Serial serial, Task& task, std::variant<Token, Response, Failed> what);
    void say(Serial serial, std::string text);
    void leave_transfer(Task& task);

    void watch(Serial serial, Task& task, std::optional<Nanoseconds> when);
    [[nodiscard]] Nanoseconds silence_limit(const Task& task) const;
    void arm_timer();
    void look_at_due();
    void come_due(Serial serial, Task& task);

    [[nodiscard]] Nanoseconds now() const { return clock_.now(); }
    [[nodiscard]] std::string without_key(std::string text) const;

    const Target target_;
    const Protocol& protocol_;
    const Facts facts_;
    const int at_once_;
    const Options options_;
    const SystemClock system_clock_;
    const Clock& clock_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool closing_ = false;  // the client is being destroyed: it must not be used
    Dialect dialect_;
    std::int64_t answered_ = 0;
    std::int64_t counted_short_ = 0;  // of them, with fewer prompt tokens than they must have had
    Counters counters_;
    bool left_ = false;  // nobody waits any more
    int under_way_ = 0;
    Mailboxes mail_;
    std::unordered_map<Serial, Task> tasks_;
    Turns queue_;
    std::set<std::pair<Nanoseconds, Serial>> dues_;
    std::optional<Nanoseconds> armed_;  // the client's next timer for look_at_due

    // Last: its thread calls this engine, so it must end first.
    std::unique_ptr<http::Client> client_;
};

}  // namespace palier::engine::openai
