#include "engine/openai/dialect.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

// What of a request is given up after such a complaint.
std::vector<std::string> given_up_after(std::string_view complaint) {
    const auto other = without_refused({}, complaint);
    return other ? other->given_up() : std::vector<std::string>{};
}

TEST_CASE("a refused parameter is found in any spelling, as a whole word") {
    for (const char* text : {"Unrecognized request argument supplied: top_p",
                             "topP must be less than 1",
                             "body\ntop-p\nExtra inputs are not permitted",
                             "`top p` is not supported",
                             "TOP_P"}) {
        CAPTURE(text);
        CHECK(given_up_after(text) == std::vector<std::string>{"top_p"});
    }
    CHECK(given_up_after("presencePenalty is unknown").size() == 1);
    CHECK(given_up_after("frequency-penalty: unknown field").size() == 1);
    for (const char* text : {"the prompt is too long",
                             "do not use my_top_k or seeds",
                             "stop p",
                             "in 3 n words",
                             "upstream failed",
                             ""}) {
        CAPTURE(text);
        CHECK(given_up_after(text).empty());
    }
}

TEST_CASE("one letter is a parameter only where it is marked as one") {
    for (const char* text : {"'n' is not supported",
                             "unknown field \"n\"",
                             "n: not permitted",
                             "body\nn\nExtra inputs are not permitted"}) {
        CAPTURE(text);
        CHECK(given_up_after(text) == std::vector<std::string>{"n"});
    }
}

TEST_CASE("what cannot be left out is put in another way") {
    const auto renamed = without_refused(
        {}, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
    REQUIRE(renamed);
    CHECK_FALSE(renamed->has(Form::MaxTokens));
    CHECK_FALSE(without_refused(*renamed, "max_completion_tokens"));
    const auto warm = without_refused({}, "temperature does not support 0, only the default (1)");
    REQUIRE(warm);
    CHECK_FALSE(warm->has(Form::Temperature));
    CHECK(without_refused({}, "streaming is not supported")->has(Form::Stream) == false);
    CHECK(without_refused({}, "stream_options: not permitted")->has(Form::Stream));
}

TEST_CASE("a system role that is refused is seen, however it is said") {
    for (const char* text : {"System role not supported",
                             "Conversation roles must alternate user/assistant/user/assistant/...",
                             "Developer instruction is not enabled for models/x",
                             "messages.0.role: Input should be 'user' or 'assistant'",
                             "'messages[0].role' does not support 'system' with this model",
                             "Only user and assistant roles are supported!"}) {
        CAPTURE(text);
        const auto other = without_refused({}, text);
        REQUIRE(other);
        CHECK_FALSE(other->has(Form::SystemRole));
        CHECK(other->has(Form::Temperature));
    }
}

TEST_CASE("what went wrong is told from what may not be asked") {
    CHECK(complains_of_form("top_k: extra fields not permitted"));
    CHECK(complains_of_form("roles must alternate"));
    CHECK_FALSE(complains_of_form("the stream broke off"));
    CHECK_FALSE(complains_of_form(""));
}

TEST_CASE("giving up ends, joins, and is told in words") {
    Dialect a;
    a.give_up(Form::TopK);
    Dialect b;
    b.give_up(Form::Seed);
    a.join(b);
    CHECK(a.given_up() == std::vector<std::string>{"top_k", "seed"});
    CHECK_FALSE(without_refused(a, "top_k and seed"));
    a.give_up_neutral_parts();
    CHECK(a.given_up().size() == 7);
    CHECK(a.has(Form::SystemRole));
}

TEST_CASE("arbitrary complaints only ever give up something more") {
    Rng rng(4);
    static constexpr std::string_view k_alphabet = "top_kpn seed.'\"`max_tokens\xff";
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            text += k_alphabet[rng.below(k_alphabet.size())];
        }
        Dialect dialect;
        for (int step = 0; step < 20; ++step) {
            const auto next = without_refused(dialect, text);
            if (!next) {
                break;
            }
            REQUIRE(next->given_up().size() > dialect.given_up().size());
            dialect = *next;
        }
        CHECK_FALSE(without_refused(dialect, text));
    }
}

}  // namespace
}  // namespace palier::engine::openai
