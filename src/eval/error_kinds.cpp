#include "eval/error_kinds.h"

#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"
#include "core/answer.h"
#include "eval/language.h"
#include "eval/metrics.h"

#include <algorithm>
#include <array>
#include <set>

namespace palier::eval {
namespace {

using core::ErrorKind;
using core::Failure;

// Of a reference: as often, and it is one of a few that recur.
constexpr std::size_t k_recurring = 3;

std::vector<std::string> words_of(std::string_view text) {
    return split(answer::folded(text), ' ');
}

std::size_t foreign_letters(std::string_view text, std::size_t& letters) {
    std::size_t foreign = 0;
    for (std::size_t at = 0; at < text.size();) {
        const answer::CodePoint point = answer::code_point_at(text, at);
        at += point.length;
        constexpr char32_t k_beyond_latin = 0x370, k_more_latin = 0x1e00, k_greek_again = 0x1f00;
        const bool latin = point.value < k_beyond_latin ||
                           (point.value >= k_more_latin && point.value < k_greek_again);
        if (answer::is_word(point.value)) {
            ++letters;
            foreign += latin ? 0 : 1;
        }
    }
    return foreign;
}

bool mostly_foreign(std::string_view text) {
    std::size_t letters = 0;
    const std::size_t foreign = foreign_letters(text, letters);
    return letters > 0 && 2 * foreign > letters;
}

bool contains_any(std::string_view text, const std::vector<std::string>& parts) {
    return std::ranges::any_of(
        parts, [&](const std::string& part) { return answer::contains_folded(text, part); });
}

bool is_free_text(std::string_view metric) {
    return metric == "exact" || metric == "normalised" || metric == "contains";
}

std::string prompt_of(const core::Case& item) {
    return item.context + "\n" + item.input;
}

// So many of the words stand in the text.
std::size_t found_in(std::string_view text, const std::vector<std::string>& words) {
    const std::string folded = answer::folded(text);
    return static_cast<std::size_t>(std::ranges::count_if(words, [&](const std::string& word) {
        return answer::find_words(folded, word) != std::string_view::npos;
    }));
}

std::vector<std::string_view> sentences_of(std::string_view text) {
    std::vector<std::string_view> sentences;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool ends = text[i] == '\n' ||
                          (std::string_view(".!?").find(text[i]) != std::string_view::npos &&
                           (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n'));
        if (ends) {
            sentences.push_back(text.substr(begin, i + 1 - begin));
            begin = i + 1;
        }
    }
    if (begin < text.size()) {
        sentences.push_back(text.substr(begin));
    }
    return sentences;
}

}  // namespace

bool is_loop(std::string_view text) {
    constexpr std::size_t k_fewest_words = 12, k_longest = 16, k_times = 3;
    const std::vector<std::string> words = words_of(text);
    if (words.size() < k_fewest_words) {
        return false;
    }
    for (std::size_t length = 1; length <= std::min(k_longest, words.size() / k_times); ++length) {
        std::size_t same = 0, longest = 0;
        for (std::size_t i = length; i < words.size(); ++i) {
            same = words[i] == words[i - length] ? same + 1 : 0;
            longest = std::max(longest, same);
        }
        if (longest >= (k_times - 1) * length && 2 * (longest + length) > words.size()) {
            return true;
        }
    }
    return false;
}

bool declines(std::string_view text) {
    constexpr std::size_t k_beginning = 160;
    static const std::vector<std::string> k_refusals{"i can't",
                                                     "i cannot",
                                                     "i am unable",
                                                     "i'm unable",
                                                     "i am not able",
                                                     "i'm not able",
                                                     "i won't",
                                                     "i will not",
                                                     "as an ai",
                                                     "against my",
                                                     "je ne peux pas",
                                                     "je ne suis pas en mesure",
                                                     "je refuse",
                                                     "en tant qu'ia",
                                                     "en tant qu'ai",
                                                     "il m'est impossible",
                                                     "je ne dois pas",
                                                     "je ne suis pas autorisé"};
    // What it does not know it does not refuse to say.
    static const std::vector<std::string> k_ignorance{"find",
                                                      "determine",
                                                      "know",
                                                      "information",
                                                      "context",
                                                      "trouver",
                                                      "déterminer",
                                                      "savoir",
                                                      "informations",
                                                      "contexte"};
    const std::string_view beginning = text.substr(0, std::min(text.size(), k_beginning));
    return contains_any(beginning, k_refusals) && !contains_any(beginning, k_ignorance);
}

std::string gold_context(const core::Case& item) {
    const std::vector<std::string_view> sentences = sentences_of(item.context);
    std::set<std::size_t> kept;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if (contains_any(sentences[i], item.expected)) {
            kept.insert(i);
            kept.insert(i > 0 ? i - 1 : i);
        }
    }
    std::string gold;
    if (kept.size() < sentences.size()) {
        for (const std::size_t i : kept) {
            gold += sentences[i];
        }
    }
    return std::string(trim(gold));
}

ErrorReader::ErrorReader(const core::Job& job,
                         const std::vector<const core::Case*>& cases,
                         const std::vector<std::string_view>& answers)
    : task_(job.task), metric_(job.constraints.quality.metric) {
    std::vector<std::string_view> texts;
    std::size_t letters = 0, foreign = 0;
    for (const core::Case* item : cases) {
        const std::string& reference = item->expected.front();
        texts.push_back(reference);
        foreign += foreign_letters(reference, letters);
        ++references_;
        ++times_[answer::folded(reference)];
        const std::vector<std::string> words = words_of(reference);
        for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
            ++references_with_[word];
        }
    }
    latin_ = 2 * foreign <= letters;
    language_ = guess_language(texts).language;
    if (language_.empty()) {
        language_ = job.language;
    }
    all_answers_ = guess_language(answers).language;
}

