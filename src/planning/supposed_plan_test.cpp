// Plans for a machine that is not this one.
#include "catalog/speed.h"
#include "planning/dry_run.h"
#include "planning/memos.h"
#include "planning/test_planning.h"

#include <doctest/doctest.h>

#include <filesystem>

namespace palier::planning {
namespace {

const machine::Supposed& known(const char* name) {
    const machine::Supposed* found = machine::find_supposed(name);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_CASE("a plan for another machine screens by that machine's memory") {
    PlanDesk desk;
    desk.host.memory_available_bytes = 100;  // nothing fits here
    desk.supposed = &known("laptop");
    const ModelPlan laptop = desk.plan(desk.job());
    REQUIRE(laptop.machine);
    CHECK(laptop.machine->name == "laptop-16gb");
    CHECK(laptop.memory_available == 12'000'000'000);
    CHECK(laptop.memory_limit == 12'000'000'000);
    CHECK_FALSE(laptop.vram_limit);
    CHECK_FALSE(laptop.picks().empty());
    desk.supposed = &known("phone");
    const ModelPlan phone = desk.plan(desk.job());
    CHECK(phone.memory_limit == 4'000'000'000);
    CHECK(refused_for(row_named(phone, "llama-3.1-8b"), "memory") != nullptr);
    CHECK(refused_for(row_named(laptop, "llama-3.1-8b"), "memory") == nullptr);
}

TEST_CASE("on a machine with a GPU a model has to fit into its memory whole") {
    PlanDesk desk;
    desk.supposed = &known("rtx-4060");
    const ModelPlan card = desk.plan(desk.job());
    CHECK(card.vram_limit == 7'200'000'000);
    CHECK(card.runtime.runtime == Runtime::Embedded);
    for (const PlanRow& row : card.rows) {
        if (const core::Reason* reason = refused_for(row, "vram")) {
            CHECK(*reason->measured > 7.2e9);
        }
    }
    const PlanRow& small = row_named(card, "llama-3.1-8b");
    CHECK(refused_for(small, "vram") == nullptr);
    REQUIRE(small.vram_bytes);
    CHECK(small.vram_bytes->value > 4.5e9);
    // What stays beside the GPU is little: the weights are not counted twice.
    CHECK(small.memory_bytes->value < 1.5e9);
    job::JobFile file = desk.job();
    file.job.constraints.vram_bytes = 2'000'000'000;
    CHECK(desk.plan(file).vram_limit == 2'000'000'000);
}

TEST_CASE("speeds are the other machine's, and this one's calibration is left alone") {
    PlanDesk desk;
    const std::string sha256 = desk.import("mine", small_chat_model());
    desk.measured(speed_memo(sha256, machine_name(desk.host, desk.options.threads)), "1 1");
    desk.supposed = &known("laptop");
    const ModelPlan laptop = desk.plan(desk.job());
    desk.supposed = &known("m4");
    const ModelPlan mac = desk.plan(desk.job());
    CHECK(desk.workshop.calibrated.empty());
    CHECK_FALSE(std::filesystem::exists(catalog::calibration_path(desk.options.models_dir)));
    int compared = 0;
    for (const PlanRow& row : laptop.rows) {
        if (!row.request_ms) {
            continue;
        }
        CHECK(row.request_ms->basis != Basis::Measured);
        CHECK_MESSAGE(row_named(mac, row.name).request_ms->value < row.request_ms->value, row.name);
        ++compared;
    }
    CHECK(compared > 30);
    CHECK_FALSE(laptop.busy);
}

TEST_CASE("the steps of a climb take the other machine's time") {
    PlanDesk desk;
    const job::JobFile file = with_picks(desk.job(), [&] {
        desk.supposed = &known("phone");
        return desk.plan(desk.job());
    }());
    desk.options.missing_models_allowed = true;
    const auto phone = dry_run(file, desk.options, desk.around());
    desk.supposed = &known("l4");
    const auto server = dry_run(file, desk.options, desk.around());
    REQUIRE(phone);
    REQUIRE(server);
    REQUIRE(phone->seconds);
    REQUIRE(server->seconds);
    CHECK(*server->seconds < *phone->seconds);
    CHECK(desk.workshop.calibrated.empty());
}

}  // namespace palier::planning
