#include "eval/same_pattern.h"

#include "answer/pattern.h"
#include "base/check.h"
#include "base/rng.h"
#include "schema/automaton.h"
#include "schema/utf8.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::eval {
namespace {

using schema::Automaton;

std::optional<Automaton> automaton_of(std::string_view pattern) {
    const auto read = schema::Pattern::read(pattern);
    return read ? Automaton::whole(*read) : std::nullopt;
}

// Texts of `automaton`, as a person might write them, and texts beside them.
class Samples {
   public:
    Samples(const Automaton& automaton, std::string_view pattern)
        : automaton_(automaton), characters_(schema::characters_of(pattern)) {
        // What patterns are usually about; those of the pattern itself come first.
        characters_ +=
            schema::characters_of("aeiouAEIOUbdfgkqtxzBCDFZ0123456789 _-.,;:@/\n\t\xc3\xa9");
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
    static constexpr std::size_t k_usual = 12, k_most = 60;  // characters

    [[nodiscard]] char32_t any() { return characters_[rng_.below(characters_.size())]; }

    [[nodiscard]] std::u32string walk() {
        std::u32string text;
        int state = 0;
        while (!automaton_.is_empty() && text.size() < k_most) {
            const std::uint64_t stop = text.size() < k_usual ? 5 : 2;
            if (automaton_.accepts(state) && rng_.below(stop) == 0) {
                break;
            }
            std::u32string ways;
            for (const char32_t character : characters_) {
                if (automaton_.step(state, character) != Automaton::k_nowhere) {
                    ways += character;
                }
            }
            if (ways.empty()) {
                break;
            }
            text += ways[rng_.below(ways.size())];
            state = automaton_.step(state, text.back());
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
