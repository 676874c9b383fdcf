// Deterministic automata over characters: sets of texts that can be cut, joined and followed
// character by character. From every state an accepted text can still be reached, so that whoever
// only goes where `step` leads never gets stuck.
#pragma once

#include "schema/pattern.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::schema {

// The most states that any operation makes; where more are needed it gives nullopt.
inline constexpr std::size_t k_most_states = 20'000;

class Automaton {
   public:
    struct Edge {
        Range range;
        int to = 0;
    };
    struct State {
        bool accepts = false;
        std::vector<Edge> edges;  // ascending, apart
    };
    static constexpr int k_nowhere = -1;
    // What completions() says of more texts than that, and of endlessly many.
    static constexpr std::size_t k_many = 1'000'000;

    Automaton() = default;  // no text
    // Starts at the first state.
    explicit Automaton(std::vector<State> states);

    [[nodiscard]] static Automaton anything();
    // Any number of texts: they grow with their letters, without bound.
    [[nodiscard]] static Automaton of_texts(const std::vector<std::string>& texts);
    // Texts of so many characters; no `most`: no end.
    [[nodiscard]] static std::optional<Automaton> of_length(std::size_t least,
                                                            std::optional<std::size_t> most);
    // Texts in which the pattern is found, or that it matches whole. nullopt also: the pattern has
    // word edges or Unicode categories, which are not followed here.
    [[nodiscard]] static std::optional<Automaton> found(const Pattern& pattern);
    [[nodiscard]] static std::optional<Automaton> whole(const Pattern& pattern);

    [[nodiscard]] static std::optional<Automaton> both(const Automaton& a, const Automaton& b);
    [[nodiscard]] std::optional<Automaton> others() const;  // all texts but its own

    [[nodiscard]] bool is_empty() const { return states_.empty(); }
    [[nodiscard]] bool accepts(int state) const { return at(state).accepts; }
    [[nodiscard]] int step(int state, char32_t character) const;
    // Whether some character of from..to leads on.
    [[nodiscard]] bool leads_on(int state, char32_t from, char32_t to) const;
    // Accepted texts from there on, this place included.
    [[nodiscard]] std::size_t completions(int state) const {
        return completions_[static_cast<std::size_t>(state)];
    }

   private:
    [[nodiscard]] const State& at(int state) const {
        return states_[static_cast<std::size_t>(state)];
    }
    void cut_dead_ends();
    void count_completions();

    std::vector<State> states_;
    std::vector<std::size_t> completions_;
};

}  // namespace palier::schema
