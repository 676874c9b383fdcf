#include "core/rating.h"

#include "core/statistics.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace palier::core {
namespace {

constexpr std::array<std::pair<Opinion, std::string_view>, 3> k_opinions{
    {{Opinion::Good, "good"}, {Opinion::Bad, "bad"}, {Opinion::Skipped, "skipped"}}};

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

bool grader_is_right(const GivenAnswer& answer) {
    return 2 * answer.score >= k_one;
}

std::vector<TwoRaters> pairs_of_raters(const RatingsByText& ratings,
                                       const std::set<std::string>& said,
                                       double level) {
    std::map<std::pair<std::string, std::string>, Pairs> shared;
    for (const auto& [text, opinions] : ratings) {
        if (!said.contains(text)) {
            continue;
        }
        for (const Rating* first : opinions) {
            for (const Rating* second : opinions) {
                if (first->rater < second->rater && first->opinion != Opinion::Skipped &&
                    second->opinion != Opinion::Skipped) {
                    shared[{first->rater, second->rater}].emplace_back(
                        first->opinion == Opinion::Good, second->opinion == Opinion::Good);
                }
            }
        }
    }
    std::vector<TwoRaters> found;
    found.reserve(shared.size());
    for (const auto& [names, pairs] : shared) {
        found.push_back({names.first, names.second, agreement_of(pairs, level)});
    }
    return found;
}

// Of the texts that were said.
void count_texts(const RatingsByText& ratings,
                 const std::set<std::string>& said,
                 RatingSummary& out) {
    out.texts = static_cast<std::int64_t>(said.size());
    for (const std::string& text : said) {
        const auto found = ratings.find(text);
        if (found == ratings.end()) {
            continue;
        }
        ++(is_good(found->second) ? out.rated_texts : out.skipped_texts);
        for (const Rating* rating : found->second) {
            out.by_rater[rating->rater] += rating->opinion == Opinion::Skipped ? 0 : 1;
        }
    }
}

bool is_disputed(const std::vector<const Rating*>& of_one_text) {
    const auto count = [&](Opinion opinion) {
        return std::ranges::count(of_one_text, opinion, &Rating::opinion);
    };
    return count(Opinion::Good) > 0 && count(Opinion::Good) == count(Opinion::Bad);
}

}  // namespace

std::string_view name_of(Opinion opinion) {
    return std::ranges::find(k_opinions, opinion, &std::pair<Opinion, std::string_view>::first)
        ->second;
}

std::optional<Opinion> opinion_from(std::string_view word) {
    const auto* found =
        std::ranges::find(k_opinions, word, &std::pair<Opinion, std::string_view>::second);
    return found == k_opinions.end() ? std::nullopt : std::optional(found->first);
}

std::optional<bool> is_good(const std::vector<const Rating*>& of_one_text) {
    std::int64_t good = 0, bad = 0;
    for (const Rating* rating : of_one_text) {
        good += rating->opinion == Opinion::Good ? 1 : 0;
        bad += rating->opinion == Opinion::Bad ? 1 : 0;
    }
    return good + bad == 0 ? std::nullopt : std::optional(good > bad);
}

RatingsByText by_text(const std::vector<Rating>& ratings) {
    RatingsByText sorted;
    for (const Rating& rating : ratings) {
        sorted[rating.answer].push_back(&rating);
    }
    return sorted;
}

RatingSummary summarise(std::size_t systems,
                        const std::vector<GivenAnswer>& answers,
                        const std::vector<Rating>& ratings,
                        double level) {
    RatingSummary out;
    out.systems.resize(systems);
    const RatingsByText sorted = by_text(ratings);
    std::set<std::string> said;
    std::vector<Pairs> pairs(systems);
    Pairs all;
    for (const GivenAnswer& answer : answers) {
        RatedSystem& system = out.systems[answer.system];
        ++system.answers;
        if (!answer.empty) {
            said.insert(answer.key);
        }
        const auto found = sorted.find(answer.key);
        const auto good = found == sorted.end() ? std::nullopt : is_good(found->second);
        if (!good) {
            continue;
        }
        ++system.rated;
        system.good += *good ? 1 : 0;
        system.empty += answer.empty ? 1 : 0;
        system.disputed += is_disputed(found->second) ? 1 : 0;
        if (!answer.empty) {
            pairs[answer.system].emplace_back(*good, grader_is_right(answer));
            all.push_back(pairs[answer.system].back());
        }
    }
    for (std::size_t i = 0; i < systems; ++i) {
        RatedSystem& system = out.systems[i];
        system.share = wilson(system.good, system.rated, level);
        system.with_grader = agreement_of(pairs[i], level);
    }
    out.with_grader = agreement_of(all, level);
    out.raters = pairs_of_raters(sorted, said, level);
    count_texts(sorted, said, out);
    return out;
}

}  // namespace palier::core
