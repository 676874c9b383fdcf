#include "engine/llama/fixed_lane.h"

#include "base/check.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

constexpr int k_piece = 256;  // tokens of the shared beginning computed at a time

std::vector<int> piece_ends(int length) {
    std::vector<int> ends;
    for (int end = k_piece; end < length; end += k_piece) {
        ends.push_back(end);
    }
    if (length > 0) {
        ends.push_back(length);
    }
    return ends;
}

Room room_of(const Charge& charge, std::size_t shared) {
    switch (charge.request().kind) {
        case Kind::Generate:
            return room_to_generate(charge, shared);
        case Kind::Score:
            return room_to_score(charge, shared);
        case Kind::State:
            return room_to_read(charge, shared);
    }
    PALIER_CHECK(false, "a kind of request without a wave");
    return {};
}

std::unique_ptr<Wave> wave_of(const std::vector<Charge*>& charges,
                              std::size_t shared,
                              Decoder& decoder,
                              const Hands& hands) {
    switch (charges.front()->request().kind) {
        case Kind::Generate:
            return writing_wave(charges, shared, decoder, hands);
        case Kind::Score:
            return scoring_wave(charges, shared, decoder, hands);
        case Kind::State:
            return reading_wave(charges, shared, decoder, hands);
    }
    PALIER_CHECK(false, "a kind of request without a wave");
    return nullptr;
}

}  // namespace

// Tokens that all prompts of the batch start with and that may be kept: up to the place where a
// request's own input begins, if the requests tell. At least one token of each stays to be
// computed.
std::size_t FixedLane::shared_length() const {
    std::size_t shared = charges_.front()->prompt.size();
    std::size_t before_input = shared;
    bool inputs_known = true;
    bool must_know = false;
    for (const ChargePtr& charge : charges_) {
        shared = std::min(
            {shared, charge->base - 1, common_length(charges_.front()->prompt, charge->prompt)});
        before_input = std::min(before_input, charge->before_input);
        inputs_known = inputs_known && charge->before_input > 0;
        must_know = must_know || charge->request().own_part_uncached;
    }
    if (inputs_known) {
        return std::min(shared, before_input);
    }
    return must_know ? 0 : shared;
}

void FixedLane::begin(std::vector<ChargePtr> charges) {
    charges_ = std::move(charges);
    at_ = 0;
    first_wave_ = true;
    if (charges_.empty()) {
        return;
    }
    const auto length = static_cast<std::ptrdiff_t>(shared_length());
    beginning_.assign(charges_.front()->prompt.begin(), charges_.front()->prompt.begin() + length);
}

// Sequence 0 keeps what it has of the beginning in the same pieces.
void FixedLane::begin_beginning(const Tokens& beginning) {
    for (Sequence sequence = 1; sequence < decoder_->sequences(); ++sequence) {
        decoder_->drop(sequence);
    }
    const std::vector<int> ends = piece_ends(static_cast<int>(beginning.size()));
    const auto same = static_cast<int>(common_length(shared_, beginning));
    std::size_t pieces = 0;
    int kept = 0;
    while (pieces < ends.size() && pieces < shared_ends_.size() &&
           ends[pieces] == shared_ends_[pieces] && ends[pieces] <= same) {
        kept = ends[pieces++];
    }
    if (kept < static_cast<int>(shared_.size()) && !decoder_->trim(0, kept)) {
        decoder_->forget();  // a recurrent memory cannot go back
        kept = 0;
        pieces = 0;
    }
    shared_.resize(static_cast<std::size_t>(kept));
    shared_ends_.resize(pieces);
    reused_ = kept;
}

