#include "lib/gguf/turn_end.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace palier::gguf {
namespace {

const std::string k_chatml =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m['content'] + '<|im_end|>' }}"
    "{% endfor %}{% if n < 2 and list[0] > 1 %}<|im_start|>assistant{% endif %}";

// A file with this template and a vocabulary that holds these marks from number 10 on.
Header file_of(const std::string& chat_template,
               const std::vector<std::string>& marks,
               std::int64_t eos,
               std::int64_t eot = -1) {
    Header header;
    header.metadata = {{"tokenizer.ggml.model", std::string("gpt2")},
                       {"tokenizer.ggml.tokens", ArrayShape{1000, {}}},
                       {"tokenizer.ggml.eos_token_id", eos},
                       {"tokenizer.chat_template", chat_template}};
    if (eot >= 0) {
        header.metadata.emplace_back("tokenizer.ggml.eot_token_id", eot);
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
        header.marks.push_back({10 + i, marks[i]});
    }
    return header;
}

}  // namespace

TEST_CASE("an end that the header names, as end of text or of turn, is declared") {
    const std::vector<std::string> marks{"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
    CHECK(end_of_turn(file_of(k_chatml, marks, 12)).how == TurnEnd::Declared);
    CHECK(end_of_turn(file_of(k_chatml, marks, 10, 12)).how == TurnEnd::Declared);
    CHECK(end_of_turn(file_of("{{ m.content }}{{ eos_token }}", marks, 10)).how ==
          TurnEnd::Declared);
    // A heading's end is none, and the end need not be the first mark.
    CHECK(end_of_turn(file_of("<|start_header_id|>user<|end_header_id|>{{ m.content }}<|eot_id|>",
                              {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
                              12))
              .how == TurnEnd::Declared);
}

TEST_CASE("an end that the header does not name is told, with what it names instead") {
    const EndOfTurn known =
        end_of_turn(file_of(k_chatml, {"</s>", "<|im_start|>", "<|im_end|>"}, 10));
    CHECK(known.how == TurnEnd::KnownByName);
    CHECK(known.mark == "<|im_end|>");
    CHECK(known.token == 12);
    CHECK(known.declared == "</s>");
    for (const char* mark : {"<|assistant_end|>", "<stop>", "[/BOT]", "</assistant>"}) {
        CAPTURE(mark);
        const EndOfTurn end = end_of_turn(
            file_of("<|user|>{{ m.content }}" + std::string(mark), {"</s>", "<|user|>", mark}, 10));
        CHECK(end.how == TurnEnd::RunsOn);
        CHECK(end.mark == mark);
        CHECK(end.token == 12);
    }
}

TEST_CASE("an end that the vocabulary does not have is no token") {
    const EndOfTurn end = end_of_turn(file_of(k_chatml, {"</s>"}, 10));
    CHECK(end.how == TurnEnd::NoToken);
    CHECK(end.mark == "<|im_end|>");
    CHECK_FALSE(end.token);
    CHECK(end.declared == "</s>");
}

TEST_CASE("nothing is said where nothing is known") {
    CHECK(end_of_turn(Header{}).how == TurnEnd::NotKnown);
    CHECK(end_of_turn(file_of("", {"</s>"}, 10)).how == TurnEnd::NotKnown);
    CHECK(end_of_turn(file_of("### User: {{ m.content }}", {"</s>"}, 10)).how == TurnEnd::NotKnown);
    CHECK(end_of_turn(file_of("[INST]{{ m.content }}[/INST]<think></think><|end_of_role|>",
                              {"[INST]", "[/INST]", "<|end_of_role|>"},
                              3))
              .how == TurnEnd::NotKnown);
    Header without_vocabulary = file_of(k_chatml, {}, 10);
    std::erase_if(without_vocabulary.metadata,
                  [](const auto& pair) { return pair.first == "tokenizer.ggml.tokens"; });
    CHECK(end_of_turn(without_vocabulary).how == TurnEnd::NotKnown);
}

TEST_CASE("a template of a million marks is searched in a moment") {
    std::string source;
    for (int i = 0; source.size() < (4U << 20U) - 20; ++i) {
        source += "<end" + std::to_string(i) + ">";
    }
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < k_kept_marks; ++i) {
        marks.push_back("<stop" + std::to_string(i) + ">");
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(end_of_turn(file_of(source, marks, 3)).how == TurnEnd::NoToken);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("any template is searched without harm") {
    Rng rng(11);
    constexpr std::string_view k_bytes = "<[>]|{}'\"/ abEOT_end\xff\n";
    for (int round = 0; round < 2000; ++round) {
        std::string source;
        for (std::uint64_t length = rng.next() % 60; length > 0; --length) {
            source += k_bytes[rng.next() % k_bytes.size()];
        }
        const EndOfTurn end = end_of_turn(file_of(source, {"<end>", "[EOT]"}, 10));
        CHECK((end.how == TurnEnd::NotKnown) == end.mark.empty());
        CHECK(source.find(end.mark) != std::string::npos);
    }
}

}  // namespace palier::gguf
