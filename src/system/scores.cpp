#include "system/scores.h"

#include "base/check.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace palier::system {
namespace {

constexpr std::string_view k_head = "label_scores";

}  // namespace

std::string text_of_scores(const Scores& scores) {
    std::string out(k_head);
    for (const engine::LabelScore& score : scores) {
        out += " " + shortest(score.log_probability) + "/" + std::to_string(score.tokens);
    }
    return out;
}

std::optional<Scores> scores_of(std::string_view raw, std::size_t labels) {
    if (!raw.starts_with(k_head)) {
        return std::nullopt;
    }
    Scores scores;
    const char* at = raw.data() + k_head.size();
    const char* const end = raw.data() + raw.size();
    while (at != end) {
        engine::LabelScore score;
        if (*at != ' ') {
            return std::nullopt;
        }
        const auto sum = std::from_chars(at + 1, end, score.log_probability);
        if (sum.ec != std::errc{} || sum.ptr == end || *sum.ptr != '/') {
            return std::nullopt;
        }
        const auto count = std::from_chars(sum.ptr + 1, end, score.tokens);
        if (count.ec != std::errc{}) {
            return std::nullopt;
        }
        at = count.ptr;
        scores.push_back(score);
    }
    return scores.size() == labels ? std::optional(scores) : std::nullopt;
}

std::size_t best_label(const Scores& scores, core::LabelNorm norm, const Scores& empty) {
    PALIER_CHECK(!scores.empty(), "a choice needs labels");
    PALIER_CHECK(norm != core::LabelNorm::MinusEmpty || empty.size() == scores.size(),
                 "minus-empty needs the scores after an empty input");
    const auto value = [&](std::size_t i) {
        switch (norm) {
            case core::LabelNorm::Sum:
                return scores[i].log_probability;
            case core::LabelNorm::Mean:
                return scores[i].log_probability / std::max(scores[i].tokens, 1);
            case core::LabelNorm::MinusEmpty:
                return scores[i].log_probability - empty[i].log_probability;
        }
        return scores[i].log_probability;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < scores.size(); ++i) {
        if (value(i) > value(best)) {
            best = i;
        }
    }
    return best;
}

}  // namespace palier::system
