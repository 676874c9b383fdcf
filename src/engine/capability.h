// What an engine may be asked for by name: Facts say which of it an engine can,
// and what it cannot is refused with this name.
#pragma once

#include <string_view>

namespace palier::engine {

enum class Capability {
    Generate,             // text of any kind
    Score,                // log-probabilities of given labels
    Labels,               // text constrained to one of the labels
    Schema,               // text constrained by a JSON Schema
    Regex,                // text constrained by a regular expression
    TopLogProbabilities,  // the likeliest tokens at each place
    Tools,                // calls of tools
    Adapter,              // a LoRA adapter for one request
    SentenceEmbeddings,   // embed.h
    HiddenState           // Kind::State
};

// "generate", "score", "labels", "schema", "regex", "top_log_probabilities", "tools", "adapter",
// "sentence_embeddings", "hidden_state".
[[nodiscard]] std::string_view name_of(Capability capability);

}  // namespace palier::engine
