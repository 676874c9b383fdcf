#include "engine/fake/fake.h"

#include "base/text.h"
#include "engine/refusal.h"

#include <algorithm>

namespace palier::engine::fake {
namespace {

double milliseconds_of(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

int words_in(std::string_view text) {
    int words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        words += !space && !inside ? 1 : 0;
        inside = !space;
    }
    return std::max(words, 1);
}

int words_in(const std::vector<Message>& messages) {
    int words = 0;
    for (const Message& message : messages) {
        words += words_in(message.content);
    }
    return std::max(words, 1);
}

// The first word with the space after it, and the rest.
std::pair<std::string, std::string> first_word(const std::string& text) {
    const std::size_t space = text.find(' ');
    const std::size_t cut = space == std::string::npos ? text.size() : space + 1;
    return {text.substr(0, cut), text.substr(cut)};
}

}  // namespace

Answer::Answer(std::string text) {
    Response response;
    response.text = std::move(text);
    what = std::move(response);
}

Answer scored(const Request& request,
              const std::function<double(const std::string&)>& log_probability) {
    Response response;
    for (const std::string& label : request.labels) {
        response.scores.push_back({log_probability(label), 1});
    }
    return response;
}

Answer counted(const std::string& text, int prompt_tokens, int output_tokens) {
    Response response;
    response.text = text;
    response.prompt_tokens = prompt_tokens;
    response.output_tokens = output_tokens;
    return response;
}

Answer within_limit(const Request& request, const std::string& text) {
    const auto most = static_cast<std::size_t>(request.sampling.max_tokens);
    std::size_t words = 0, end = 0;
    for (; end < text.size(); ++end) {
        words += text[end] == ' ' ? 1 : 0;
        if (words >= most) {
            break;
        }
    }
    Response response;
    response.text = text.substr(0, end);
    response.finish = end < text.size() ? Finish::Length : Finish::End;
    return response;
}

Facts plain_facts(const std::string& model, std::initializer_list<Capability> besides) {
    Facts facts;
    facts.engine = "fake";
    facts.build = "fake 1";
    facts.model = model;
    facts.model_identity = "fake:" + model;
    facts.capabilities = {Capability::Generate, Capability::Score, Capability::Labels};
    facts.capabilities.insert(facts.capabilities.end(), besides);
    facts.chat_template = "plain";
    facts.weights = "file";
    return facts;
}

FakeEngine::FakeEngine(Script script, Options options, Facts facts)
    : script_(std::move(script)),
      options_(options),
      facts_(std::move(facts)),
      clock_(options.clock != nullptr ? options.clock : &own_clock_) {
    if (options_.shuffle) {
        rng_.emplace(*options_.shuffle);
    }
}

FakeEngine::~FakeEngine() {
    leave();
}

Counters FakeEngine::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

Box FakeEngine::open_box() {
    const std::lock_guard lock(mutex_);
    return mail_.open();
}

void FakeEngine::close_box(Box box) {
    const std::lock_guard lock(mutex_);
    for (const Serial serial : mail_.close(box)) {
        forget(serial);
    }
}

Result<void> FakeEngine::post(Box box, std::vector<Request> batch) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return *closed_;
    }
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
        if (keeps_requests_) {
            kept_.push_back(request);
        }
        if (std::optional<Failed> refused = refusal_of(request, facts_)) {
            mail_.end(serial++, std::move(*refused));
            continue;
        }
        if (request.timeout) {
            dues_.push({now() + *request.timeout, 0, serial});
        }
        queue_.add(request.priority, box, serial);
        Task task;
        task.request = std::move(request);
        task.posted = now();
        task.alone = alone;
        tasks_.emplace(serial++, std::move(task));
    }
    start_ready();
    return {};
}

std::vector<Event> FakeEngine::wait(Box box, Nanoseconds patience) {
    const std::lock_guard lock(mutex_);
    const Nanoseconds limit = now() + patience;
    while (!dues_.empty()) {
        const Due due = dues_.top();
        const bool over = tasks_.count(due.serial) == 0;
        if (!over && due.when > now()) {
            // Later: only when there is nothing yet to hand over.
            if (mail_.has_nothing_to_wait_for(box) || due.when > limit) {
                break;
            }
            clock().advance(due.when - now());
        }
        dues_.pop();
        if (!over) {
            happen(due);
        }
    }
    if (!mail_.has_nothing_to_wait_for(box) && limit > now()) {
        clock().advance(limit - now());
    }
    return mail_.take(box);
}

