#include "catalog/speed.h"

#include "base/rng.h"
#include "catalog/sample_header.h"
#include "engine/codes.h"
#include "engine/fake/fake_workshop.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t k_q4_k = 12;
constexpr std::uint32_t k_q8_0 = 8;
constexpr std::int64_t k_now = 1'800'000'000;
constexpr std::int64_t k_day = 86'400;

gguf::Header one_layer() {
    gguf::Header header = sample_header("llama",
                                        {{"block_count", number(1)},
                                         {"embedding_length", number(1024)},
                                         {"feed_forward_length", number(4096)},
                                         {"attention.head_count", number(16)}});
    add_tensor(header, "token_embd.weight", k_q8_0, {1024, 1000});
    add_tensor(header, "blk.0.ffn_up.weight", k_q4_k, {1024, 4096});
    add_tensor(header, "output.weight", k_q8_0, {1024, 1000});
    return header;
}

engine::Calibration only_products() {
    engine::Calibration calibration;
    calibration.kernels = {{k_q4_k, 2e-10, 1e-11, 3e-10}, {k_q8_0, 4e-10, 2e-11, 3e-10}};
    return calibration;
}

struct Folder {
    std::string path = (fs::temp_directory_path() / "palier_speed_test").string();
    Folder() { fs::remove_all(path); }
    ~Folder() { fs::remove_all(path); }
};

engine::fake::FakeWorkshop usual_workshop() {
    engine::fake::FakeWorkshop workshop;
    workshop.calibration.seconds_per_step = 1e-6;
    workshop.calibration.seconds_per_matrix = 1e-6;
    workshop.calibration.seconds_per_logit = 1e-9;
    workshop.calibration.seconds_per_attended = 1e-12;
    workshop.calibration.seconds_per_attended_alone = 1e-12;
    workshop.calibration.seconds_per_element = 1e-9;
    workshop.calibration.memory_bytes_per_s = 2e10;
    return workshop;
}

}  // namespace

TEST_CASE("products alone: weights by their type, the output matrix for one row of a prompt") {
    const gguf::Header header = one_layer();
    const auto shape = shape_of(header);
    REQUIRE(shape);
    const auto estimate = estimate_speed(header, *shape, only_products(), 100);
    REQUIRE(estimate);
    const double layer = 1024 * 4096;
    const double output = 1024 * 1000 * 4e-10;
    const double prefill = 100 * layer * 1e-11 + layer * 3e-10 + output;
    CHECK(estimate->ttft_ms == doctest::Approx(prefill * 1000));
    CHECK(estimate->prefill_tokens_per_s == doctest::Approx(100 / prefill));
    CHECK(estimate->decode_tokens_per_s == doctest::Approx(1 / (layer * 2e-10 + output)));
}

TEST_CASE("a longer prompt takes more than in proportion: attention") {
    const gguf::Header header = one_layer();
    const Shape shape = *shape_of(header);
    engine::Calibration calibration = only_products();
    calibration.seconds_per_attended = 1e-11;
    calibration.seconds_per_attended_alone = 1e-11;
    const auto once = estimate_speed(header, shape, calibration, 1000);
    const auto twice = estimate_speed(header, shape, calibration, 2000);
    REQUIRE(once);
    REQUIRE(twice);
    CHECK(twice->ttft_ms > 2 * once->ttft_ms);
    CHECK(twice->decode_tokens_per_s < once->decode_tokens_per_s);
}

TEST_CASE("norms that the file has besides the usual two of a layer take their time") {
    engine::Calibration calibration = only_products();
    calibration.seconds_per_element = 1e-9;
    constexpr std::int64_t k_tokens = 100;
    const auto ttft = [&](const std::vector<std::pair<std::string, std::uint64_t>>& norms) {
        gguf::Header header = one_layer();
        for (const auto& [name, width] : norms) {
            add_tensor(header, "blk.0." + name + ".weight", 0, {width});
        }
        const auto shape = shape_of(header);
        REQUIRE(shape);
        const auto estimate = estimate_speed(header, *shape, calibration, k_tokens);
        REQUIRE(estimate);
        return estimate->ttft_ms;
    };
    const double usual = ttft({{"attn_norm", 1024}, {"ffn_norm", 1024}});
    CHECK(usual == doctest::Approx(ttft({})));
    // Twice over 1024 elements of 100 tokens, a nanosecond each.
    CHECK(ttft({{"attn_norm", 1024}, {"ffn_norm", 1024}, {"post_ffw_norm", 1024}}) - usual ==
          doctest::Approx(0.2048));
    // One weight for each element of a head, over all heads: 16 x 64.
    CHECK(ttft({{"attn_norm", 1024}, {"ffn_norm", 1024}, {"attn_q_norm", 64}}) - usual ==
          doctest::Approx(0.2048));
}

