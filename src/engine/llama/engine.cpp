#include "engine/llama/engine.h"

#include "base/log.h"
#include "engine/llama/labels.h"

#include <llama.h>

namespace palier::engine::llama {
namespace {

// Requests of the open lane that are made ready before their turn comes: few, so that a long queue
// neither holds up who computes nor fills the memory.
constexpr std::size_t k_ready_at_once = 16;
constexpr std::size_t k_ready_most = 64;

std::string needs(std::size_t needed, int available) {
    return "needs " + std::to_string(needed) + " tokens, the context has " +
           std::to_string(available);
}

}  // namespace

LlamaEngine::LlamaEngine(EngineParts parts)
    : parts_(std::move(parts)),
      vocabulary_(llama_model_get_vocab(parts_.model.get())),
      hands_{vocabulary_, desk_, parts_.format.stops()},
      fixed_(hands_, parts_.decoder_options.sequences),
      open_(hands_, parts_.decoder_options.sequences) {
    worker_ = std::thread([this] { work(); });
}

LlamaEngine::~LlamaEngine() {
    leave();
    worker_.join();
}

Counters LlamaEngine::counters() const {
    const Tally& tally = *parts_.decoder_options.tally;
    return {tally.decodes, tally.sequences_decoded, tally.tokens_computed, tally.tokens_reused};
}

Result<std::string> LlamaEngine::render(const Request& request) {
    return text_of(request, parts_.format, vocabulary_);
}

void LlamaEngine::work() {
    while (desk_.wait_for_work(fixed_.is_busy() || open_.is_busy())) {
        take_in_open();
        take_in_fixed();
        if (!fixed_.is_busy() && !open_.is_busy()) {
            continue;
        }
        if (pace_.next(fixed_.is_busy(), open_.is_busy()) == Lane::Fixed) {
            pass_of(fixed_, Lane::Fixed, Priority::FixedBatch);
        } else {
            pass_of(open_, Lane::Open, open_.priority());
        }
    }
}

template <typename AnyLane>
void LlamaEngine::pass_of(AnyLane& lane, Lane which, Priority priority) {
    try {
        pace_.spent(which, lane.step(), priority);
    } catch (const std::exception& thrown) {  // out of memory, or llama.cpp's own
        log::error(std::string("llama engine: ") + thrown.what());
        desk_.watch({});
        lane.fail(thrown.what());
    }
}

template <typename AnyLane>
bool LlamaEngine::has_decoder(AnyLane& lane, const std::vector<TicketPtr>& waiting) {
    if (lane.decoder() != nullptr) {
        return true;
    }
    auto decoder = parts_.decoder ? Result<std::unique_ptr<Decoder>>(std::move(parts_.decoder))
                                  : Decoder::make(parts_.model.get(), parts_.decoder_options);
    if (!decoder) {
        for (const TicketPtr& ticket : waiting) {
            desk_.fail(ticket,
                       FailureKind::ServerError,
                       "no memory for a second context: " + decoder.error().args.back().second);
        }
        return false;
    }
    (*decoder)->set_abort([this] { return desk_.should_abort(); });
    lane.set_decoder(std::move(*decoder));
    return true;
}

void LlamaEngine::take_in_fixed() {
    if (fixed_.is_busy()) {
        return;
    }
    const std::optional<std::vector<TicketPtr>> batch = desk_.next_fixed();
    if (!batch || !has_decoder(fixed_, *batch)) {
        return;
    }
    std::vector<ChargePtr> charges;
    for (const TicketPtr& ticket : *batch) {
        if (ChargePtr charge = ready(ticket)) {
            charges.push_back(std::move(charge));
        }
    }
    fixed_.begin(std::move(charges));
}

void LlamaEngine::take_in_open() {
    if (open_.size() >= k_ready_most) {
        return;
    }
    const std::vector<TicketPtr> tickets = desk_.take_open(k_ready_at_once);
    if (tickets.empty() || !has_decoder(open_, tickets)) {
        return;
    }
    for (const TicketPtr& ticket : tickets) {
        if (ChargePtr charge = ready(ticket)) {
            open_.add(std::move(charge), ticket->box);
        }
    }
}

ChargePtr LlamaEngine::ready(const TicketPtr& ticket) {
    try {
        return charge_of(ticket);
    } catch (const std::exception& thrown) {  // out of memory, or llama.cpp's own
        log::error(std::string("llama engine: ") + thrown.what());
        desk_.fail(ticket, FailureKind::ServerError, thrown.what());
        return nullptr;
    }
}

ChargePtr LlamaEngine::charge_of(const TicketPtr& ticket) {
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
    auto charge = std::make_unique<Charge>();
    charge->ticket = ticket;
    LabelTokens labels = label_tokens(prompt->tokens, request.labels, vocabulary_);
    charge->base = labels.base;
    charge->labels = tree_of(labels.paths);
    charge->prompt = std::move(prompt->tokens);
    charge->before_input = prompt->before_input;
    if (!hold(*charge, prompt->closing)) {
        return nullptr;
    }
    const std::size_t needed = charge->base + static_cast<std::size_t>(charge->answer_tokens());
    if (needed > static_cast<std::size_t>(parts_.facts.context_tokens)) {
        desk_.fail(
            ticket, FailureKind::ContextExceeded, needs(needed, parts_.facts.context_tokens));
        return nullptr;
    }
    return charge;
}

bool LlamaEngine::hold(Charge& charge, const std::string& closing) {
    const Request& request = charge.request();
    const Constraint::Kind kind = request.constraint.kind;
    if (kind != Constraint::Kind::Schema && kind != Constraint::Kind::Regex) {
        return true;
    }
    const Result<schema::Language> language = constraints_.language_of(request.constraint);
    if (!language) {
        desk_.fail(charge.ticket, FailureKind::Unsupported, refusal_text(language.error()));
        return false;
    }
    if (!pieces_) {
        pieces_.emplace(vocabulary_);
    }
    charge.pieces = &*pieces_;
    charge.held.emplace(language->begin(), closing, request.sampling.thinking.value_or(false));
    return true;
}

}  // namespace palier::engine::llama
