#include "serve/waited.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace palier::serve {

namespace asio = boost::asio;

Waited::Waited(const asio::any_io_executor& executor)
    : changed_(executor, std::chrono::steady_clock::time_point::max()) {}

void Waited::whole(HttpAnswer answer) {
    whole_ = std::move(answer);
    is_whole_ = true;
    ended_ = true;
    changed_.cancel();
}

void Waited::begin_events() {
    begins_ = true;
    changed_.cancel();
}

void Waited::more(std::string events) {
    pending_ += events;
    changed_.cancel();
}

void Waited::end() {
    ended_ = true;
    changed_.cancel();
}

void Waited::leave() {
    left_ = true;
    changed_.cancel();
}

asio::awaitable<void> Waited::wait() {
    while (!left_ && !ended_ && !begins_ && pending_.empty()) {
        co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    begins_ = false;
}

std::string Waited::taken() {
    return std::exchange(pending_, {});
}

}  // namespace palier::serve
