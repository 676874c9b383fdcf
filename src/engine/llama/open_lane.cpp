#include "engine/llama/open_lane.h"

#include "engine/llama/fork_scores.h"
#include "engine/llama/writer.h"

#include <algorithm>
#include <optional>

namespace palier::engine::llama {
namespace {

// Beside texts in the making: a chunk of 64 takes a small model a tenth of a second.
constexpr int k_prefill_beside = 64;
constexpr std::int64_t k_kept_bytes = 256LL << 20;

}  // namespace

struct OpenLane::Task {
    ChargePtr charge;
    Sequence sequence = 0;
    std::unique_ptr<Writer> writer;      // generate
    std::unique_ptr<ForkScores> scores;  // score
    // Neither: its answer is the state after the prompt.
    [[nodiscard]] bool reads() const { return charge->request().kind == Kind::State; }
};

// A pass's tokens, and where each part's begin; a part whose request has ended has none.
struct OpenLane::Built {
    std::vector<Entry> entries;
    std::vector<std::size_t> begins;
};

OpenLane::OpenLane(const Hands& hands, int requests) : hands_(hands), requests_(requests) {}
OpenLane::~OpenLane() = default;

void OpenLane::set_decoder(std::unique_ptr<Decoder> decoder) {
    decoder_ = std::move(decoder);
    ScheduleLimits limits;
    limits.cells = decoder_->cells();
    limits.sequences = decoder_->sequences();
    limits.requests = std::min(requests_, decoder_->sequences() - 1);
    limits.pass_tokens = decoder_->batch();
    limits.pass_rows = decoder_->rows();
    limits.prefill_beside = k_prefill_beside;
    limits.bytes_per_cell = decoder_->bytes_per_cell();
    limits.kept_bytes = k_kept_bytes;
    limits.shares = decoder_->can_couple();
    schedule_ = std::make_unique<Schedule>(limits);
}

void OpenLane::add(ChargePtr charge, std::uint64_t client) {
    auto task = std::make_unique<Task>();
    Ask ask;
    ask.number = charge->ticket->serial;
    ask.priority = charge->request().priority;
    ask.client = client;
    ask.prompt.assign(charge->prompt.begin(),
                      charge->prompt.begin() + static_cast<std::ptrdiff_t>(charge->base));
    ask.shareable = charge->request().own_part_uncached ? charge->before_input : charge->base - 1;
    task->charge = std::move(charge);
    if (task->charge->request().kind == Kind::Score) {
        task->scores = std::make_unique<ForkScores>(*task->charge, *decoder_, requests_);
        ask.forks = task->scores->forks_needed();
        ask.more = task->scores->tokens_needed();
    } else if (!task->reads()) {
        task->writer = std::make_unique<Writer>(*task->charge, hands_);
        if (!task->writer->begin()) {
            return;
        }
        ask.more = task->charge->answer_tokens();
    }
    tasks_.emplace(ask.number, std::move(task));
    schedule_->add(std::move(ask));
}

Priority OpenLane::priority() const {
    return schedule_ && schedule_->has_interactive() ? Priority::Interactive : Priority::Bulk;
}

void OpenLane::end(Number number, bool keep) {
    schedule_->end(number, keep);
    tasks_.erase(number);
}

// Cancelled or late, in the queue, in prefill or in the middle of the text.
void OpenLane::drop_ended() {
    for (auto task = tasks_.begin(); task != tasks_.end();) {
        const auto next = std::next(task);
        if (hands_.desk.is_over(task->second->charge->ticket)) {
            end(task->first, true);
        }
        task = next;
    }
}

void OpenLane::begin(const Pass& pass) {
    for (const Sequence sequence : pass.drops) {
        decoder_->drop(sequence);
    }
    for (const Pass::Start& start : pass.starts) {
        if (start.shared > 0) {
            decoder_->fork(start.from, start.sequence, start.shared);
        }
        Task& task = *tasks_.at(start.number);
        task.sequence = start.sequence;
        task.charge->cached = start.shared;
        decoder_->count_reused(start.shared);
        if (task.scores) {
            task.scores->set_sequences(start.sequence, start.forks);
        }
        if (!hands_.desk.start(task.charge->ticket)) {
            end(start.number, true);
        }
    }
}

OpenLane::Built OpenLane::entries_of(const Pass& pass) {
    Built built;
    for (const Pass::Part& part : pass.parts) {
        built.begins.push_back(built.entries.size());
        const auto found = tasks_.find(part.number);
        if (found == tasks_.end()) {
            continue;
        }
        if (part.on_forks) {
            found->second->scores->add_to(built.entries, part.count);
            continue;
        }
        const Tokens& tokens = schedule_->tokens_of(part.number);
        for (int i = part.first; i < part.first + part.count; ++i) {
            built.entries.push_back(
                {tokens[static_cast<std::size_t>(i)], i, {part.sequence}, false});
        }
        built.entries.back().logits = part.last;
        built.entries.back().state = part.last && found->second->reads();
    }
    return built;
}

int OpenLane::step() {
    drop_ended();
    const Pass pass = schedule_->next_pass();
    begin(pass);
    const Built built = entries_of(pass);
    if (built.entries.empty()) {
        return 0;
    }
    std::vector<TicketPtr> tickets;
    for (const Pass::Part& part : pass.parts) {
        if (const auto found = tasks_.find(part.number); found != tasks_.end()) {
            tickets.push_back(found->second->charge->ticket);
        }
    }
    hands_.desk.watch(std::move(tickets));
    const Decoded decoded = decoder_->compute(built.entries);
    hands_.desk.watch({});
    if (decoded == Decoded::Done) {
        schedule_->computed(pass);
        hand_out(pass, built);
    } else {
        after(decoded, pass);
    }
    return static_cast<int>(built.entries.size());
}

void OpenLane::hand_out(const Pass& pass, const Built& built) {
    for (std::size_t i = 0; i < pass.parts.size(); ++i) {
        const Pass::Part& part = pass.parts[i];
        const auto found = tasks_.find(part.number);
        if (!part.last || found == tasks_.end()) {
            continue;
        }
        Task& task = *found->second;
        const std::size_t begin = built.begins[i];
        const auto count = static_cast<std::size_t>(part.count);
        if (hands_.desk.is_over(task.charge->ticket)) {
            end(part.number, true);
        } else if (part.on_forks) {
            task.scores->on_group(built.entries, begin, count);
            go_on(part.number, task);
        } else if (task.reads()) {
            end_with_state(*task.charge, decoder_->state(begin + count - 1), hands_.desk);
            end(part.number, true);
        } else if (task.scores) {
            task.scores->on_prompt(decoder_->logits(begin + count - 1));
            go_on(part.number, task);
        } else {
            task.writer->on_logits(decoder_->logits(begin + count - 1));
            go_on(part.number, task);
        }
    }
}

void OpenLane::go_on(Number number, Task& task) {
    if (task.scores) {
        const int tokens = task.scores->next();
        if (tokens > 0) {
            schedule_->go_on_with_forks(number, tokens);
            return;
        }
        task.scores->answer(hands_.desk);
    } else if (!task.writer->is_finished()) {
        schedule_->go_on(number, task.writer->take_tokens());
        return;
    }
    end(number, true);
}

// Only what was in the pass is touched: the others' sequences are as they were. A pass that was
// stopped because all its requests are over says so; otherwise those of the pass have failed.
void OpenLane::after(Decoded decoded, const Pass& pass) {
    for (const Pass::Part& part : pass.parts) {
        const auto found = tasks_.find(part.number);
        if (found == tasks_.end()) {
            continue;
        }
        end_after(decoded, *found->second->charge, hands_.desk);
        // Cells that llama.cpp may have filled before it stopped.
        const bool whole = decoder_->trim(part.sequence, schedule_->computed_of(part.number));
        end(part.number, whole && decoded == Decoded::Aborted);
    }
}

void OpenLane::fail(const std::string& why) {
    for (const auto& [number, task] : tasks_) {
        hands_.desk.fail(task->charge->ticket, FailureKind::ServerError, why);
    }
    tasks_.clear();
    if (decoder_) {
        decoder_->forget();
        set_decoder(std::move(decoder_));  // a schedule that knows of nothing
    }
}

}  // namespace palier::engine::llama
