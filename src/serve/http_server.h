// HttpServer: HTTP/1.1 on one socket, one thread for all connections. Boost.Beast is behind it.
#pragma once

#include "base/result.h"
#include "report/messages.h"
#include "serve/exchange.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace palier::serve {

// Each is a limit of what one client may take.
struct HttpLimits {
    std::size_t header_bytes = 16UL * 1024;
    std::size_t body_bytes = 8UL * 1024 * 1024;
    std::chrono::milliseconds header{10'000};  // from its first byte to its last
    std::chrono::milliseconds body{60'000};
    std::chrono::milliseconds write{30'000};  // of a part of the answer
    std::chrono::milliseconds idle{75'000};   // between two requests of a connection
};

// What is refused here - unreadable, too large - is answered as `language` has it, in OpenAI's
// shape; all else goes to `handle`. A client that closes its side is one that leaves.
class HttpServer {
   public:
    // Listens at once, answers in run(). `port` 0: any free one. Errors 2952 {host, port, reason},
    // 2954 {host}.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(const std::string& host,
                                                                    std::uint16_t port,
                                                                    report::Language language,
                                                                    HttpLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string url() const;  // "http://127.0.0.1:8080"

    // Thread-safe: `task` is done by run()'s thread.
    void post(std::function<void()> task);
    // Answers until it has ended, which is when end() was called and all is answered.
    void run(Handle handle);
    // Thread-safe. No new connection is taken and idle ones are closed; `ending` is called first.
    // After `grace` `cut` is called, which must end every answer; what then does not end within a
    // second is dropped. Called again, `grace` is over.
    void end();
    struct Ending {
        std::function<void()> ending, cut;
        std::chrono::milliseconds grace{30'000};
    };
    void set_ending(Ending ending);  // before run()
    // SIGINT and SIGTERM call end().
    void heed_signals();

   private:
    HttpServer();
    struct State;
    std::unique_ptr<State> state_;
};

// Whether only this machine can reach it: 127.0.0.0/8, ::1, "localhost".
[[nodiscard]] bool is_loopback(const std::string& host);

}  // namespace palier::serve
