#include "answer/label.h"

#include "answer/json_answer.h"
#include "answer/words.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace palier::answer {
namespace {

// Folded words that announce a label.
constexpr std::array<std::string_view, 10> k_announcing{"label",
                                                        "category",
                                                        "class",
                                                        "intent",
                                                        "answer",
                                                        "etiquette",
                                                        "categorie",
                                                        "classe",
                                                        "intention",
                                                        "reponse"};

bool announces(std::string_view folded_key) {
    return std::find(k_announcing.begin(), k_announcing.end(), folded_key) != k_announcing.end();
}

struct Mention {
    std::size_t begin = 0, end = 0;  // in words
    std::string fold;
};

// What follows the announcement on a line, if the line has one: "**Label:** x" -> "** x".
std::optional<std::string_view> announced_on(std::string_view line) {
    std::size_t at = 0;
    while (at < line.size()) {
        const CodePoint c = code_point_at(line, at);
        if (is_word(c.value)) {
            break;
        }
        at += c.length;
    }
    std::size_t end = at;
    while (end < line.size()) {
        const CodePoint c = code_point_at(line, end);
        if (!is_word(c.value)) {
            break;
        }
        end += c.length;
    }
    if (!announces(folded(line.substr(at, end - at)))) {
        return std::nullopt;
    }
    std::string_view rest = line.substr(end);
    while (!rest.empty() && (rest.front() == '*' || rest.front() == '_' || rest.front() == '"' ||
                             is_space(code_point_at(rest, 0).value))) {
        rest.remove_prefix(code_point_at(rest, 0).length);
    }
    for (const std::string_view mark : {":", "=", "is ", "est ", "："}) {
        if (rest.substr(0, mark.size()) == mark) {
            return rest.substr(mark.size());
        }
    }
    return std::nullopt;
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
        if (fold.empty()) {
            continue;  // such as "+": only rule 1 can find it
        }
        std::vector<std::size_t>& same = by_fold_[fold];
        if (same.empty()) {
            std::vector<std::string> words = split(fold, ' ');
            std::string first = words.front();
            by_first_word_[first].push_back(std::move(words));
        }
        same.push_back(i);
    }
}

LabelAnswer LabelReader::equal_to_label(std::string_view text) const {
    const std::string_view whole = trimmed(text);
    const auto exact = std::find(labels_.begin(), labels_.end(), whole);
    if (exact != labels_.end()) {
        return {*exact, LabelRule::Exact, false};
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
    std::set<std::string> found;
    bool ambiguous = false;
    const auto consider = [&](const json::Value& candidate) {
        if (const auto as_text = scalar_text(candidate)) {
            const LabelAnswer one = equal_to_label(*as_text);
            ambiguous = ambiguous || one.ambiguous;
            if (one.label) {
                found.insert(*one.label);
            }
        }
    };
    if (value->is_object()) {
        const json::Object& members = value->as_object();
        for (const json::Member& member : members) {
            if (members.size() == 1 || announces(folded(member.first))) {
                consider(member.second);
            }
        }
    } else {
        consider(*value);
    }
    if (ambiguous || found.size() > 1) {
        return {std::nullopt, LabelRule::Json, true};
    }
    if (found.empty()) {
        return {};
    }
    return {*found.begin(), LabelRule::Json, false};
}

LabelAnswer LabelReader::after_prefix(std::string_view text) const {
    std::set<std::string> found;
    bool ambiguous = false;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        if (const auto rest = announced_on(text.substr(start, end - start))) {
            LabelAnswer one = equal_to_label(*rest);
            if (!one.label && !one.ambiguous) {
                one = mentioned_in(*rest);
            }
            ambiguous = ambiguous || one.ambiguous;
            if (one.label) {
                found.insert(*one.label);
            }
        }
        start = end + 1;
    }
    if (ambiguous || found.size() > 1) {
        return {std::nullopt, LabelRule::Prefixed, true};
    }
    if (found.empty()) {
        return {};
    }
    return {*found.begin(), LabelRule::Prefixed, false};
}

LabelAnswer LabelReader::mentioned_in(std::string_view text) const {
    const std::vector<std::string> words = split(folded(text), ' ');
    std::vector<Mention> mentions;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto candidates = by_first_word_.find(words[i]);
        if (candidates == by_first_word_.end()) {
            continue;
        }
        for (const std::vector<std::string>& label : candidates->second) {
            if (i + label.size() <= words.size() &&
                std::equal(
                    label.begin(), label.end(), words.begin() + static_cast<std::ptrdiff_t>(i))) {
                mentions.push_back({i, i + label.size(), join(label, " ")});
            }
        }
    }
    // Mentions are sorted by their begin. One lies inside another if an earlier one reaches as far,
    // or if a longer one begins at the same word.
    std::set<std::string> folds;
    std::size_t reach = 0;
    for (std::size_t i = 0; i < mentions.size();) {
        std::size_t longest = i;
        std::size_t next = i;
        for (; next < mentions.size() && mentions[next].begin == mentions[i].begin; ++next) {
            if (mentions[next].end > mentions[longest].end) {
                longest = next;
            }
        }
        if (mentions[longest].end > reach) {
            folds.insert(mentions[longest].fold);
            reach = mentions[longest].end;
        }
        i = next;
    }
    if (folds.empty()) {
        return {};
    }
    const std::vector<std::size_t>& same = by_fold_.find(*folds.begin())->second;
    if (folds.size() > 1 || same.size() > 1) {
        return {std::nullopt, LabelRule::Mentioned, true};
    }
    return {labels_[same.front()], LabelRule::Mentioned, false};
}

LabelAnswer LabelReader::read(std::string_view text) const {
    const std::string answer = without_thinking(text);
    using Rule = LabelAnswer (LabelReader::*)(std::string_view) const;
    constexpr std::array<Rule, 4> rules{&LabelReader::equal_to_label,
                                        &LabelReader::in_json,
                                        &LabelReader::after_prefix,
                                        &LabelReader::mentioned_in};
    for (const Rule rule : rules) {
        const LabelAnswer found = (this->*rule)(answer);
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
