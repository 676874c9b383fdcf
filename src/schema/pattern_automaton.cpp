// From a pattern to an automaton: Thompson's construction, then the construction of subsets.
// ^ and $ are steps that are free only at the beginning and at the end.
#include "schema/automaton.h"

#include <algorithm>
#include <map>
#include <set>

namespace palier::schema {
namespace {

constexpr std::size_t k_most_places = 50'000;
// Of all subsets together: what the construction takes in time and memory.
constexpr std::size_t k_most_in_subsets = 1'000'000;

enum class If { Always, AtBegin, AtEnd };

struct Place {
    std::vector<std::pair<int, If>> free;  // steps that read nothing
    Ranges set;                            // what the one step that reads reads
    int next = -1;
};

class Network {
   public:
    // False: it cannot be followed, or it is too large.
    [[nodiscard]] bool build(const Pattern& pattern, bool whole) {
        begin_ = place();
        const int entry = place();
        const int exit = place();
        end_ = place();
        places_[index(begin_)].free.emplace_back(entry, whole ? If::AtBegin : If::Always);
        places_[index(exit)].free.emplace_back(end_, whole ? If::AtEnd : If::Always);
        if (!whole) {
            loop(begin_);
            loop(end_);
        }
        add(pattern, entry, exit);
        return fits_;
    }

    [[nodiscard]] std::optional<Automaton> automaton() const {
        std::map<std::vector<int>, int> known;
        // The first is apart: only there is ^ free.
        std::vector<std::vector<int>> subsets{closure({begin_}, true, false)};
        std::vector<Automaton::State> states;
        std::size_t work = 0;
        for (std::size_t i = 0; i < subsets.size(); ++i) {
            work += subsets[i].size();
            if (subsets.size() > k_most_states || work > k_most_in_subsets) {
                return std::nullopt;
            }
            Automaton::State state;
            const std::vector<int> at_end = closure(subsets[i], i == 0, true);
            state.accepts = std::binary_search(at_end.begin(), at_end.end(), end_);
            for (auto& [range, targets] : steps_from(subsets[i])) {
                std::vector<int> subset = closure(targets, false, false);
                const auto [found, is_new] =
                    known.try_emplace(subset, static_cast<int>(subsets.size()));
                if (is_new) {
                    subsets.push_back(std::move(subset));
                }
                Automaton::Edge* last = state.edges.empty() ? nullptr : &state.edges.back();
                if (last != nullptr && last->to == found->second &&
                    last->range.to + 1 == range.from) {
                    last->range.to = range.to;
                } else {
                    state.edges.push_back({range, found->second});
                }
            }
            states.push_back(std::move(state));
        }
        return Automaton(std::move(states));
    }

   private:
    static std::size_t index(int at) { return static_cast<std::size_t>(at); }

    int place() {
        fits_ = fits_ && places_.size() < k_most_places;
        if (fits_) {
            places_.emplace_back();
        }
        return static_cast<int>(places_.size()) - 1;
    }

    void loop(int at) {
        const int over = place();
        places_[index(over)].set = characters({{0, k_last_character}});
        places_[index(over)].next = at;
        places_[index(at)].free.emplace_back(over, If::Always);
    }

    // Halves of surrogate pairs are no characters.
    static Ranges characters(const Ranges& set) {
        Ranges taken = complement(set);
        taken.push_back({0xD800, 0xDFFF});
        return complement(taken);
    }

    void free(int from, int to, If when = If::Always) {
        places_[index(from)].free.emplace_back(to, when);
    }

    void add(const Pattern& pattern, int from, int to) {
        if (!fits_) {
            return;
        }
        switch (pattern.kind) {
            case Pattern::Kind::Set: {
                fits_ = fits_ && pattern.categories.empty();
                const int reading = place();
                places_[index(reading)].set = characters(pattern.set);
                places_[index(reading)].next = to;
                free(from, reading);
                break;
            }
            case Pattern::Kind::Sequence: {
                int at = from;
                for (const Pattern& part : pattern.parts) {
                    const int next = place();
                    add(part, at, next);
                    at = next;
                }
                free(at, to);
                break;
            }
            case Pattern::Kind::Choice:
                for (const Pattern& part : pattern.parts) {
                    const int entry = place();
                    free(from, entry);
                    add(part, entry, to);
                }
                break;
            case Pattern::Kind::Repeat:
                repeat(pattern, from, to);
                break;
            case Pattern::Kind::Begin:
                free(from, to, If::AtBegin);
                break;
            case Pattern::Kind::End:
                free(from, to, If::AtEnd);
                break;
            case Pattern::Kind::WordEdge:
            case Pattern::Kind::NoWordEdge:
                fits_ = false;
                break;
        }
    }

    void repeat(const Pattern& pattern, int from, int to) {
        int at = from;
        const auto once_more = [&] {
            const int next = place();
            add(pattern.parts.front(), at, next);
            at = next;
        };
        for (int i = 0; i < pattern.least && fits_; ++i) {
            once_more();
        }
        if (pattern.most < 0) {
            const int again = place();
            free(at, again);
            const int back = place();
            add(pattern.parts.front(), again, back);
            free(back, again);
            at = again;
        }
        for (int i = pattern.least; i < pattern.most && fits_; ++i) {
            free(at, to);
            once_more();
        }
        free(at, to);
    }

    [[nodiscard]] std::vector<int> closure(std::vector<int> open, bool begin, bool end) const {
        std::set<int> all(open.begin(), open.end());
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            for (const auto& [to, when] : places_[index(at)].free) {
                const bool is_free = when == If::Always || (when == If::AtBegin ? begin : end);
                if (is_free && all.insert(to).second) {
                    open.push_back(to);
                }
            }
        }
        return {all.begin(), all.end()};
    }

    // Where each character leads, characters that lead to the same places together.
    [[nodiscard]] std::vector<std::pair<Range, std::vector<int>>> steps_from(
        const std::vector<int>& subset) const {
        std::map<char32_t, std::vector<std::pair<int, bool>>> changes;  // place, begins
        for (const int at : subset) {
            for (const Range& range : places_[index(at)].set) {
                changes[range.from].emplace_back(places_[index(at)].next, true);
                changes[range.to + 1].emplace_back(places_[index(at)].next, false);
            }
        }
        std::vector<std::pair<Range, std::vector<int>>> steps;
        std::multiset<int> open;
        for (auto change = changes.begin(); change != changes.end(); ++change) {
            for (const auto& [to, begins] : change->second) {
                if (begins) {
                    open.insert(to);
                } else {
                    open.erase(open.find(to));
                }
            }
            const auto next = std::next(change);
            if (!open.empty() && next != changes.end()) {
                steps.push_back(
                    {{change->first, next->first - 1}, std::vector<int>(open.begin(), open.end())});
            }
        }
        return steps;
    }

    std::vector<Place> places_;
    int begin_ = 0;
    int end_ = 0;
    bool fits_ = true;
};

std::optional<Automaton> automaton_of(const Pattern& pattern, bool whole) {
    Network network;
    return network.build(pattern, whole) ? network.automaton() : std::nullopt;
}

}  // namespace

std::optional<Automaton> Automaton::found(const Pattern& pattern) {
    return automaton_of(pattern, false);
}

std::optional<Automaton> Automaton::whole(const Pattern& pattern) {
    return automaton_of(pattern, true);
}

}  // namespace palier::schema