TEST_CASE("a type that was not calibrated is an error") {
    const gguf::Header header = one_layer();
    engine::Calibration calibration = only_products();
    calibration.kernels.pop_back();
    CHECK(estimate_speed(header, *shape_of(header), calibration, 10).error().code ==
          engine::codes::no_kernel);
    CHECK(types_to_calibrate(header) == std::vector<std::uint32_t>{k_q8_0, k_q4_k});
}

TEST_CASE("a calibration is taken once, and again for a new type, after 30 days and on a change") {
    const Folder folder;
    auto workshop = usual_workshop();
    const auto take = [&](std::vector<std::uint32_t> types, std::int64_t now) {
        const auto made = calibration_for(types, 0, workshop, folder.path, now, {});
        REQUIRE(made);
        return *made;
    };
    CHECK(take({8}, k_now).taken_at_unix_s == k_now);
    CHECK(take({8}, k_now + 29 * k_day).taken_at_unix_s == k_now);
    CHECK(workshop.calibrated.size() == 1);
    CHECK(take({12}, k_now + k_day).kernels.size() == 2);  // what was known stays known
    CHECK(workshop.calibrated.back() == std::vector<std::uint32_t>{8, 12});
    CHECK(take({8, 12}, k_now + 2 * k_day).seconds_per_step == doctest::Approx(1e-6));
    CHECK(workshop.calibrated.size() == 2);
    CHECK(take({8}, k_now + 32 * k_day).taken_at_unix_s == k_now + 32 * k_day);
    CHECK(workshop.calibrated.size() == 3);
    workshop.key = "another machine";
    (void)take({8}, k_now + 32 * k_day);
    CHECK(workshop.calibrated.size() == 4);
}

TEST_CASE("a calibration beside others is taken again, marked where that does not help") {
    const Folder folder;
    auto workshop = usual_workshop();
    std::vector<double> shares;  // asked before and after each try
    std::size_t asked = 0;
    const auto others = [&] { return std::optional(shares.at(asked++)); };
    const auto take = [&](std::int64_t now) {
        const auto made = calibration_for({8}, 0, workshop, folder.path, now, others);
        REQUIRE(made);
        return *made;
    };
    shares = {0, 1, 0, 0.1};
    CHECK_FALSE(take(k_now).busy);
    CHECK(workshop.calibrated.size() == 2);
    REQUIRE(forget_calibration(folder.path));
    CHECK_FALSE(kept_calibration(folder.path));
    shares = {0, 1, 0, 1, 0, 1};
    asked = 0;
    CHECK(take(k_now).busy);
    CHECK(take(k_now + 299).busy);
    CHECK(kept_calibration(folder.path)->busy);
    CHECK(workshop.calibrated.size() == 5);
    shares = {1, 0};
    asked = 0;
    CHECK_FALSE(take(k_now + 301).busy);
    CHECK(workshop.calibrated.size() == 6);
}

TEST_CASE("a kept calibration that is damaged counts as none") {
    const Folder folder;
    auto workshop = usual_workshop();
    REQUIRE(calibration_for({8}, 0, workshop, folder.path, k_now, {}));
    const fs::path path = fs::path(folder.path) / "calibration.json";
    std::string good;
    std::getline(std::ifstream(path), good, '\0');
    Rng rng(5);
    for (int round = 0; round < 200; ++round) {
        std::string bad = good;
        for (int i = 0; i < 5; ++i) {
            bad[rng.below(bad.size())] = static_cast<char>(rng.below(256));
        }
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bad;
        const auto made = calibration_for({8}, 0, workshop, folder.path, k_now, {});
        REQUIRE(made);
        CHECK(made->seconds_per_step > 0);
        CHECK(made->seconds_per_step < 1);
    }
}

TEST_CASE("a folder that cannot be written is no failure") {
    auto workshop = usual_workshop();
    CHECK(calibration_for({8}, 0, workshop, "/proc/nothing", k_now, {}));
}

}  // namespace palier::catalog
