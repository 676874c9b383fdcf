#include "core/judged.h"

#include "core/statistics.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace palier::core {
namespace {

constexpr double k_shown_level = 0.95;

constexpr std::array<std::pair<RuleVerdict, std::string_view>, 3> k_verdicts{
    {{RuleVerdict::Holds, "holds"}, {RuleVerdict::Broken, "broken"}, {RuleVerdict::None, "none"}}};

// What people say of a text: an opinion, or that they saw and skipped it.
struct Said {
    std::optional<bool> good;
    bool seen = false;
};

Said people_on(const RatingsByText& ratings, const std::string& key) {
    const auto found = ratings.find(key);
    return found == ratings.end() ? Said{} : Said{is_good(found->second), true};
}

JudgeQuality quality_of(const std::set<std::string>& texts,
                        const RatingsByText& ratings,
                        const JudgedTexts& verdicts) {
    JudgeQuality out;
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const std::string& key : texts) {
        const auto people = people_on(ratings, key).good;
        const auto verdict = verdicts.find(key);
        if (!people || verdict == verdicts.end()) {
            continue;
        }
        const auto judge = judged_good(verdict->second);
        if (!judge) {
            ++out.no_verdict;
            continue;
        }
        pairs.emplace_back(*people, *judge);
        Detection& detection = *people ? out.sensitivity : out.specificity;
        ++detection.of;
        detection.found += *people == *judge ? 1 : 0;
    }
    out.agreement = agreement_of(pairs, k_shown_level);
    for (Detection* detection : {&out.sensitivity, &out.specificity}) {
        detection->share = clopper_pearson(detection->found, detection->of, k_shown_level);
    }
    return out;
}

// Called good, called bad, no verdict, nothing said. The last is bad without a look.
constexpr std::size_t k_good = 0, k_bad = 1, k_none = 2, k_empty = 3, k_groups = 4;

// What is counted of one System on the way.
struct Counting {
    std::vector<JudgedGroup> groups = std::vector<JudgedGroup>(k_groups);
    std::int64_t seen = 0, skipped = 0;
};

std::vector<NoPromise> reasons(const JudgedInputs& in,
                               const JudgedSystem& system,
                               const Counting& counting) {
    const auto more_than_most = [](std::int64_t some, std::int64_t all) {
        return static_cast<double>(some) > k_most_without * static_cast<double>(all);
    };
    std::vector<NoPromise> why;
    const auto add = [&](bool holds, NoPromise reason) {
        if (holds) {
            why.push_back(reason);
        }
    };
    add(system.judged < system.answers, NoPromise::NotJudged);
    add(counting.seen - counting.skipped <= 0, NoPromise::NoRating);
    add(in.on_dev, NoPromise::Chosen);
    add(!in.on_dev && system.answers < in.test_cases, NoPromise::StoppedEarly);
    add(more_than_most(system.no_verdict, system.answers), NoPromise::NoVerdict);
    add(more_than_most(counting.skipped, counting.seen), NoPromise::Skipped);
    return why;
}

void count_answer(const GivenAnswer& answer,
                  const RatingsByText& ratings,
                  const JudgedTexts& verdicts,
                  JudgedSystem& system,
                  Counting& counting) {
    ++system.answers;
    const auto verdict = verdicts.find(answer.key);
    if (!answer.empty && verdict == verdicts.end()) {
        return;
    }
    const auto judge = answer.empty ? std::optional(false) : judged_good(verdict->second);
    ++system.judged;
    system.good += judge.value_or(false) ? 1 : 0;
    system.no_verdict += judge ? 0 : 1;
    if (!answer.independent) {
        return;
    }
    ++system.independent;
    const std::size_t place = answer.empty ? k_empty : !judge ? k_none : *judge ? k_good : k_bad;
    JudgedGroup& group = counting.groups[place];
    ++group.judged;
    if (answer.empty) {
        ++group.rated;
        return;
    }
    const Said people = people_on(ratings, answer.key);
    counting.seen += people.seen ? 1 : 0;
    counting.skipped += people.seen && !people.good ? 1 : 0;
    group.rated += people.good ? 1 : 0;
    group.good += people.good.value_or(false) ? 1 : 0;
}

void count_rules(const std::set<std::string>& texts, const JudgedInputs& in, JudgedSummary& out) {
    out.broken.resize(in.rules);
    out.texts = static_cast<std::int64_t>(texts.size());
    for (const std::string& key : texts) {
        const auto verdict = in.verdicts.find(key);
        if (verdict == in.verdicts.end()) {
            continue;
        }
        ++out.judged_texts;
        out.no_verdict += judged_good(verdict->second) ? 0 : 1;
        for (std::size_t rule = 0; rule < in.rules; ++rule) {
            out.broken[rule] += verdict->second[rule] == RuleVerdict::Broken ? 1 : 0;
        }
    }
}

}  // namespace

std::string_view name_of(RuleVerdict verdict) {
    return std::ranges::find(k_verdicts, verdict, &std::pair<RuleVerdict, std::string_view>::first)
        ->second;
}

std::optional<RuleVerdict> rule_verdict_from(std::string_view word) {
    const auto* found =
        std::ranges::find(k_verdicts, word, &std::pair<RuleVerdict, std::string_view>::second);
    return found == k_verdicts.end() ? std::nullopt : std::optional(found->first);
}

std::string_view name_of(NoPromise why) {
    switch (why) {
        case NoPromise::NotJudged:
            return "not_judged";
        case NoPromise::NoRating:
            return "no_rating";
        case NoPromise::Chosen:
            return "chosen_on_dev";
        case NoPromise::StoppedEarly:
            return "stopped_early";
        case NoPromise::NoVerdict:
            return "no_verdict";
        case NoPromise::Skipped:
            return "skipped";
    }
    return "";
}

std::optional<bool> judged_good(const std::vector<RuleVerdict>& rules) {
    const auto has = [&](RuleVerdict verdict) {
        return std::ranges::find(rules, verdict) != rules.end();
    };
    if (has(RuleVerdict::Broken)) {
        return false;
    }
    return has(RuleVerdict::None) || rules.empty() ? std::nullopt : std::optional(true);
}

JudgedSummary summarise_judged(const JudgedInputs& in) {
    JudgedSummary out;
    out.systems.resize(in.systems);
    const RatingsByText ratings = by_text(in.ratings);
    std::vector<Counting> counted(in.systems);
    std::set<std::string> texts;
    for (const GivenAnswer& answer : in.answers) {
        if (!answer.empty) {
            texts.insert(answer.key);
        }
        count_answer(
            answer, ratings, in.verdicts, out.systems[answer.system], counted[answer.system]);
    }
    const double level = 1 - in.alpha / static_cast<double>(std::max<std::size_t>(in.systems, 1));
    for (std::size_t i = 0; i < in.systems; ++i) {
        Rng rng(1);
        JudgedSystem& system = out.systems[i];
        system.why_not = reasons(in, system, counted[i]);
        // The empty answers alone are no rating by people.
        if (std::ranges::find(system.why_not, NoPromise::NoRating) != system.why_not.end()) {
            counted[i].groups[k_bad].judged += std::exchange(counted[i].groups[k_empty].judged, 0);
            counted[i].groups[k_empty].rated = 0;
        }
        system.rate = corrected_rate(counted[i].groups, level, rng);
    }
    out.quality = quality_of(texts, ratings, in.verdicts);
    count_rules(texts, in, out);
    return out;
}

}  // namespace palier::core
