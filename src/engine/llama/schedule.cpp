#include "engine/llama/schedule.h"

#include "base/check.h"

#include <algorithm>
#include <numeric>

namespace palier::engine::llama {
namespace {

// Worth waiting for: fewer tokens are computed again at once.
constexpr int k_worth_waiting = 16;

}  // namespace

int Pass::tokens() const {
    return std::accumulate(
        parts.begin(), parts.end(), 0, [](int sum, const Part& part) { return sum + part.count; });
}

struct Schedule::Work {
    Ask ask;
    Sequence sequence = 0;
    std::vector<Sequence> forks;
    bool started = false;
    Tokens tokens;  // the prompt and what followed
    std::vector<Cells::Cell> cells;
    int more_left = 0;
    int on_forks = 0;  // tokens wanted there

    [[nodiscard]] int done() const { return static_cast<int>(cells.size()); }
    [[nodiscard]] int left() const { return static_cast<int>(tokens.size()) - done(); }
    [[nodiscard]] bool reads_prompt() const { return done() < static_cast<int>(ask.prompt.size()); }
};

Schedule::Schedule(const ScheduleLimits& limits) : limits_(limits) {
    for (Sequence sequence = limits.sequences; sequence > 0; --sequence) {
        free_.push_back(sequence - 1);
    }
}

Schedule::~Schedule() = default;

bool Schedule::has_room_for(const Ask& ask) const {
    return need_of(ask) <= limits_.cells && ask.forks + 1 <= limits_.sequences;
}

void Schedule::add(Ask ask) {
    PALIER_CHECK(has_room_for(ask) && !ask.prompt.empty(), "a request that can never be computed");
    ask.shareable = limits_.shares ? std::min(ask.shareable, ask.prompt.size() - 1) : 0;
    turns_.add(ask.priority, ask.client, ask.number);
    waiting_.emplace(ask.number, std::move(ask));
}

int Schedule::cells_to_come() const {
    int cells = 0;
    for (const auto& work : working_) {
        cells += work->left() + work->more_left;
    }
    return cells;
}

void Schedule::evict(std::list<Kept>::iterator victim) {
    for (const Cells::Cell cell : victim->cells) {
        cells_.forget(cell);
    }
    tree_.erase(victim->sequence);
    drop(victim->sequence);
    kept_.erase(victim);
}

void Schedule::drop(Sequence sequence) {
    drops_.push_back(sequence);
    free_.push_back(sequence);
}

bool Schedule::make_room(int cells, int sequences, std::optional<Sequence> spared) {
    const auto is_enough = [&] {
        return cells_.used() + cells_to_come() + cells <= limits_.cells &&
               sequences <= static_cast<int>(free_.size());
    };
    for (auto victim = kept_.begin(); !is_enough() && victim != kept_.end();) {
        const auto next = std::next(victim);
        if (victim->sequence != spared) {
            evict(victim);
        }
        victim = next;
    }
    if (!is_enough() && spared) {
        return make_room(cells, sequences, std::nullopt);
    }
    return is_enough();
}

void Schedule::admit() {
    while (static_cast<int>(working_.size()) < limits_.requests) {
        if (!next_ || waiting_.count(*next_) == 0) {  // it may have ended meanwhile
            next_ = turns_.next();
            if (!next_) {
                return;
            }
            continue;
        }
        const Ask& ask = waiting_.at(*next_);
        const PrefixTree::Match match = tree_.find(std::span(ask.prompt).first(ask.shareable));
        std::optional<Sequence> spared;
        for (const Kept& kept : kept_) {
            if (std::count(match.sequences.begin(), match.sequences.end(), kept.sequence) > 0) {
                spared = kept.sequence;
            }
        }
        // As if nothing were shared: whom it would share with may end before it has computed.
        if (!make_room(need_of(ask), 1 + ask.forks, spared)) {
            return;
        }
        auto work = std::make_unique<Work>();
        work->ask = std::move(waiting_.at(*next_));
        waiting_.erase(*next_);
        next_.reset();
        work->tokens = work->ask.prompt;
        work->more_left = work->ask.more;
        const auto take = [this] {
            const Sequence sequence = free_.back();
            free_.pop_back();
            return sequence;
        };
        work->sequence = take();
        for (int i = 0; i < work->ask.forks; ++i) {
            work->forks.push_back(take());
        }
        working_.push_back(std::move(work));
    }
}

int Schedule::available(Sequence sequence) const {
    const auto owner = owners_.find(sequence);
    if (owner != owners_.end()) {
        return owner->second->done();
    }
    for (const Kept& kept : kept_) {
        if (kept.sequence == sequence) {
            return static_cast<int>(kept.cells.size());
        }
    }
    return 0;
}

std::vector<Cells::Cell> Schedule::first_cells(Sequence sequence, int count) const {
    const auto owner = owners_.find(sequence);
    const std::vector<Cells::Cell>* cells =
        owner != owners_.end() ? &owner->second->cells : nullptr;
    for (const Kept& kept : kept_) {
        if (kept.sequence == sequence) {
            cells = &kept.cells;
        }
    }
    PALIER_CHECK(cells != nullptr, "nobody has this sequence");
    return {cells->begin(), cells->begin() + count};
}

void Schedule::start_admitted(Pass& pass) {
    for (const auto& work : working_) {
        if (work->started) {
            continue;
        }
        const PrefixTree::Match match =
            tree_.find(std::span(work->ask.prompt).first(work->ask.shareable));
        int best = 0;
        for (const Sequence sequence : match.sequences) {
            best = std::max(best, std::min(available(sequence), static_cast<int>(match.length)));
        }
        if (static_cast<int>(match.length) - best < k_worth_waiting) {
            start(*work, pass, match);
        }
    }
}

void Schedule::start(Work& work, Pass& pass, const PrefixTree::Match& match) {
    Pass::Start start;
    start.number = work.ask.number;
    start.sequence = work.sequence;
    start.forks = work.forks;
    for (const Sequence sequence : match.sequences) {
        const int shared = std::min(available(sequence), static_cast<int>(match.length));
        if (shared > start.shared) {
            start.shared = shared;
            start.from = sequence;
        }
    }
    if (start.shared > 0) {
        work.cells = first_cells(start.from, start.shared);
        for (const Cells::Cell cell : work.cells) {
            cells_.share(cell);
        }
        const auto used = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
            return kept.sequence == start.from;
        });
        if (used != kept_.end()) {
            kept_.splice(kept_.end(), kept_, used);
        }
    }
    work.started = true;
    owners_[work.sequence] = &work;
    tree_.insert(work.sequence, work.ask.prompt);
    pass.starts.push_back(std::move(start));
}

