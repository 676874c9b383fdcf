#include "catalog/shape.h"

#include "base/rng.h"
#include "catalog/codes.h"
#include "catalog/sample_header.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

namespace palier::catalog {
namespace {

using Figures = std::vector<std::pair<std::string, gguf::Value>>;

Figures usual(std::uint64_t layers) {
    return {{"block_count", number(layers)},
            {"embedding_length", number(1024)},
            {"feed_forward_length", number(4096)},
            {"attention.head_count", number(16)},
            {"attention.head_count_kv", number(4)},
            {"context_length", number(8192)}};
}

Figures with(Figures figures, const Figures& more) {
    figures.insert(figures.end(), more.begin(), more.end());
    return figures;
}

}  // namespace

TEST_CASE("a plain model tells its heads, and their size follows from the hidden size") {
    const auto shape = shape_of(sample_header("qwen2", usual(3)));
    REQUIRE(shape);
    CHECK(shape->layers.size() == 3);
    CHECK(shape->layers[2].kv_heads == 4);
    CHECK(shape->layers[2].key_size == 64);
    CHECK(shape->cache_elements_per_token() == 3 * 2 * 4 * 64);
    CHECK(shape->vocabulary == 1000);
    CHECK(shape->context_tokens == 8192);
    CHECK_FALSE(shape->is_recurrent());
    CHECK(shape->sliding_window == 0);
}

TEST_CASE("an unknown architecture is said so and nothing is estimated") {
    const auto shape = shape_of(sample_header("from-the-future", usual(3)));
    REQUIRE_FALSE(shape);
    CHECK(shape.error().code == codes::unknown_architecture);
    CHECK(shape_of(gguf::Header{}).error().code == codes::unknown_architecture);
}

TEST_CASE("a missing or impossible figure is named") {
    Figures figures = usual(3);
    figures.erase(figures.begin() + 3);  // attention.head_count
    auto shape = shape_of(sample_header("llama", figures));
    REQUIRE_FALSE(shape);
    CHECK(shape.error().code == codes::figure_missing);
    CHECK(shape.error().args[1].second == "llama.attention.head_count");
    figures = usual(3);
    figures[0].second = number(2'000'000'000);
    CHECK(shape_of(sample_header("llama", figures)).error().code == codes::figure_missing);
    figures[0].second = gguf::Value(std::int64_t{-1});
    CHECK(shape_of(sample_header("llama", figures)).error().code == codes::figure_missing);
    figures[0].second = gguf::Value(std::string("three"));
    CHECK(shape_of(sample_header("llama", figures)).error().code == codes::figure_missing);
}

TEST_CASE("in Gemma 3 every sixth layer sees everything") {
    const auto shape = shape_of(
        sample_header("gemma3", with(usual(12), {{"attention.sliding_window", number(512)}})));
    REQUIRE(shape);
    CHECK(shape->sliding_window == 512);
    for (std::size_t i = 0; i < 12; ++i) {
        CHECK(shape->layers[i].windowed == (i % 6 != 5));
    }
}

TEST_CASE(
    "without a window in the file no layer is windowed, but for models that have a usual one") {
    CHECK(shape_of(sample_header("gemma3", usual(12)))->sliding_window == 0);
    CHECK(shape_of(sample_header("gemma2", usual(12)))->sliding_window == 4096);
}

TEST_CASE("the file's own pattern, head counts and sizes of windowed layers are taken") {
    Figures figures = with(usual(4),
                           {{"attention.sliding_window", number(512)},
                            {"attention.sliding_window_pattern", numbers({1, 1, 0, 1})},
                            {"attention.key_length", number(512)},
                            {"attention.value_length", number(512)},
                            {"attention.key_length_swa", number(256)},
                            {"attention.value_length_swa", number(256)},
                            {"attention.shared_kv_layers", number(1)}});
    figures[4].second = numbers({2, 2, 1, 2});
    const auto shape = shape_of(sample_header("gemma4", figures));
    REQUIRE(shape);
    CHECK(shape->layers[0].windowed);
    CHECK(shape->layers[0].key_size == 256);
    CHECK_FALSE(shape->layers[2].windowed);
    CHECK(shape->layers[2].key_size == 512);
    CHECK(shape->layers[2].kv_heads == 1);
    CHECK(shape->layers[3].kv_heads == 0);  // uses an earlier layer's cache
    CHECK(shape->attention_layers() == 3);
}

TEST_CASE("a pattern that is missing where only the file can tell it is an error") {
    const auto shape = shape_of(
        sample_header("gemma4", with(usual(4), {{"attention.sliding_window", number(512)}})));
    REQUIRE_FALSE(shape);
    CHECK(shape.error().code == codes::figure_missing);
}

TEST_CASE("hybrid layers have a state or a cache, as the architecture says") {
    const Figures states{{"ssm.conv_kernel", number(4)},
                         {"ssm.inner_size", number(2048)},
                         {"ssm.state_size", number(128)},
                         {"ssm.group_count", number(16)}};
    const auto qwen = shape_of(sample_header("qwen35", with(usual(8), states)));
    REQUIRE(qwen);
    CHECK(qwen->attention_layers() == 2);  // each fourth
    CHECK(qwen->layers[3].kv_heads == 4);
    CHECK(qwen->layers[0].state_elements == 3 * (2048 + 2 * 16 * 128) + 128 * 2048);
    Figures figures = with(usual(4), {{"shortconv.l_cache", number(3)}});
    figures[4].second = numbers({0, 0, 8, 0});
    const auto lfm = shape_of(sample_header("lfm2", figures));
    REQUIRE(lfm);
    CHECK(lfm->attention_layers() == 1);
    CHECK(lfm->layers[0].state_elements == 1024 * 2);
    CHECK(lfm->layers[2].state_elements == 0);
    const auto falcon = shape_of(sample_header("falcon-h1", with(usual(4), states)));
    REQUIRE(falcon);
    CHECK(falcon->attention_layers() == 4);
    CHECK(falcon->layers[0].state_elements > 0);
    CHECK(shape_of(sample_header("qwen35", usual(8))).error().code == codes::figure_missing);
}

TEST_CASE("layers that predict further tokens are not counted") {
    const auto shape =
        shape_of(sample_header("qwen3moe", with(usual(5), {{"nextn_predict_layers", number(1)}})));
    REQUIRE(shape);
    CHECK(shape->layers.size() == 4);
}

TEST_CASE("types are counted as tensors use them, and a missing output matrix is the embeddings") {
    gguf::Header header = sample_header("llama", usual(1));
    add_tensor(header, "token_embd.weight", 8, {1024, 1000});
    add_tensor(header, "blk.0.ffn_up.weight", 12, {1024, 4096});
    add_tensor(header, "blk.0.ffn_down.weight", 12, {4096, 1024});
    auto shape = shape_of(header);
    REQUIRE(shape);
    CHECK(shape->tied_output);
    REQUIRE(shape->types.size() == 2);
    CHECK(shape->types[0].type == "Q4_K");
    CHECK(shape->types[0].tensors == 2);
    CHECK(shape->types[0].bytes == 2 * 4096 * 1024 / 256 * 144);
    add_tensor(header, "output.weight", 14, {1024, 1000});
    CHECK_FALSE(shape_of(header)->tied_output);
}

TEST_CASE("no figures, however strange, break it") {
    Rng rng(7);
    const std::vector<std::string> names{"block_count",
                                         "embedding_length",
                                         "feed_forward_length",
                                         "attention.head_count",
                                         "attention.head_count_kv",
                                         "attention.key_length",
                                         "attention.sliding_window",
                                         "attention.sliding_window_pattern",
                                         "attention.shared_kv_layers",
                                         "nextn_predict_layers",
                                         "ssm.inner_size",
                                         "ssm.state_size",
                                         "ssm.conv_kernel",
                                         "full_attention_interval",
                                         "expert_used_count",
                                         "expert_feed_forward_length"};
    const auto strange = [&]() -> gguf::Value {
        switch (rng.below(6)) {
            case 0:
                return gguf::Value(std::int64_t{-3});
            case 1:
                return number(~std::uint64_t{0});
            case 2:
                return numbers({1, -5, 7});
            case 3:
                return gguf::Value(std::string("x"));
            case 4:
                return number(rng.below(3));
            default:
                return number(rng.below(5000));
        }
    };
    for (int round = 0; round < 20'000; ++round) {
        Figures figures;
        for (const std::string& name : names) {
            if (rng.below(4) != 0) {
                figures.emplace_back(name, strange());
            }
        }
        const std::string& architecture =
            known_architectures()[rng.below(known_architectures().size())];
        const auto shape = shape_of(sample_header(architecture, figures));
        CHECK((shape || shape.error().code == codes::figure_missing));
    }
}

TEST_CASE("the models on this machine have the shapes that are published") {
    const char* folder = std::getenv("PALIER_MODELS");
    const auto path =
        std::filesystem::path(folder ? folder : "") / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf";
    if (!folder || !std::filesystem::exists(path)) {
        MESSAGE("skipped: PALIER_MODELS is not set, or the model is not there");
        return;
    }
    const auto header = gguf::read(path.string());
    REQUIRE(header);
    const auto shape = shape_of(*header);
    REQUIRE(shape);
    CHECK(shape->architecture == "qwen2");
    CHECK(shape->layers.size() == 24);
    CHECK(shape->cache_elements_per_token() == 24 * 2 * 128);
    CHECK(shape->vocabulary == 151'936);
    CHECK(shape->types.front().type == "Q5_0");
}

}  // namespace palier::catalog
