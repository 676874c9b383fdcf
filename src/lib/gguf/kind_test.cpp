#include "lib/gguf/kind.h"

#include "lib/gguf/codes.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace palier::gguf {
namespace {

Header of(std::initializer_list<std::pair<std::string, Value>> metadata) {
    Header header;
    header.metadata.assign(metadata.begin(), metadata.end());
    header.tensors.resize(1);
    return header;
}

Header with_architecture(const std::string& name) {
    return of({{"general.architecture", name}});
}

}  // namespace

TEST_CASE("a model that writes text is one, whether or not its type is stated") {
    for (const char* name : {"llama", "qwen3", "pangu-embedded", "lfm2", "t6", "something-new"}) {
        CAPTURE(name);
        CHECK(kind_of(with_architecture(name)) == Kind::LanguageModel);
        CHECK(check_writes_text(with_architecture(name), "m.gguf"));
    }
    CHECK(kind_of(of({{"general.type", std::string("model")},
                      {"general.architecture", std::string("llama")},
                      {"llama.attention.causal", true},
                      {"llama.pooling_type", std::uint64_t{0}}})) == Kind::LanguageModel);
}

TEST_CASE("encoders and embedders are told by name, by attention and by pooling") {
    for (const char* name : {"bert",
                             "nomic-bert-moe",
                             "modern-bert",
                             "jina-bert-v2",
                             "gemma-embedding",
                             "t5encoder"}) {
        CAPTURE(name);
        CHECK(kind_of(with_architecture(name)) == Kind::Embedder);
    }
    CHECK(kind_of(of({{"general.architecture", std::string("llama")},
                      {"llama.attention.causal", false}})) == Kind::Embedder);
    // Qwen3-Embedding is a causal model whose last state is the vector.
    CHECK(kind_of(of({{"general.architecture", std::string("qwen3")},
                      {"qwen3.pooling_type", std::uint64_t{3}}})) == Kind::Embedder);
    CHECK(kind_of(with_architecture("t5")) == Kind::EncoderDecoder);
}

TEST_CASE("what belongs to another model is refused by its own name") {
    const auto code = [](const Header& header) {
        const auto checked = check_writes_text(header, "m.gguf");
        return checked ? 0 : checked.error().code;
    };
    const auto typed = [](const char* type) {
        return of(
            {{"general.type", std::string(type)}, {"general.architecture", std::string("llama")}});
    };
    CHECK(code(typed("adapter")) == codes::adapter);
    CHECK(code(typed("mmproj")) == codes::projector);
    CHECK(code(with_architecture("clip")) == codes::projector);
    CHECK(code(typed("imatrix")) == codes::importance_matrix);
    CHECK(code(with_architecture("bert")) == codes::embedding_model);
    CHECK(code(with_architecture("t5")) == codes::encoder_decoder);
    CHECK(code(with_architecture("llada")) == codes::other_model);
    Header bare = with_architecture("llama");
    bare.tensors.clear();
    CHECK(code(bare) == codes::vocabulary_only);
}

}  // namespace palier::gguf
