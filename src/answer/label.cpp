#include "answer/label.h"

#include "answer/json_answer.h"
#include "answer/statement.h"
#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace palier::answer {
namespace {

// Labels found by one rule; two different ones are none.
class Findings {
   public:
    explicit Findings(LabelRule rule) : rule_(rule) {}

    void add(const LabelAnswer& one) {
        ambiguous_ = ambiguous_ || one.ambiguous;
        if (one.label) {
            labels_.insert(*one.label);
        }
    }
    [[nodiscard]] LabelAnswer result() const {
        if (ambiguous_ || labels_.size() > 1) {
            return {std::nullopt, rule_, true};
        }
        return labels_.empty() ? LabelAnswer{} : LabelAnswer{*labels_.begin(), rule_, false};
    }

   private:
    LabelRule rule_;
    std::set<std::string> labels_;
    bool ambiguous_ = false;
};

bool is_one_of(char32_t c, std::u32string_view set) {
    return set.find(c) != std::u32string_view::npos;
}

char32_t after(std::string_view text, std::size_t at) {
    return at < text.size() ? code_point_at(text, at).value : U'\n';
}

bool is_upper(std::string_view text) {
    return text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos &&
           text.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

// Words of one letter that a sentence may begin with, in capitals too.
bool is_letter_word(std::string_view label) {
    return label == "A" || label == "I" || label == "O" || label == "Y";
}

// Does `text` go on at `end` as after a whole statement, and not with the next word of a sentence?
bool is_closed(std::string_view text, std::size_t end) {
    return is_one_of(after(text, end), U"\n\r)]}\"'*_`:;,.!?\u00bb\u201d\u3002");
}

std::string_view without_marks(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = code_point_at(text, 0);
        if (!is_space(c.value) && !is_one_of(c.value, U"*_`'\"([{\u00ab\u201c\u2018")) {
            break;
        }
        text.remove_prefix(c.length);
    }
    return text;
}

// Without the words before a label that say nothing: "clearly the option B".
std::string_view without_filler(std::string_view text) {
    constexpr std::array<std::string_view, 15> fillers{"the",
                                                       "clearly",
                                                       "definitely",
                                                       "probably",
                                                       "likely",
                                                       "most",
                                                       "therefore",
                                                       "thus",
                                                       "option",
                                                       "choice",
                                                       "letter",
                                                       "clairement",
                                                       "lettre",
                                                       "donc",
                                                       "le"};
    for (;;) {
        text = without_marks(text);
        std::size_t end = 0;
        while (end < text.size() && is_word(code_point_at(text, end).value)) {
            end += code_point_at(text, end).length;
        }
        const std::string word = folded(text.substr(0, end));
        if (std::find(fillers.begin(), fillers.end(), word) == fillers.end()) {
            return text;
        }
        text.remove_prefix(end);
    }
}

// Does another capital follow or precede, as in "A and B", "A, B or C"?
bool is_coordinated(std::string_view text, std::size_t begin, std::size_t end) {
    const auto capital = [&](std::size_t at) {
        return at < text.size() && text[at] >= 'A' && text[at] <= 'Z' &&
               (at + 1 == text.size() || !is_word(code_point_at(text, at + 1).value));
    };
    for (const std::string_view link :
         {" and ", " or ", " et ", " ou ", "/", ", ", " & ", " vs "}) {
        const bool follows = text.substr(end).starts_with(link) && capital(end + link.size());
        const bool precedes = begin > link.size() && text.substr(0, begin).ends_with(link) &&
                              capital(begin - link.size() - 1);
        if (follows || precedes) {
            return true;
        }
    }
    return false;
}

std::optional<std::string> scalar_text(const json::Value& value) {
    if (value.is_string()) {
        return value.as_string();
    }
    if (value.is_number() || value.is_bool()) {
        return json::write(value);
    }
    return std::nullopt;
}

}  // namespace

LabelReader::LabelReader(const std::vector<std::string>& labels) : labels_(labels) {
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const std::string fold = folded(labels_[i]);
        if (!fold.empty()) {  // such as "...": only rule 1 can find it
            by_fold_[fold].push_back(i);
        }
    }
}

LabelAnswer LabelReader::equal_to_label(std::string_view text) const {
    const std::string_view whole = trimmed(text);
    const auto exact = std::find(labels_.begin(), labels_.end(), whole);
    if (exact != labels_.end()) {
        return {*exact, LabelRule::Exact, false};
    }
    const std::string looks = composed(whole);
    const auto same = std::find_if(labels_.begin(), labels_.end(), [&](const std::string& label) {
        return composed(label) == looks;
    });
    if (same != labels_.end() && !looks.empty()) {
        return {*same, LabelRule::Exact, false};
    }
    const auto found = by_fold_.find(folded(whole));
    if (found == by_fold_.end()) {
        return {};
    }
    if (found->second.size() > 1) {
        return {std::nullopt, LabelRule::Folded, true};
    }
    return {labels_[found->second.front()], LabelRule::Folded, false};
}

