#include "serve/line.h"

#include "report/phrases.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::serve {
namespace {

// Says what the test says; refuses context.
class Scripted final : public Served {
   public:
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Complaint refusal_of(const ChatRequest& request) const override {
        return request.context.empty() ? Complaint() : unsupported("/context");
    }
    [[nodiscard]] Complaint ask(std::uint64_t ticket, const ChatRequest& request) override {
        if (request.model == "closed") {
            return unsupported("/model");
        }
        asked.push_back(ticket);
        return std::nullopt;
    }
    void cancel(std::uint64_t ticket) override { cancelled.push_back(ticket); }
    [[nodiscard]] std::vector<Said> take() override { return std::exchange(said, {}); }

    std::vector<std::uint64_t> asked, cancelled;
    std::vector<Said> said;

   private:
    std::string name_ = "m";
};

struct Desk {
    explicit Desk(LineLimits limits) {
        auto made = std::make_unique<Scripted>();
        model = made.get();
        line = std::make_unique<Line>(std::move(made), limits, clock);
    }
    std::variant<std::uint64_t, Refusal> submit(ChatRequest request = {}) {
        return line->submit(std::move(request),
                            [this](const Said& said) { heard.push_back(said.ticket); });
    }
    std::uint64_t ticket() { return std::get<std::uint64_t>(submit()); }
    void end(std::uint64_t ticket) const {
        model->said.push_back({ticket, Completion{"done", "stop"}});
        line->take();
    }
    FakeClock clock;
    Scripted* model = nullptr;
    std::unique_ptr<Line> line;
    std::vector<std::uint64_t> heard;
};

using Tickets = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("so many are answered at a time, the others wait in the order they came") {
    Desk desk({2, 2});
    const Tickets tickets{desk.ticket(), desk.ticket(), desk.ticket(), desk.ticket()};
    CHECK(desk.model->asked == Tickets{tickets[0], tickets[1]});
    CHECK(desk.line->waiting() == 2);
    desk.end(tickets[1]);
    CHECK(desk.model->asked.back() == tickets[2]);
    desk.end(tickets[0]);
    desk.end(tickets[2]);
    desk.end(tickets[3]);
    CHECK(desk.heard == Tickets{tickets[1], tickets[0], tickets[2], tickets[3]});
    CHECK(desk.line->running() == 0);
}

TEST_CASE("who finds no place is told a time that grows with what answers take") {
    Desk desk({1, 1});
    const std::uint64_t first = desk.ticket();
    static_cast<void>(desk.ticket());
    const auto seconds = [&] { return std::get<Refusal>(desk.submit()).retry_after_s.value(); };
    CHECK(std::get<Refusal>(desk.submit()).status == 429);
    const int at_first = seconds();
    CHECK(at_first >= 1);
    desk.clock.advance(std::chrono::seconds(40));
    desk.end(first);  // the second one begins
    static_cast<void>(desk.ticket());
    CHECK(seconds() > at_first);
}

TEST_CASE("who leaves the queue is never asked, who leaves while answered is cancelled") {
    Desk desk({1, 4});
    const std::uint64_t running = desk.ticket(), queued = desk.ticket(), last = desk.ticket();
    desk.line->leave(queued);
    desk.line->leave(running);
    CHECK(desk.model->cancelled == Tickets{running});
    // Its place is free once its end has come, not before.
    CHECK(desk.line->running() == 1);
    desk.end(running);
    CHECK(desk.model->asked == Tickets{running, last});
    CHECK(desk.heard.empty());
}

TEST_CASE("what cannot be asked takes no place") {
    Desk desk({1, 1});
    ChatRequest odd;
    odd.context = "x";
    CHECK(std::holds_alternative<Refusal>(desk.submit(odd)));
    ChatRequest closed;
    closed.model = "closed";
    CHECK(std::holds_alternative<Refusal>(desk.submit(closed)));
    CHECK(desk.line->running() == 0);
    const std::uint64_t running = desk.ticket();
    CHECK(std::holds_alternative<std::uint64_t>(desk.submit(closed)));  // waits
    desk.end(running);
    CHECK(desk.heard.size() == 2);  // the answer, and that it could not be asked
    CHECK(desk.line->running() == 0);
}

}  // namespace palier::serve
