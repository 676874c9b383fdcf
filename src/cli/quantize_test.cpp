#include "cli/quantize_command.h"
#include "cli/test_fixture.h"
#include "engine/codes.h"
#include "engine/fake/fake.h"
#include "engine/fake/fake_workshop.h"
#include "engine/fake/small_file.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

struct Desk {
    Bare bare;
    Folder folder;
    std::string from = folder / "small.gguf";
    std::string to = folder / "small.Q8_0.gguf";
    FakeClock clock;
    std::atomic<bool> interrupted{false};
    engine::fake::FakeEngines engines;
    engine::fake::FakeWorkshop workshop;
    bool writes = true;
    std::string written = engine::fake::SmallFile().bytes();

    Desk() {
        std::ofstream(from, std::ios::binary) << engine::fake::SmallFile().bytes();
        workshop.quantising =
            [this](const engine::QuantiseRequest& request) -> Result<engine::Quantised> {
            if (!request.size_only) {
                std::ofstream(request.to, std::ios::binary) << written;
                if (!writes) {
                    return Error(engine::codes::cannot_quantise,
                                 {{"path", request.from}, {"why", "no room"}});
                }
            }
            return engine::Quantised{2048};
        };
    }

    int run(const std::string& type, const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{"models", "quantize", from, type};
        words.insert(words.end(), more.begin(), more.end());
        const World world{
            engines,
            [this](const std::string&, bool) { return store_sqlite::open(":memory:", clock); },
            {},
            clock,
            interrupted,
            "1.2.3",
            "",
            &workshop};
        const std::vector<const char*> argv = pointers(words);
        return cli::run(static_cast<int>(argv.size()), argv.data(), world);
    }
};

}  // namespace

TEST_CASE("a quantised file lies beside the original, and nothing else is left") {
    Desk desk;
    CHECK(desk.run("q8_0") == 0);
    CHECK(fs::exists(desk.to));
    CHECK(desk.folder.files() == 2);
    CHECK(desk.run("q8_0") == 2);  // it is there already
}

TEST_CASE("a dry run writes nothing") {
    Desk desk;
    CHECK(desk.run("Q8_0", {"--dry-run", "--json"}) == 0);
    CHECK(desk.folder.files() == 1);
}

TEST_CASE("an unknown type and a missing model are errors of the user") {
    Desk desk;
    CHECK(desk.run("Q9_Z") == 2);
    desk.from += ".gone.gguf";
    CHECK(desk.run("Q8_0") == 2);
    CHECK(desk.folder.files() == 1);
}

TEST_CASE("what could not be written, or does not read back, is removed") {
    Desk desk;
    desk.writes = false;
    CHECK(desk.run("Q8_0") == 2);
    CHECK(desk.folder.files() == 1);
    desk.writes = true;
    desk.written = desk.written.substr(0, 100);
    CHECK(desk.run("Q8_0") == 2);
    CHECK(desk.folder.files() == 1);
    desk.written = engine::fake::SmallFile("qwen2").bytes();
    CHECK(desk.run("Q8_0") == 2);
    CHECK(desk.folder.files() == 1);
}

}  // namespace palier::cli
