#include "schema/pattern.h"

#include "schema/codes.h"
#include "schema/utf8.h"

#include <array>
#include <optional>
#include <utility>

namespace palier::schema {
namespace {

constexpr int k_deepest = 100;
constexpr int k_most_repeats = 1000;  // RE2's own bound

const Ranges& digits() {
    static const Ranges set{{'0', '9'}};
    return set;
}
const Ranges& word_characters() {
    static const Ranges set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    return set;
}
const Ranges& spaces() {
    static const Ranges set{{0x09, 0x0D},
                            {0x20, 0x20},
                            {0xA0, 0xA0},
                            {0x1680, 0x1680},
                            {0x2000, 0x200A},
                            {0x2028, 0x2029},
                            {0x202F, 0x202F},
                            {0x205F, 0x205F},
                            {0x3000, 0x3000},
                            {0xFEFF, 0xFEFF}};
    return set;
}
const Ranges& line_ends() {
    static const Ranges set{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
    return set;
}

Pattern of_set(Ranges set) {
    Pattern made;
    made.kind = Pattern::Kind::Set;
    made.set = std::move(set);
    return made;
}

Pattern of_kind(Pattern::Kind kind) {
    Pattern made;
    made.kind = kind;
    return made;
}

// The general categories that schemas name by their long names.
std::string_view short_category(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_names{
        {{"Letter", "L"},
         {"digit", "Nd"},
         {"Number", "N"},
         {"Uppercase_Letter", "Lu"},
         {"Lowercase_Letter", "Ll"},
         {"Punctuation", "P"},
         {"Symbol", "S"},
         {"Mark", "M"}}};
    for (const auto& [known, category] : k_names) {
        if (known == name) {
            return category;
        }
    }
    return name;
}

// One pass from left to right. After the first complaint everything ends.
class Reader {
   public:
    explicit Reader(std::string_view text) : text_(text), characters_(characters_of(text)) {}

    Result<Pattern> read() {
        Pattern whole = choice(0);
        if (why_.empty() && at_ < characters_.size()) {
            complain("there is a ) that closes nothing");
        }
        if (!why_.empty()) {
            return Error(codes::pattern_unsupported,
                         {{"pattern", std::string(text_)}, {"why", why_}});
        }
        return whole;
    }

   private:
    [[nodiscard]] bool more() const { return why_.empty() && at_ < characters_.size(); }
    [[nodiscard]] char32_t peek(std::size_t ahead = 0) const {
        return at_ + ahead < characters_.size() ? characters_[at_ + ahead] : 0;
    }
    bool take(char32_t wanted) {
        if (more() && peek() == wanted) {
            ++at_;
            return true;
        }
        return false;
    }
    bool take(std::u32string_view wanted) {
        if (why_.empty() && characters_.compare(at_, wanted.size(), wanted) == 0) {
            at_ += wanted.size();
            return true;
        }
        return false;
    }
    void complain(std::string why) {
        if (why_.empty()) {
            why_ = std::move(why);
        }
    }

    Pattern choice(int depth) {
        if (depth > k_deepest) {
            complain("groups are nested too deeply");
            return {};
        }
        Pattern made = of_kind(Pattern::Kind::Choice);
        do {
            made.parts.push_back(sequence(depth));
        } while (take(U'|'));
        return made.parts.size() == 1 ? std::move(made.parts.front()) : std::move(made);
    }

    Pattern sequence(int depth) {
        Pattern made;
        while (more() && peek() != '|' && peek() != ')') {
            Pattern part = atom(depth);
            const bool can_repeat = part.kind == Pattern::Kind::Set ||
                                    part.kind == Pattern::Kind::Sequence ||
                                    part.kind == Pattern::Kind::Choice;
            std::optional<std::pair<int, int>> times = quantifier();
            if (times && !can_repeat) {
                complain("nothing stands before a quantifier");
            }
            if (times) {
                Pattern repeat = of_kind(Pattern::Kind::Repeat);
                repeat.parts.push_back(std::move(part));
                repeat.least = times->first;
                repeat.most = times->second;
                part = of_kind(Pattern::Kind::Sequence);
                part.parts.push_back(std::move(repeat));
            }
            made.parts.push_back(std::move(part));
        }
        return made;
    }

    std::optional<std::pair<int, int>> quantifier() {
        std::optional<std::pair<int, int>> times;
        if (take(U'*')) {
            times = {0, -1};
        } else if (take(U'+')) {
            times = {1, -1};
        } else if (take(U'?')) {
            times = {0, 1};
        } else if (more() && peek() == '{') {
            times = braces();
        }
        if (times) {
            take(U'?');  // lazy or not, the language is the same
            if (times->first > k_most_repeats || times->second > k_most_repeats) {
                complain("it repeats something more than 1000 times");
            } else if (times->second >= 0 && times->second < times->first) {
                complain("the bounds of a quantifier are out of order");
            }
        }
        return times;
    }

    // {n}, {n,} or {n,m}; any other brace is a character.
    std::optional<std::pair<int, int>> braces() {
        const std::size_t start = at_++;
        const std::optional<int> least = number();
        std::optional<int> most = least;
        if (least && take(U',')) {
            most = peek() == '}' ? std::optional<int>(-1) : number();
        }
        if (least && most && take(U'}')) {
            return std::pair{*least, *most};
        }
        at_ = start;
        return std::nullopt;
    }

    std::optional<int> number() {
        std::optional<int> value;
        while (more() && peek() >= '0' && peek() <= '9') {
            value = std::min(value.value_or(0) * 10 + static_cast<int>(peek() - '0'),
                             k_most_repeats + 1);
            ++at_;
        }
        return value;
    }

    Pattern atom(int depth) {
        const char32_t c = characters_[at_++];
        switch (c) {
            case '^':
                return of_kind(Pattern::Kind::Begin);
            case '$':
                return of_kind(Pattern::Kind::End);
            case '.':
                return of_set(complement(line_ends()));
            case '(':
                return group(depth);
            case '[':
                return character_class();
            case '\\':
                return escape();
            case '*':
            case '+':
            case '?':
                complain("nothing stands before a quantifier");
                return {};
            default:
                return of_set({{c, c}});
        }
    }

    Pattern group(int depth) {
        if (take(U"?=") || take(U"?!") || take(U"?<=") || take(U"?<!")) {
            complain("look-around cannot be checked here");
            return {};
        }
        if (take(U"?<")) {
            while (more() && peek() != '>') {
                ++at_;
            }
            if (!take(U'>')) {
                complain("a group's name does not end");
            }
        } else if (!take(U"?:") && more() && peek() == '?') {
            complain("a group begins with (? and something unknown");
        }
        Pattern inner = choice(depth + 1);
        if (!take(U')')) {
            complain("a ( is not closed");
        }
        // A group stays one thing: what repeats it repeats all of it.
        if (inner.kind == Pattern::Kind::Choice || inner.kind == Pattern::Kind::Sequence) {
            return inner;
        }
        Pattern whole;
        whole.parts.push_back(std::move(inner));
        return whole;
    }

    Pattern escape() {
        if (take(U'b')) {
            return of_kind(Pattern::Kind::WordEdge);
        }
        if (take(U'B')) {
            return of_kind(Pattern::Kind::NoWordEdge);
        }
        Pattern set = of_set({});
        read_escape_into(set);
        return set;
    }

    // After a backslash; the set of what it stands for. One character's code, if it is one.
    std::optional<char32_t> read_escape_into(Pattern& set) {
        if (!more()) {
            complain("it ends in a backslash");
            return std::nullopt;
        }
        const char32_t c = characters_[at_++];
        const auto add = [&set](const Ranges& ranges) {
            set.set.insert(set.set.end(), ranges.begin(), ranges.end());
            set.set = tidy(std::move(set.set));
            return std::optional<char32_t>();
        };
        switch (c) {
            case 'd':
                return add(digits());
            case 'D':
                return add(complement(digits()));
            case 'w':
                return add(word_characters());
            case 'W':
                return add(complement(word_characters()));
            case 's':
                return add(spaces());
            case 'S':
                return add(complement(spaces()));
            case 'p':
            case 'P':
                return category(c == 'P', set);
            default:
                break;
        }
        const std::optional<char32_t> one = escaped_character(c);
        if (one) {
            add({{*one, *one}});
        }
        return one;
    }

    std::optional<char32_t> category(bool negated, Pattern& set) {
        std::string name;
        if (take(U'{')) {
            while (more() && peek() != '}' && peek() < 0x80) {
                name += static_cast<char>(characters_[at_++]);
            }
        }
        if (!take(U'}') || name.empty()) {
            complain("\\p wants the name of a category in braces");
        }
        if (const auto equals = name.find('='); equals != std::string::npos) {
            name.erase(0, equals + 1);
        }
        set.categories.push_back(std::string(negated ? "\\P{" : "\\p{") +
                                 std::string(short_category(name)) + "}");
        return std::nullopt;
    }

    std::optional<char32_t> escaped_character(char32_t c) {
        switch (c) {
            case 't':
                return U'\t';
            case 'n':
                return U'\n';
            case 'v':
                return U'\v';
            case 'f':
                return U'\f';
            case 'r':
                return U'\r';
            case 'x':
                return hexadecimal(2);
            case 'u':
                return unicode();
            case 'c':
                if (more() &&
                    ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z'))) {
                    return characters_[at_++] % 32;
                }
                break;
            case '0':
                if (!(peek() >= '0' && peek() <= '9')) {
                    return U'\0';
                }
                break;
            default:
                break;
        }
        if ((c >= '0' && c <= '9') || c == 'k') {
            complain("back-references cannot be checked here");
            return std::nullopt;
        }
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            complain(std::string("\\") + static_cast<char>(c) + " has no meaning in ECMA-262");
            return std::nullopt;
        }
        return c;
    }

    std::optional<char32_t> hexadecimal(int count) {
        char32_t value = 0;
        for (int i = 0; i < count; ++i) {
            const std::optional<unsigned> digit = more() ? hex_digit(peek()) : std::nullopt;
            if (!digit) {
                complain("a hexadecimal escape is incomplete");
                return std::nullopt;
            }
            value = value * 16 + *digit;
            ++at_;
        }
        return value;
    }

    std::optional<char32_t> unicode() {
        if (take(U'{')) {
            char32_t value = 0;
            while (more() && peek() != '}') {
                const std::optional<unsigned> digit = hex_digit(peek());
                value =
                    digit && value <= k_last_character ? value * 16 + *digit : k_last_character + 1;
                ++at_;
            }
            if (!take(U'}') || value > k_last_character) {
                complain("a hexadecimal escape is incomplete");
                return std::nullopt;
            }
            return value;
        }
        std::optional<char32_t> unit = hexadecimal(4);
        if (unit && is_high_surrogate(*unit) && take(U"\\u")) {
            const std::optional<char32_t> low = hexadecimal(4);
            return low ? std::optional(joined_surrogates(*unit, *low)) : std::nullopt;
        }
        return unit;
    }

    // One character of a class, or a set such as \d (then nullopt), added to `set`.
    std::optional<char32_t> class_atom(Pattern& set) {
        const char32_t c = characters_[at_++];
        if (c != '\\') {
            set.set.push_back({c, c});
            return c;
        }
        if (take(U'b')) {
            set.set.push_back({'\b', '\b'});
            return U'\b';
        }
        return read_escape_into(set);
    }

    Pattern character_class() {
        Pattern set = of_set({});
        const bool negated = take(U'^');
        while (more() && peek() != ']') {
            const std::optional<char32_t> from = class_atom(set);
            if (!from || peek() != '-' || at_ + 1 >= characters_.size() || peek(1) == ']') {
                continue;
            }
            ++at_;
            const std::optional<char32_t> to = class_atom(set);
            if (!to) {
                set.set.push_back({'-', '-'});
            } else if (*to < *from) {
                complain("a range of characters is out of order");
            } else {
                set.set.push_back({*from, *to});
            }
        }
        if (!take(U']')) {
            complain("a [ is not closed");
        }
        set.set = tidy(std::move(set.set));
        if (negated && !set.categories.empty()) {
            complain("\\p in a negated class cannot be checked here");
        }
        if (negated) {
            set.set = complement(set.set);
        }
        return set;
    }

    std::string_view text_;
    std::u32string characters_;
    std::size_t at_ = 0;
    std::string why_;
};

}  // namespace

Result<Pattern> Pattern::read(std::string_view text) {
    return Reader(text).read();
}

}  // namespace palier::schema
