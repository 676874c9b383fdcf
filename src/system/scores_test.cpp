#include "system/scores.h"

#include "base/rng.h"

#include <doctest/doctest.h>

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
    CHECK(best_label(scores, core::LabelNorm::Sum, {}) == 1);
    CHECK(best_label(scores, core::LabelNorm::Mean, {}) == 0);
    CHECK(best_label(scores, core::LabelNorm::MinusEmpty, {{-9.0, 4}, {-3.5, 1}}) == 0);
    CHECK(best_label({{-1, 1}, {-1, 1}}, core::LabelNorm::Sum, {}) == 0);
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

}  // namespace palier::system
