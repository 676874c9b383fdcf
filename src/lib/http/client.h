// HTTP client: many requests under way on one worker thread, answers handed over as they arrive.
// libcurl is behind it: proxies by its environment variables, HTTP/2 where offered, TLS verified,
// redirects not followed (a key must not travel to another host). Compressed bodies are not asked
// for, because a server may hold a stream back to compress it; they are unpacked all the same.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method = "GET";  // or "POST"
    std::string url;             // http or https
    Headers headers;
    std::string body;
    // All from the start of the request; 0 = none.
    Nanoseconds connect_timeout = std::chrono::seconds(10);
    Nanoseconds first_byte_timeout{0};
    Nanoseconds total_timeout{0};
    std::size_t max_response_bytes = std::size_t{64} << 20;
};

enum class Failure {
    BadUrl,
    NotConnected,  // name not found, refused, no route, connect timeout
    Tls,           // the certificate or the handshake
    Silence,       // no byte of an answer within first_byte_timeout
    Deadline,      // connected, and total_timeout passed
    Dropped,       // the connection ended before the answer did
    TooLarge,      // more than max_response_bytes
    Cancelled,     // by cancel, on_head or on_body
    Other
};

struct Outcome {
    std::optional<Failure> failure;  // none: a whole answer, whatever its status
    std::string reason;              // of the failure, one line for people
    int status = 0;                  // 0: no answer began
    Headers headers;                 // of the answer, names in lower case
    std::string body;                // empty when on_body took it

    // Value of the first header of that name (lower case); nullptr without one.
    [[nodiscard]] const std::string* header(std::string_view name) const;
};

// Called on the worker thread, one at a time; must not block for long, throw or destroy the client.
struct Handler {
    // A part of the body, as it arrives; false stops the transfer. Empty: Outcome::body collects
    // it.
    std::function<bool(int status, std::string_view bytes)> on_body;
    std::function<void(Outcome)> on_end;  // exactly once, unless the client is destroyed before
    // Status and headers, before the first part of a body; false stops the transfer. Not called for
    // an answer without a body.
    std::function<bool(const Outcome& head)> on_head{};
};

// Thread-safe. Destroying it ends all transfers; afterwards nothing is called.
class Client {
   public:
    Client();
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Returns a number for cancel. Every failure comes through on_end.
    std::uint64_t start(Request request, Handler handler);
    // The transfer ends soon with Failure::Cancelled; unknown numbers are ignored.
    void cancel(std::uint64_t transfer);
    // Calls `action` on the worker thread, `delay` from now.
    void after(Nanoseconds delay, std::function<void()> action);
    // Starts and waits for the end. Not from the worker thread.
    [[nodiscard]] Outcome fetch(Request request);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

// The certificate authorities that TLS trusts: the file named here, else the one in CURL_CA_BUNDLE,
// else SSL_CERT_FILE (with SSL_CERT_DIR), as curl reads them; else the system's. Not thread-safe:
// before the first Client.
void use_ca_file(std::string path);
// "/etc/ours.pem (SSL_CERT_FILE)", for messages; "" = the system's.
[[nodiscard]] std::string trusted_ca_file();

// Scheme, host and what else is in an http(s) URL.
struct Url {
    std::string scheme;  // lower case
    std::string host;    // with the port if one is written; no user name, no password
    std::string path;    // "" or begins with '/'
    bool has_credentials = false;
    std::string query;  // without its '?'
    bool has_fragment = false;
};
// nullopt: no http(s) URL.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// Seconds since 1970 of an HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT", RFC 9110 section 5.6.7).
[[nodiscard]] std::optional<std::int64_t> unix_seconds_of(std::string_view date);

}  // namespace palier::http
