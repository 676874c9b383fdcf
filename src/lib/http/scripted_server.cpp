#include "lib/http/scripted_server.h"

#include "base/check.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <optional>

namespace palier::http {
namespace {

using Steady = std::chrono::steady_clock;

int listen_on_any_port(int& port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    PALIER_CHECK(fd >= 0, "no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    PALIER_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "no port");
    socklen_t length = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    return fd;
}

// The first whole request in `bytes`, taken out of it.
std::optional<Seen> take_request(std::string& bytes) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos) {
        return std::nullopt;
    }
    Seen seen;
    const std::vector<std::string> lines = split(std::string_view(bytes).substr(0, head_end), '\n');
    const std::vector<std::string> words = split(trim(lines.front()), ' ');
    seen.method = words.front();
    seen.path = words.size() > 1 ? words[1] : "";
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(':');
        if (colon != std::string::npos) {
            seen.headers[to_lower(lines[i].substr(0, colon))] =
                trim(std::string_view(lines[i]).substr(colon + 1));
        }
    }
    const auto length = seen.headers.find("content-length");
    const std::size_t body_size =
        length == seen.headers.end() ? 0 : std::strtoul(length->second.c_str(), nullptr, 10);
    if (bytes.size() < head_end + 4 + body_size) {
        return std::nullopt;
    }
    seen.body = bytes.substr(head_end + 4, body_size);
    bytes.erase(0, head_end + 4 + body_size);
    return seen;
}

}  // namespace

struct ScriptedServer::Connection {
    int fd = -1;
    std::string received;
    std::deque<Step> steps;
    std::optional<Steady::time_point> waits_until;
    bool open = true;

    explicit Connection(int descriptor) : fd(descriptor) {}
    ~Connection() { ::close(fd); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
};

Step send(std::string bytes) {
    return {Step::What::Send, std::move(bytes), {}};
}
Step wait_for(std::chrono::milliseconds time) {
    return {Step::What::Wait, {}, time};
}
Step hang() {
    return {Step::What::Hang, {}, {}};
}
Step close() {
    return {Step::What::Close, {}, {}};
}
Step reset() {
    return {Step::What::Reset, {}, {}};
}

Step answer(int status, const std::string& body, const std::string& headers) {
    return send("HTTP/1.1 " + std::to_string(status) + " scripted\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
}

std::string chunked_head(int status, const std::string& content_type) {
    return "HTTP/1.1 " + std::to_string(status) + " scripted\r\nContent-Type: " + content_type +
           "\r\nTransfer-Encoding: chunked\r\n\r\n";
}

std::string chunk(const std::string& bytes) {
    static constexpr std::string_view k_digits = "0123456789abcdef";
    std::string length;
    for (std::size_t rest = bytes.size(); rest > 0; rest /= 16) {
        length.insert(length.begin(), k_digits[rest % 16]);
    }
    return length + "\r\n" + bytes + "\r\n";
}

std::string last_chunk() {
    return "0\r\n\r\n";
}

ScriptedServer::ScriptedServer(std::function<Steps(const Seen&)> script)
    : script_(std::move(script)) {
    listener_ = listen_on_any_port(port_);
    PALIER_CHECK(listen(listener_, 64) == 0, "cannot listen");
    thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
}

std::string ScriptedServer::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<Seen> ScriptedServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void ScriptedServer::run() {
    while (!stop_) {
        std::vector<pollfd> polled{{listener_, POLLIN, 0}};
        for (const auto& connection : connections_) {
            polled.push_back({connection->fd, POLLIN, 0});
        }
        poll(polled.data(), polled.size(), 2);  // 2 ms: the grain of Wait steps and of the end
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            Connection& connection = *connections_[i];
            if (polled[i + 1].revents != 0) {
                connection.open = read_some(connection);
            }
            connection.open = connection.open && play(connection);
        }
        std::erase_if(connections_, [](const auto& connection) { return !connection->open; });
        if (polled[0].revents != 0) {
            accept_one();
        }
    }
}

void ScriptedServer::accept_one() {
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd >= 0) {
        connections_.push_back(std::make_unique<Connection>(fd));
    }
}

bool ScriptedServer::read_some(Connection& connection) {
    std::string buffer(65536, '\0');
    const ssize_t count = recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
        abandoned_ += connection.steps.empty() ? 0 : 1;
        return false;
    }
    connection.received.append(buffer, 0, static_cast<std::size_t>(count));
    take_requests(connection);
    return true;
}

void ScriptedServer::take_requests(Connection& connection) {
    while (std::optional<Seen> seen = take_request(connection.received)) {
        const Steps steps = script_(*seen);
        connection.steps.insert(connection.steps.end(), steps.begin(), steps.end());
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(*seen));
    }
    const auto busy = std::count_if(
        connections_.begin(), connections_.end(), [](const auto& c) { return !c->steps.empty(); });
    most_at_once_ = std::max(most_at_once_.load(), static_cast<int>(busy));
}

// Plays the steps that are due; false ends the connection.
bool ScriptedServer::play(Connection& connection) {
    while (!connection.steps.empty()) {
        const Step& step = connection.steps.front();
        switch (step.what) {
            case Step::What::Send: {
                const ssize_t sent =
                    ::send(connection.fd, step.bytes.data(), step.bytes.size(), MSG_NOSIGNAL);
                if (sent != static_cast<ssize_t>(step.bytes.size())) {
                    ++abandoned_;
                    return false;
                }
                break;
            }
            case Step::What::Wait:
                if (!connection.waits_until) {
                    connection.waits_until = Steady::now() + step.wait;
                }
                if (Steady::now() < *connection.waits_until) {
                    return true;
                }
                connection.waits_until.reset();
                break;
            case Step::What::Hang:
                return true;
            case Step::What::Close:
                return false;
            case Step::What::Reset: {
                const linger at_once{1, 0};
                setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
                return false;
            }
        }
        connection.steps.pop_front();
    }
    return true;
}

int unused_port() {
    int port = 0;
    ::close(listen_on_any_port(port));
    return port;
}

}  // namespace palier::http
