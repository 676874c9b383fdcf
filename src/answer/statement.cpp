#include "answer/statement.h"

#include "answer/words.h"
#include "base/text.h"
#include "lib/regex/regex.h"

#include <algorithm>
#include <array>
#include <string>

namespace palier::answer {
namespace {

// Folded.
constexpr std::array<std::string_view, 16> k_announcing{"label",
                                                        "category",
                                                        "class",
                                                        "classification",
                                                        "intent",
                                                        "answer",
                                                        "choice",
                                                        "option",
                                                        "prediction",
                                                        "etiquette",
                                                        "categorie",
                                                        "classe",
                                                        "intention",
                                                        "reponse",
                                                        "choix",
                                                        "verdict"};

constexpr std::string_view k_statement =
    "(?i)(?:^|[^\\pL\\pM\\pN])"
    "((?:final|correct|right|best|predicted|most likely|overall|bonne|meilleure)\\s+)*"
    "(?:label|category|class|classification|intent|answer|choice|option|prediction|verdict|"
    "[ée]tiquette|cat[ée]gorie|classe|intention|r[ée]ponse|choix)"
    "(\\s+(?:finale?|correcte?|retenue?))?"
    "[\"'*_\\s]*"
    "(:|=|：|(?:is|est|would\\s+be|must\\s+be|should\\s+be|serait)[\\s:*_\"'])"
    "[\"'*_\\s:]*";

constexpr std::string_view k_choosing =
    "(?i)(?:^|[^\\pL\\pM\\pN])(?:choose|chose|pick|picked|select|selected|go with|going with|opt "
    "for|"
    "choisis|choisirais|choisir)\\s*:?\\s+";

// "A is the correct answer": the capital is group 1.
constexpr std::string_view k_confirmed =
    "(?:^|[^\\pL\\pM\\pN])([A-Z])[)\\]\"'*_]*\\s+(?:is|est)\\s+(?:the\\s+|la\\s+|my\\s+)?"
    "(?:(?:correct|right|best|bonne|meilleure|final)\\b|(?:answer|choice|option|r[ée]ponse)(?:\\s|["
    ".!,]|$))";

constexpr std::string_view k_function_words =
    " the an this that these those it its he she they we you us me my his her our your their "
    "is are was be been am do does did has have had will would can could may "
    "of in on at to for from by with as so or and but if not no than then there here up out "
    "le la les un une des du de ce cet cette ces il elle on nous vous ils elles je tu lui se me te "
    "mon ma mes ton ta tes son sa ses leur leurs est es sont suis ont ai as "
    "et ou ni mais si en au aux par pour sur dans avec sans que qui ne pas non ";

std::string_view line_from(std::string_view text, std::size_t at) {
    return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

// Nothing but articles and adjectives of the announcement stands before it on its line.
bool opens_line(std::string_view text, std::size_t at) {
    const std::size_t line = text.rfind('\n', at == 0 ? 0 : at - 1);
    const std::size_t start = line == std::string_view::npos || line >= at ? 0 : line + 1;
    const std::string before = folded(text.substr(start, at - start));
    constexpr std::array<std::string_view, 7> articles{"", "the", "my", "la", "ma", "l", "so the"};
    return std::find(articles.begin(), articles.end(), before) != articles.end();
}

bool is_line_edge(std::string_view text, std::size_t at, bool forwards) {
    const std::size_t size = text.size();
    return forwards ? at >= size || text[at] == '\n' || text[at] == '\r'
                    : at == 0 || text[at - 1] == '\n';
}

// "C'est", "l'eau", "I'd": an apostrophe with a letter on its other side.
bool is_elided(std::string_view text, std::size_t begin, std::size_t end) {
    const auto apostrophe = [](char32_t c) { return c == '\'' || c == 0x2019; };
    const auto word_at = [&](std::size_t at) {
        return at < text.size() && is_word(code_point_at(text, at).value);
    };
    if (end < text.size() && apostrophe(code_point_at(text, end).value) &&
        word_at(end + code_point_at(text, end).length)) {
        return true;
    }
    return begin > 1 && apostrophe(before_of(text, begin)) && is_word(before_of(text, begin - 1)) &&
           text[begin - 1] == '\'';
}

}  // namespace

char32_t before_of(std::string_view text, std::size_t at) {
    std::size_t start = at - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) {
        --start;
    }
    return code_point_at(text, start).value;
}

bool announces(std::string_view word) {
    return std::find(k_announcing.begin(), k_announcing.end(), folded(word)) != k_announcing.end();
}

std::vector<Statement> statements_in(std::string_view text) {
    std::vector<Statement> statements;
    static const regex::Regex announcing = regex::Regex::of_program(k_statement);
    static const regex::Regex choosing = regex::Regex::of_program(k_choosing);
    static const regex::Regex confirmed = regex::Regex::of_program(k_confirmed);
    for (const regex::Match& match : choosing.find_all(text)) {
        statements.push_back({line_from(text, match.groups.front().end)});
    }
    for (const regex::Match& match : confirmed.find_all(text)) {
        statements.push_back({match.text(text, 1)});
    }
    for (const regex::Match& match : announcing.find_all(text)) {
        const regex::Span span = match.groups.front();
        const std::string_view adjective = match.text(text, 1);
        const std::string_view mark = match.text(text, 3);
        Statement statement;
        statement.said = line_from(text, span.end);
        statement.is_final =
            folded(adjective) == "final" || folded(match.text(text, 2)).starts_with("final");
        const std::size_t opening = span.begin + (span.begin > 0 ? 1U : 0U);
        const bool has_mark =
            mark == ":" || mark == "=" || mark == "：" ||
            text.substr(span.begin, span.end - span.begin).find(':') != std::string_view::npos;
        statement.is_heading = has_mark && opens_line(text, opening);
        statements.push_back(statement);
    }
    return statements;
}

bool is_set_apart(std::string_view text, std::size_t begin, std::size_t end) {
    constexpr std::u32string_view opening = U"([{>\"'*_`«“‘「『【（";
    constexpr std::u32string_view closing = U")]}<\"'*_`»”’」』】）:.";
    const bool opens = is_line_edge(text, begin, false) ||
                       opening.find(before_of(text, begin)) != std::u32string_view::npos;
    const bool closes = is_line_edge(text, end, true) ||
                        closing.find(code_point_at(text, end).value) != std::u32string_view::npos;
    return opens && closes && !is_elided(text, begin, end);
}

bool is_function_word(std::string_view word) {
    const bool letter = length_in_characters(word) == 1 && !word.empty() &&
                        is_word(code_point_at(word, 0).value) &&
                        !unicode::digit_value(code_point_at(word, 0).value) &&
                        !unicode::is_unspaced(code_point_at(word, 0).value);
    return letter ||
           (word.find(' ') == std::string_view::npos && !word.empty() &&
            k_function_words.find(" " + std::string(word) + " ") != std::string_view::npos);
}

}  // namespace palier::answer
