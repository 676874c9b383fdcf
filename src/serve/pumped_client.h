// PumpedClient: an engine's client whose events are fetched by a thread of its own, so that whoever
// uses it never has to wait.
#pragma once

#include "engine/engine.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace palier::serve {

// Thread-safe, as engine::Client is. Destroying it cancels what is under way and waits for the end
// of that.
class PumpedClient final : public engine::Client {
   public:
    // `arrived` is called from the thread after each event; wait({}) then has it.
    PumpedClient(std::unique_ptr<engine::Client> inner, std::function<void()> arrived);
    ~PumpedClient() override;
    PumpedClient(const PumpedClient&) = delete;
    PumpedClient& operator=(const PumpedClient&) = delete;

    [[nodiscard]] const engine::Facts& facts() const override { return inner_->facts(); }
    Result<void> post(std::vector<engine::Request> batch) override;
    [[nodiscard]] std::vector<engine::Event> wait(Nanoseconds patience) override;
    void cancel(std::uint64_t id) override { inner_->cancel(id); }
    [[nodiscard]] Result<std::string> render(const engine::Request& request) override {
        return inner_->render(request);
    }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> learned() override {
        return inner_->learned();
    }

   private:
    void pump();

    const std::unique_ptr<engine::Client> inner_;
    const std::function<void()> arrived_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::uint64_t> under_way_;
    std::vector<engine::Event> events_;
    bool closing_ = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace palier::serve
