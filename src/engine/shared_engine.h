// For adapters: an Engine that many clients share. An adapter sees a client as the number of its
// box; the Client that its user holds is made here, the same for all adapters.
#pragma once

#include "engine/mailboxes.h"

#include <memory>

namespace palier::engine {

class SharedEngine : public Engine {
   public:
    ~SharedEngine() override;
    [[nodiscard]] std::unique_ptr<Client> open_client() final;

   protected:
    SharedEngine();
    // The first line of every adapter's destructor: clients that are still there lose the engine,
    // and whoever waits returns.
    void leave();

   private:
    class BoxClient;
    struct Link;

    // What Client promises, by box. All may be called from several threads.
    [[nodiscard]] virtual Box open_box() = 0;
    virtual void close_box(Box box) = 0;
    virtual Result<void> post(Box box, std::vector<Request> batch) = 0;
    [[nodiscard]] virtual std::vector<Event> wait(Box box, Nanoseconds patience) = 0;
    virtual void cancel(Box box, std::uint64_t id) = 0;
    [[nodiscard]] virtual Result<std::string> render(const Request& request) = 0;
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> learned() { return {}; }
    // From now on wait returns at once.
    virtual void wake() = 0;

    std::shared_ptr<Link> link_;
};

}  // namespace palier::engine
