#include "core/failures.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace palier::core {
namespace {

constexpr std::int64_t k_least_times = 3;
constexpr std::size_t k_telling = 3;

// Expected and answered, or the failure alone.
using Kind = std::tuple<Failure, std::string, std::string>;

Kind kind_of(const GradedCase& one) {
    const Grade& grade = one.grade;
    // Without a usable answer the expected one says nothing of why it went wrong.
    return grade.failure != Failure::None ? Kind{grade.failure, "", ""}
                                          : Kind{Failure::None, one.expected, grade.parsed};
}

bool shows(const GradedCase& one, const Pattern& pattern) {
    const Grade& grade = one.grade;
    switch (pattern.kind) {
        case Pattern::Kind::Confused:
            return grade.failure == Failure::None && one.expected == pattern.expected &&
                   grade.parsed == pattern.answered;
        case Pattern::Kind::Answered:
            return grade.failure == Failure::None && grade.parsed == pattern.answered;
        case Pattern::Kind::Failed:
            return grade.failure == pattern.failure;
        case Pattern::Kind::Field: {
            const auto field = grade.fields.find(pattern.answered);
            return field != grade.fields.end() &&
                   field->second.false_positive + field->second.false_negative > 0;
        }
    }
    return false;
}

// Every pattern that at least one failure shows, each once.
std::vector<Pattern> patterns_in(const std::vector<GradedCase>& failed,
                                 const std::map<std::string, std::int64_t>& asked_by_expected) {
    std::map<std::tuple<Pattern::Kind, std::string, std::string, Failure>, Pattern> found;
    const auto add = [&](Pattern pattern, std::int64_t of) {
        pattern.of = of;
        ++found
              .try_emplace({pattern.kind, pattern.expected, pattern.answered, pattern.failure},
                           pattern)
              .first->second.times;
    };
    const auto all = static_cast<std::int64_t>(failed.size());
    for (const GradedCase& one : failed) {
        const Grade& grade = one.grade;
        if (grade.failure != Failure::None) {
            add({Pattern::Kind::Failed, "", "", grade.failure}, all);
        } else if (!grade.parsed.empty() && grade.fields.empty()) {
            add({Pattern::Kind::Confused, one.expected, grade.parsed},
                asked_by_expected.at(one.expected));
            add({Pattern::Kind::Answered, "", grade.parsed}, all);
        }
        for (const auto& [path, counts] : grade.fields) {
            if (counts.false_positive + counts.false_negative > 0) {
                add({Pattern::Kind::Field, "", path}, all);
            }
        }
    }
    std::vector<Pattern> patterns;
    for (auto& [key, pattern] : found) {
        patterns.push_back(std::move(pattern));
    }
    return patterns;
}

std::optional<Pattern> best_of(const std::vector<Pattern>& patterns, std::size_t failed) {
    const auto most = std::ranges::max_element(patterns, {}, &Pattern::times);
    const auto enough = [&](const Pattern& pattern) {
        return pattern.times >= k_least_times &&
               3 * pattern.times >= static_cast<std::int64_t>(failed);
    };
    if (most == patterns.end() || !enough(*most)) {
        return std::nullopt;
    }
    const Pattern* best = &*most;
    for (const Pattern& pattern : patterns) {
        if (pattern.kind == Pattern::Kind::Confused && enough(pattern) &&
            3 * pattern.times >= 2 * most->times &&
            (best->kind != Pattern::Kind::Confused || pattern.times > best->times)) {
            best = &pattern;
        }
    }
    return *best;
}

// Indices of the failures by kind, the kinds that tell most first.
std::vector<std::vector<std::size_t>> by_kind(const Failures& found) {
    const std::vector<GradedCase>& cases = found.cases;
    std::map<Kind, std::vector<std::size_t>> kinds;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        kinds[kind_of(cases[i])].push_back(i);
    }
    std::vector<std::vector<std::size_t>> groups;
    for (auto& [kind, group] : kinds) {
        std::ranges::sort(group, {}, [&](std::size_t i) {
            return std::tuple{cases[i].elsewhere_right != std::optional(true),
                              cases[i].grade.score,
                              cases[i].input.size(),
                              i};
        });
        groups.push_back(std::move(group));
    }
    std::ranges::sort(groups, {}, [&](const std::vector<std::size_t>& group) {
        const bool of_pattern = found.pattern && shows(cases[group.front()], *found.pattern);
        return std::tuple{
            !of_pattern, -static_cast<std::int64_t>(group.size()), std::ranges::min(group)};
    });
    return groups;
}

}  // namespace

Failures failures_of(std::vector<GradedCase> answers) {
    Failures found;
    found.asked = static_cast<std::int64_t>(answers.size());
    std::map<std::string, std::int64_t> asked_by_expected;
    for (GradedCase& one : answers) {
        ++asked_by_expected[one.expected];
        if (one.grade.score < k_one) {
            found.cases.push_back(std::move(one));
        }
    }
    found.pattern = best_of(patterns_in(found.cases, asked_by_expected), found.cases.size());
    // One of each kind, then a second one of each, until there are three.
    const auto groups = by_kind(found);
    const std::size_t wanted = std::min(k_telling, found.cases.size());
    for (std::size_t round = 0; found.telling.size() < wanted; ++round) {
        for (const auto& group : groups) {
            if (round < group.size() && found.telling.size() < wanted) {
                found.telling.push_back(group[round]);
            }
        }
    }
    return found;
}

}  // namespace palier::core