// The next charges that are worked on together.
bool FixedLane::begin_wave() {
    const std::size_t shared = beginning_.size();
    const bool first = std::exchange(first_wave_, false);
    const Kind kind = charges_[at_]->request().kind;
    const bool alone = kind == Kind::Score && !decoder_->can_couple();
    Room left{decoder_->sequences() - 1, decoder_->cells() - static_cast<int>(shared)};
    std::vector<Charge*> wave;
    for (; at_ < charges_.size(); ++at_) {
        Charge& charge = *charges_[at_];
        const Room room = room_of(charge, shared);
        const bool fits = room.sequences <= left.sequences && room.cells <= left.cells &&
                          static_cast<int>(wave.size()) < requests_ &&
                          charge.request().kind == kind && !alone;
        if (!wave.empty() && !fits) {
            break;
        }
        wave.push_back(&charge);
        left.sequences -= room.sequences;
        left.cells -= room.cells;
    }
    std::erase_if(wave,
                  [this](const Charge* charge) { return !hands_.desk.start(charge->ticket); });
    if (wave.empty()) {
        return false;
    }
    begin_beginning(beginning_);
    for (Charge* charge : wave) {
        const bool paid = first && charge == wave.front();
        charge->cached = paid ? reused_ : static_cast<int>(shared);
        decoder_->count_reused(charge->cached);
    }
    wave_charges_ = std::move(wave);
    return true;
}

bool FixedLane::next_pack() {
    pack_ = {};
    done_ = 0;
    const std::vector<int> ends = piece_ends(static_cast<int>(beginning_.size()));
    reads_beginning_ = shared_ends_.size() < ends.size();
    if (reads_beginning_) {
        for (int i = static_cast<int>(shared_.size()); i < ends[shared_ends_.size()]; ++i) {
            pack_.add({beginning_[static_cast<std::size_t>(i)], i, {0}, false});
        }
        return true;
    }
    if (!wave_) {
        wave_ = wave_of(wave_charges_, beginning_.size(), *decoder_, hands_);
    }
    pack_ = wave_->next();
    return !pack_.entries.empty();
}

void FixedLane::end_wave() {
    wave_.reset();
    wave_charges_.clear();
    pack_ = {};
    done_ = 0;
    if (at_ == charges_.size() || hands_.desk.is_closed()) {
        charges_.clear();
    }
}

int FixedLane::step() {
    if (wave_charges_.empty() && !begin_wave()) {
        end_wave();
        return 0;
    }
    if (done_ == pack_.entries.size() && !next_pack()) {
        end_wave();
        return 0;
    }
    std::size_t end = done_;
    int rows = 0;
    while (end < pack_.entries.size() && static_cast<int>(end - done_) < decoder_->batch()) {
        rows += pack_.entries[end].logits ? 1 : 0;
        if (rows > decoder_->rows()) {
            break;
        }
        ++end;
    }
    std::vector<TicketPtr> tickets;
    tickets.reserve(wave_charges_.size());
    for (const Charge* charge : wave_charges_) {
        tickets.push_back(charge->ticket);
    }
    hands_.desk.watch(std::move(tickets));
    const Decoded decoded = decoder_->compute(std::span(pack_.entries).subspan(done_, end - done_));
    hands_.desk.watch({});
    if (decoded != Decoded::Done) {
        after(decoded);
        return static_cast<int>(end - done_);
    }
    for (std::size_t i = done_; i < end; ++i) {
        const Entry& entry = pack_.entries[i];
        if (entry.logits) {
            wave_->on_output(
                pack_.rows[i],
                entry.state ? decoder_->state(i - done_) : decoder_->logits(i - done_));
        }
    }
    const int computed = static_cast<int>(end - done_);
    done_ = end;
    if (reads_beginning_ && done_ == pack_.entries.size()) {
        for (const Entry& entry : pack_.entries) {
            shared_.push_back(entry.token);
        }
        shared_ends_.push_back(static_cast<int>(shared_.size()));
    }
    return computed;
}

// The wave ends; what is left of its memory is not relied on.
void FixedLane::after(Decoded decoded) {
    for (const Charge* charge : wave_charges_) {
        end_after(decoded, *charge, hands_.desk);
    }
    decoder_->forget();
    shared_.clear();
    shared_ends_.clear();
    end_wave();
}

void FixedLane::fail(const std::string& why) {
    for (const ChargePtr& charge : charges_) {
        hands_.desk.fail(charge->ticket, FailureKind::ServerError, why);
    }
    if (decoder_) {
        decoder_->forget();
    }
    shared_.clear();
    shared_ends_.clear();
    at_ = charges_.size();
    end_wave();
}

}  // namespace palier::engine::llama
