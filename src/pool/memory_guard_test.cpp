#include "pool/memory_guard.h"

#include "catalog/codes.h"
#include "engine/fake/fake.h"
#include "engine/fake/fake_workshop.h"
#include "engine/fake/small_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace palier::pool {
namespace {

struct Desk {
    engine::fake::FakeEngines engines;
    engine::fake::FakeWorkshop workshop;
    std::uint64_t available = 1'000'000'000;
    MemoryGuard guard{engines, workshop, [this] { return available; }};
    std::string path =
        (std::filesystem::temp_directory_path() / "palier_memory_guard_test.gguf").string();

    Desk() {
        engines.add("small", [](const engine::Request&) { return engine::fake::Answer("yes"); });
        write(engine::fake::SmallFile().bytes());
    }
    ~Desk() { std::filesystem::remove(path); }
    void write(const std::string& bytes) const { std::ofstream(path, std::ios::binary) << bytes; }
    [[nodiscard]] engine::OpenSpec spec() const {
        engine::OpenSpec made;
        made.path = path;
        made.name = "small";
        return made;
    }
};

}  // namespace

TEST_CASE("a model that fits is opened") {
    Desk desk;
    CHECK(desk.guard.open(desk.spec()));
    CHECK(desk.guard.peak_memory(desk.spec(), {}));
}

TEST_CASE("a model that would not fit is refused before it is opened, with the breakdown") {
    Desk desk;
    desk.workshop.bytes_of = [](const engine::Matrix&) { return 2'000'000'000ULL; };
    const auto refused = desk.guard.open(desk.spec());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == catalog::codes::would_not_fit);
    CHECK(refused.error().args[0].second == "small");
    CHECK(desk.engines.opened().empty());
    CHECK(desk.guard.peak_memory(desk.spec(), {}).error().code == catalog::codes::would_not_fit);
}

TEST_CASE("where free memory is not known, or the model cannot be estimated, nothing is refused") {
    Desk desk;
    desk.workshop.bytes_of = [](const engine::Matrix&) { return 2'000'000'000ULL; };
    desk.available = 0;
    CHECK(desk.guard.open(desk.spec()));
    desk.available = 1000;
    desk.write(engine::fake::SmallFile("from-the-future").bytes());
    CHECK(desk.guard.open(desk.spec()));
    desk.write("no model");
    CHECK(desk.guard.open(desk.spec()));
}

TEST_CASE("endpoints and recordings take no memory here") {
    Desk desk;
    desk.available = 1;
    engine::OpenSpec remote;
    remote.name = "small";
    remote.endpoint = "http://127.0.0.1:1";
    CHECK(desk.guard.open(remote));
    engine::OpenSpec recorded;
    recorded.name = "small";
    recorded.recorded = true;
    CHECK(desk.guard.open(recorded));
}

}  // namespace palier::pool