void Schedule::add_parts(Pass& pass) const {
    int tokens = limits_.pass_tokens;
    int rows = limits_.pass_rows;
    const auto add = [&](const Work& work, int most) {
        const int count = std::min(work.left(), most);
        const bool last = count == work.left();
        if (count > 0 && (!last || rows > 0)) {
            pass.parts.push_back({work.ask.number, work.sequence, work.done(), count, last, false});
            tokens -= count;
            rows -= last ? 1 : 0;
            return count;
        }
        return 0;
    };
    for (const auto& work : working_) {
        if (work->on_forks > 0 && work->on_forks <= tokens && work->on_forks <= rows) {
            pass.parts.push_back({work->ask.number, work->sequence, 0, work->on_forks, true, true});
            tokens -= work->on_forks;
            rows -= work->on_forks;
        } else if (work->started && !work->reads_prompt()) {
            add(*work, tokens);
        }
    }
    int budget = pass.parts.empty() ? tokens : std::min(tokens, limits_.prefill_beside);
    for (const auto& work : working_) {
        if (work->started && work->reads_prompt()) {
            budget -= add(*work, budget);
        }
    }
}

Pass Schedule::next_pass() {
    Pass pass;
    admit();
    start_admitted(pass);
    pass.drops = std::exchange(drops_, {});
    add_parts(pass);
    return pass;
}

void Schedule::computed(const Pass& pass) {
    for (const Pass::Part& part : pass.parts) {
        Work* work = working_on(part.number);
        if (work == nullptr) {
            continue;  // it has ended meanwhile
        }
        if (part.on_forks) {
            work->on_forks = 0;
            continue;
        }
        for (int i = 0; i < part.count; ++i) {
            work->cells.push_back(cells_.take());
        }
    }
}

