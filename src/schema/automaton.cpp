#include "schema/automaton.h"

#include "schema/utf8.h"

#include <algorithm>
#include <limits>
#include <map>

namespace palier::schema {
namespace {

using State = Automaton::State;
using Edge = Automaton::Edge;

std::size_t index(int state) {
    return static_cast<std::size_t>(state);
}

// All characters; halves of surrogate pairs are none.
State everywhere(int to) {
    return {true, {{{0, 0xD7FF}, to}, {{0xE000, k_last_character}, to}}};
}

}  // namespace

Automaton::Automaton(std::vector<State> states) : states_(std::move(states)) {
    cut_dead_ends();
    count_completions();
}

Automaton Automaton::anything() {
    return Automaton({everywhere(0)});
}

Automaton Automaton::of_texts(const std::vector<std::string>& texts) {
    std::vector<State> states(1);
    for (const std::string& text : texts) {
        int at = 0;
        for (const char32_t c : characters_of(text)) {
            std::vector<Edge>& edges = states[index(at)].edges;
            const auto place =
                std::lower_bound(edges.begin(), edges.end(), c, [](const Edge& edge, char32_t one) {
                    return edge.range.from < one;
                });
            if (place != edges.end() && place->range.from == c) {
                at = place->to;
                continue;
            }
            const int made = static_cast<int>(states.size());
            edges.insert(place, {{c, c}, made});
            states.emplace_back();
            at = made;
        }
        states[index(at)].accepts = true;
    }
    return Automaton(texts.empty() ? std::vector<State>() : std::move(states));
}

std::optional<Automaton> Automaton::of_length(std::size_t least, std::optional<std::size_t> most) {
    const std::size_t last = std::max(least, most.value_or(least));
    if (last >= k_most_states) {
        return std::nullopt;
    }
    if (most && *most < least) {
        return Automaton();
    }
    std::vector<State> states;
    for (std::size_t length = 0; length <= last; ++length) {
        const bool ends = length == last;
        states.push_back(everywhere(static_cast<int>(ends ? length : length + 1)));
        states.back().accepts = length >= least;
        if (ends && most) {
            states.back().edges.clear();
        }
    }
    return Automaton(std::move(states));
}

int Automaton::step(int state, char32_t character) const {
    const std::vector<Edge>& edges = at(state).edges;
    const auto after =
        std::upper_bound(edges.begin(), edges.end(), character, [](char32_t c, const Edge& edge) {
            return c < edge.range.from;
        });
    if (after == edges.begin() || std::prev(after)->range.to < character) {
        return k_nowhere;
    }
    return std::prev(after)->to;
}

bool Automaton::leads_on(int state, char32_t from, char32_t to) const {
    const std::vector<Edge>& edges = at(state).edges;
    return std::any_of(edges.begin(), edges.end(), [&](const Edge& edge) {
        return edge.range.from <= to && edge.range.to >= from;
    });
}

std::optional<Automaton> Automaton::both(const Automaton& a, const Automaton& b) {
    if (a.is_empty() || b.is_empty()) {
        return Automaton();
    }
    std::map<std::pair<int, int>, int> known{{{0, 0}, 0}};
    std::vector<std::pair<int, int>> pairs{{0, 0}};
    std::vector<State> states;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs.size() > k_most_states) {
            return std::nullopt;
        }
        const auto [in_a, in_b] = pairs[i];
        State state;
        state.accepts = a.accepts(in_a) && b.accepts(in_b);
        const std::vector<Edge>& edges_a = a.at(in_a).edges;
        const std::vector<Edge>& edges_b = b.at(in_b).edges;
        for (auto one = edges_a.begin(), other = edges_b.begin();
             one != edges_a.end() && other != edges_b.end();) {
            const char32_t from = std::max(one->range.from, other->range.from);
            const char32_t to = std::min(one->range.to, other->range.to);
            if (from <= to) {
                const std::pair target{one->to, other->to};
                const auto [place, is_new] =
                    known.try_emplace(target, static_cast<int>(pairs.size()));
                if (is_new) {
                    pairs.push_back(target);
                }
                state.edges.push_back({{from, to}, place->second});
            }
            if (one->range.to < other->range.to) {
                ++one;
            } else {
                ++other;
            }
        }
        states.push_back(std::move(state));
    }
    return Automaton(std::move(states));
}

