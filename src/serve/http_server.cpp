#include "serve/http_server.h"

#include "base/log.h"
#include "report/phrases.h"
#include "serve/refusal.h"
#include "serve/waited.h"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <set>

namespace palier::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace say = report::say;
using asio::ip::tcp;
using boost::system::error_code;

// The end of an operation is a value, never thrown.
constexpr auto k_waited = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds k_last_second{1'000};
constexpr std::size_t k_read_at_once = 4096;
constexpr int k_most_last_reads = 4096;

class Connection;

// What the connections share.
struct House {
    report::Language language = report::Language::En;
    HttpLimits limits;
    Handle handle;
    std::set<Connection*> connections;
    bool ending = false;
    std::function<void()> emptied;
};

class Connection : public std::enable_shared_from_this<Connection> {
   public:
    Connection(tcp::socket socket, House& house) : stream_(std::move(socket)), house_(house) {
        house_.connections.insert(this);
    }
    ~Connection() {
        house_.connections.erase(this);
        if (house_.connections.empty()) {
            house_.emptied();
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    asio::awaitable<void> run() {
        bool goes_on = true;
        while (goes_on) {
            parser_ = std::make_unique<Parser>();
            parser_->header_limit(static_cast<std::uint32_t>(house_.limits.header_bytes));
            parser_->body_limit(house_.limits.body_bytes);
            goes_on = co_await read();
            if (goes_on) {
                goes_on = co_await answer();
            }
        }
        error_code ignored;
        ignored = stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        if (unread_) {
            co_await linger();
        }
    }

    void close_if_idle() {
        if (idle_) {
            close();
        }
    }
    void close() {
        error_code ignored;
        ignored = stream_.socket().close(ignored);
    }

   private:
    using Parser = http::request_parser<http::string_body>;

    // What a refused client still sends is read for a moment, lest a reset destroys our last words.
    asio::awaitable<void> linger() {
        stream_.expires_after(k_last_second);
        buffer_.clear();
        for (int reads = 0; reads < k_most_last_reads && stream_.socket().is_open(); ++reads) {
            const auto result =
                co_await stream_.async_read_some(buffer_.prepare(k_read_at_once), k_waited);
            if (std::get<0>(result)) {
                break;
            }
        }
    }

    // False: there is no request, and the connection is done.
    asio::awaitable<bool> read() {
        if (buffer_.size() == 0) {
            idle_ = true;
            stream_.expires_after(house_.limits.idle);
            const auto first =
                co_await stream_.async_read_some(buffer_.prepare(k_read_at_once), k_waited);
            idle_ = false;
            if (std::get<0>(first)) {
                co_return false;
            }
            buffer_.commit(std::get<1>(first));
        }
        stream_.expires_after(house_.limits.header);
        const auto header = co_await http::async_read_header(stream_, buffer_, *parser_, k_waited);
        error_code error = std::get<0>(header);
        if (!error) {
            const bool asks = beast::iequals(parser_->get()[http::field::expect], "100-continue");
            if (asks && !parser_->is_done()) {
                static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await asio::async_write(stream_, asio::buffer(k_continue), k_waited);
            }
            stream_.expires_after(house_.limits.body);
            const auto body = co_await http::async_read(stream_, buffer_, *parser_, k_waited);
            error = std::get<0>(body);
        }
        if (!error) {
            co_return true;
        }
        if (auto refusal = refusal_of(error)) {
            unread_ = true;
            HttpAnswer told{refusal->status, error_body(house_.language, *refusal)};
            co_await send(std::move(told), false);
        }
        co_return false;
    }

    // nullopt: there is nobody to tell.
    [[nodiscard]] std::optional<Refusal> refusal_of(error_code error) const {
        if (error == http::error::body_limit) {
            return Refusal{413,
                           "body_too_large",
                           say::body_too_large,
                           {{"limit", std::to_string(house_.limits.body_bytes)}}};
        }
        if (error == http::error::header_limit || error == http::error::buffer_overflow) {
            return Refusal{431,
                           "header_too_large",
                           say::header_too_large,
                           {{"limit", std::to_string(house_.limits.header_bytes)}}};
        }
        if (error == http::error::end_of_stream || error == http::error::partial_message ||
            error == beast::error::timeout ||
            error.category() != make_error_code(http::error::bad_method).category()) {
            return std::nullopt;
        }
        return Refusal{
            400, "invalid_request", say::request_unreadable, {{"detail", error.message()}}};
    }

    [[nodiscard]] HttpRequest request() {
        auto message = parser_->release();
        const auto text = [](beast::string_view view) { return std::string(view); };
        std::string path = text(message.target());
        path = path.substr(0, path.find('?'));
        return {text(message.method_string()),
                std::move(path),
                text(message[http::field::content_type]),
                text(message[http::field::authorization]),
                std::move(message.body())};
    }

    // False: the connection is done.
    asio::awaitable<bool> answer() {
        version_ = parser_->get().version();
        const bool keep = parser_->get().keep_alive();
        const auto reply = std::make_shared<Waited>(stream_.get_executor());
        const std::function<void()> leave = house_.handle(request(), reply);
        asio::cancellation_signal stop_watching;
        if (!reply->ended()) {
            watch(reply, stop_watching.slot());
        }
        co_await reply->wait();
        bool goes_on = keep && !house_.ending;
        if (reply->left()) {
            goes_on = false;
        } else if (reply->is_stream()) {
            goes_on = co_await send_stream(*reply, goes_on);
        } else {
            HttpAnswer whole = std::move(reply->answer());
            goes_on = co_await send(std::move(whole), goes_on);
        }
        stop_watching.emit(asio::cancellation_type::all);
        if (!reply->ended() && leave) {
            leave();
        }
        co_return goes_on;
    }

    // A client closes its side: nobody waits for the answer any more.
    void watch(const std::shared_ptr<Waited>& reply, asio::cancellation_slot slot) {
        stream_.socket().async_wait(
            tcp::socket::wait_read,
            asio::bind_cancellation_slot(
                slot, [self = shared_from_this(), reply, slot](error_code error) {
                    if (error || reply->ended()) {
                        return;
                    }
                    char byte = 0;
                    const ssize_t got = ::recv(
                        self->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
                    if (got > 0) {
                        return;  // its next request; that it leaves is then seen in writing
                    }
                    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
                        self->watch(reply, slot);
                        return;
                    }
                    reply->leave();
                }));
    }

    // Whether the connection can go on.
    asio::awaitable<bool> send(HttpAnswer answer, bool keep) {
        http::response<http::string_body> response{static_cast<http::status>(answer.status),
                                                   version_};
        response.set(http::field::server, "palier");
        response.set(http::field::content_type, beast::string_view(answer.content_type));
        for (const auto& [name, value] : answer.headers) {
            response.set(name, value);
        }
        response.keep_alive(keep);
        response.body() = std::move(answer.body);
        response.prepare_payload();
        stream_.expires_after(house_.limits.write);
        const auto result = co_await http::async_write(stream_, response, k_waited);
        co_return keep && !std::get<0>(result);
    }

    asio::awaitable<bool> send_stream(Waited& reply, bool keep) {
        constexpr unsigned k_http_1_1 = 11;
        const bool chunked = version_ >= k_http_1_1;
        keep = keep && chunked;
        http::response<http::empty_body> response{http::status::ok, version_};
        response.set(http::field::server, "palier");
        response.set(http::field::content_type, "text/event-stream");
        response.set(http::field::cache_control, "no-store");
        response.keep_alive(keep);
        response.chunked(chunked);
        http::response_serializer<http::empty_body> serializer{response};
        stream_.expires_after(house_.limits.write);
        const auto begun = co_await http::async_write_header(stream_, serializer, k_waited);
        bool good = !std::get<0>(begun);
        while (good && !reply.left()) {
            const bool last = reply.ended();
            const std::string events = reply.taken();
            good = events.empty() || co_await write(events, chunked);
            if (last) {
                break;
            }
            co_await reply.wait();
        }
        if (good && !reply.left() && chunked) {
            const auto ended =
                co_await asio::async_write(stream_, http::make_chunk_last(), k_waited);
            good = !std::get<0>(ended);
        }
        co_return good && !reply.left() && keep;
    }

    asio::awaitable<bool> write(const std::string& events, bool chunked) {
        stream_.expires_after(house_.limits.write);
        error_code error;
        if (chunked) {
            const auto chunk = http::make_chunk(asio::buffer(events));
            const auto result = co_await asio::async_write(stream_, chunk, k_waited);
            error = std::get<0>(result);
        } else {
            const auto result = co_await asio::async_write(stream_, asio::buffer(events), k_waited);
            error = std::get<0>(result);
        }
        co_return !error;
    }

    beast::tcp_stream stream_;
    House& house_;
    beast::flat_buffer buffer_;
    std::unique_ptr<Parser> parser_;  // of one request
    unsigned version_ = 11;
    bool idle_ = false;
    bool unread_ = false;  // the client was refused before it had sent all
};

asio::awaitable<void> converse(std::shared_ptr<Connection> connection) {
    co_await connection->run();
}

}  // namespace

struct HttpServer::State {
    House house;  // outlives the connections, which the context holds
    asio::io_context context{1};
    tcp::acceptor acceptor{context};
    asio::signal_set signals{context};
    asio::steady_timer deadline{context};
    std::string host;
    std::uint16_t port = 0;
    Ending ending;
    bool cut = false;

    asio::awaitable<void> accept() {
        while (acceptor.is_open()) {
            auto result = co_await acceptor.async_accept(k_waited);
            if (std::get<0>(result)) {
                if (!acceptor.is_open()) {
                    break;
                }
                // Out of file descriptors, most likely: others must end first.
                log::warning("serve: " + std::get<0>(result).message());
                asio::steady_timer pause(context, std::chrono::milliseconds(100));
                co_await pause.async_wait(k_waited);
                continue;
            }
            auto& socket = std::get<1>(result);
            error_code ignored;
            ignored = socket.set_option(tcp::no_delay(true), ignored);
            auto connection = std::make_shared<Connection>(std::move(socket), house);
            asio::co_spawn(context, converse(std::move(connection)), asio::detached);
        }
    }

    void heed() {
        signals.async_wait([this](error_code error, int) {
            if (!error) {
                heed();
                begin_end();
            }
        });
    }

    void begin_end() {
        if (house.ending) {
            if (!cut) {
                end_now();
            }
            return;
        }
        house.ending = true;
        if (ending.ending) {
            ending.ending();
        }
        error_code ignored;
        ignored = acceptor.close(ignored);
        house.emptied = [this] { context.stop(); };
        if (house.connections.empty()) {
            context.stop();
            return;
        }
        for (Connection* connection : house.connections) {
            connection->close_if_idle();
        }
        deadline.expires_after(ending.grace);
        deadline.async_wait([this](error_code error) {
            if (!error) {
                end_now();
            }
        });
    }

    void end_now() {
        cut = true;
        if (ending.cut) {
            ending.cut();
        }
        deadline.expires_after(k_last_second);
        deadline.async_wait([this](error_code error) {
            if (!error) {
                for (Connection* connection : house.connections) {
                    connection->close();
                }
                context.stop();
            }
        });
    }
};

HttpServer::HttpServer() : state_(std::make_unique<State>()) {}

HttpServer::~HttpServer() {
    state_->house.emptied = [] {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& host,
                                                       std::uint16_t port,
                                                       report::Language language,
                                                       HttpLimits limits) {
    error_code error;
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) {
        return Error(say::host_is_no_address, {{"host", host}});
    }
    std::unique_ptr<HttpServer> server(new HttpServer());
    State& state = *server->state_;
    const tcp::endpoint endpoint(address, port);
    const auto failed = [&] {
        return Error(say::cannot_listen,
                     {{"host", host}, {"port", std::to_string(port)}, {"reason", error.message()}});
    };
    error = state.acceptor.open(endpoint.protocol(), error);
    if (error) {
        return failed();
    }
    error = state.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    error = state.acceptor.bind(endpoint, error);
    if (!error) {
        error = state.acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return failed();
    }
    state.port = state.acceptor.local_endpoint().port();
    state.host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    state.house.language = language;
    state.house.limits = limits;
    state.house.emptied = [] {};
    return server;
}

std::uint16_t HttpServer::port() const {
    return state_->port;
}

std::string HttpServer::url() const {
    return "http://" + state_->host + ":" + std::to_string(state_->port);
}

void HttpServer::post(std::function<void()> task) {
    asio::post(state_->context, std::move(task));
}

void HttpServer::set_ending(Ending ending) {
    state_->ending = std::move(ending);
}

void HttpServer::heed_signals() {
    state_->signals.add(SIGINT);
    state_->signals.add(SIGTERM);
    state_->heed();
}

void HttpServer::end() {
    asio::post(state_->context, [state = state_.get()] { state->begin_end(); });
}

void HttpServer::run(Handle handle) {
    state_->house.handle = std::move(handle);
    asio::co_spawn(state_->context, state_->accept(), asio::detached);
    state_->context.run();
}

bool is_loopback(const std::string& host) {
    if (host == "localhost") {
        return true;
    }
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

}  // namespace palier::serve
