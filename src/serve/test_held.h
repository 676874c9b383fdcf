// For the tests of serve: a model whose answers come when the test says so, and a client of a
// socket that sends and reads what it likes.
#pragma once

#include "engine/engine.h"
#include "engine/fake/fake.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace palier::serve {

// What a HeldClient and its test share. Thread-safe. What waits for something gives up, and fails
// the test, after ten seconds.
class Held {
   public:
    void say(std::uint64_t id, const std::string& text);
    void end(std::uint64_t id, engine::fake::Answer how);
    // Until so many requests were posted, and the last of these.
    [[nodiscard]] engine::Request posted(std::size_t count);
    [[nodiscard]] std::size_t posted_so_far();
    // Until this one was cancelled; that ends it.
    void cancelled(std::uint64_t id);

    [[nodiscard]] std::unique_ptr<engine::Client> open();

   private:
    friend class HeldClient;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<engine::Request> requests_;
    std::set<std::uint64_t> under_way_, cancelled_;
    std::vector<engine::Event> events_;
};

// Five tokens were read, two written.
[[nodiscard]] engine::fake::Answer saying(const std::string& text);

// One connection to 127.0.0.1.
class Caller {
   public:
    explicit Caller(std::uint16_t port);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    void send(std::string_view bytes) const;
    // A request with this body, or none.
    void post(std::string_view path,
              std::string_view body,
              std::string_view more_headers = "") const;
    void get(std::string_view path, std::string_view more_headers = "") const;
    // Until `mark` has come; what came up to its end.
    std::string until(std::string_view mark);
    // One answer with a Content-Length: its head and its body.
    std::string answer();
    // Until the other side closes.
    std::string rest();
    void leave();

   private:
    [[nodiscard]] bool receive();
    int socket_;
    std::string received_;
};

}  // namespace palier::serve
