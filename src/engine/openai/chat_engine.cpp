#include "engine/openai/chat_engine.h"

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"

#include <algorithm>

namespace palier::engine::openai {
namespace {

double milliseconds_of(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

std::string show_seconds_of(Nanoseconds time) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

ChatEngine::ChatEngine(
    Target target, Facts facts, int at_once, Options options, std::unique_ptr<http::Client> client)
    : target_(std::move(target)),
      facts_(std::move(facts)),
      at_once_(std::max(at_once, 1)),
      options_(std::move(options)),
      clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
      client_(std::move(client)) {}

ChatEngine::~ChatEngine() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    client_.reset();
}

Counters ChatEngine::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

Result<void> ChatEngine::post(std::vector<Request> batch) {
    const std::lock_guard lock(mutex_);
    const bool alone = batch.size() == 1 && tasks_.empty();
    if (!batch.empty() && !alone) {
        for (auto& [serial, task] : tasks_) {
            task.alone = false;
        }
    }
    for (Request& request : batch) {
        const Serial serial = next_serial_++;
        const bool fresh = serials_.emplace(request.id, serial).second;
        PALIER_CHECK(fresh, "two requests under way with one id");
        Task& task = tasks_[serial];
        task.request = std::move(request);
        task.posted = now();
        task.alone = alone;
        if (task.request.kind == Kind::Score || !task.request.labels.empty()) {
            end(serial,
                task,
                Failed{FailureKind::Rejected, "an endpoint does not score or constrain labels", 0});
            continue;
        }
        if (task.request.timeout) {
            task.deadline = task.posted + *task.request.timeout;
            watch(serial, task, task.deadline);
        }
        queue_.push_back(serial);
    }
    start_ready();
    return {};
}

std::vector<Event> ChatEngine::wait(Nanoseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return !events_.empty() || tasks_.empty(); });
    return std::exchange(events_, {});
}

void ChatEngine::cancel(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = serials_.find(id);
    if (found != serials_.end()) {
        end(found->second,
            tasks_.at(found->second),
            Failed{FailureKind::Cancelled, "cancelled", 0});
        start_ready();
    }
}

Result<std::string> ChatEngine::render(const Request& request) {
    if (request.kind == Kind::Score) {
        return Error(4007, {{"host", target_.host}});
    }
    const std::lock_guard lock(mutex_);
    return body_of(request, target_.model, dialect_);
}

void ChatEngine::start_ready() {
    while (under_way_ < at_once_ && !queue_.empty()) {
        const Serial serial = queue_.front();
        queue_.pop_front();
        const auto found = tasks_.find(serial);
        if (found != tasks_.end()) {  // else it ended in the queue
            ++under_way_;
            found->second.dialect = dialect_;
            start_try(serial, found->second);
        }
    }
}

void ChatEngine::start_try(Serial serial, Task& task) {
    task.stage = Task::Stage::Asking;
    ++task.tries;
    task.reader = AnswerReader();
    task.error_body.clear();
    task.first_text.reset();
    task.started = now();
    task.last_byte = task.started;
    const int tries = task.tries;
    task.transfer = client_->start(
        request_for(task),
        {.on_body =
             [this, serial, tries](int status, std::string_view bytes) {
                 return take_bytes(serial, tries, status, bytes);
             },
         .on_end = [this, serial, tries](
                       http::Outcome outcome) { take_end(serial, tries, std::move(outcome)); }});
    watch(serial, task, task.started + options_.first_token_timeout);
}

http::Request ChatEngine::request_for(const Task& task) const {
    http::Request request;
    request.method = "POST";
    request.url = target_.base + "/chat/completions";
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", "text/event-stream, application/json"}};
    if (!target_.api_key.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + target_.api_key);
    }
    request.body = body_of(task.request, target_.model, task.dialect);
    request.connect_timeout = options_.connect_timeout;
    request.total_timeout = options_.try_timeout;
    if (task.deadline) {
        // At least 1 ms: 0 would be no limit.
        const Nanoseconds rest =
            std::max<Nanoseconds>(*task.deadline - task.started, std::chrono::milliseconds(1));
        request.total_timeout = std::min(request.total_timeout, rest);
    }
    return request;
}

