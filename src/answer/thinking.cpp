#include "answer/thinking.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace palier::answer {
namespace {

constexpr std::size_t k_none = std::string_view::npos;

struct Mark {
    enum class Kind { Opens, Closes, Empty } kind = Kind::Opens;
    std::size_t begin = 0, end = 0;  // in bytes
};

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':' ||
           c == '.';
}

// Brackets of tags, the longer ones first.
struct Brackets {
    std::string_view open, close;
    bool may_have_attributes;
};
constexpr std::array<Brackets, 4> k_brackets{{{"<|", "|>", false},
                                              {"<", ">", true},
                                              {"[", "]", false},
                                              {"\xe2\x97\x81", "\xe2\x96\xb7", false}}};

template <std::size_t N>
bool is_in(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// What a tag's name says; nullopt: nothing of thoughts.
std::optional<Mark::Kind> kind_of_name(std::string_view name, bool has_slash) {
    static constexpr std::array<std::string_view, 9> k_thinking{"think",
                                                                "thinking",
                                                                "thought",
                                                                "thoughts",
                                                                "reasoning",
                                                                "reflection",
                                                                "scratchpad",
                                                                "monologue",
                                                                "cot"};
    static constexpr std::array<std::string_view, 2> k_only_open{"unused94", "inner_prefix"};
    static constexpr std::array<std::string_view, 2> k_only_close{"unused95", "inner_suffix"};
    if (is_in(name, k_only_open)) {
        return Mark::Kind::Opens;
    }
    if (is_in(name, k_only_close)) {
        return Mark::Kind::Closes;
    }
    bool of_thinking = false;
    bool ends = has_slash;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i == name.size() || name[i] == '_' || name[i] == '-' || name[i] == ':' ||
            name[i] == '.') {
            const std::string_view word = name.substr(start, i - start);
            of_thinking = of_thinking || is_in(word, k_thinking);
            ends = ends || word == "end";
            start = i + 1;
        }
    }
    if (!of_thinking) {
        return std::nullopt;
    }
    return ends ? Mark::Kind::Closes : Mark::Kind::Opens;
}

// The tag that begins at `at` of a text in lower case, if it is one of thoughts.
std::optional<Mark> tag_at(std::string_view lower, std::size_t at, const Brackets& brackets) {
    constexpr std::size_t k_longest = 80;
    std::size_t i = at + brackets.open.size();
    const auto skip_spaces = [&] {
        while (i < lower.size() && lower[i] == ' ') {
            ++i;
        }
    };
    skip_spaces();
    bool has_slash = i < lower.size() && lower[i] == '/';
    i += has_slash ? 1 : 0;
    skip_spaces();
    const std::size_t name_begin = i;
    while (i < lower.size() && is_name_byte(lower[i])) {
        ++i;
    }
    const std::string_view name = lower.substr(name_begin, i - name_begin);
    skip_spaces();
    bool is_empty = false;
    if (brackets.may_have_attributes) {
        const std::size_t end =
            lower.substr(0, std::min(lower.size(), i + k_longest)).find_first_of("<>\n", i);
        if (end != k_none && end > i) {
            is_empty = lower[end - 1] == '/';
            i = end;
        }
    }
    if (!lower.substr(i).starts_with(brackets.close)) {
        return std::nullopt;
    }
    const auto kind = kind_of_name(name, has_slash);
    if (!kind) {
        return std::nullopt;
    }
    return Mark{is_empty ? Mark::Kind::Empty : *kind, at, i + brackets.close.size()};
}

// Marks that are no tags: from the first to the second.
struct Words {
    std::string_view open, close;
    bool only_at_start;
};
constexpr std::array<Words, 4> k_words{
    {{"<|channel>thought", "<channel|>", false},
     {"thinking...\n", "...done thinking.", true},
     {"here is my thought process:", "here is my response:", true},
     {"here are my reasoning steps:", "[begin final response]", true}}};

