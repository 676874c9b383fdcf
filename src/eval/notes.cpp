#include "eval/notes.h"

#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/similarity.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

namespace palier::eval {
namespace {

constexpr std::size_t k_examples = 3;

// Counts, and keeps the first few as text.
class Examples {
   public:
    void add(std::string example) {
        if (++count_ <= k_examples) {
            shown_.push_back(std::move(example));
        }
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::string text() const {
        return join(shown_, ", ") + (count_ > k_examples ? " ..." : "");
    }

   private:
    std::size_t count_ = 0;
    std::vector<std::string> shown_;
};

std::string pair_of_lines(const core::Case& first, const core::Case& second) {
    return std::to_string(first.line) + " = " + std::to_string(second.line);
}

// What the model sees of a case.
std::string seen_of(const core::Case& item) {
    return std::string(answer::trimmed(item.input)) + '\x1f' +
           std::string(answer::trimmed(item.context));
}

bool same_answers(const core::Case& a, const core::Case& b) {
    std::vector<std::string> first = a.expected, second = b.expected;
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    return first == second;
}

void note(std::vector<core::Note>& notes,
          int code,
          const std::string& path,
          const Examples& examples,
          std::vector<std::pair<std::string, std::string>> more = {}) {
    if (examples.count() == 0) {
        return;
    }
    std::vector<std::pair<std::string, std::string>> args{
        {"path", path}, {"count", std::to_string(examples.count())}, {"lines", examples.text()}};
    args.insert(args.end(), more.begin(), more.end());
    notes.push_back({code, std::move(args)});
}

void note_blank(std::vector<core::Note>& notes,
                const std::vector<core::Case>& cases,
                const std::string& path) {
    Examples inputs, answers;
    for (const core::Case& item : cases) {
        if (answer::trimmed(item.input).empty()) {
            inputs.add(std::to_string(item.line));
        }
        if (std::all_of(item.expected.begin(), item.expected.end(), [](const std::string& text) {
                return answer::trimmed(text).empty();
            })) {
            answers.add(std::to_string(item.line));
        }
    }
    note(notes, codes::empty_inputs, path, inputs);
    note(notes, codes::empty_expected, path, answers);
}

void note_equal(std::vector<core::Note>& notes,
                const std::vector<core::Case>& cases,
                const std::string& path) {
    std::unordered_map<std::string, std::size_t> first_with;
    first_with.reserve(cases.size());
    Examples duplicated, contradictory;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto [known, is_new] = first_with.emplace(seen_of(cases[i]), i);
        if (is_new) {
            continue;
        }
        const core::Case& first = cases[known->second];
        Examples& kind = same_answers(first, cases[i]) ? duplicated : contradictory;
        kind.add(pair_of_lines(first, cases[i]));
    }
    note(notes, codes::repeated_cases, path, duplicated);
    note(notes, codes::contradictory_cases, path, contradictory);
}

std::vector<std::string_view> inputs_of(const std::vector<core::Case>& cases) {
    std::vector<std::string_view> inputs;
    inputs.reserve(cases.size());
    for (const core::Case& item : cases) {
        inputs.push_back(answer::trimmed(item.input));
    }
    return inputs;
}

void note_near(std::vector<core::Note>& notes,
               const std::vector<core::Case>& cases,
               const std::string& path) {
    const std::vector<std::string_view> inputs = inputs_of(cases);
    const std::vector<std::size_t> groups = near_duplicate_groups(inputs);
    Examples near;
    std::map<std::size_t, std::size_t> first_other;  // group -> 1 for groups with different texts
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (groups[i] != i && inputs[groups[i]] != inputs[i]) {
            near.add(pair_of_lines(cases[groups[i]], cases[i]));
            first_other[groups[i]] = 1;
        }
    }
    note(notes,
         codes::near_duplicates,
         path,
         near,
         {{"groups", std::to_string(first_other.size())}});
}

void note_unused_labels(std::vector<core::Note>& notes,
                        const std::vector<core::Case>& cases,
                        const std::string& path,
                        const std::vector<std::string>& labels) {
    std::vector<std::string> unused;
    for (const std::string& label : labels) {
        const bool used = std::any_of(cases.begin(), cases.end(), [&](const core::Case& item) {
            return std::find(item.expected.begin(), item.expected.end(), label) !=
                   item.expected.end();
        });
        if (!used) {
            unused.push_back(label);
        }
    }
    if (!unused.empty()) {
        notes.push_back(
            {codes::labels_not_expected, {{"path", path}, {"labels", join(unused, ", ")}}});
    }
}

// Does an RE2 pattern hold a class of ASCII words: \w \W \b \B, [[:alpha:]] and its like?
bool knows_ascii_only(std::string_view pattern) {
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
            if (std::string_view("wWbB").find(pattern[i]) != std::string_view::npos) {
                return true;
            }
        } else if (pattern.substr(i, 2) == "[:") {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<core::Note> notes_about(const std::vector<core::Case>& cases,
                                    const std::string& path,
                                    const std::vector<std::string>& labels) {
    std::vector<core::Note> notes;
    note_blank(notes, cases, path);
    note_equal(notes, cases, path);
    note_near(notes, cases, path);
    note_unused_labels(notes, cases, path, labels);
    return notes;
}

std::optional<core::Note> note_on_patterns(const core::Job& job,
                                           const std::vector<core::Case>& cases,
                                           const std::string& path) {
    if (job.task != core::Task::Generate || job.constraints.quality.metric != "regex") {
        return std::nullopt;
    }
    for (const core::Case& item : cases) {
        for (const std::string& pattern : item.expected) {
            if (knows_ascii_only(pattern)) {
                return core::Note{codes::ascii_pattern,
                                  {{"path", path},
                                   {"line", std::to_string(item.line)},
                                   {"pattern", shortened(pattern, 60)}}};
            }
        }
    }
    return std::nullopt;
}

std::vector<core::Note> notes_across(const std::vector<core::Case>& dev,
                                     const std::vector<core::Case>& test) {
    std::vector<std::string_view> inputs = inputs_of(dev);
    const std::vector<std::string_view> test_inputs = inputs_of(test);
    inputs.insert(inputs.end(), test_inputs.begin(), test_inputs.end());
    const std::vector<std::size_t> groups = near_duplicate_groups(inputs);
    std::unordered_map<std::string, std::size_t> seen_in_dev;
    std::unordered_map<std::size_t, std::size_t> dev_of_group;
    for (std::size_t i = 0; i < dev.size(); ++i) {
        seen_in_dev.emplace(seen_of(dev[i]), i);
        dev_of_group.emplace(groups[i], i);
    }
    Examples near, equal;
    for (std::size_t i = 0; i < test.size(); ++i) {
        if (const auto same = seen_in_dev.find(seen_of(test[i])); same != seen_in_dev.end()) {
            equal.add(dev[same->second].id + " = " + test[i].id);
        } else if (const auto linked = dev_of_group.find(groups[dev.size() + i]);
                   linked != dev_of_group.end()) {
            near.add(dev[linked->second].id + " = " + test[i].id);
        }
    }
    std::vector<core::Note> notes;
    for (const auto& [code, examples] : {std::pair{codes::near_duplicates_across, &near},
                                         std::pair{codes::equal_inputs_across, &equal}}) {
        if (examples->count() > 0) {
            notes.push_back(
                {code, {{"count", std::to_string(examples->count())}, {"ids", examples->text()}}});
        }
    }
    return notes;
}

std::optional<core::Note> note_on_labels_to_learn(const std::vector<core::Case>& dev,
                                                  const std::vector<core::Case>& train,
                                                  const std::vector<core::Case>& test) {
    if (dev.empty()) {
        return std::nullopt;
    }
    std::set<std::string> known;
    for (const auto* cases : {&dev, &train}) {
        for (const core::Case& item : *cases) {
            known.insert(item.expected.begin(), item.expected.end());
        }
    }
    std::map<std::string, std::int64_t> unknown;
    for (const core::Case& item : test) {
        const bool learned = std::ranges::any_of(
            item.expected, [&](const std::string& label) { return known.contains(label); });
        if (!learned) {
            ++unknown[item.expected.front()];
        }
    }
    if (unknown.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> labels;
    std::int64_t count = 0;
    for (const auto& [label, cases] : unknown) {
        labels.push_back(label);
        count += cases;
    }
    return core::Note{codes::labels_not_learned,
                      {{"labels", join(labels, ", ")}, {"count", std::to_string(count)}}};
}

}  // namespace palier::eval
