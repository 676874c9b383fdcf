#include "eval/squad.h"

#include "answer/words.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace palier::eval {
namespace {

bool is_ascii_punctuation(char32_t c) {
    return c < 0x80 && answer::is_punctuation(c);
}

bool is_apostrophe(char32_t c) {
    return c == '\'' || c == 0x2019;
}

bool is_english_article(std::string_view word) {
    return word == "a" || word == "an" || word == "the";
}

// Calls `each` with every code point and its bytes.
template <class Each>
void walk(std::string_view text, Each each) {
    for (std::size_t i = 0; i < text.size();) {
        const answer::CodePoint c = answer::code_point_at(text, i);
        each(c.value, text.substr(i, c.length));
        i += c.length;
    }
}

std::string joined_words(std::string_view text) {
    std::string out;
    for (const std::string_view word : answer::words_at_spaces(text)) {
        if (!out.empty()) {
            out += ' ';
        }
        out += word;
    }
    return out;
}

std::string english(std::string_view text) {
    std::string unpunctuated;
    walk(unicode::lower(text), [&](char32_t c, std::string_view bytes) {
        if (!is_ascii_punctuation(c)) {
            unpunctuated += bytes;
        }
    });
    // The script replaces \b(a|an|the)\b: a run of word characters that is an article, also next to
    // typographic punctuation.
    std::string out, word;
    const auto end_word = [&] {
        out += is_english_article(word) ? " " : word;
        word.clear();
    };
    walk(unpunctuated, [&](char32_t c, std::string_view bytes) {
        if (answer::is_word(c)) {
            word += bytes;
        } else {
            end_word();
            out += bytes;
        }
    });
    end_word();
    return joined_words(out);
}

bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

// Punctuation that makes another number or name: between digits ("1,5"), before them ("-5"), and
// the hash that ends a word ("C#").
bool is_part_of_word(char32_t c, char32_t before, char32_t next) {
    const bool between = is_digit(before) && is_digit(next);
    const bool sign = c == '-' && is_digit(next) && !answer::is_word(before);
    const bool hash = c == '#' && answer::is_word(before) && !answer::is_word(next);
    return !is_apostrophe(c) && (between || sign || hash);
}

// Splits off the elided article: "l'eau" -> "l'", "eau"; other apostrophes disappear with the rest
// of the punctuation ("aujourd'hui" -> "aujourdhui").
std::vector<std::string> french_words(std::string_view text) {
    std::vector<std::string> words(1);
    const std::string plain = unicode::lower(text);
    char32_t before = ' ';
    std::size_t end = 0;
    walk(plain, [&](char32_t c, std::string_view bytes) {
        end += bytes.size();
        const char32_t next = end < plain.size() ? answer::code_point_at(plain, end).value : U' ';
        if (is_apostrophe(c) && words.back() == "l") {
            words.back() += '\'';
            words.emplace_back();
        } else if (answer::is_space(c)) {
            words.emplace_back();
        } else if (answer::carries_meaning(c)) {  // a word of its own: "5 €" and "5€" are the same
            words.emplace_back(bytes);
            words.emplace_back();
        } else if (!answer::is_punctuation(c) || is_part_of_word(c, before, next)) {
            words.back() += bytes;
        }
        before = c;
    });
    words.erase(std::remove(words.begin(), words.end(), ""), words.end());
    return words;
}

std::string french(std::string_view text) {
    constexpr std::array<std::string_view, 8> articles{
        "le", "la", "les", "l'", "un", "une", "des", "du"};
    const std::vector<std::string> words = french_words(text);
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool article =
            std::find(articles.begin(), articles.end(), words[i]) != articles.end();
        const bool partitive = words[i] == "de" && i + 1 < words.size() &&
                               (words[i + 1] == "la" || words[i + 1] == "l'");
        if (!article && !partitive) {
            kept.push_back(words[i]);
        }
    }
    return join(kept, " ");
}

}  // namespace

std::string squad_normalised(std::string_view text, SquadArticles articles) {
    return articles == SquadArticles::French ? french(text) : english(text);
}

namespace {

// Where nothing is left to compare, "+" and "-", "A" and "the" must not be the same.
bool same_unnormalised(std::string_view answer, std::string_view gold) {
    return joined_words(unicode::lower(answer)) == joined_words(unicode::lower(gold));
}

}  // namespace

bool squad_exact_match(std::string_view answer, std::string_view gold, SquadArticles articles) {
    const std::string said = squad_normalised(answer, articles);
    const std::string wanted = squad_normalised(gold, articles);
    return said.empty() || wanted.empty() ? same_unnormalised(answer, gold) : said == wanted;
}

double squad_f1(std::string_view answer, std::string_view gold, SquadArticles articles) {
    const std::string answer_text = squad_normalised(answer, articles);
    const std::string gold_text = squad_normalised(gold, articles);
    const auto answer_tokens = answer::words_at_spaces(answer_text);
    const auto gold_tokens = answer::words_at_spaces(gold_text);
    if (answer_tokens.empty() || gold_tokens.empty()) {
        return same_unnormalised(answer, gold) ? 1 : 0;
    }
    std::map<std::string_view, int> left;
    for (const std::string_view token : gold_tokens) {
        ++left[token];
    }
    int common = 0;
    for (const std::string_view token : answer_tokens) {
        const auto found = left.find(token);
        if (found != left.end() && found->second > 0) {
            --found->second;
            ++common;
        }
    }
    return 2.0 * common / static_cast<double>(answer_tokens.size() + gold_tokens.size());
}

}  // namespace palier::eval
