// What the dry run says is the most that a climb sends: random jobs in random worlds.
#include "planning/dry_run.h"
#include "planning/request_length.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace palier::run {
namespace {

struct Sent {
    std::int64_t requests = 0, prompt_tokens = 0, output_tokens = 0;
    double cost = 0;
};

constexpr double k_input_per_1m = 1, k_output_per_1m = 5;

// Counts what the engines are asked; answers that write are as long as they may be.
class RandomWorld {
   public:
    explicit RandomWorld(std::uint64_t seed) : rng_(seed), file_(make()) {}

    TestWorld world;
    Sent sent;

    [[nodiscard]] const job::JobFile& job() const { return file_; }

   private:
    bool chance(double share) { return rng_.uniform() < share; }

    // Few miss the limit of 10 ms, but not few enough to be sure.
    engine::fake::Answer late_or_not(const engine::Request& request) {
        engine::Response response;
        response.text = "ham";
        response.scores.assign(request.labels.size(), {-1.0, 1});
        engine::fake::Answer answer(std::move(response));
        answer.latency = std::chrono::milliseconds(chance(0.04) ? 11 : 9);
        return answer;
    }

    Model some_model(bool priced) {
        Model model;
        model.zero_shot = 0.4 + 0.6 * rng_.uniform();
        model.scored = 0.4 + 0.6 * rng_.uniform();
        model.few_shot = 0.4 + 0.6 * rng_.uniform();
        model.latency = std::chrono::microseconds(5'000 + rng_.below(10'000));
        model.at_once = static_cast<int>(1 + rng_.below(16));
        const bool jitters = chance(0.4);
        model.instead = [this, priced, jitters](
                            const engine::Request& request) -> std::optional<engine::fake::Answer> {
            const std::int64_t in = planning::tokens_of(request);
            const bool writes = request.kind == engine::Kind::Generate;
            const std::int64_t out = writes ? request.sampling.max_tokens : 0;
            ++sent.requests;
            sent.prompt_tokens += in;
            sent.output_tokens += out;
            if (priced) {
                sent.cost += (static_cast<double>(in) * k_input_per_1m +
                              static_cast<double>(out) * k_output_per_1m) /
                             1e6;
            }
            return jitters && request.own_part_uncached ? std::optional(late_or_not(request))
                                                        : std::nullopt;
        };
        return model;
    }

    std::string contestant(const std::string& table, const std::string& name, int size) {
        const bool priced = chance(0.7);
        std::string more = "parameters = \"" + std::to_string(size) + "M\"\n";
        more +=
            priced ? "price = { input_per_1m = 1, output_per_1m = 5, currency = \"EUR\" }\n" : "";
        if (chance(0.3)) {
            world.add_endpoint(name, some_model(priced));
            return table + "\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"" + name + "\"\n" +
                   more;
        }
        world.engines.set_peak_memory(name, std::optional<std::uint64_t>(900'000));
        return table + "\nmodel = \"" + world.add_file(name, size, some_model(priced)) + "\"\n" +
               more;
    }

    job::JobFile make() {
        const bool relative = chance(0.3);
        std::string tables = std::string("[constraints]\nquality = { metric = \"accuracy\", ") +
                             (relative ? "of_topline = 0.9" : "min = 0.7") + " }\n";
        tables += chance(0.5) ? "latency = { p95_ms = 10 }\n" : "";
        tables += chance(0.5) ? "memory = \"1 MB\"\n" : "";
        tables += "[traffic]\nconcurrency = " + std::to_string(1 + rng_.below(3)) + "\n";
        if (relative || chance(0.5)) {
            tables += contestant("[topline]", "top", 900);
        }
        for (std::uint64_t i = 0; i <= rng_.below(3); ++i) {
            tables += contestant(
                "[[candidate]]", "c" + std::to_string(i), static_cast<int>(100 + rng_.below(300)));
        }
        const int tests = static_cast<int>(40 + rng_.below(200));
        return world.job(tables, tests, static_cast<int>(2 + rng_.below(50)));
    }

    Rng rng_;
    job::JobFile file_;
};

}  // namespace

TEST_CASE("no climb sends or spends more than its dry run says") {
    std::int64_t probed = 0;
    double nearest = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        RandomWorld random(seed);
        const auto options = TestWorld::plain();
        const planning::PlanWorld around{
            nullptr, random.world.store.get(), machine::Host{}, 0, random.world.clock};
        const auto dry = planning::dry_run(random.job(), options, around);
        REQUIRE(dry);
        const planning::DryRun::Line most = dry->total();
        const auto result = random.world.climb(random.job(), options);
        INFO((result ? 0 : result.error().code));
        REQUIRE(result);
        CHECK(result->summary.finished);
        CHECK(random.sent.requests <= most.requests);
        CHECK(random.sent.prompt_tokens <= most.prompt_tokens);
        CHECK(random.sent.output_tokens <= most.output_tokens);
        CHECK(random.sent.cost <= most.cost.value_or(0) + 1e-9);
        probed += random.world.trials(result->run, store::Phase::Latency) >= 400 ? 1 : 0;
        nearest = std::max(
            nearest,
            static_cast<double>(random.sent.requests) / static_cast<double>(most.requests));
    }
    MESSAGE("nearest to its dry run: " << nearest << "; latency asked to the end: " << probed);
    CHECK(nearest > 0.8);  // the figures are no fantasy
    CHECK(probed > 0);
}

}  // namespace palier::run
