// Ratings: what people say of the answers of a run, and what that adds up to. Pure.
#pragma once

#include "base/units.h"
#include "core/agreement.h"
#include "core/sequential.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core {

// Skipped: seen, and neither.
enum class Opinion { Good, Bad, Skipped };
[[nodiscard]] std::string_view name_of(Opinion opinion);  // "good", "bad", "skipped"
[[nodiscard]] std::optional<Opinion> opinion_from(std::string_view word);

// Of one person on one text to one case, whoever gave it.
struct Rating {
    std::string answer;  // GivenAnswer::key
    std::string rater;
    Opinion opinion = Opinion::Skipped;
    std::string note;
    bool operator==(const Rating&) const = default;
};

// Of one System to one case.
struct GivenAnswer {
    std::size_t system = 0;  // place in the list of Systems
    std::string case_id;
    // Of the case and the text: equal texts to one case have equal keys, so that one look rates
    // them all.
    std::string key;
    bool empty = false;       // nothing was said: not good, and nobody is asked
    Micros score = 0;         // of the job's metric
    bool independent = true;  // the System's first of its group of cases
};

struct RatedSystem {
    std::int64_t answers = 0;  // of all, rated or not
    std::int64_t rated = 0, good = 0;
    std::int64_t empty = 0;     // of the rated ones
    std::int64_t disputed = 0;  // of the rated ones: as many said good as bad, which is not good
    Interval share;             // of the good ones among the rated; Wilson
    // Of people with the grader, which is right from half of the score upwards; without the empty
    // ones, on which both agree by rule.
    Agreement with_grader;
};

struct TwoRaters {
    std::string first, second;
    Agreement agreement;  // on the texts that both called good or bad, the empty ones left out
};

struct RatingSummary {
    std::vector<RatedSystem> systems;
    Agreement with_grader;                         // over all Systems
    std::vector<TwoRaters> raters;                 // each pair with a text in common, by name
    std::map<std::string, std::int64_t> by_rater;  // texts called good or bad
    std::int64_t texts = 0, rated_texts = 0, skipped_texts = 0;  // different ones; skipped by all
};

// Good, by those who said good or bad: more said good. nullopt: nobody did.
[[nodiscard]] std::optional<bool> is_good(const std::vector<const Rating*>& of_one_text);

// By key.
using RatingsByText = std::map<std::string, std::vector<const Rating*>, std::less<>>;
// Borrows the ratings.
[[nodiscard]] RatingsByText by_text(const std::vector<Rating>& ratings);

// `systems`: how many there are. Ratings of texts that nobody gave are passed over. level: such as
// 0.95.
[[nodiscard]] RatingSummary summarise(std::size_t systems,
                                      const std::vector<GivenAnswer>& answers,
                                      const std::vector<Rating>& ratings,
                                      double level);

}  // namespace palier::core
