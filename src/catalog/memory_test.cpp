#include "catalog/memory.h"

#include "catalog/codes.h"
#include "catalog/sample_header.h"

#include <doctest/doctest.h>

namespace palier::catalog {
namespace {

constexpr std::uint32_t k_f32 = 0;
constexpr std::uint32_t k_q8_0 = 8;
constexpr std::uint32_t k_q4_k = 12;

gguf::Header two_layers(bool tied = false) {
    gguf::Header header = sample_header("llama",
                                        {{"block_count", number(2)},
                                         {"embedding_length", number(1024)},
                                         {"feed_forward_length", number(4096)},
                                         {"attention.head_count", number(16)},
                                         {"attention.head_count_kv", number(4)}});
    add_tensor(header, "token_embd.weight", k_q8_0, {1024, 1000});
    for (const char* layer : {"blk.0.", "blk.1."}) {
        add_tensor(header, std::string(layer) + "attn_norm.weight", k_f32, {1024});
        add_tensor(header, std::string(layer) + "ffn_up.weight", k_q4_k, {1024, 4096});
    }
    if (!tied) {
        add_tensor(header, "output.weight", k_q8_0, {1024, 1000});
    }
    return header;
}

// An engine that holds everything as stored, matrices in the processor's own form if asked.
engine::MemoryUse facts_for(const gguf::Header& header, const Shape& shape, bool repacked) {
    engine::MemoryUse facts;
    facts.cells = 1000;
    facts.batch = 512;
    facts.rows = 32;
    for (const engine::Matrix& matrix : matrices_of(header, shape)) {
        const auto layout = *gguf::layout_of(matrix.type);
        facts.held.push_back({matrix.type,
                              matrix.columns / layout.block_elements * layout.block_bytes *
                                  matrix.rows * matrix.depth,
                              repacked && matrix.rows > 1 && !matrix.looked_up});
    }
    return facts;
}

struct Asked {
    gguf::Header header;
    Shape shape;
    engine::MemoryUse facts;
    explicit Asked(bool tied = false, bool repacked = false)
        : header(two_layers(tied)),
          shape(*shape_of(header)),
          facts(facts_for(header, shape, repacked)) {}
    [[nodiscard]] MemoryEstimate estimate(const MemoryQuestion& question = {}) const {
        return estimate_memory(header, shape, facts, question);
    }
};

}  // namespace

TEST_CASE("weights are the engine's bytes; the cache is padded to 256 cells") {
    const Asked asked;
    const MemoryEstimate estimate = asked.estimate();
    CHECK(estimate.weights.ram == asked.header.tensor_bytes());
    CHECK(estimate.weights.vram == 0);
    CHECK(estimate.tied_copy.ram == 0);
    CHECK(estimate.cache.ram == 1024 * 2 * 2 * 4 * 64 * 2);
    CHECK(estimate.logits.ram == 32 * 1000 * 4);
    CHECK(estimate.vram() == 0);
    CHECK(estimate.ram() == estimate.weights.ram + estimate.cache.ram + estimate.compute.ram +
                                estimate.logits.ram + estimate.tokenizer + estimate.process);
}

TEST_CASE("a tied output matrix is held twice only where the processor wants its own form") {
    CHECK(Asked(true, false).estimate().tied_copy.ram == 0);
    CHECK(Asked(true, true).estimate().tied_copy.ram == 1024 * 1000 / 32 * 34);
    CHECK(Asked(false, true).estimate().tied_copy.ram == 0);
}

TEST_CASE("a quantised cache takes less") {
    const Asked asked;
    MemoryQuestion question;
    question.keys = CacheType::Q8_0;
    question.values = CacheType::Q4_0;
    const std::uint64_t elements = 1024 * 2 * 4 * 64;
    CHECK(asked.estimate(question).cache.ram == elements * 34 / 32 + elements * 18 / 32);
}

TEST_CASE("layers on a GPU take their weights and their cache there, the last layers first") {
    const Asked asked;
    MemoryQuestion question;
    question.gpu_layers = 2;  // the output matrix and one layer
    const MemoryEstimate some = asked.estimate(question);
    const MemoryEstimate none = asked.estimate();
    CHECK(some.cache.ram == none.cache.ram / 2);
    CHECK(some.cache.vram == none.cache.ram / 2);
    CHECK(some.weights.ram + some.weights.vram == none.weights.ram);
    CHECK(some.weights.vram ==
          1024 * 4 + 1024 * 4096 / 256 * 144 + std::uint64_t{1024} * 1000 / 32 * 34);
    question.gpu_layers = 3;
    const MemoryEstimate all = asked.estimate(question);
    CHECK(all.cache.ram == 0);
    CHECK(all.weights.ram == 1024 * 1000 / 32 * 34);  // rows are looked up by the processor
    CHECK(all.ram() < none.ram());
}

TEST_CASE("a window saves cells only where the engine lets it") {
    gguf::Header header = sample_header("gemma3",
                                        {{"block_count", number(6)},
                                         {"embedding_length", number(1024)},
                                         {"feed_forward_length", number(4096)},
                                         {"attention.head_count", number(4)},
                                         {"attention.head_count_kv", number(1)},
                                         {"attention.sliding_window", number(512)}});
    add_tensor(header, "token_embd.weight", k_q8_0, {1024, 1000});
    const Shape shape = *shape_of(header);
    engine::MemoryUse facts = facts_for(header, shape, false);
    facts.cells = 8192;
    facts.rows = 1;
    const auto full = estimate_memory(header, shape, facts, {}).cache.ram;
    CHECK(full == 8192ULL * 6 * 512 * 2);
    facts.full_windows = false;
    CHECK(estimate_memory(header, shape, facts, {}).cache.ram == (8192ULL + 5 * 1024) * 512 * 2);
}

TEST_CASE("scoring labels uses every row of logits") {
    Asked asked;
    asked.facts.rows = 100'000;
    MemoryQuestion question;
    question.scores = true;
    CHECK(asked.estimate(question).compute.ram > asked.estimate().compute.ram);
}

TEST_CASE("parts name what is not zero and add up") {
    const MemoryEstimate estimate = Asked(true, true).estimate();
    std::uint64_t sum = 0;
    for (const auto& [name, place] : estimate.parts()) {
        CHECK(name != "states");
        sum += place.ram;
    }
    CHECK(sum == estimate.ram());
}

TEST_CASE("loading may need more than answering: the largest copy before repacking") {
    MemoryEstimate estimate;
    estimate.weights.ram = 100;
    estimate.cache.ram = 10;
    estimate.staging = 30;
    CHECK(estimate.ram() == 130);
    estimate.cache.ram = 40;
    CHECK(estimate.ram() == 140);
}

TEST_CASE("what does not fit is refused with the breakdown and the missing bytes") {
    MemoryEstimate estimate;
    estimate.weights.ram = 4'000'000'000;
    estimate.cache.ram = 1'000'000'000;
    CHECK(check_fits(estimate, 5'000'000'000, "m"));
    const auto refused = check_fits(estimate, 4'500'000'000, "m");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == codes::would_not_fit);
    CHECK(refused.error().args[3].second == "500 MB");
}

TEST_CASE("from figures alone: whole mixes, and vocabulary matrices apart where they are known") {
    const auto bytes = weights_from_figures({8'030'000'000, {}, {}, {}}, "q4_k_m");
    REQUIRE(bytes);
    CHECK(static_cast<double>(*bytes) / 4.92e9 == doctest::Approx(1).epsilon(0.01));
    CHECK_FALSE(weights_from_figures({8'030'000'000, {}, {}, {}}, "Q9_Z"));
    CHECK_FALSE(weights_from_figures({0, {}, {}, {}}, "Q4_K_M"));
    // Qwen2.5-Coder-1.5B Q4_K_M as this project uses it: 1,117,320,768 bytes, output matrix apart.
    const auto coder = weights_from_figures({1'777'088'000, 1536, 151'936, false}, "Q4_K_M");
    REQUIRE(coder);
    CHECK(static_cast<double>(*coder) / 1.1113e9 == doctest::Approx(1).epsilon(0.03));
    // Qwen2.5-Coder-0.5B: rows of 896, so that Q5_0 and Q8_0 take the place of Q4_K.
    const auto small = weights_from_figures({630'167'424, 896, 151'936, false}, "Q4_K_M");
    REQUIRE(small);
    CHECK(static_cast<double>(*small) / 4.854e8 == doctest::Approx(1).epsilon(0.05));
    CHECK(cache_from_figures(28, 2, 128, 4096) == 28ULL * 2 * 128 * 4096 * 4);
}

}  // namespace palier::catalog
