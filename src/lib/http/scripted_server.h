// For tests: an HTTP/1.1 server on 127.0.0.1 that answers each request with scripted steps, well
// behaved or not. One thread serves all connections. Plain POSIX sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace palier::http {

// What one request looked like to the server.
struct Seen {
    std::string method;
    std::string path;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

struct Step {
    enum class What { Send, Wait, Hang, Close, Reset } what = What::Send;
    std::string bytes;                  // Send
    std::chrono::milliseconds wait{0};  // Wait
};
using Steps = std::vector<Step>;

[[nodiscard]] Step send(std::string bytes);
[[nodiscard]] Step wait_for(std::chrono::milliseconds time);
[[nodiscard]] Step hang();   // silence until the client goes away
[[nodiscard]] Step close();  // an orderly end of the connection
[[nodiscard]] Step reset();  // the connection is torn down (RST)
// A whole answer with its length; `headers` are lines, each ending in "\r\n".
[[nodiscard]] Step answer(int status, const std::string& body, const std::string& headers = "");
// The head of a chunked answer, a chunk and the end of the chunks.
[[nodiscard]] std::string chunked_head(int status, const std::string& content_type);
[[nodiscard]] std::string chunk(const std::string& bytes);
[[nodiscard]] std::string last_chunk();

class ScriptedServer {
   public:
    // `script` runs on the server's thread, for one request at a time.
    explicit ScriptedServer(std::function<Steps(const Seen&)> script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const;  // "http://127.0.0.1:<port>"
    [[nodiscard]] std::vector<Seen> requests() const;
    // Connections that the client ended while an answer was owed.
    [[nodiscard]] int abandoned() const { return abandoned_; }
    // Most answers under way at one time.
    [[nodiscard]] int most_at_once() const { return most_at_once_; }

   private:
    struct Connection;
    void run();
    void accept_one();
    bool read_some(Connection& connection);
    void take_requests(Connection& connection);
    bool play(Connection& connection);

    std::function<Steps(const Seen&)> script_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stop_{false};
    std::atomic<int> abandoned_{0};
    std::atomic<int> most_at_once_{0};
    mutable std::mutex mutex_;
    std::vector<Seen> requests_;
    std::vector<std::unique_ptr<Connection>> connections_;  // of the thread alone
    std::thread thread_;
};

// A port of 127.0.0.1 on which nothing listens.
[[nodiscard]] int unused_port();

}  // namespace palier::http
