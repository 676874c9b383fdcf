// Kind: what a GGUF file is, from its header alone.
#pragma once

#include "lib/gguf/gguf.h"

#include <string>

namespace palier::gguf {

enum class Kind {
    LanguageModel,     // writes text
    Embedder,          // reads text and gives a vector
    EncoderDecoder,    // T5 and its like
    Adapter,           // LoRA or control vector, to be laid over a model
    Projector,         // the eyes or ears of another model
    ImportanceMatrix,  // measurements for quantising
    Vocabulary,        // a tokenizer without weights
    Other              // diffusion, speech...
};

// Error when it does not write text, by what it is instead: 2320 embedder, 2321 encoder-decoder,
// 2322 adapter, 2323 projector, 2324 importance matrix, 2325 vocabulary, 2326 other.
[[nodiscard]] Result<void> check_writes_text(const Header& header, const std::string& path);

// By general.type where it says something; by the architecture's name, by attention.causal and
// pooling_type (llama.cpp, gguf-py/gguf/constants.py), and by the tensors.
[[nodiscard]] Kind kind_of(const Header& header);

}  // namespace palier::gguf
