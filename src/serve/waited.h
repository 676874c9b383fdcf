// Waited: the answer to one request, on its way from the routes to the connection that writes it.
#pragma once

#include "serve/exchange.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace palier::serve {

// Used on the executor's one thread.
class Waited final : public Reply {
   public:
    explicit Waited(const boost::asio::any_io_executor& executor);

    void whole(HttpAnswer answer) override;
    void begin_events() override;
    void more(std::string events) override;
    void end() override;
    // The client is gone.
    void leave();

    // Until there is something to write, or nobody to write to.
    [[nodiscard]] boost::asio::awaitable<void> wait();

    [[nodiscard]] bool left() const { return left_; }
    [[nodiscard]] bool ended() const { return ended_; }  // nothing more comes
    [[nodiscard]] bool is_stream() const { return !is_whole_; }
    [[nodiscard]] HttpAnswer& answer() { return whole_; }  // not of a stream; once it has ended
    [[nodiscard]] std::string taken();                     // the events since the last call

   private:
    boost::asio::steady_timer changed_;  // cancelled at each change
    HttpAnswer whole_;
    std::string pending_;
    bool is_whole_ = false, begins_ = false, ended_ = false, left_ = false;
};

}  // namespace palier::serve
