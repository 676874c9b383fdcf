// TurnEnd: with which token a model's chat template ends an answer, and whether the file says that
// generation ends there. From the header alone: the template is searched, not run.
#pragma once

#include "lib/gguf/gguf.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::gguf {

enum class TurnEnd {
    NotKnown,     // no template, no vocabulary, or nothing in the template that looks like an end
    Declared,     // a token that the header names as the end of a text, a turn or a message
    KnownByName,  // it names another one, but llama.cpp stops at every token so written
    RunsOn,       // neither: what the model writes after its answer is taken for the answer
    NoToken       // the vocabulary has no such token: it is spelt out, and nothing ends there
};

struct EndOfTurn {
    TurnEnd how = TurnEnd::NotKnown;
    std::string mark;                    // that the template ends answers with; "" where NotKnown
    std::optional<std::uint64_t> token;  // its number
    std::string declared;                // what the header names instead, "</s>"; "" = nothing
};

// Lenient, so that what it finds wrong is wrong: a template that holds one declared token, or
// `eos_token`, is Declared wherever it writes it.
[[nodiscard]] EndOfTurn end_of_turn(const Header& header);

// Texts of tokens that end generation whatever the header says (llama.cpp 0.5.0,
// src/llama-vocab.cpp, "tokens that cause end-of-generation").
[[nodiscard]] const std::vector<std::string_view>& ends_by_name();

}  // namespace palier::gguf