LabelAnswer LabelReader::in_json(std::string_view text) const {
    if (text.find_first_of("{[\"") == std::string_view::npos) {
        return {};
    }
    const JsonAnswer answer = json_of(text);
    if (answer.found == JsonFound::Nothing) {
        return {};
    }
    const json::Value* value = &answer.value;
    if (value->is_array() && value->as_array().size() == 1) {
        value = &value->as_array().front();
    }
    Findings found(LabelRule::Json);
    const auto consider = [&](const json::Value& candidate) {
        if (const auto as_text = scalar_text(candidate)) {
            found.add(equal_to_label(*as_text));
        }
    };
    if (value->is_object()) {
        const json::Object& members = value->as_object();
        for (const json::Member& member : members) {
            if (members.size() == 1 || announces(member.first)) {
                consider(member.second);
            }
        }
    } else {
        consider(*value);
    }
    return found.result();
}

// The longest label that `text` begins with; nullptr when there is none.
const std::string* LabelReader::longest_at_start(std::string_view text, bool after_mark) const {
    const std::string fold = folded(text);
    const std::string* found = nullptr;
    for (const auto& [label, same] : by_fold_) {
        const bool begins = fold.starts_with(label) && find_words(fold, label) == 0;
        if (begins && (found == nullptr || label.size() > found->size()) &&
            (!is_function_word(label) || states(text, labels_[same.front()], after_mark))) {
            found = &label;
        }
    }
    return found;
}

// The label that `said` begins with, unless another one is coordinated with it ("A or B").
LabelAnswer LabelReader::at_start_of(std::string_view said, bool after_mark) const {
    std::string_view text = without_marks(said);
    const std::string* found = longest_at_start(text, after_mark);
    if (found == nullptr) {
        text = without_filler(text);
        found = longest_at_start(text, after_mark);
    }
    if (found == nullptr) {
        return {};
    }
    const std::string fold = folded(text);
    std::string_view rest = trim(std::string_view(fold).substr(found->size()));
    for (const std::string_view link : {"or ", "ou ", "and ", "et ", "/ "}) {
        if (!rest.starts_with(link)) {
            continue;
        }
        std::string_view other = rest.substr(link.size());
        for (const std::string_view doubt :
             {"maybe ", "perhaps ", "possibly ", "even ", "peut etre "}) {
            other.remove_prefix(other.starts_with(doubt) ? doubt.size() : 0);
        }
        for (const auto& [label, same] : by_fold_) {
            if (label != *found && find_words(other, label) == 0) {
                return {std::nullopt, LabelRule::Stated, true};
            }
        }
    }
    return one_of(by_fold_.find(*found)->second, LabelRule::Stated);
}

// A label that is also a word of the language is stated only where it is no word of a sentence.
bool LabelReader::states(std::string_view text, const std::string& label, bool after_mark) {
    const bool same_case = text.starts_with(label);
    if (is_closed(text, label.size())) {
        return true;
    }
    return same_case && is_upper(label) && !(after_mark && is_letter_word(label));
}

LabelAnswer LabelReader::one_of(const std::vector<std::size_t>& same, LabelRule rule) const {
    if (same.size() > 1) {
        return {std::nullopt, rule, true};
    }
    return {labels_[same.front()], rule, false};
}

LabelAnswer LabelReader::stated_in(std::string_view text) const {
    Findings all(LabelRule::Stated), final(LabelRule::Stated);
    for (const Statement& statement : statements_in(text)) {
        LabelAnswer one = equal_to_label(statement.said);
        if (!one.label && !one.ambiguous) {
            one = at_start_of(statement.said, statement.is_heading);
        }
        if (!one.label && !one.ambiguous && statement.is_heading) {
            one = mentioned_in(statement.said);
        }
        all.add(one);
        if (statement.is_final) {
            final.add(one);
        }
    }
    const LabelAnswer last_word = final.result();
    return last_word.label || last_word.ambiguous ? last_word : all.result();
}

