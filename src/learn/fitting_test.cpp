#include "learn/fitting.h"

#include "base/rng.h"
#include "core/calibration.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace palier::learn {
namespace {

std::size_t best_of(const std::vector<double>& scores) {
    return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

double share_right(const Fitted& fitted, const Examples& examples) {
    double right = 0;
    for (std::size_t i = 0; i < fitted.held_out.size(); ++i) {
        right += best_of(fitted.held_out[i]) == examples.right[i] ? 1 : 0;
    }
    return right / static_cast<double>(examples.right.size());
}

// Texts of four intents out of a few words each; `noise`: share of labels that are drawn anew.
Examples intents(std::size_t count, double noise) {
    const std::vector<std::vector<std::string>> words{{"parcel", "track", "late", "courier"},
                                                      {"refund", "money", "cancel", "bank"},
                                                      {"password", "login", "reset", "account"},
                                                      {"colour", "size", "shirt", "stock"}};
    Rng rng(9);
    Examples out;
    out.labels = {"a", "b", "c", "d"};
    out.sha256 = "made";
    for (std::size_t i = 0; i < count; ++i) {
        const auto of = static_cast<std::size_t>(rng.below(4));
        std::string text = "please help me";
        std::vector<float> state{1, 0, 0, 0, 0};
        for (int word = 0; word < 3; ++word) {
            text += " " + words[of][rng.below(4)];
        }
        for (std::size_t d = 0; d < 4; ++d) {
            state[d + 1] = static_cast<float>((d == of ? 1.0 : 0.0) + rng.uniform() - 0.5);
        }
        out.texts.push_back(text);
        out.states.push_back(state);
        out.right.push_back(rng.uniform() < noise ? static_cast<std::size_t>(rng.below(4)) : of);
    }
    return out;
}

TEST_CASE("each method learns what it can") {
    const Examples examples = intents(100, 0);
    CHECK(share_right(fit(examples, Method::LinearText, ""), examples) > 0.95);
    CHECK(share_right(fit(examples, Method::Nearest, ""), examples) > 0.95);
    CHECK(share_right(fit(examples, Method::Head, "m"), examples) > 0.95);
    CHECK(share_right(fit(examples, Method::Majority, ""), examples) < 0.5);
}

TEST_CASE("labels that mean nothing are not learned: held-out scores stay at chance") {
    const Examples examples = intents(200, 1);
    for (const Method method : {Method::LinearText, Method::Nearest, Method::Head}) {
        const Fitted fitted = fit(examples, method, "m");
        CHECK(share_right(fitted, examples) < 0.4);
    }
}

TEST_CASE("what is learned answers as the same fit answers held-out examples of its kind") {
    const Examples examples = intents(120, 0);
    const Examples fresh = intents(240, 0);
    for (const Method method : {Method::LinearText, Method::Head}) {
        const Learned learned = fit(examples, method, "m").learned;
        double right = 0;
        for (std::size_t i = 120; i < 240; ++i) {
            const auto scores = method == Method::Head ? learned.scores(fresh.states[i])
                                                       : learned.scores(fresh.texts[i]);
            right += best_of(scores) == fresh.right[i] ? 1 : 0;
        }
        CHECK(right / 120 > 0.95);
    }
}

TEST_CASE(
    "noisy labels ask for a stronger penalty than clean ones, and for humbler probabilities") {
    const Fitted clean = fit(intents(150, 0), Method::LinearText, "");
    const Fitted noisy = fit(intents(150, 0.6), Method::LinearText, "");
    CHECK(noisy.learned.strength < clean.learned.strength);
    CHECK(core::log_softmax(noisy.held_out[0])[best_of(noisy.held_out[0])] <
          core::log_softmax(clean.held_out[0])[best_of(clean.held_out[0])]);
}

TEST_CASE(
    "the curve has a point for each size that the folds allow, and rises where there is much to "
    "learn") {
    const Fitted fitted = fit(intents(150, 0.2), Method::LinearText, "");
    REQUIRE(fitted.curve.size() == 4);
    CHECK(fitted.curve[0].examples == 25);
    CHECK(fitted.curve[2].examples == 100);
    CHECK(fitted.curve[3].examples == 120);
    CHECK(fitted.curve.back().accuracy >= fitted.curve.front().accuracy);
}

TEST_CASE("examples that are never held out teach every fold, and are not measured") {
    const Examples few = intents(20, 0);
    Examples many = intents(400, 0);
    many.always = 380;
    for (const Method method : {Method::LinearText, Method::Nearest, Method::Head}) {
        const Fitted alone = fit(few, method, "m");
        const Fitted helped = fit(many, method, "m");
        CHECK(helped.held_out.size() == 20);
        CHECK(helped.learned.examples == 400);
        CHECK(share_right(helped, few) >= share_right(alone, few));
        CHECK(helped.curve.empty() == (method == Method::Nearest));
        if (!helped.curve.empty()) {
            CHECK(helped.curve.back().examples == 396);
        }
    }
}

TEST_CASE(
    "one example, one class, fewer examples than labels and empty texts are learned from too") {
    Examples examples;
    examples.labels = {"a", "b", "c"};
    examples.right = {1};
    examples.texts = {""};
    examples.states = {{0, 0}};
    for (const Method method :
         {Method::Majority, Method::Nearest, Method::LinearText, Method::Head}) {
        const Fitted one = fit(examples, method, "m");
        REQUIRE(one.held_out.size() == 1);
        CHECK(one.held_out[0].size() == 3);
        Examples two = examples;
        two.right.push_back(1);
        two.texts.emplace_back("b");
        two.states.push_back({1, 1});
        const Fitted same_class = fit(two, method, "m");
        const auto scores = method == Method::Head
                                ? same_class.learned.scores(std::vector<float>{1, 1})
                                : same_class.learned.scores("b");
        CHECK(best_of(scores) == 1);
    }
}

}  // namespace
}  // namespace palier::learn
