#include "catalog/supposed_speed.h"

#include "catalog/known.h"
#include "catalog/sketch.h"
#include "catalog/speed.h"

#include <doctest/doctest.h>

namespace palier::catalog {
namespace {

constexpr std::uint32_t k_f16 = 1, k_q4_k = 12;

SpeedEstimate on(const machine::Supposed& machine, const char* model) {
    const Known* known = catalogue().find(model);
    REQUIRE(known != nullptr);
    KnownFile file;
    file.quantisation = "Q4_K_M";
    const auto sketch = sketch_of(*known, file);
    REQUIRE(sketch);
    const auto speed =
        estimate_speed(sketch->header,
                       sketch->shape,
                       supposed_calibration(machine, types_to_calibrate(sketch->header)),
                       512);
    REQUIRE(speed);
    return *speed;
}

}  // namespace

TEST_CASE("a weight takes the bytes of its type to read, and two operations to multiply") {
    machine::Supposed machine;
    machine.bandwidth_gb_s.value = 100;
    machine.efficiency.value = 0.5;
    machine.gflops.value = 200;
    machine.gflops_by_type = {{"F16", 400}};
    machine.step_us.value = 1;
    const engine::Calibration made = supposed_calibration(machine, {k_f16, k_q4_k, 99});
    REQUIRE(made.kernels.size() == 2);  // 99 is no type
    CHECK(made.kernels[0].seconds_per_weight == doctest::Approx(2 / 50e9));
    CHECK(made.kernels[0].seconds_per_product == doctest::Approx(2 / 400e9));
    CHECK(made.kernels[1].seconds_per_weight == doctest::Approx(0.5625 / 50e9));
    CHECK(made.kernels[1].seconds_per_product == doctest::Approx(2 / 200e9));
    CHECK(made.memory_bytes_per_s == doctest::Approx(50e9));
    CHECK(made.seconds_per_step == doctest::Approx(1e-6));
    CHECK_FALSE(made.busy);
}

TEST_CASE("what is published of the machines of the table comes out of their figures again") {
    int checked = 0;
    for (const machine::Supposed& machine : machine::supposed_machines()) {
        if (!machine.measured) {
            continue;
        }
        INFO(machine.name);
        const SpeedEstimate speed = on(machine, "llama-3.1-8b");
        CHECK(speed.decode_tokens_per_s ==
              doctest::Approx(machine.measured->decode_tokens_per_s).epsilon(0.15));
        CHECK(speed.prefill_tokens_per_s ==
              doctest::Approx(machine.measured->prefill_tokens_per_s).epsilon(0.15));
        ++checked;
    }
    CHECK(checked == 3);
}

TEST_CASE("a faster memory decodes faster, more arithmetic reads a prompt faster") {
    const SpeedEstimate laptop = on(*machine::find_supposed("laptop"), "qwen3-1.7b");
    const SpeedEstimate mac = on(*machine::find_supposed("m4"), "qwen3-1.7b");
    const SpeedEstimate card = on(*machine::find_supposed("rtx-4060"), "qwen3-1.7b");
    CHECK(laptop.decode_tokens_per_s < mac.decode_tokens_per_s);
    CHECK(mac.decode_tokens_per_s < card.decode_tokens_per_s);
    CHECK(laptop.prefill_tokens_per_s < mac.prefill_tokens_per_s);
    CHECK(mac.prefill_tokens_per_s < card.prefill_tokens_per_s);
    // Never faster than its memory reads the weights: 1.7 G of them in 4.8 bits.
    CHECK(card.decode_tokens_per_s < 272e9 / (1.7e9 * 4.5 / 8));
}

}  // namespace palier::catalog