std::optional<Mark> words_at(std::string_view lower, std::size_t at, bool at_start) {
    for (const Words& words : k_words) {
        if ((at_start || !words.only_at_start) && lower.substr(at).starts_with(words.open)) {
            return Mark{Mark::Kind::Opens, at, at + words.open.size()};
        }
        if (lower.substr(at).starts_with(words.close)) {
            return Mark{Mark::Kind::Closes, at, at + words.close.size()};
        }
    }
    return std::nullopt;
}

std::vector<Mark> marks_in(std::string_view lower) {
    std::vector<Mark> marks;
    const std::size_t first = std::min(lower.find_first_not_of(" \t\r\n"), lower.size());
    for (std::size_t at = 0; at < lower.size();) {
        std::optional<Mark> mark = words_at(lower, at, at == first);
        for (const Brackets& brackets : k_brackets) {
            if (!mark && lower.substr(at).starts_with(brackets.open)) {
                mark = tag_at(lower, at, brackets);
            }
        }
        if (mark) {
            marks.push_back(*mark);
        }
        at = mark ? mark->end : at + 1;
    }
    return marks;
}

// Lower case of ASCII alone, so that places stay the same.
std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

// The words in which harmony says who speaks where, its marks present or lost; nullopt: the text is
// not in this form.
std::optional<Spoken> harmony(std::string_view text) {
    constexpr std::string_view k_channel = "<|channel|>";
    constexpr std::string_view k_message = "<|message|>";
    constexpr std::string_view k_lost_final = "assistantfinal";
    constexpr std::string_view k_lost_analysis = "analysis";
    std::string_view said;
    bool has_said = false;
    if (text.find(k_channel) != k_none) {
        for (std::size_t at = text.find(k_channel); at != k_none;
             at = text.find(k_channel, at + 1)) {
            const std::string_view rest = text.substr(at + k_channel.size());
            const std::size_t message = rest.find(k_message);
            if (trim(rest.substr(0, message)).starts_with("final") && message != k_none) {
                said = rest.substr(message + k_message.size());
                has_said = true;
            }
        }
        for (const char* end : {"<|return|>", "<|end|>", "<|start|>", "<|channel|>"}) {
            said = said.substr(0, said.find(end));
        }
    } else if (const std::size_t at = text.rfind(k_lost_final); at != k_none) {
        const std::string_view before = trim(text.substr(0, at));
        if (!before.starts_with(k_lost_analysis) && !before.empty()) {
            return std::nullopt;
        }
        said = text.substr(at + k_lost_final.size());
        has_said = true;
    } else {
        const std::string_view all = trim(text);
        const std::string_view rest = all.substr(std::min(all.size(), k_lost_analysis.size()));
        // "analysisWe have to": the channel's name stands before the first thought.
        if (!all.starts_with(k_lost_analysis) || rest.empty() || rest[0] < 'A' || rest[0] > 'Z') {
            return std::nullopt;
        }
    }
    return Spoken{std::string(said), text.size() - said.size(), !has_said};
}

}  // namespace

Spoken spoken_of(std::string_view text) {
    if (auto spoken = harmony(text)) {
        return *spoken;
    }
    const std::string lower = lower_ascii(text);
    Spoken spoken;
    std::size_t at = 0;  // what is before has been taken, or left out
    bool inside = false;
    for (const Mark& mark : marks_in(lower)) {
        if (!inside && mark.kind != Mark::Kind::Closes) {
            spoken.text += text.substr(at, mark.begin - at);
        }
        if (mark.kind == Mark::Kind::Closes) {
            if (!inside) {
                spoken.text.clear();  // opened before the text began
            }
            inside = false;
        } else if (mark.kind == Mark::Kind::Opens) {
            inside = true;
        }
        at = mark.end;
    }
    if (!inside) {
        spoken.text += text.substr(at);
    }
    spoken.ends_in_thought = inside;
    spoken.thinking_bytes = text.size() - spoken.text.size();
    return spoken;
}

std::string without_thinking(std::string_view text) {
    return spoken_of(text).text;
}

}  // namespace palier::answer
