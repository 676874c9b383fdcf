// A climb whose job has a train file.
#include "planning/codes.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

namespace palier::run {

TEST_CASE("the cases of a train file are shown as examples, and never measured") {
    TestWorld world;
    const std::string model = world.add_file("only", 100, knowing(0.5));
    job::JobFile job = world.job(
        "[constraints]\nquality = { metric = \"accuracy\", min = 0.8 }\n[[candidate]]\nmodel = \"" +
        model + "\"\n");
    job.job.data.train = (world.folder.path() / "train.jsonl").string();
    std::ofstream train(job.job.data.train);
    for (int n = 0; n < 120; ++n) {
        // Twenty of them are cases of test.
        const std::string input =
            n < 20 ? case_number(n).input : "an order about number " + std::to_string(n * 7'919);
        train << R"({"input":")" << input << R"(","expected":")" << planning::label_of(n)
              << "\"}\n";
    }
    train.close();
    const auto result = world.climb(job);
    REQUIRE(result);
    const core::Summary& summary = result->summary;
    CHECK(std::ranges::count(summary.notes, planning::codes::train_in_test, &core::Note::code) ==
          1);
    const std::vector<core::Shot>& shots = summary.plan.ingredients.shots;
    CHECK(shots.size() == 100);
    CHECK(std::ranges::all_of(
        shots, [](const core::Shot& shot) { return shot.input.starts_with("an order"); }));
    CHECK(summary.plan.ingredients.shown.empty());
    CHECK(std::ranges::any_of(summary.rungs, [](const core::RungTried& rung) {
        return rung.rung == core::Rung::FewShot && rung.cases > 0;
    }));
    for (const std::string& id : summary.dev_ids) {
        CHECK(id.starts_with("c"));
    }
}

}  // namespace palier::run
