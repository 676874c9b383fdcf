#include "answer/thinking.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

TEST_CASE("the thoughts of a model are no part of its answer") {
    CHECK(without_thinking("<think>it is spam\n</think>ham") == "ham");
    CHECK(without_thinking("a <Thinking>x</THINKING>b") == "a b");
    CHECK(without_thinking("so it is spam</think> ham") == " ham");
    CHECK(without_thinking("<think>spam or ham") == "");
    CHECK(without_thinking("<think>a</think>b<think>c</think>d") == "bd");
    CHECK(without_thinking("<think>a<think>b</think>c</think>d") == "d");
    CHECK(without_thinking("<think></think>\n\nham") == "\n\nham");
}

TEST_CASE("every mark of the table opens and closes a thought") {
    for (const char* text :
         {"[THINK]spam[/THINK]ham",
          "<thought>spam</thought>ham",
          "<seed:think>spam</seed:think>ham",
          "<|begin_of_thought|>spam<|end_of_thought|>ham",
          "<|START_THINKING|>spam<|END_THINKING|>ham",
          "\xe2\x97\x81think\xe2\x96\xb7spam\xe2\x97\x81/think\xe2\x96\xb7ham",
          "<longcat_think>spam</longcat_think>ham",
          "<reasoning>spam</reasoning>ham",
          "<thinking mode=\"deep\">spam</thinking>ham",
          "< think >spam</ think >ham",
          "<|think|>spam<|/think|>ham",
          "<unused94>thought\nspam<unused95>ham",
          "<|inner_prefix|>spam<|inner_suffix|>ham",
          "<|channel>thought\nspam<channel|>ham",
          "<inner_monologue>spam</inner_monologue>ham",
          "<think/>ham",
          "Thinking...\nspam\n...done thinking.ham",
          "Here is my thought process: spam Here is my response:ham",
          "<|channel|>analysis<|message|>spam<|end|><|start|>assistant<|channel|>"
          "final<|message|>ham<|return|>",
          "<|channel|>analysis<|message|>spam<|end|><|channel|>final "
          "<|constrain|>json<|message|>ham",
          "analysisIt may be spam.assistantfinalham",
          "assistantfinalham"}) {
        CAPTURE(text);
        const Spoken spoken = spoken_of(text);
        CHECK(spoken.text == "ham");
        CHECK_FALSE(spoken.ends_in_thought);
        CHECK(spoken.thinking_bytes == std::string_view(text).size() - 3);
    }
}

TEST_CASE("a thought that never ends is known as one") {
    for (const char* text :
         {"<think>spam or ham",
          "[THINK]spam",
          "<think>a</think>ham<think>b",
          "<|channel|>analysis<|message|>it is ham",
          "<|channel|>analysis<|message|>x<|end|><|channel|>commentary<|message|>ham",
          "analysisWe have to decide: ham",
          "Here is my thought process:\nham"}) {
        CAPTURE(text);
        CHECK(spoken_of(text).ends_in_thought);
    }
}

TEST_CASE("what only looks like a mark is part of the answer") {
    for (const char* text : {"1 < 2",
                             "<b>ham</b>",
                             "analysis",
                             "analysis of the ham",
                             "I think [ham]",
                             "the thinking... of ham",
                             "[thinkpad]",
                             "<rethink>",
                             "<thinker>",
                             "{\"thoughts\": \"ham\"}",
                             "the assistantfinal word"}) {
        CAPTURE(text);
        CHECK(without_thinking(text) == text);
        CHECK(spoken_of(text).thinking_bytes == 0);
    }
}

TEST_CASE("arbitrary bytes lose nothing but thoughts, and an opened one hides what follows") {
    Rng rng(11);
    static constexpr std::string_view k_alphabet = "<>[]|/ think_:analysis\n\xe2\x97\x81\xff";
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            text += rng.below(6) == 0 ? "<think>"
                                      : std::string(1, k_alphabet[rng.below(k_alphabet.size())]);
        }
        const Spoken spoken = spoken_of(text);
        CHECK(spoken.text.size() + spoken.thinking_bytes == text.size());
        CHECK(without_thinking(text + "<think>secret").find("secret") == std::string::npos);
    }
}

}  // namespace
}  // namespace palier::answer
