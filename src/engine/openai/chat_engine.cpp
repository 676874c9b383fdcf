#include "engine/openai/chat_engine.h"

#include "base/log.h"
#include "base/text.h"
#include "engine/openai/body.h"
#include "engine/openai/error_body.h"
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

Finish finish_of(Ended ended) {
    switch (ended) {
        case Ended::Well:
            return Finish::End;
        case Ended::AtLength:
            return Finish::Length;
        case Ended::ToCall:
            return Finish::ToolCalls;
        case Ended::NotSaid:
        case Ended::Filtered:
        case Ended::Unknown:
            break;
    }
    return Finish::Unknown;
}

void count(Counted& all, const TokensCounted& one) {
    all.prompt += one.prompt_tokens.value_or(0);
    all.output += one.output_tokens.value_or(0);
}

}  // namespace

void add_key(const Target& target, http::Headers& headers) {
    if (target.api_key.empty()) {
        return;
    }
    headers.emplace_back("Authorization", "Bearer " + target.api_key);
    if (target.query.find("api-version=") != std::string::npos) {
        headers.emplace_back("api-key", target.api_key);
    }
}

ChatEngine::ChatEngine(
    Target target, Facts facts, int at_once, Options options, std::unique_ptr<http::Client> client)
    : target_(std::move(target)),
      protocol_(protocol_of(target_.api)),
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
    return protocol_.body_of(request, target_.model, dialect_);
}

std::vector<std::pair<std::string, std::string>> ChatEngine::learned() {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, std::string>> facts;
    if (const auto given_up = dialect_.given_up(); !given_up.empty()) {
        facts.emplace_back("left_out", join(given_up, ", "));
    }
    if (counted_short_ > 0) {
        facts.emplace_back("short_counts", std::to_string(counted_short_));
    }
    return facts;
}

void ChatEngine::start_ready() {
    while (under_way_ < at_once_) {
        const std::optional<Serial> serial = queue_.next();
        if (!serial) {
            return;
        }
        const auto found = tasks_.find(*serial);
        if (found == tasks_.end()) {
            continue;  // it ended in the queue
        }
        if (auto refused = refusal_of_schema(found->second.request, dialect_)) {
            end(*serial, found->second, *std::move(refused));
        } else {
            ++under_way_;
            found->second.dialect = dialect_;
            start_try(*serial, found->second);
        }
    }
}

void ChatEngine::start_try(Serial serial, Task& task) {
    task.stage = Task::Stage::Asking;
    ++task.tries;
    task.reader = protocol_.reader_for(task.request);
    task.error_body.clear();
    task.begun = false;
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
    request.url = target_.base + std::string(protocol_.path) + target_.query;
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", std::string(protocol_.accept)}};
    add_key(target_, request.headers);
    request.body = protocol_.body_of(task.request, target_.model, task.dialect);
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
    std::string text = task.reader->feed(bytes);
    if (task.reader->has_begun() && !task.begun) {
        task.begun = true;
        watch(serial, task, task.last_byte + silence_limit(task));
    }
    if (!text.empty() && !task.first_text) {
        task.first_text = task.last_byte;
    }
    if (!text.empty() && task.request.stream_tokens) {
        say(serial, std::move(text));
    }
    if (task.reader->is_complete()) {
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
        if (!adapt(serial, task, outcome.status, complaint_in(task.error_body))) {
            Trouble trouble = trouble_of_status(outcome, task.error_body, clock_.unix_seconds());
            if (outcome.status == 404 || outcome.status == 405 || outcome.status == 501) {
                trouble.failed.detail += protocol_.when_absent;
            }
            handle_trouble(serial, task, std::move(trouble));
        }
    } else {
        const auto result = task.reader->result();
        if (const BrokenAnswer* broken = std::get_if<BrokenAnswer>(&result)) {
            if (!adapt(serial, task, outcome.status, broken->complaint)) {
                handle_trouble(serial, task, trouble_of(*broken, outcome.status));
            }
        } else {
            answer(serial, task, std::get<ReadAnswer>(result), outcome.status);
        }
    }
    start_ready();
}

// In what other way the request may be put after a refusal; nullopt: it is refused for what it
// asks, or there is no other way.
std::optional<Dialect> ChatEngine::dialect_for(const Task& task,
                                               int status,
                                               const std::string& complaint) const {
    const bool of_form = status == 200 || status == 400 || status == 406 || status == 415 ||
                         status == 422 || status == 500 || status == 501;
    if (!protocol_.has_dialects || !of_form || is_context_error(task.error_body) ||
        is_context_error(complaint)) {
        return std::nullopt;
    }
    std::optional<Dialect> other;
    const bool says_so = status >= 400 && status < 500;
    if (says_so || complains_of_form(complaint)) {
        other = without_refused(task.dialect, complaint);
    }
    // It may complain in words that nobody here knows.
    if (!other && answered_ == 0 && (status == 400 || status == 422)) {
        other = task.dialect;
        other->give_up_neutral_parts();
    }
    // Whether to think is not left to the endpoint.
    const bool asks_unheard = other && task.request.sampling.thinking &&
                              !other->has(Form::TemplateOptions) &&
                              !other->has(Form::ReasoningEffort);
    return !other || asks_unheard || *other == task.dialect ? std::nullopt : other;
}

