#include "lib/http/client.h"

#include "base/check.h"
#include "lib/http/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>

namespace palier::http {
namespace {

using Steady = std::chrono::steady_clock;

void start_curl_once() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    PALIER_CHECK(code == CURLE_OK, "libcurl cannot start");
}

}  // namespace

const std::string* Outcome::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return &value;
        }
    }
    return nullptr;
}

// The worker thread alone touches `multi`, `transfers` and `timers`; the rest is under `mutex`.
struct Client::State {
    struct Start {
        std::uint64_t number;
        Request request;
        Handler handler;
    };
    struct Timer {
        Steady::time_point when;
        std::function<void()> action;
    };

    std::mutex mutex;
    std::vector<Start> starts;
    std::vector<std::uint64_t> cancels;
    std::vector<Timer> new_timers;
    std::uint64_t last_number = 0;
    bool stop = false;

    CURLM* multi = nullptr;
    std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> transfers;
    std::multimap<Steady::time_point, std::function<void()>> timers;
    std::thread worker;

    void run();
    bool take_orders();
    void begin(Start order);
    void end(std::uint64_t number, std::optional<Failure> failure, std::string reason);
    void collect_finished();
    void end_silent_ones();
    void run_due_timers();
    [[nodiscard]] int milliseconds_to_sleep() const;
};

Client::Client() : state_(std::make_unique<State>()) {
    start_curl_once();
    state_->multi = curl_multi_init();
    PALIER_CHECK(state_->multi != nullptr, "libcurl has no memory for its handle");
    state_->worker = std::thread([state = state_.get()] { state->run(); });
}

Client::~Client() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stop = true;
    }
    curl_multi_wakeup(state_->multi);
    state_->worker.join();
    for (auto& [number, transfer] : state_->transfers) {
        curl_multi_remove_handle(state_->multi, transfer->easy());
    }
    state_->transfers.clear();
    curl_multi_cleanup(state_->multi);
}

std::uint64_t Client::start(Request request, Handler handler) {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(state_->mutex);
        number = ++state_->last_number;
        state_->starts.push_back({number, std::move(request), std::move(handler)});
    }
    curl_multi_wakeup(state_->multi);
    return number;
}

void Client::cancel(std::uint64_t transfer) {
    {
        const std::lock_guard lock(state_->mutex);
        state_->cancels.push_back(transfer);
    }
    curl_multi_wakeup(state_->multi);
}

void Client::after(Nanoseconds delay, std::function<void()> action) {
    {
        const std::lock_guard lock(state_->mutex);
        state_->new_timers.push_back({Steady::now() + delay, std::move(action)});
    }
    curl_multi_wakeup(state_->multi);
}

Outcome Client::fetch(Request request) {
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<Outcome> outcome;
    start(std::move(request), {.on_body = {}, .on_end = [&](Outcome result) {
                                   const std::lock_guard lock(mutex);
                                   outcome = std::move(result);
                                   ended.notify_one();
                               }});
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return outcome.has_value(); });
    return std::move(*outcome);
}

void Client::State::run() {
    while (take_orders()) {
        int running = 0;
        curl_multi_perform(multi, &running);
        collect_finished();
        end_silent_ones();
        run_due_timers();
        // Wakes for sockets, for curl's own timers and for curl_multi_wakeup.
        curl_multi_poll(multi, nullptr, 0, milliseconds_to_sleep(), nullptr);
    }
}

bool Client::State::take_orders() {
    std::vector<Start> started;
    std::vector<std::uint64_t> cancelled;
    {
        const std::lock_guard lock(mutex);
        if (stop) {
            return false;
        }
        started.swap(starts);
        cancelled.swap(cancels);
        for (Timer& timer : new_timers) {
            timers.emplace(timer.when, std::move(timer.action));
        }
        new_timers.clear();
    }
    for (Start& order : started) {
        begin(std::move(order));
    }
    for (const std::uint64_t number : cancelled) {
        end(number, Failure::Cancelled, "cancelled");
    }
    return true;
}

void Client::State::begin(Start order) {
    const std::uint64_t number = order.number;
    auto transfer =
        std::make_unique<Transfer>(number, std::move(order.request), std::move(order.handler));
    Transfer& added = *transfer;
    transfers.emplace(number, std::move(transfer));
    if (added.easy() == nullptr || curl_multi_add_handle(multi, added.easy()) != CURLM_OK) {
        end(number, Failure::Other, "libcurl cannot start the request");
    }
}

void Client::State::end(std::uint64_t number, std::optional<Failure> failure, std::string reason) {
    const auto found = transfers.find(number);
    if (found == transfers.end()) {
        return;
    }
    // Out of the table first: the handler may start the next request.
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    transfers.erase(found);
    if (transfer->easy() != nullptr) {
        curl_multi_remove_handle(multi, transfer->easy());
    }
    transfer->end(failure, std::move(reason));
}

void Client::State::collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        const CURLcode code = message->data.result;  // the message dies with its handle
        const Transfer& transfer = Transfer::of(message->easy_handle);
        end(transfer.number(), transfer.failure_of(code), transfer.reason_of(code));
    }
}

void Client::State::end_silent_ones() {
    const auto now = Steady::now();
    std::vector<std::uint64_t> silent;
    for (const auto& [number, transfer] : transfers) {
        if (transfer->is_silent_at(now)) {
            silent.push_back(number);
        }
    }
    for (const std::uint64_t number : silent) {
        end(number, Failure::Silence, "no answer began in time");
    }
}

void Client::State::run_due_timers() {
    const auto now = Steady::now();
    while (!timers.empty() && timers.begin()->first <= now) {
        const std::function<void()> action = std::move(timers.begin()->second);
        timers.erase(timers.begin());
        action();
    }
}

int Client::State::milliseconds_to_sleep() const {
    auto next = Steady::now() + std::chrono::seconds(60);
    if (!timers.empty()) {
        next = std::min(next, timers.begin()->first);
    }
    for (const auto& [number, transfer] : transfers) {
        next = std::min(next, transfer->silent_from());
    }
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(next - Steady::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(rest, 0, 60'000));
}

std::optional<std::int64_t> unix_seconds_of(std::string_view date) {
    const time_t seconds = curl_getdate(std::string(date).c_str(), nullptr);
    if (seconds == static_cast<time_t>(-1)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(seconds);
}

}  // namespace palier::http