std::optional<Automaton> Automaton::others() const {
    if (states_.size() >= k_most_states) {
        return std::nullopt;
    }
    std::vector<State> states = states_;
    const int sink = static_cast<int>(states.size());
    for (State& state : states) {
        state.accepts = !state.accepts;
        Ranges taken{{0xD800, 0xDFFF}};
        for (const Edge& edge : state.edges) {
            taken.push_back(edge.range);
        }
        for (const Range& free : complement(taken)) {
            state.edges.push_back({free, sink});
        }
        std::sort(state.edges.begin(), state.edges.end(), [](const Edge& x, const Edge& y) {
            return x.range.from < y.range.from;
        });
    }
    states.push_back(everywhere(sink));
    return Automaton(std::move(states));
}

// Keeps what leads to an accepted text, and numbers it anew from the start.
void Automaton::cut_dead_ends() {
    std::vector<std::vector<int>> before(states_.size());
    std::vector<int> open;
    std::vector<bool> alive(states_.size(), false);
    for (std::size_t i = 0; i < states_.size(); ++i) {
        for (const Edge& edge : states_[i].edges) {
            before[index(edge.to)].push_back(static_cast<int>(i));
        }
        if (states_[i].accepts) {
            alive[i] = true;
            open.push_back(static_cast<int>(i));
        }
    }
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        for (const int from : before[index(at)]) {
            if (!alive[index(from)]) {
                alive[index(from)] = true;
                open.push_back(from);
            }
        }
    }
    if (states_.empty() || !alive[0]) {
        states_.clear();
        return;
    }
    std::vector<int> number(states_.size(), k_nowhere);
    std::vector<State> kept;
    for (std::size_t i = 0, next = 0; i < states_.size(); ++i) {
        number[i] = alive[i] ? static_cast<int>(next++) : k_nowhere;
    }
    for (std::size_t i = 0; i < states_.size(); ++i) {
        if (!alive[i]) {
            continue;
        }
        State state{states_[i].accepts, {}};
        for (const Edge& edge : states_[i].edges) {
            if (alive[index(edge.to)]) {
                state.edges.push_back({edge.range, number[index(edge.to)]});
            }
        }
        kept.push_back(std::move(state));
    }
    states_ = std::move(kept);
}

// From the ends backwards: a state is counted when all that follow it are; what is never counted
// stands on a circle or before one.
void Automaton::count_completions() {
    completions_.assign(states_.size(), k_many);
    std::vector<std::size_t> waits(states_.size(), 0);
    std::vector<std::vector<int>> before(states_.size());
    std::vector<int> ready;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        waits[i] = states_[i].edges.size();
        for (const Edge& edge : states_[i].edges) {
            before[index(edge.to)].push_back(static_cast<int>(i));
        }
        if (waits[i] == 0) {
            ready.push_back(static_cast<int>(i));
        }
    }
    while (!ready.empty()) {
        const int at = ready.back();
        ready.pop_back();
        std::size_t sum = accepts(at) ? 1 : 0;
        for (const Edge& edge : states_[index(at)].edges) {
            const std::size_t width = edge.range.to - edge.range.from + 1;
            sum = std::min(k_many, sum + width * completions_[index(edge.to)]);
        }
        completions_[index(at)] = sum;
        for (const int from : before[index(at)]) {
            if (--waits[index(from)] == 0) {
                ready.push_back(from);
            }
        }
    }
}

}  // namespace palier::schema
