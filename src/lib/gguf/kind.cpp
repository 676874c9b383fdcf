#include "lib/gguf/kind.h"

#include "lib/gguf/codes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace palier::gguf {
namespace {

struct Named {
    std::string_view word;
    Kind kind;
};

// general.type, as llama.cpp and its converters write it.
constexpr std::array k_stated_types{
    Named{"adapter", Kind::Adapter},
    Named{"mmproj", Kind::Projector},
    Named{"projector", Kind::Projector},
    Named{"imatrix", Kind::ImportanceMatrix},
    Named{"vocab", Kind::Vocabulary},
    Named{"diffusion", Kind::Other},
};

// Drafts of another model, diffusion, speech: they hold a vocabulary, and none answers alone.
constexpr std::array k_architectures{
    Named{"clip", Kind::Projector},
    Named{"controlvector", Kind::Adapter},
    Named{"imatrix", Kind::ImportanceMatrix},
    Named{"t5", Kind::EncoderDecoder},
    Named{"t5encoder", Kind::Embedder},
    Named{"gemma-embedding", Kind::Embedder},
    Named{"llama-embed", Kind::Embedder},
    Named{"eurobert", Kind::Embedder},
    Named{"dream", Kind::Other},
    Named{"llada", Kind::Other},
    Named{"llada-moe", Kind::Other},
    Named{"rnd1", Kind::Other},
    Named{"eagle3", Kind::Other},
    Named{"dflash", Kind::Other},
    Named{"gemma4-assistant", Kind::Other},
    Named{"wavtokenizer-dec", Kind::Other},
    Named{"qwen3tts", Kind::Other},
    Named{"pockettts", Kind::Other},
    Named{"whisper", Kind::Other},
};

template <std::size_t N>
const Named* find(const std::array<Named, N>& table, std::string_view word) {
    const auto found = std::ranges::find(table, word, &Named::word);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

Kind kind_of(const Header& header) {
    if (const auto* type = find(k_stated_types, header.text("general.type").value_or(""))) {
        return type->kind;
    }
    const std::string architecture = header.architecture();
    if (const auto* known = find(k_architectures, architecture)) {
        return known->kind;
    }
    // "bert", "nomic-bert-moe", "jina-bert-v2"...
    if (architecture.find("bert") != std::string::npos) {
        return Kind::Embedder;
    }
    const Value* causal = header.find(architecture + ".attention.causal");
    const bool sees_all = causal != nullptr && *causal == Value(false);
    const std::int64_t pooling = header.integer(architecture + ".pooling_type").value_or(0);
    if (sees_all || pooling > 0) {
        return Kind::Embedder;
    }
    return header.tensors.empty() ? Kind::Vocabulary : Kind::LanguageModel;
}

Result<void> check_writes_text(const Header& header, const std::string& path) {
    const auto refused = [&]() -> std::optional<int> {
        switch (kind_of(header)) {
            case Kind::LanguageModel:
                return std::nullopt;
            case Kind::Embedder:
                return codes::embedding_model;
            case Kind::EncoderDecoder:
                return codes::encoder_decoder;
            case Kind::Adapter:
                return codes::adapter;
            case Kind::Projector:
                return codes::projector;
            case Kind::ImportanceMatrix:
                return codes::importance_matrix;
            case Kind::Vocabulary:
                return codes::vocabulary_only;
            case Kind::Other:
                return codes::other_model;
        }
        return std::nullopt;
    }();
    return refused ? Result<void>(
                         Error(*refused, {{"path", path}, {"architecture", header.architecture()}}))
                   : Result<void>();
}

}  // namespace palier::gguf