bool ChatEngine::take_bytes(Serial serial, int tries, int status, std::string_view bytes) {
    constexpr std::size_t k_longest_error = 65536;
    const std::lock_guard lock(mutex_);
    const auto found = tasks_.find(serial);
    if (closing_ || found == tasks_.end() || found->second.tries != tries ||
        found->second.stage != Task::Stage::Asking) {
        return false;
    }
    Task& task = found->second;
    task.last_byte = now();
    if (status < 200 || status >= 300) {
        task.error_body.append(bytes.substr(0, k_longest_error - task.error_body.size()));
        return true;
    }
    std::string text = task.reader.feed(bytes);
    if (!text.empty() && !task.first_text) {
        task.first_text = task.last_byte;
        watch(serial, task, task.last_byte + silence_limit(task));
    }
    if (!text.empty() && task.request.stream_tokens) {
        say({task.request.id, Token{std::move(text)}});
    }
    if (task.reader.is_complete()) {
        // The end of the body says nothing more. Asked at once, so that a server that keeps the
        // connection open after [DONE] does not cost its time.
        http::Outcome outcome;
        outcome.status = status;
        judge(serial, task, outcome);
    }
    return true;
}

void ChatEngine::take_end(Serial serial, int tries, http::Outcome outcome) {
    const std::lock_guard lock(mutex_);
    const auto found = tasks_.find(serial);
    if (!closing_ && found != tasks_.end() && found->second.tries == tries &&
        found->second.stage == Task::Stage::Asking) {
        found->second.transfer = 0;
        judge(serial, found->second, outcome);
    }
}

void ChatEngine::judge(Serial serial, Task& task, const http::Outcome& outcome) {
    if (outcome.failure) {
        handle_trouble(serial,
                       task,
                       trouble_of(*outcome.failure, outcome.reason, task.first_text.has_value()));
    } else if (outcome.status < 200 || outcome.status >= 300) {
        if (!adapt(serial, task, outcome)) {
            handle_trouble(serial,
                           task,
                           trouble_of_status(outcome.status,
                                             task.error_body,
                                             outcome.header("retry-after"),
                                             clock_.unix_seconds()));
        }
    } else {
        const auto result = task.reader.result();
        if (const BrokenAnswer* broken = std::get_if<BrokenAnswer>(&result)) {
            handle_trouble(serial, task, trouble_of(*broken, outcome.status));
        } else {
            answer(serial, task, std::get<ReadAnswer>(result), outcome.status);
        }
    }
    start_ready();
}

// An endpoint that does not know a parameter would refuse every request: the same one is sent again
// without it, and if that is taken the parameter stays out.
bool ChatEngine::adapt(Serial serial, Task& task, const http::Outcome& outcome) {
    if (outcome.status != 400 && outcome.status != 422) {
        return false;
    }
    const std::optional<Dialect> other =
        without_refused(task.dialect, error_message_in(task.error_body));
    if (!other) {
        return false;
    }
    task.dialect = *other;
    task.adapting = true;
    --task.tries;  // not a try more: the endpoint did not look at the prompt
    start_try(serial, task);
    return true;
}

