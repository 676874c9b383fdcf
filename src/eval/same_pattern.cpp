#include "eval/same_pattern.h"

#include "answer/pattern.h"
#include "base/check.h"
#include "base/rng.h"
#include "schema/automaton.h"
#include "schema/utf8.h"

#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace palier::eval {
namespace {

using schema::Automaton;

std::optional<Automaton> automaton_of(std::string_view pattern) {
    const auto read = schema::Pattern::read(pattern);
    return read ? Automaton::whole(*read) : std::nullopt;
}

// Texts of `automaton`, as a person might write them, and texts beside them. A walk at random would
// seldom come to an end of, say, "(dog.*){7,}": it knows the way there.
class Samples {
   public:
    Samples(const Automaton& automaton, std::string_view pattern)
        : automaton_(automaton), characters_(schema::characters_of(pattern)) {
        // What patterns are usually about; those of the pattern itself come first.
        characters_ +=
            schema::characters_of("aeiouAEIOUbdfgkqtxzBCDFZ0123456789 _-.,;:@/\n\t\xc3\xa9");
        find_ways();
        measure_ways();
    }

    [[nodiscard]] std::string draw() {
        std::u32string text = walk();
        if (rng_.below(3) > 0) {
            change(text);
        }
        std::string out;
        for (const char32_t character : text) {
            schema::append_utf8(out, character);
        }
        return out;
    }

   private:
    static constexpr std::size_t k_most_ways = 5000;  // states that are looked at
    static constexpr int k_far = std::numeric_limits<int>::max();
    struct Way {
        char32_t character = 0;
        int to = 0;
    };

    [[nodiscard]] char32_t any() { return characters_[rng_.below(characters_.size())]; }

    // Of each state that is reached with these characters.
    void find_ways() {
        std::vector<int> open{0};
        while (!automaton_.is_empty() && !open.empty() && ways_.size() < k_most_ways) {
            const int state = open.back();
            open.pop_back();
            if (!ways_.try_emplace(state).second) {
                continue;
            }
            for (const char32_t character : characters_) {
                const int to = automaton_.step(state, character);
                if (to != Automaton::k_nowhere) {
                    ways_[state].push_back({character, to});
                    open.push_back(to);
                }
            }
        }
    }
    // How many characters away the nearest accepting state is: breadth first, against the ways.
    void measure_ways() {
        std::unordered_map<int, std::vector<int>> back;
        std::vector<int> layer;
        for (const auto& [state, ways] : ways_) {
            for (const Way& way : ways) {
                back[way.to].push_back(state);
            }
            if (automaton_.accepts(state)) {
                layer.push_back(state);
            }
        }
        for (int distance = 0; !layer.empty(); ++distance) {
            std::vector<int> next;
            for (const int state : layer) {
                if (distance_.emplace(state, distance).second) {
                    next.insert(next.end(), back[state].begin(), back[state].end());
                }
            }
            layer = std::move(next);
        }
    }
    [[nodiscard]] int distance(int state) const {
        const auto found = distance_.find(state);
        return found == distance_.end() ? k_far : found->second;
    }

    // At random for some characters, then straight to the end.
    [[nodiscard]] std::u32string walk() {
        std::u32string text;
        int state = 0;
        for (std::uint64_t loose = rng_.below(12); distance(state) != k_far;) {
            if (loose == 0 && distance(state) == 0) {
                break;
            }
            std::vector<Way> good;
            for (const Way& way : ways_.at(state)) {
                if (loose > 0 ? distance(way.to) != k_far : distance(way.to) < distance(state)) {
                    good.push_back(way);
                }
            }
            if (good.empty()) {
                break;  // nothing may follow here
            }
            const Way& way = good[rng_.below(good.size())];
            text += way.character;
            state = way.to;
            loose -= loose > 0 ? 1 : 0;
        }
        return text;
    }
    void change(std::u32string& text) {
        for (std::uint64_t changes = 1 + rng_.below(2); changes > 0; --changes) {
            const std::size_t at = rng_.below(text.size() + 1);
            if (at == text.size() || rng_.below(3) == 0) {
                text.insert(at, 1, any());
            } else if (rng_.below(2) == 0) {
                text.erase(at, 1);
            } else {
                text[at] = any();
            }
        }
    }

    const Automaton& automaton_;
    std::u32string characters_;
    std::unordered_map<int, std::vector<Way>> ways_;  // by state
    std::unordered_map<int, int> distance_;
    Rng rng_{1};
};

}  // namespace

Sameness compare_languages(std::string_view a, std::string_view b) {
    const auto left = automaton_of(a), right = automaton_of(b);
    if (!left || !right) {
        return Sameness::Unknown;
    }
    const auto not_left = left->others(), not_right = right->others();
    if (!not_left || !not_right) {
        return Sameness::Unknown;
    }
    const auto only_left = Automaton::both(*left, *not_right);
    const auto only_right = Automaton::both(*right, *not_left);
    if (!only_left || !only_right) {
        return Sameness::Unknown;
    }
    return only_left->is_empty() && only_right->is_empty() ? Sameness::Same : Sameness::Different;
}

bool can_be_followed(std::string_view pattern) {
    return automaton_of(pattern).has_value();
}

bool agree_on_samples(std::string_view reference, std::string_view other) {
    constexpr int k_samples = 2000;
    const auto automaton = automaton_of(reference);
    const auto first = answer::Pattern::compile(reference);
    const auto second = answer::Pattern::compile(other);
    PALIER_CHECK(automaton && first && second, "patterns that were checked");
    Samples samples(*automaton, std::string(reference) + std::string(other));
    for (int i = 0; i < k_samples; ++i) {
        const std::string text = samples.draw();
        if (first->matches_whole(text) != second->matches_whole(text)) {
            return false;
        }
    }
    return true;
}

}  // namespace palier::eval
