#include "serve/test_held.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>

namespace palier::serve {
namespace {

constexpr std::chrono::seconds k_patience{10};

}  // namespace

class HeldClient final : public engine::Client {
   public:
    explicit HeldClient(Held& held) : held_(held) {
        facts_.engine = "held";
        facts_.context_tokens = 100;
    }
    [[nodiscard]] const engine::Facts& facts() const override { return facts_; }
    Result<void> post(std::vector<engine::Request> batch) override {
        const std::lock_guard lock(held_.mutex_);
        for (engine::Request& request : batch) {
            held_.under_way_.insert(request.id);
            held_.requests_.push_back(std::move(request));
        }
        held_.changed_.notify_all();
        return {};
    }
    [[nodiscard]] std::vector<engine::Event> wait(Nanoseconds patience) override {
        std::unique_lock lock(held_.mutex_);
        held_.changed_.wait_for(
            lock, patience, [this] { return !held_.events_.empty() || held_.under_way_.empty(); });
        return std::exchange(held_.events_, {});
    }
    void cancel(std::uint64_t id) override {
        {
            const std::lock_guard lock(held_.mutex_);
            held_.cancelled_.insert(id);
            if (held_.under_way_.erase(id) > 0) {
                held_.events_.push_back(
                    {id, engine::Failed{engine::FailureKind::Cancelled, "cancelled"}});
            }
        }
        held_.changed_.notify_all();
    }
    [[nodiscard]] Result<std::string> render(const engine::Request&) override {
        return std::string();
    }

   private:
    Held& held_;
    engine::Facts facts_;
};

void Held::say(std::uint64_t id, const std::string& text) {
    const std::lock_guard lock(mutex_);
    events_.push_back({id, engine::Token{text}});
    changed_.notify_all();
}

void Held::end(std::uint64_t id, engine::fake::Answer how) {
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
    std::visit([&](auto& what) { events_.push_back({id, std::move(what)}); }, how.what);
    changed_.notify_all();
}

engine::Request Held::posted(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, k_patience, [&] { return requests_.size() >= count; }));
    return requests_[count - 1];
}

std::size_t Held::posted_so_far() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
}

void Held::cancelled(std::uint64_t id) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, k_patience, [&] { return cancelled_.contains(id); }));
}

std::unique_ptr<engine::Client> Held::open() {
    return std::make_unique<HeldClient>(*this);
}

engine::fake::Answer saying(const std::string& text) {
    return engine::fake::counted(text, 5, 2);
}

Caller::Caller(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(socket_ >= 0);
    const timeval patience{k_patience.count(), 0};
    REQUIRE(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

Caller::~Caller() {
    leave();
}

void Caller::leave() {
    if (socket_ >= 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

void Caller::send(std::string_view bytes) const {
    // A server that has closed already is seen in what it answered.
    static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void Caller::post(std::string_view path, std::string_view body, std::string_view more) const {
    send("POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body));
}

void Caller::get(std::string_view path, std::string_view more) const {
    send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n");
}

bool Caller::receive() {
    char bytes[4096];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got > 0) {
        received_.append(bytes, static_cast<std::size_t>(got));
    }
    return got > 0;
}

std::string Caller::until(std::string_view mark) {
    std::size_t at = received_.find(mark);
    while (at == std::string::npos && receive()) {
        at = received_.find(mark);
    }
    REQUIRE_MESSAGE(at != std::string::npos, received_);
    const std::string found = received_.substr(0, at + mark.size());
    received_.erase(0, found.size());
    return found;
}

std::string Caller::answer() {
    const std::string head = until("\r\n\r\n");
    constexpr std::string_view k_length = "content-length: ";
    const std::size_t at = to_lower(head).find(k_length);
    REQUIRE_MESSAGE(at != std::string::npos, head);
    const std::size_t length = std::stoul(head.substr(at + k_length.size()));
    while (received_.size() < length && receive()) {
    }
    const std::string body = received_.substr(0, length);
    received_.erase(0, length);
    return head + body;
}

std::string Caller::rest() {
    while (receive()) {
    }
    return std::exchange(received_, {});
}

}  // namespace palier::serve
