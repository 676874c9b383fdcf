// What lib/gguf/turn_end.h says of llama.cpp, asked of llama.cpp.
#include "lib/gguf/turn_end.h"

#include "engine/llama/model.h"
#include "engine/llama/tiny_model.h"
#include "engine/llama/vocabulary.h"

#include <doctest/doctest.h>

namespace palier::engine::llama {
namespace {

// Does generation end at the last token of this model's vocabulary?
bool ends_at_last_token(const TinyModel& model) {
    const TemporaryFile file(tiny_gguf(model));
    OpenSpec spec;
    spec.path = file.path();
    const auto loaded = load_model(spec, std::nullopt, 1);
    REQUIRE(loaded);
    const Vocabulary vocabulary = vocabulary_of(loaded->get());
    return vocabulary.ends_generation(vocabulary.size() - 1);
}

gguf::EndOfTurn end_told_by(const TinyModel& model) {
    const TemporaryFile file(tiny_gguf(model));
    const auto header = gguf::read(file.path());
    REQUIRE(header);
    return gguf::end_of_turn(*header);
}

}  // namespace

TEST_CASE("generation ends at every token that is said to end it by its name") {
    for (const std::string_view name : gguf::ends_by_name()) {
        CAPTURE(name);
        TinyModel model;
        model.end_token = 1;
        model.more_tokens = {std::string(name)};
        // "<|im_end|>" stands in the vocabulary already; twice it would be one token.
        CHECK((name == "<|im_end|>" || ends_at_last_token(model)));
    }
}

TEST_CASE("generation runs on at a mark that the header does not name, and ends where it does") {
    TinyModel model;
    model.chat_template =
        "{% for m in messages %}<|im_start|>{{ m.content }}<|reply_end|>{% endfor %}";
    model.more_tokens = {"<|reply_end|>"};
    CHECK_FALSE(ends_at_last_token(model));
    const gguf::EndOfTurn runs_on = end_told_by(model);
    CHECK(runs_on.how == gguf::TurnEnd::RunsOn);
    CHECK(runs_on.declared == "<|im_end|>");
    REQUIRE(runs_on.token);
    model.end_token = static_cast<std::uint32_t>(*runs_on.token);
    CHECK(ends_at_last_token(model));
    CHECK(end_told_by(model).how == gguf::TurnEnd::Declared);
}

TEST_CASE("the end of an ordinary template is declared, or known by its name") {
    CHECK(end_told_by({}).how == gguf::TurnEnd::Declared);
    TinyModel other;
    other.end_token = 1;
    CHECK(end_told_by(other).how == gguf::TurnEnd::KnownByName);
}

}  // namespace palier::engine::llama
