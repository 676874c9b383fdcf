#include "pool/pool.h"

#include "engine/codes.h"
#include "engine/fake/fake.h"

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace palier::pool {
namespace {

using engine::OpenSpec;
using engine::fake::FakeEngine;

// An engine that says when it goes.
class Counted final : public engine::Engine {
   public:
    Counted(std::set<std::string>& loaded, std::string name)
        : loaded_(loaded), name_(std::move(name)), inner_([](const auto&) { return "yes"; }) {
        loaded_.insert(name_);
    }
    ~Counted() override { loaded_.erase(name_); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    [[nodiscard]] const engine::Facts& facts() const override { return inner_.facts(); }
    [[nodiscard]] engine::Counters counters() const override { return inner_.counters(); }
    [[nodiscard]] std::unique_ptr<engine::Client> open_client() override {
        return inner_.open_client();
    }

   private:
    std::set<std::string>& loaded_;
    std::string name_;
    FakeEngine inner_;
};

struct House {
    std::set<std::string> loaded;  // engines that exist now
    std::set<std::string> at_opening;
    engine::fake::FakeEngines engines;

    void add(const std::string& name) {
        engines.add(name, [this, name](const OpenSpec&) -> Result<std::unique_ptr<engine::Engine>> {
            at_opening = loaded;
            return std::unique_ptr<engine::Engine>(std::make_unique<Counted>(loaded, name));
        });
    }
};

OpenSpec local(const std::string& name) {
    OpenSpec spec;
    spec.name = name;
    spec.path = name + ".gguf";
    return spec;
}

OpenSpec endpoint(const std::string& name) {
    OpenSpec spec;
    spec.name = name;
    spec.endpoint = "http://localhost/v1";
    spec.model = name;
    return spec;
}

OpenSpec recording(const std::string& name) {
    OpenSpec spec;
    spec.name = name;
    spec.path = name + ".jsonl";
    spec.recorded = true;
    return spec;
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("a model that is open is not opened again") {
    House house;
    house.add("a");
    Pool pool(house.engines);
    const auto first = pool.open(local("a"));
    REQUIRE(first);
    const auto again = pool.open(local("a"));
    REQUIRE(again);
    CHECK(*first == *again);
    CHECK(house.engines.opened().size() == 1);
}

TEST_CASE("at most one local model is loaded, and the old one goes before the new one comes") {
    House house;
    house.add("a");
    house.add("b");
    Pool pool(house.engines);
    REQUIRE(pool.open(local("a")));
    REQUIRE(pool.open(local("b")));
    CHECK(house.at_opening.empty());
    CHECK(house.loaded == Names{"b"});
    REQUIRE(pool.open(local("a")));
    CHECK(house.loaded == Names{"a"});
    CHECK(house.engines.opened().size() == 3);
}

TEST_CASE("the same file with other options is another model") {
    House house;
    house.add("a");
    Pool pool(house.engines);
    OpenSpec spec = local("a");
    REQUIRE(pool.open(spec));
    spec.weights = "bf16-copy";
    REQUIRE(pool.open(spec));
    spec.context_tokens = 512;
    REQUIRE(pool.open(spec));
    CHECK(house.engines.opened().size() == 3);
    CHECK(house.loaded == Names{"a"});
}

TEST_CASE("endpoints and recordings stay open beside a local model") {
    House house;
    for (const char* name : {"far", "old", "a", "b"}) {
        house.add(name);
    }
    Pool pool(house.engines);
    const auto far = pool.open(endpoint("far"));
    REQUIRE(far);
    REQUIRE(pool.open(recording("old")));
    REQUIRE(pool.open(local("a")));
    REQUIRE(pool.open(local("b")));
    CHECK(house.loaded == Names{"b", "far", "old"});
    pool.close_local();
    CHECK(house.loaded == Names{"far", "old"});
    const auto still = pool.open(endpoint("far"));
    REQUIRE(still);
    CHECK(*still == *far);
    pool.close_local();
    CHECK(house.loaded == Names{"far", "old"});
}

TEST_CASE("a failed opening leaves nothing behind and may be tried again") {
    House house;
    house.add("a");
    int tries = 0;
    house.engines.add("bad", [&](const OpenSpec&) -> Result<std::unique_ptr<engine::Engine>> {
        if (++tries == 1) {
            return Error(engine::codes::out_of_memory, {{"what", "the weights"}});
        }
        return std::unique_ptr<engine::Engine>(std::make_unique<Counted>(house.loaded, "bad"));
    });
    Pool pool(house.engines);
    REQUIRE(pool.open(local("a")));
    const auto failed = pool.open(local("bad"));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == engine::codes::out_of_memory);
    CHECK(house.loaded.empty());
    pool.close_local();
    REQUIRE(pool.open(local("bad")));
    CHECK(house.loaded == Names{"bad"});
    REQUIRE(pool.open(local("a")));
    CHECK(house.loaded == Names{"a"});
}

TEST_CASE("an endpoint that cannot be opened leaves the local model where it is") {
    House house;
    house.add("a");
    house.engines.fail(
        "far", Error(engine::codes::unreachable, {{"host", "localhost"}, {"reason", "refused"}}));
    Pool pool(house.engines);
    REQUIRE(pool.open(local("a")));
    CHECK(pool.open(endpoint("far")).error().code == engine::codes::unreachable);
    CHECK(house.loaded == Names{"a"});
}

}  // namespace palier::pool