// An endpoint that does not know a part of the request would refuse every one: the same is sent
// again without it, and if that is taken the part stays out.
bool ChatEngine::adapt(Serial serial, Task& task, int status, const std::string& complaint) {
    const bool handed_over = task.request.stream_tokens && task.first_text.has_value();
    const std::optional<Dialect> other =
        handed_over ? std::nullopt : dialect_for(task, status, complaint);
    if (!other) {
        return false;
    }
    if (auto refused = refusal_of_schema(task.request, *other)) {
        if (!complains_of_schema(complaint)) {
            dialect_.give_up(Form::ResponseFormat);
        }
        refused->detail += " (" + without_key(shortened(as_one_line(complaint), 300)) + ")";
        refused->http_status = status;
        end(serial, task, *std::move(refused));
        return true;
    }
    leave_transfer(task);
    task.dialect = *other;
    task.adapting = true;
    --task.tries;  // not a try more: the endpoint did not look at the prompt
    start_try(serial, task);
    return true;
}

void ChatEngine::keep_dialect(Task& task) {
    if (!std::exchange(task.adapting, false)) {
        return;
    }
    Dialect joined = dialect_;
    joined.join(task.dialect);
    if (joined == dialect_) {
        return;
    }
    dialect_ = joined;
    log::warning(target_.host +
                 " refuses parts of the requests, which are sent without from here "
                 "on: " +
                 join(dialect_.given_up(), ", "));
}

void ChatEngine::answer(Serial serial, Task& task, const ReadAnswer& read, int status) {
    keep_dialect(task);
    ++answered_;
    const bool filtered = read.ended == Ended::Filtered;
    if (filtered || (!read.refusal.empty() && read.text.empty())) {
        const std::string why =
            read.refusal.empty() ? "the endpoint filtered the content" : as_one_line(read.refusal);
        count(task.lost, read.usage);
        end(serial,
            task,
            Failed{FailureKind::Refused, without_key(shortened(why, 300)), status, {}, task.lost});
        return;
    }
    Response response;
    response.text = read.text;
    response.thinking = read.thinking;
    response.tool_calls = read.tool_calls;
    response.scores = read.scores;
    response.chosen = read.chosen;
    response.finish = finish_of(read.ended);
    response.prompt_tokens = read.usage.prompt_tokens;
    response.cached_tokens = read.usage.cached_tokens;
    response.output_tokens = read.usage.output_tokens;
    response.thinking_tokens = read.usage.thinking_tokens;
    response.lost = task.lost;
    counted_short_ += read.usage.prompt_tokens && *read.usage.prompt_tokens > 0 &&
                              *read.usage.prompt_tokens < least_prompt_tokens(task.request)
                          ? 1
                          : 0;
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

// How long to wait before the next try; nullopt: there is none, and the trouble says why.
std::optional<Nanoseconds> ChatEngine::pause_for(const Task& task, Trouble& trouble) const {
    std::string& detail = trouble.failed.detail;
    const bool handed_over = task.request.stream_tokens && task.first_text.has_value();
    const bool says_the_same = trouble.may_stay && task.last_word == detail;
    const bool tries_are_over = task.tries > options_.retries;
    if (!trouble.may_pass || handed_over || says_the_same ||
        (tries_are_over && !trouble.asks_to_wait)) {
        if (trouble.may_pass && task.tries > 1) {
            detail += " (" + std::to_string(task.tries) + " tries)";
        }
        return std::nullopt;
    }
    const Nanoseconds own =
        pause_before(task.tries, options_.first_pause, options_.longest_pause, task.request.id);
    // An endpoint that says "at once" again and again is not believed.
    const Nanoseconds pause = tries_are_over ? std::max(own, trouble.retry_after.value_or(own))
                                             : trouble.retry_after.value_or(own);
    if (trouble.asks_to_wait && task.waited + pause > options_.patience) {
        detail += " (asks to wait " + show_seconds_of(pause) + " after " +
                  std::to_string(task.tries) + (task.tries == 1 ? " try)" : " tries)");
        return std::nullopt;
    }
    return pause;
}

void ChatEngine::handle_trouble(Serial serial, Task& task, Trouble trouble) {
    count(task.lost, task.reader->usage());
    leave_transfer(task);
    trouble.failed.detail = without_key(std::move(trouble.failed.detail));
    const std::string word = trouble.failed.detail;
    const std::optional<Nanoseconds> pause = pause_for(task, trouble);
    const Nanoseconds real =
        options_.pace && pause ? options_.pace(*pause) : pause.value_or(Nanoseconds{0});
    if (pause && task.deadline && now() + real >= *task.deadline) {
        trouble.failed.detail += " (no time for another try)";
    } else if (pause) {
        task.waited += trouble.asks_to_wait ? *pause : Nanoseconds{0};
        task.last_word = trouble.may_stay ? word : "";
        task.stage = Task::Stage::Pausing;
        task.trouble = std::move(trouble);
        watch(serial, task, now() + real);
        return;
    }
    trouble.failed.lost = task.lost;
    end(serial, task, std::move(trouble.failed));
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
    if (!task.reader->is_complete()) {
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
