#include "system/scores.h"

#include "base/check.h"
#include "base/text.h"
#include "core/calibration.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace palier::system {
namespace {

constexpr std::string_view k_head = "label_scores";
constexpr std::string_view k_chosen = " chosen ";

}  // namespace

std::string text_of_scores(const Scores& scores, std::optional<std::size_t> chosen) {
    std::string out(k_head);
    for (const engine::LabelScore& score : scores) {
        out += " " + shortest(score.log_probability) + "/" + std::to_string(score.tokens);
    }
    if (chosen) {
        out += std::string(k_chosen) + std::to_string(*chosen);
    }
    return out;
}

std::optional<std::size_t> chosen_in(std::string_view raw, std::size_t labels) {
    const std::size_t at = raw.starts_with(k_head) ? raw.find(k_chosen) : std::string_view::npos;
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const char* const end = raw.data() + raw.size();
    std::size_t place = 0;
    const auto read = std::from_chars(raw.data() + at + k_chosen.size(), end, place);
    return read.ec == std::errc{} && read.ptr == end && place < labels ? std::optional(place)
                                                                       : std::nullopt;
}

namespace {

std::optional<Scores> scores_in_line(std::string_view raw, std::size_t labels) {
    if (!raw.starts_with(k_head)) {
        return std::nullopt;
    }
    Scores scores;
    if (raw.find(k_chosen) != std::string_view::npos) {
        if (!chosen_in(raw, labels)) {
            return std::nullopt;
        }
        raw = raw.substr(0, raw.find(k_chosen));
    }
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

}  // namespace

std::vector<Scores> orders_of(std::string_view raw, std::size_t labels) {
    std::vector<Scores> orders;
    for (const std::string& line : split(raw, '\n')) {
        auto scores = scores_in_line(line, labels);
        if (!scores) {
            return {};
        }
        orders.push_back(*std::move(scores));
    }
    return orders;
}

std::optional<Scores> scores_of(std::string_view raw, std::size_t labels) {
    const std::vector<Scores> orders = orders_of(raw, labels);
    return orders.empty() ? std::nullopt : std::optional(mean_of(orders));
}

Scores mean_of(const std::vector<Scores>& orders) {
    PALIER_CHECK(!orders.empty(), "a mean needs an order");
    Scores mean = orders.front();
    for (std::size_t order = 1; order < orders.size(); ++order) {
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i].log_probability += orders[order][i].log_probability;
        }
    }
    for (engine::LabelScore& score : mean) {
        score.log_probability /= static_cast<double>(orders.size());
    }
    return mean;
}

Scores scores_or_none(std::string_view raw, std::size_t labels) {
    return scores_of(raw, labels).value_or(Scores{});
}

std::vector<double> values_of(const Scores& scores, core::LabelNorm norm, const LabelPrior& prior) {
    PALIER_CHECK(!scores.empty(), "a choice needs labels");
    PALIER_CHECK(norm != core::LabelNorm::MinusEmpty || prior.empty.size() == scores.size(),
                 "minus-empty needs the scores after an empty input");
    PALIER_CHECK(norm != core::LabelNorm::MinusPrior || prior.of_dev.size() == scores.size(),
                 "minus-prior needs a prior per label");
    std::vector<double> values;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        double value = scores[i].log_probability;
        switch (norm) {
            case core::LabelNorm::Sum:
                break;
            case core::LabelNorm::Mean:
                value /= std::max(scores[i].tokens, 1);
                break;
            case core::LabelNorm::MinusEmpty:
                value -= prior.empty[i].log_probability;
                break;
            case core::LabelNorm::MinusPrior:
                value -= prior.of_dev[i];
                break;
        }
        values.push_back(value);
    }
    return values;
}

std::size_t best_of(const std::vector<double>& values) {
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

std::vector<double> prior_over(const std::vector<Scores>& answers) {
    PALIER_CHECK(!answers.empty(), "a prior needs answers");
    std::vector<double> shares(answers.front().size(), 0.0);
    for (const Scores& scores : answers) {
        const auto log_p = core::log_softmax(values_of(scores, core::LabelNorm::Sum, {}));
        for (std::size_t i = 0; i < shares.size(); ++i) {
            shares[i] += std::exp(log_p[i]) / static_cast<double>(answers.size());
        }
    }
    // A label that no answer gives any mass would win every choice.
    constexpr double k_least = 1e-6;
    for (double& share : shares) {
        share = std::log(std::max(share, k_least));
    }
    return shares;
}

}  // namespace palier::system
