#include "engine/openai/chat_engine.h"

#include "base/log.h"
#include "base/text.h"
#include "engine/refusal.h"

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

// What servers write: OpenAI, llama.cpp and vLLM "stop", TGI "eos_token" and "stop_sequence".
Finish finish_of(const std::string& reason) {
    if (reason == "stop" || reason == "eos_token" || reason == "stop_sequence") {
        return Finish::End;
    }
    if (reason == "length") {
        return Finish::Length;
    }
    return reason == "tool_calls" || reason == "function_call" ? Finish::ToolCalls
                                                               : Finish::Unknown;
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
    leave();
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

Box ChatEngine::open_box() {
    const std::lock_guard lock(mutex_);
    return mail_.open();
}

void ChatEngine::close_box(Box box) {
    const std::lock_guard lock(mutex_);
    for (const Serial serial : mail_.close(box)) {
        end(serial, tasks_.at(serial), Failed{FailureKind::Cancelled, "its client has gone", 0});
    }
    start_ready();
}

Result<void> ChatEngine::post(Box box, std::vector<Request> batch) {
    const std::lock_guard lock(mutex_);
    const auto first = mail_.enter(box, batch);
    PALIER_TRY(first);
    const bool alone = batch.size() == 1 && tasks_.empty();
    if (!batch.empty() && !alone) {
        for (auto& [serial, task] : tasks_) {
            task.alone = false;
        }
    }
    Serial serial = *first;
    for (Request& request : batch) {
        if (std::optional<Failed> refused = refusal_of(request, facts_)) {
            mail_.end(serial++, std::move(*refused));
            continue;
        }
        Task& task = tasks_[serial];
        task.request = std::move(request);
        task.posted = now();
        task.alone = alone;
        if (task.request.timeout) {
            task.deadline = task.posted + *task.request.timeout;
            watch(serial, task, task.deadline);
        }
        queue_.add(task.request.priority, box, serial++);
    }
    start_ready();
    changed_.notify_all();
    return {};
}

std::vector<Event> ChatEngine::wait(Box box, Nanoseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return left_ || mail_.has_nothing_to_wait_for(box); });
    return mail_.take(box);
}

void ChatEngine::wake() {
    const std::lock_guard lock(mutex_);
    left_ = true;
    changed_.notify_all();
}

void ChatEngine::cancel(Box box, std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (const std::optional<Serial> serial = mail_.serial_of(box, id)) {
        end(*serial, tasks_.at(*serial), Failed{FailureKind::Cancelled, "cancelled", 0});
        start_ready();
    }
}

Result<std::string> ChatEngine::render(const Request& request) {
    const std::lock_guard lock(mutex_);
    return body_of(request, target_.model, dialect_);
}

void ChatEngine::start_ready() {
    while (under_way_ < at_once_) {
        const std::optional<Serial> serial = queue_.next();
        if (!serial) {
            return;
        }
        const auto found = tasks_.find(*serial);
        if (found != tasks_.end()) {  // else it ended in the queue
            ++under_way_;
            found->second.dialect = dialect_;
            start_try(*serial, found->second);
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
        say(serial, std::move(text));
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
    response.finish = finish_of(read.finish_reason);
    response.prompt_tokens = read.prompt_tokens;
    response.cached_tokens = read.cached_tokens;
    response.output_tokens = read.output_tokens;
    response.prompt_truncated = read.prompt_tokens && *read.prompt_tokens > 0 &&
                                *read.prompt_tokens < least_prompt_tokens(task.request);
    const Nanoseconds end_time = now();
    response.total_ms = milliseconds_of(end_time - task.posted);
    response.ttft_ms = milliseconds_of(task.first_text.value_or(end_time) - task.posted);
    response.alone = task.alone;
    const int cached = response.cached_tokens.value_or(0);
    counters_.tokens_computed += static_cast<std::uint64_t>(
        response.prompt_tokens.value_or(0) - cached + response.output_tokens.value_or(0));
    counters_.tokens_reused += static_cast<std::uint64_t>(cached);
    // A server that does not stream gives its text with the end.
    if (task.request.stream_tokens && !task.first_text && !response.text.empty()) {
        say(serial, response.text);
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
    tasks_.erase(serial);
    mail_.end(serial, std::move(what));
    changed_.notify_all();
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

void ChatEngine::say(Serial serial, std::string text) {
    mail_.say(serial, std::move(text));
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