void Schedule::go_on(Number number, const Tokens& tokens) {
    Work* work = working_on(number);
    PALIER_CHECK(work != nullptr && work->left() == 0, "it has not come to its end");
    PALIER_CHECK(static_cast<int>(tokens.size()) <= work->more_left, "more than it asked for");
    work->tokens.insert(work->tokens.end(), tokens.begin(), tokens.end());
    work->more_left -= static_cast<int>(tokens.size());
}

void Schedule::go_on_with_forks(Number number, int tokens) {
    Work* work = working_on(number);
    PALIER_CHECK(work != nullptr && work->left() == 0, "it has not come to its end");
    PALIER_CHECK(tokens > 0 && tokens <= work->more_left && tokens <= limits_.pass_tokens &&
                     tokens <= limits_.pass_rows,
                 "more than a pass can compute");
    work->on_forks = tokens;
}

void Schedule::keep(Work& work) {
    work.tokens.resize(work.cells.size());
    const PrefixTree::Match match = tree_.find(work.tokens);
    for (const Sequence sequence : match.sequences) {
        if (match.length == work.tokens.size() &&
            available(sequence) >= static_cast<int>(match.length)) {
            for (const Cells::Cell cell : work.cells) {
                cells_.release(cell);
            }
            drop(work.sequence);
            return;  // another has all of it
        }
    }
    for (const Cells::Cell cell : work.cells) {
        cells_.keep(cell);
    }
    // A kept one that is its beginning says nothing more.
    for (auto kept = kept_.begin(); kept != kept_.end();) {
        const auto next = std::next(kept);
        if (common_length(kept->tokens, work.tokens) == kept->tokens.size()) {
            evict(kept);
        }
        kept = next;
    }
    tree_.insert(work.sequence, work.tokens);
    kept_.push_back({work.sequence, std::move(work.tokens), std::move(work.cells)});
}

void Schedule::end(Number number, bool keep_it) {
    if (waiting_.erase(number) > 0) {
        return;
    }
    const auto found = std::find_if(working_.begin(), working_.end(), [&](const auto& work) {
        return work->ask.number == number;
    });
    if (found == working_.end()) {
        return;
    }
    const std::unique_ptr<Work> work = std::move(*found);
    working_.erase(found);
    for (const Sequence fork : work->forks) {
        drop(fork);
    }
    owners_.erase(work->sequence);
    tree_.erase(work->sequence);
    if (keep_it && limits_.shares && work->done() > 0) {
        keep(*work);
    } else {
        for (const Cells::Cell cell : work->cells) {
            cells_.release(cell);
        }
        drop(work->sequence);
    }
    // In either case: cells that it shared with kept ones are theirs alone from now on.
    while (bytes_kept() > limits_.kept_bytes && !kept_.empty()) {
        evict(kept_.begin());
    }
}

bool Schedule::has_interactive() const {
    const auto is_interactive = [](const Ask& ask) {
        return ask.priority == Priority::Interactive;
    };
    return std::any_of(working_.begin(),
                       working_.end(),
                       [&](const auto& work) { return is_interactive(work->ask); }) ||
           std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& entry) {
               return is_interactive(entry.second);
           });
}

Schedule::Work* Schedule::working_on(Number number) const {
    const auto found = std::find_if(working_.begin(), working_.end(), [&](const auto& work) {
        return work->ask.number == number;
    });
    return found == working_.end() ? nullptr : found->get();
}

const Tokens& Schedule::tokens_of(Number number) const {
    const Work* work = working_on(number);
    PALIER_CHECK(work != nullptr, "nobody works on it");
    return work->tokens;
}

int Schedule::computed_of(Number number) const {
    const Work* work = working_on(number);
    PALIER_CHECK(work != nullptr, "nobody works on it");
    return work->done();
}

int Schedule::cells_used() const {
    int cells = cells_.used();
    for (const auto& work : working_) {
        cells += work->on_forks;
    }
    return cells;
}

std::int64_t Schedule::bytes_kept() const {
    return cells_.kept_alone() * limits_.bytes_per_cell;
}

}  // namespace palier::engine::llama