void ChatEngine::answer(Serial serial, Task& task, const ReadAnswer& read, int status) {
    if (std::exchange(task.adapting, false) && dialect_ != task.dialect) {
        log::warning(
            target_.host + " does not take every sampling parameter: " +
            (dialect_.top_k && !task.dialect.top_k ? "top_k " : "") +
            (dialect_.seed && !task.dialect.seed ? "seed " : "") +
            (dialect_.stream_options && !task.dialect.stream_options ? "stream_options " : "") +
            (task.dialect.max_completion_tokens ? "max_tokens (renamed) " : "") +
            "left out from here on");
        dialect_ = task.dialect;
    }
    const bool filtered = read.finish_reason == "content_filter";
    if (filtered || (!read.refusal.empty() && read.text.empty())) {
        const std::string why = filtered ? "the endpoint filtered the content" : read.refusal;
        end(serial, task, Failed{FailureKind::Refused, without_key(shortened(why, 300)), status});
        return;
    }
    Response response;
    response.text = read.text;
    response.finish = read.finish_reason == "length" ? Finish::Length : Finish::End;
    response.prompt_tokens = read.prompt_tokens;
    response.cached_tokens = read.cached_tokens;
    response.output_tokens = read.output_tokens;
    response.prompt_truncated =
        read.prompt_tokens > 0 && read.prompt_tokens < least_prompt_tokens(task.request);
    const Nanoseconds end_time = now();
    response.total_ms = milliseconds_of(end_time - task.posted);
    response.ttft_ms = milliseconds_of(task.first_text.value_or(end_time) - task.posted);
    response.alone = task.alone;
    counters_.tokens_computed += static_cast<std::uint64_t>(
        response.prompt_tokens - response.cached_tokens + response.output_tokens);
    counters_.tokens_reused += static_cast<std::uint64_t>(response.cached_tokens);
    // A server that does not stream gives its text with the end.
    if (task.request.stream_tokens && !task.first_text && !response.text.empty()) {
        say({task.request.id, Token{response.text}});
    }
    end(serial, task, std::move(response));
}

void ChatEngine::handle_trouble(Serial serial, Task& task, Trouble trouble) {
    leave_transfer(task);
    trouble.failed.detail = without_key(std::move(trouble.failed.detail));
    const bool handed_over = task.request.stream_tokens && task.first_text.has_value();
    if (!trouble.may_pass || handed_over || task.tries > options_.retries) {
        if (trouble.may_pass && task.tries > 1) {
            trouble.failed.detail += " (" + std::to_string(task.tries) + " tries)";
        }
        end(serial, task, std::move(trouble.failed));
        return;
    }
    const Nanoseconds pause = trouble.retry_after.value_or(
        pause_before(task.tries, options_.first_pause, options_.longest_pause, task.request.id));
    if (trouble.retry_after && pause > options_.longest_pause) {
        trouble.failed.detail += " (asks to wait " + show_seconds_of(pause) + ")";
        end(serial, task, std::move(trouble.failed));
        return;
    }
    const Nanoseconds real = options_.pace ? options_.pace(pause) : pause;
    if (task.deadline && now() + real >= *task.deadline) {
        trouble.failed.detail += " (no time for another try)";
        end(serial, task, std::move(trouble.failed));
        return;
    }
    task.stage = Task::Stage::Pausing;
    task.trouble = std::move(trouble);
    watch(serial, task, now() + real);
}

void ChatEngine::end(Serial serial, Task& task, std::variant<Token, Response, Failed> what) {
    leave_transfer(task);
    under_way_ -= task.stage == Task::Stage::Queued ? 0 : 1;
    watch(serial, task, std::nullopt);
    const std::uint64_t id = task.request.id;
    serials_.erase(id);
    tasks_.erase(serial);
    say({id, std::move(what)});
}

// A complete answer's connection can serve the next request, if the server ends the body soon.
void ChatEngine::leave_transfer(Task& task) {
    const std::uint64_t transfer = std::exchange(task.transfer, 0);
    if (transfer == 0) {
        return;
    }
    if (!task.reader.is_complete()) {
        client_->cancel(transfer);
        return;
    }
    http::Client* const client = client_.get();
    client->after(std::chrono::seconds(1), [client, transfer] { client->cancel(transfer); });
}

void ChatEngine::say(Event event) {
    events_.push_back(std::move(event));
    changed_.notify_all();
}

std::string ChatEngine::without_key(std::string text) const {
    const std::string& key = target_.api_key;
    for (std::size_t at = key.empty() ? std::string::npos : text.find(key); at != std::string::npos;
         at = text.find(key, at)) {
        text.replace(at, key.size(), "***");
        at += 3;
    }
    return text;
}

}  // namespace palier::engine::openai