bool ErrorReader::has_drifted(const Told& told) const {
    if (mostly_foreign(told.text) && latin_) {
        return true;
    }
    const LanguageGuess guess = guess_language({told.text});
    if (!guess.language.empty()) {
        return guess.language != language_;
    }
    // Too short to tell alone.
    const int right = language_ == "fr" ? guess.french : guess.english;
    const int other = language_ == "fr" ? guess.english : guess.french;
    return !all_answers_.empty() && all_answers_ != language_ && other > 0 && right == 0;
}

core::ErrorKind ErrorReader::kind_of(const Told& as_returned) const {
    Told told = as_returned;
    told.text = answer::without_thinking(told.text);
    const Failure failure = told.grade.failure;
    if (failure == Failure::Refused) {
        return ErrorKind::Refused;
    }
    if (!core::says_something(failure)) {
        return ErrorKind::Unanswered;
    }
    const bool usable = failure == Failure::None;
    const bool label = task_ == core::Task::Classify && usable;
    if (told.max_tokens == 0 || label) {
        return label ? ErrorKind::WrongLabel : of_answer(told);
    }
    if (is_loop(told.text)) {
        return ErrorKind::Loop;
    }
    const bool filled = told.output_tokens && *told.output_tokens >= told.max_tokens;
    if (failure == Failure::Truncated || (!usable && filled)) {
        return ErrorKind::Truncated;
    }
    if (declines(told.text)) {
        return ErrorKind::Refused;
    }
    // What an extraction copies has the language of its source.
    if ((task_ != core::Task::Extract || !usable) && has_drifted(told)) {
        return ErrorKind::LanguageDrift;
    }
    return of_answer(told);
}

core::ErrorKind ErrorReader::of_answer(const Told& told) const {
    switch (told.grade.failure) {
        case Failure::None:
            break;
        case Failure::SqlForbidden:
        case Failure::SqlLimit:
            return ErrorKind::WrongAnswer;
        default:
            return ErrorKind::FormatInvalid;
    }
    switch (task_) {
        case core::Task::Classify:
            return ErrorKind::WrongLabel;
        case core::Task::Extract:
            return of_fields(told.grade);
        case core::Task::Answer:
            return of_text(told);
        case core::Task::Generate:
            break;
    }
    return metric_ == "regex"      ? ErrorKind::FormatInvalid
           : is_free_text(metric_) ? of_text(told)
                                   : ErrorKind::WrongAnswer;
}

core::ErrorKind ErrorReader::of_fields(const core::Grade& grade) const {
    int missing = 0, wrong = 0;
    for (const auto& [path, counts] : grade.fields) {
        const bool absent = counts.false_negative > counts.false_positive;
        missing += absent ? 1 : 0;
        wrong += !absent && counts.false_positive > 0 ? 1 : 0;
    }
    return missing > wrong ? ErrorKind::MissingField : ErrorKind::WrongField;
}

std::vector<std::string> ErrorReader::own_words(std::string_view reference) const {
    constexpr std::size_t k_shortest = 4, k_common_of = 5;
    std::vector<std::string> words;
    for (std::string& word : words_of(reference)) {
        const auto with = references_with_.find(word);
        const std::size_t others = with == references_with_.end() ? 0 : with->second;
        const bool common = others > 1 && k_common_of * others > references_;
        const bool number = word.find_first_of("0123456789") != std::string::npos;
        if (!common && (number || word.size() >= k_shortest)) {
            words.push_back(std::move(word));
        }
    }
    return words;
}

// Is what was asked for in the prompt, and does the answer come from there?
core::ErrorKind ErrorReader::of_context(const Told& told) const {
    std::vector<std::string> said = own_words(told.text);
    const std::size_t known = found_in(prompt_of(*told.item), said);
    return !said.empty() && 2 * known < said.size() ? ErrorKind::Unsupported
                                                    : ErrorKind::ContextNotUsed;
}

core::ErrorKind ErrorReader::of_text(const Told& told) const {
    const core::Case& item = *told.item;
    if (answer::trimmed(told.text).empty() || contains_any(told.text, item.expected)) {
        return ErrorKind::FormatInvalid;  // nothing; or other words around the right ones
    }
    if (task_ == core::Task::Answer) {
        if (!contains_any(prompt_of(item), item.expected)) {
            return ErrorKind::MissingFact;
        }
        // A part of the right words was found.
        return contains_any(item.expected.front(), {told.text}) ? ErrorKind::WrongAnswer
                                                                : of_context(told);
    }
    const std::string& reference = item.expected.front();
    const auto times = times_.find(answer::folded(reference));
    if (times != times_.end() && times->second >= k_recurring) {
        return ErrorKind::StyleOrRule;
    }
    std::vector<std::string> lacking = own_words(reference);
    std::erase_if(lacking,
                  [&](const std::string& word) { return found_in(told.text, {word}) > 0; });
    if (lacking.empty()) {
        return ErrorKind::StyleOrRule;
    }
    if (2 * found_in(item.context, lacking) >= lacking.size()) {
        return of_context(told);
    }
    return 2 * found_in(item.input, lacking) >= lacking.size() ? ErrorKind::StyleOrRule
                                                               : ErrorKind::MissingFact;
}

}  // namespace palier::eval
