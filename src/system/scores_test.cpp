#include "system/scores.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace palier::system {

TEST_CASE("label scores survive as text") {
    const std::string raw = text_of_scores({{-4.0, 4}, {-3.25, 1}});
    CHECK(raw == "label_scores -4/4 -3.25/1");
    const auto scores = scores_of(raw, 2);
    REQUIRE(scores);
    CHECK((*scores)[1].log_probability == -3.25);
    CHECK((*scores)[1].tokens == 1);
}

TEST_CASE("labels are chosen by sum, mean or less the empty input; ties go to the first") {
    const Scores scores{{-4.0, 4}, {-3.0, 1}};
    const auto chosen = [&](core::LabelNorm norm, const LabelPrior& prior) {
        return best_of(values_of(scores, norm, prior));
    };
    CHECK(chosen(core::LabelNorm::Sum, {}) == 1);
    CHECK(chosen(core::LabelNorm::Mean, {}) == 0);
    CHECK(chosen(core::LabelNorm::MinusEmpty, {{{-9.0, 4}, {-3.5, 1}}, {}}) == 0);
    CHECK(chosen(core::LabelNorm::MinusPrior, {{}, {-5.0, -0.1}}) == 0);
    CHECK(best_of({-1, -1}) == 0);
}

TEST_CASE("what an endpoint has chosen, and what it rules out, is kept with the scores") {
    const double never = -std::numeric_limits<double>::infinity();
    const std::string text = text_of_scores({{-0.5, 1}, {never, 1}}, 1);
    CHECK(text == "label_scores -0.5/1 -inf/1 chosen 1");
    const auto scores = scores_of(text, 2);
    REQUIRE(scores);
    CHECK((*scores)[1] == engine::LabelScore{never, 1});
    CHECK(chosen_in(text, 2) == 1);
    CHECK_FALSE(chosen_in("label_scores -0.5/1 -2/1", 2));
    for (const char* damaged : {"label_scores -1/1 -2/1 chosen 2",
                                "label_scores -1/1 -2/1 chosen",
                                "label_scores -1/1 -2/1 chosen 1x",
                                "label_scores -1/1 -2/1 chosen 1 -3/1"}) {
        CAPTURE(damaged);
        CHECK_FALSE(scores_of(damaged, 2));
        CHECK_FALSE(chosen_in(damaged, 2));
    }
}

TEST_CASE("texts that are no label scores are refused, whatever the bytes") {
    CHECK_FALSE(scores_of("billing", 2));
    CHECK_FALSE(scores_of("label_scores -1/1", 2));
    CHECK_FALSE(scores_of("label_scores a/1 -1/1", 2));
    Rng rng(4);
    const std::string_view alphabet = "label_scores /-0123456789.e";
    int refused = 0;
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (auto length = rng.below(40); length > 0; --length) {
            text += alphabet[rng.below(alphabet.size())];
        }
        refused += scores_of(text, 1) ? 0 : 1;
    }
    CHECK(refused == 5000);
}

TEST_CASE("a label that wins over every input has the highest prior, and loses it") {
    const std::vector<Scores> answers{{{-1.0, 1}, {-1.5, 1}}, {{-1.0, 1}, {-3.0, 1}}};
    const std::vector<double> prior = prior_over(answers);
    CHECK(prior[0] > prior[1]);
    CHECK(std::exp(prior[0]) + std::exp(prior[1]) == doctest::Approx(1));
    CHECK(best_of(values_of(answers[0], core::LabelNorm::Sum, {})) == 0);
    CHECK(best_of(values_of(answers[0], core::LabelNorm::MinusPrior, {{}, prior})) == 1);
    CHECK(best_of(values_of(answers[1], core::LabelNorm::MinusPrior, {{}, prior})) == 0);
}

TEST_CASE("a label without any mass keeps a finite prior") {
    CHECK(std::isfinite(prior_over({{{-1.0, 1}, {-1e9, 1}}})[1]));
}

TEST_CASE("scores of several orders are read apart and as their mean") {
    const Scores one{{-1, 1}, {-3, 2}}, two{{-2, 1}, {-1, 2}};
    const std::string raw = text_of_scores(one) + "\n" + text_of_scores(two);
    CHECK(orders_of(raw, 2) == std::vector<Scores>{one, two});
    CHECK(scores_of(raw, 2) == Scores{{-1.5, 1}, {-2, 2}});
    CHECK(orders_of(raw + "\n", 2).empty());
    CHECK_FALSE(scores_of(text_of_scores(one) + "\nlabel_scores 1/1", 2));
}

}  // namespace palier::system
