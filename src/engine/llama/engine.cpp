#include "engine/llama/engine.h"

#include "base/log.h"
#include "engine/llama/labels.h"

#include <llama.h>

#include <algorithm>

namespace palier::engine::llama {
namespace {

// Tokens that all prompts of the batch start with and that may be kept: up to the place where a
// request's own input begins, if the requests tell. At least one token of each stays to be
// computed.
std::size_t shared_length(const std::vector<std::unique_ptr<Job>>& jobs,
                          const std::vector<std::size_t>& before_input) {
    std::size_t shared = jobs.front()->prompt.size();
    bool inputs_known = true;
    bool must_know = false;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        shared = std::min(
            {shared, jobs[i]->base - 1, common_length(jobs.front()->prompt, jobs[i]->prompt)});
        inputs_known = inputs_known && before_input[i] > 0;
        must_know = must_know || jobs[i]->request().own_part_uncached;
    }
    if (inputs_known) {
        return std::min(shared, *std::min_element(before_input.begin(), before_input.end()));
    }
    return must_know ? 0 : shared;
}

std::string needs(std::size_t needed, int available) {
    return "needs " + std::to_string(needed) + " tokens, the context has " +
           std::to_string(available);
}

}  // namespace

void end_after(Decoded decoded, const std::vector<Job*>& wave, Desk& desk) {
    for (const Job* job : wave) {
        if (!desk.is_over(job->ticket)) {
            desk.fail(job->ticket,
                      FailureKind::ServerError,
                      decoded == Decoded::Aborted ? "llama.cpp stopped computing"
                                                  : "llama.cpp could not compute");
        }
    }
}

LlamaEngine::LlamaEngine(EngineParts parts)
    : parts_(std::move(parts)), vocabulary_(llama_model_get_vocab(parts_.model.get())) {
    parts_.decoder->set_abort([this] { return desk_.should_abort(); });
    worker_ = std::thread([this] { work(); });
}

LlamaEngine::~LlamaEngine() {
    leave();
    worker_.join();
    parts_.decoder.reset();  // before the model that it uses
}

Result<std::string> LlamaEngine::render(const Request& request) {
    return text_of(request, parts_.format, vocabulary_);
}

void LlamaEngine::work() {
    while (const std::optional<std::vector<TicketPtr>> batch = desk_.next()) {
        try {
            work_on(*batch);
        } catch (const std::exception& thrown) {  // out of memory, or llama.cpp's own
            log::error(std::string("llama engine: ") + thrown.what());
            for (const TicketPtr& ticket : *batch) {
                desk_.fail(ticket, FailureKind::ServerError, thrown.what());
            }
        }
    }
}

std::unique_ptr<Job> LlamaEngine::ready(const TicketPtr& ticket, std::size_t& before_input) {
    const Request& request = ticket->request;
    auto prompt = prompt_of(request, parts_.format, vocabulary_);
    if (!prompt) {
        desk_.fail(ticket,
                   FailureKind::Rejected,
                   "the chat template refuses the messages: " + prompt.error().args.front().second);
        return nullptr;
    }
    if (prompt->tokens.empty()) {
        desk_.fail(ticket, FailureKind::Rejected, "the prompt is empty");
        return nullptr;
    }
    auto job = std::make_unique<Job>();
    job->ticket = ticket;
    LabelTokens labels = label_tokens(prompt->tokens, request.labels, vocabulary_);
    job->base = labels.base;
    job->labels = tree_of(labels.paths);
    job->prompt = std::move(prompt->tokens);
    const std::size_t answer =
        request.labels.empty() ? static_cast<std::size_t>(std::max(0, request.sampling.max_tokens))
                               : job->labels.longest();
    if (job->base + answer > static_cast<std::size_t>(parts_.facts.context_tokens)) {
        desk_.fail(ticket,
                   FailureKind::ContextExceeded,
                   needs(job->base + answer, parts_.facts.context_tokens));
        return nullptr;
    }
    before_input = prompt->before_input;
    return job;
}

void LlamaEngine::work_on(const std::vector<TicketPtr>& batch) {
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<std::size_t> before_input;
    for (const TicketPtr& ticket : batch) {
        std::size_t before = 0;
        if (std::unique_ptr<Job> job = ready(ticket, before)) {
            jobs.push_back(std::move(job));
            before_input.push_back(before);
        }
    }
    if (jobs.empty()) {
        return;
    }
    const std::size_t shared = shared_length(jobs, before_input);
    const Tokens beginning(jobs.front()->prompt.begin(),
                           jobs.front()->prompt.begin() + static_cast<std::ptrdiff_t>(shared));
    std::size_t at = 0;
    while (at < jobs.size()) {
        std::vector<Job*> wave = wave_from(jobs, at, shared);
        const bool first = at == 0;
        at += wave.size();
        std::erase_if(wave, [this](const Job* job) { return !desk_.start(job->ticket); });
        if (!wave.empty()) {
            work_on_wave(std::move(wave), beginning, first);
        }
        if (desk_.is_closed()) {
            return;
        }
    }
}

std::vector<Job*> LlamaEngine::wave_from(const std::vector<std::unique_ptr<Job>>& jobs,
                                         std::size_t first,
                                         std::size_t shared) const {
    const Kind kind = jobs[first]->request().kind;
    const bool alone = kind == Kind::Score && !parts_.decoder->can_couple();
    Room left{parts_.decoder->sequences() - 1, parts_.decoder->cells() - static_cast<int>(shared)};
    std::vector<Job*> wave;
    for (std::size_t i = first; i < jobs.size(); ++i) {
        const Room room = kind == Kind::Score ? room_to_score(*jobs[i], shared)
                                              : room_to_generate(*jobs[i], shared);
        const bool fits = room.sequences <= left.sequences && room.cells <= left.cells &&
                          static_cast<int>(wave.size()) < parts_.sequences &&
                          jobs[i]->request().kind == kind && !alone;
        if (!wave.empty() && !fits) {
            break;
        }
        wave.push_back(jobs[i].get());
        left.sequences -= room.sequences;
        left.cells -= room.cells;
    }
    return wave;
}

void LlamaEngine::work_on_wave(std::vector<Job*> wave,
                               const Tokens& beginning,
                               bool first_of_batch) {
    std::vector<TicketPtr> tickets;
    for (const Job* job : wave) {
        tickets.push_back(job->ticket);
    }
    desk_.watch(std::move(tickets));
    const Decoded decoded = parts_.decoder->share(beginning);
    if (decoded != Decoded::Done) {
        end_after(decoded, wave, desk_);
        return;
    }
    for (Job* job : wave) {
        const bool paid = first_of_batch && job == wave.front();
        job->cached = paid ? parts_.decoder->reused() : static_cast<int>(beginning.size());
        parts_.decoder->count_reused(job->cached);
    }
    const Hands hands{vocabulary_, *parts_.decoder, desk_, parts_.format.stops()};
    if (wave.front()->request().kind == Kind::Score) {
        score(wave, beginning.size(), hands);
    } else {
        generate(wave, beginning.size(), hands);
    }
    desk_.watch({});
}

}  // namespace palier::engine::llama
