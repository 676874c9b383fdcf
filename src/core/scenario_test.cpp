#include "core/scenario.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace palier::core {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_divider = "----\n";

std::string file_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// From the root of the sources, where ctest starts the tests.
std::vector<fs::path> scenario_files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator("tests/scenarios")) {
        if (entry.path().extension() == ".scenario") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

TEST_CASE("each scenario takes the expected steps and reaches the expected verdict") {
    const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
    const std::vector<fs::path> files = scenario_files();
    REQUIRE(files.size() >= 18);
    for (const fs::path& path : files) {
        CAPTURE(path.string());
        const std::string text = file_text(path);
        const std::size_t divider = text.find("\n" + std::string(k_divider));
        REQUIRE(divider != std::string::npos);
        const std::string script = text.substr(0, divider + 1);
        std::string actual;
        REQUIRE_NOTHROW(actual = play(read_scenario(script)));
        if (update) {
            std::ofstream(path, std::ios::binary) << script << k_divider << actual;
            continue;
        }
        CHECK(actual == text.substr(divider + 1 + k_divider.size()));
    }
}

TEST_CASE("a script that lacks a measure, or has an unknown word, is refused") {
    const std::string job = "quality accuracy min 0.9\ncandidate small size 135M rungs zero-shot\n";
    CHECK_THROWS_AS((void)play(read_scenario(job)), std::runtime_error);
    CHECK_THROWS_AS((void)read_scenario(job + "profo small pass 0.9\n"), std::runtime_error);
    CHECK_THROWS_AS((void)read_scenario("candidate small sise 135M\n"), std::runtime_error);
    CHECK_THROWS_AS((void)read_scenario("limit heat 3\n"), std::runtime_error);
}

}  // namespace
}  // namespace palier::core