LabelAnswer LabelReader::chosen_in(std::string_view text) const {
    Findings found(LabelRule::Chosen);
    for (const std::string& whole : split(text, '\n')) {
        const std::string_view line = trimmed(whole);
        if (line.starts_with('(')) {  // "(A) is wrong, (B) is right" chooses neither
            for (std::size_t at = line.find('(', 1); at != std::string_view::npos;
                 at = line.find('(', at + 1)) {
                const std::size_t close = std::min(line.find(')', at), line.size());
                found.add(equal_to_label(line.substr(at, close - at)));
            }
        }
        found.add(equal_to_label(line));
        for (const std::string_view mark : {")", ":", ". ", " - ", " – ", " — ", "：", "、"}) {
            const std::size_t end = line.find(mark);
            if (end != std::string_view::npos && end > 0) {
                found.add(equal_to_label(line.substr(0, end)));
            }
        }
    }
    return found.result();
}

// Is this label, a word of the language too, in `text` as a label?
bool LabelReader::mentions(std::string_view text, const std::string& label) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool shouted = is_upper(text) && std::count_if(text.begin(), text.end(), is_letter) >
                                               static_cast<std::ptrdiff_t>(label.size());
    const bool capitals = is_upper(label) && !shouted;
    const std::string lower_text = to_lower(text);
    const std::string lower_label = to_lower(label);
    for (std::size_t at = lower_text.find(lower_label); at != std::string::npos;
         at = lower_text.find(lower_label, at + 1)) {
        const std::size_t end = at + label.size();
        const char32_t before = at == 0 ? U' ' : before_of(text, at);
        const char32_t next = after(text, end);
        if ((is_word(before) && !unicode::is_unspaced(before)) ||
            (is_word(next) && !unicode::is_unspaced(next))) {
            continue;
        }
        const bool same_case = text.substr(at, label.size()) == label;
        if (is_set_apart(text, at, end) && (label.size() > 1 || same_case || next != '.')) {
            return true;
        }
        const bool alone =
            (is_space(before) || unicode::is_unspaced(before) || is_one_of(before, U":\uff1a")) &&
            (is_space(next) || unicode::is_unspaced(next) || is_closed(text, end)) &&
            !is_one_of(next, U"'*_`:");
        const bool ends = (is_one_of(next, U".!?\u3002") && is_space(after(text, end + 1))) ||
                          end == text.size() || unicode::is_unspaced(before) ||
                          is_coordinated(text, at, end);
        if (capitals && same_case && alone && (!is_letter_word(label) || ends)) {
            return true;
        }
        const bool opens = trimmed(text.substr(0, at)).empty();
        if ((lower_label == "no" || lower_label == "non") &&
            (opens || is_one_of(next, U",.;:!?\n"))) {
            return true;
        }
    }
    return false;
}

LabelAnswer LabelReader::mentioned_in(std::string_view text) const {
    struct Mention {
        std::size_t begin = 0, end = 0;
        const std::vector<std::size_t>* labels = nullptr;
    };
    const std::string fold = folded(text);
    std::vector<Mention> mentions_found;
    for (const auto& [label, same] : by_fold_) {
        if (is_function_word(label)) {
            const auto is_there = [&](std::size_t i) {
                return mentions(text, composed(labels_[i]));
            };
            if (find_words(fold, label) != std::string::npos &&
                std::any_of(same.begin(), same.end(), is_there)) {
                // Its place is not known in the folded text: it lies inside no other.
                mentions_found.push_back({fold.size(), fold.size() + 1, &same});
            }
            continue;
        }
        for (std::size_t at = find_words(fold, label); at != std::string::npos;
             at = find_words(fold, label, at + 1)) {
            mentions_found.push_back({at, at + label.size(), &same});
        }
    }
    Findings found(LabelRule::Mentioned);
    for (const Mention& one : mentions_found) {
        const bool inside =
            std::any_of(mentions_found.begin(), mentions_found.end(), [&](const Mention& other) {
                return other.end - other.begin > one.end - one.begin && other.begin <= one.begin &&
                       other.end >= one.end;
            });
        if (!inside) {
            found.add(one_of(*one.labels, LabelRule::Mentioned));
        }
    }
    return found.result();
}

LabelAnswer LabelReader::read(std::string_view text) const {
    const std::string answer = without_thinking(text);
    const std::string looks = composed(answer);
    using Rule = LabelAnswer (LabelReader::*)(std::string_view) const;
    constexpr std::array<Rule, 5> rules{&LabelReader::equal_to_label,
                                        &LabelReader::in_json,
                                        &LabelReader::stated_in,
                                        &LabelReader::chosen_in,
                                        &LabelReader::mentioned_in};
    for (const Rule rule : rules) {
        const bool as_written = rule == rules[0] || rule == rules[1];
        const LabelAnswer found = (this->*rule)(as_written ? answer : looks);
        if (found.label || found.ambiguous) {
            return found;
        }
    }
    return {};
}

LabelAnswer label_of(std::string_view text, const std::vector<std::string>& labels) {
    return LabelReader(labels).read(text);
}

}  // namespace palier::answer
