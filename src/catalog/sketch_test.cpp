#include "catalog/sketch.h"

#include "catalog/memory.h"

#include <doctest/doctest.h>

namespace palier::catalog {
namespace {

TEST_CASE("a sketch has the parameters and nearly the bytes of the model that it stands for") {
    std::size_t drawn = 0;
    for (const Known& model : catalogue().models) {
        for (const KnownFile& file : model.files) {
            const auto sketch = sketch_of(model, file);
            if (!sketch) {
                continue;
            }
            CAPTURE(model.name);
            CAPTURE(file.quantisation);
            ++drawn;
            std::uint64_t elements = 0;
            for (const gguf::Tensor& tensor : sketch->header.tensors) {
                elements += tensor.elements();
            }
            // The feed-forward width is rounded down.
            CHECK(static_cast<double>(elements) ==
                  doctest::Approx(static_cast<double>(model.parameters->value)).epsilon(0.05));
            CHECK(sketch->shape.layers.size() == static_cast<std::size_t>(model.layers->value));
        }
    }
    CHECK(drawn > 20);
}

TEST_CASE("a model of which too little is known is not sketched") {
    Known model;
    model.parameters = {500'000'000, "s"};
    KnownFile file;
    file.quantisation = "Q4_K_M";
    CHECK_FALSE(sketch_of(model, file));
    model.layers = {24, "s"};
    model.heads = {14, "s"};
    model.hidden_size = {896, "s"};
    model.vocabulary = {151'936, "s"};
    CHECK(sketch_of(model, file));
    file.quantisation = "a new one";
    CHECK_FALSE(sketch_of(model, file));
    file.quantisation = "Q4_K_M";
    model.parameters = {1000, "s"};  // fewer than the embeddings have
    CHECK_FALSE(sketch_of(model, file));
}

TEST_CASE("of a hybrid model only the layers that attend keep keys and values") {
    const Known& known = *catalogue().find("qwen3.5-4b");
    const auto sketch = sketch_of(known, *known.file_of("Q4_K_M"));
    REQUIRE(sketch);
    CHECK(sketch->shape.attention_layers() == 8);
    CHECK(sketch->shape.layers[0].kv_heads == 0);
    CHECK(sketch->shape.layers[3].kv_heads == 4);
    CHECK(sketch->shape.layers[31].kv_heads == 4);
    // 4,096 tokens of f16.
    CHECK(sketch->shape.cache_elements_per_token() * 2 * 4096 == 134'217'728);
    const auto fit = device_fit(known);
    REQUIRE(fit);
    CHECK(fit->kv_bytes == 134'217'728);
}

TEST_CASE("each hybrid family of the catalogue says how many of its layers attend") {
    int told = 0;
    for (const Known& model : catalogue().models) {
        const bool hybrid = model.name.starts_with("qwen3.5") || model.name.starts_with("lfm2") ||
                            model.name.starts_with("nemotron-3");
        if (hybrid && model.layers) {
            CAPTURE(model.name);
            CHECK(model.attention_layers.has_value());
            ++told;
        }
    }
    CHECK(told >= 7);
    CHECK(device_fit(*catalogue().find("nemotron-3-nano-4b"))->kv_bytes ==
          4ULL * 2 * 8 * 128 * 2 * 4096);
}

TEST_CASE("what a model only looks up takes memory and no multiplications") {
    const Known& known = *catalogue().find("gemma-4-e2b");
    const auto sketch = sketch_of(known, *known.file_of("Q4_K_M"));
    REQUIRE(sketch);
    std::uint64_t multiplied = 0;
    std::uint64_t all = 0;
    for (const gguf::Tensor& tensor : sketch->header.tensors) {
        all += tensor.elements();
        multiplied += tensor.name == "per_layer_token_embd.weight" ? 0 : tensor.elements();
    }
    CHECK(static_cast<double>(multiplied) == doctest::Approx(2.3e9).epsilon(0.03));
    CHECK(static_cast<double>(all) == doctest::Approx(5.12e9).epsilon(0.03));
}

TEST_CASE("the embeddings of a K-quant mix have more bits than its layers") {
    const Known& known = *catalogue().find("qwen2.5-1.5b-instruct");
    const auto sketch = sketch_of(known, *known.file_of("Q4_K_M"));
    REQUIRE(sketch);
    CHECK(sketch->header.tensors.front().name == "token_embd.weight");
    CHECK(sketch->header.tensors.front().type_name == "Q6_K");
    CHECK(sketch->header.tensors.at(1).type_name == "Q4_K");
}

TEST_CASE("a quantisation's main type is the longest type that its name begins with") {
    Known model;
    model.parameters = {500'000'000, "s"};
    model.layers = {24, "s"};
    model.heads = {14, "s"};
    model.hidden_size = {1024, "s"};
    model.vocabulary = {151'936, "s"};
    const auto type_of = [&](const char* quantisation) {
        KnownFile file;
        file.quantisation = quantisation;
        return std::string(sketch_of(model, file)->header.tensors.at(1).type_name);
    };
    CHECK(type_of("Q4_K_M") == "Q4_K");
    CHECK(type_of("UD-Q4_K_XL") == "Q4_K");
    CHECK(type_of("Q4_0") == "Q4_0");
    CHECK(type_of("IQ4_XS") == "IQ4_XS");
    CHECK(type_of("BF16") == "BF16");
    model.hidden_size = {896, "s"};  // no multiple of 256
    CHECK(type_of("Q4_K_M") == "Q5_0");
    CHECK(type_of("Q6_K") == "Q8_0");
}

}  // namespace
}  // namespace palier::catalog