void FakeEngine::cancel(Box box, std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (const std::optional<Serial> serial = mail_.serial_of(box, id)) {
        end(*serial, Failed{FailureKind::Cancelled, "cancelled", 0});
    }
}

Result<std::string> FakeEngine::render(const Request& request) {
    std::string text;
    for (const Message& message : request.messages) {
        text += "<" + message.role + ">\n" + message.content + "\n";
    }
    return text;
}

void FakeEngine::close(Error error) {
    const std::lock_guard lock(mutex_);
    closed_ = std::move(error);
}

std::vector<Request> FakeEngine::requests() const {
    const std::lock_guard lock(mutex_);
    return kept_;
}

void FakeEngine::start_ready() {
    while (answering_ < options_.at_once) {
        const std::optional<Serial> serial = queue_.next();
        if (!serial) {
            return;
        }
        const auto found = tasks_.find(*serial);
        if (found != tasks_.end()) {  // else it ended in the queue
            start(*serial, found->second);
        }
    }
}

void FakeEngine::start(Serial serial, Task& task) {
    ++answering_;
    task.started = now();
    task.answer = script_(task.request);
    const Nanoseconds first = task.answer->first_token.value_or(task.answer->latency);
    task.first_token = task.started + std::min(first, task.answer->latency);
    const std::uint64_t order = rng_ ? (rng_->next() >> 1) + 1 : serial;
    if (task.request.stream_tokens && first < task.answer->latency) {
        dues_.push({task.first_token, order, serial});
    }
    dues_.push({task.started + task.answer->latency, order, serial});
}

void FakeEngine::happen(const Due& due) {
    Task& task = tasks_.at(due.serial);
    if (task.answer && due.when >= task.started + task.answer->latency && due.order != 0) {
        finish(due.serial, task);
    } else if (due.order != 0) {
        send_token(due.serial, task);
    } else {
        end(due.serial,
            Failed{FailureKind::Timeout,
                   "no whole answer within " +
                       std::to_string(milliseconds_of(*task.request.timeout)) + " ms",
                   0});
    }
}

void FakeEngine::send_token(Serial serial, Task& task) {
    const Response* response = std::get_if<Response>(&task.answer->what);
    if (response != nullptr && !response->text.empty()) {
        mail_.say(serial, first_word(response->text).first);
        task.token_sent = true;
    }
}

void FakeEngine::finish(Serial serial, Task& task) {
    ++counters_.decodes;
    ++counters_.sequences_decoded;
    if (Failed* failed = std::get_if<Failed>(&task.answer->what)) {
        end(serial, std::move(*failed));
        return;
    }
    Response response = std::move(std::get<Response>(task.answer->what));
    if (options_.usage) {
        const bool writes = task.request.kind == Kind::Generate;
        response.prompt_tokens = response.prompt_tokens.value_or(words_in(task.request.messages));
        response.cached_tokens = response.cached_tokens.value_or(0);
        response.output_tokens =
            response.output_tokens.value_or(writes ? words_in(response.text) : 0);
    }
    const int cached = response.cached_tokens.value_or(0);
    counters_.tokens_reused += static_cast<std::uint64_t>(cached);
    counters_.tokens_computed += static_cast<std::uint64_t>(
        response.prompt_tokens.value_or(0) - cached + response.output_tokens.value_or(0));
    response.ttft_ms = milliseconds_of(task.first_token - task.posted);
    response.total_ms = milliseconds_of(now() - task.posted);
    response.alone = task.alone;
    if (task.request.stream_tokens) {
        auto [word, rest] = first_word(response.text);
        if (!task.token_sent && !word.empty()) {
            mail_.say(serial, std::move(word));
        }
        if (!rest.empty()) {
            mail_.say(serial, std::move(rest));
        }
    }
    end(serial, std::move(response));
}

void FakeEngine::end(Serial serial, std::variant<Token, Response, Failed> what) {
    mail_.end(serial, std::move(what));
    forget(serial);
}

// Its place is free for the next.
void FakeEngine::forget(Serial serial) {
    const auto found = tasks_.find(serial);
    if (found == tasks_.end()) {
        return;
    }
    answering_ -= found->second.answer ? 1 : 0;
    tasks_.erase(found);
    start_ready();
}

}  // namespace palier::engine::fake
