#include "planning/machine_file.h"

#include "base/rng.h"
#include "job/codes.h"
#include "planning/codes.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace palier::planning {
namespace {

constexpr const char* k_whole = R"(title = "the office server"
ram = "32 GB"
ram_free = "20 GB"
vram = "12 GB"
bandwidth_gb_s = 360
efficiency = 0.75
gflops = 20000
step_us = 2.5
[gflops_by_type]
F16 = 30000
)";

// The first error of a file that lacks or spoils one line of the whole one.
Error error_of(const std::string& line, const std::string& instead) {
    std::string text = k_whole;
    const std::size_t at = text.find(line);
    REQUIRE(at != std::string::npos);
    text.replace(at, line.size(), instead);
    const auto read = parse_machine(text, "server.toml");
    REQUIRE_FALSE(read);
    return read.error();
}

}  // namespace

TEST_CASE("a machine file states memory, bandwidth and arithmetic") {
    const auto read = parse_machine(k_whole, "server.toml");
    REQUIRE(read);
    CHECK(read->from_file);
    CHECK(read->title == "the office server");
    CHECK(read->ram_bytes == 32'000'000'000);
    CHECK(read->ram_free_bytes == 20'000'000'000);
    CHECK(read->vram_bytes == 12'000'000'000);
    CHECK(read->bandwidth_gb_s.value == 360);
    CHECK(read->bandwidth_gb_s.how == "server.toml");
    CHECK(read->efficiency.value == doctest::Approx(0.75));
    CHECK(read->gflops.value == 20000);
    REQUIRE(read->gflops_by_type.size() == 1);
    CHECK(read->gflops_by_type[0] == std::pair<std::string, double>("F16", 30000));
    CHECK(read->step_us.value == doctest::Approx(2.5));
}

TEST_CASE("what a machine file leaves out is said to be taken from the table") {
    const auto read =
        parse_machine("ram = \"16 GB\"\nbandwidth_gb_s = 50\ngflops = 400\n", "mine.toml");
    REQUIRE(read);
    CHECK(read->title == "mine.toml");
    CHECK(read->ram_free_bytes == 12'000'000'000);
    CHECK(read->vram_bytes == 0);
    CHECK(read->efficiency.value == doctest::Approx(0.66));
    CHECK(read->efficiency.how.starts_with("not stated"));
    CHECK(read->gflops_by_type.empty());
}

TEST_CASE("what cannot be meant in a machine file is refused at its line") {
    CHECK(error_of("ram = \"32 GB\"\n", "").code == job::codes::key_missing);
    CHECK(error_of("bandwidth_gb_s = 360\n", "").code == job::codes::key_missing);
    CHECK(error_of("gflops = 20000\n", "").code == job::codes::key_missing);
    CHECK(error_of("ram = \"32 GB\"", "ram = \"much\"").code == job::codes::unusable_value);
    CHECK(error_of("\"20 GB\"", "\"40 GB\"").code == job::codes::unusable_value);
    CHECK(error_of("efficiency = 0.75", "efficiency = 1.5").code == job::codes::unusable_value);
    CHECK(error_of("bandwidth_gb_s = 360", "bandwidth_gb_s = 0").code ==
          job::codes::unusable_value);
    CHECK(error_of("step_us = 2.5", "step_us = -1").code == job::codes::unusable_value);
    CHECK(error_of("gflops = 20000", "gflops = inf").code == job::codes::unusable_value);
    CHECK(error_of("gflops = 20000", "gflops = \"fast\"").code == job::codes::wrong_kind);
    CHECK(error_of("F16 = 30000", "F17 = 30000").code == job::codes::unknown_key_of);
    CHECK(error_of("vram = ", "vrams = ").code == job::codes::unknown_key_of);
    CHECK(error_of("title = ", "title ").code == job::codes::no_toml);
}

TEST_CASE("a machine is a name of the table, or a file") {
    REQUIRE(find_machine("laptop"));
    CHECK(find_machine("laptop")->name == "laptop-16gb");
    const auto unknown = find_machine("cray-1");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == codes::unknown_machine);
    CHECK(find_machine("").error().code == codes::unknown_machine);
    CHECK(find_machine("none.toml").error().code == codes::unreadable_machine);
    CHECK(find_machine("./none").error().code == codes::unreadable_machine);
    const auto path = std::filesystem::temp_directory_path() / "palier_machine_file_test.toml";
    std::ofstream(path) << k_whole;
    const auto read = find_machine(path.string());
    std::filesystem::remove(path);
    REQUIRE(read);
    CHECK(read->name == path.string());
}

TEST_CASE("arbitrary bytes are a machine or an error, never a crash") {
    Rng rng(11);
    const std::string whole = k_whole;
    for (int round = 0; round < 2000; ++round) {
        std::string text = whole;
        for (int i = 0; i < 6; ++i) {
            text[static_cast<std::size_t>(rng.below(text.size()))] =
                static_cast<char>(rng.below(256));
        }
        text.resize(static_cast<std::size_t>(rng.below(text.size() + 1)));
        if (const auto read = parse_machine(text, "noise.toml")) {
            CHECK(read->ram_bytes > 0);
            CHECK(read->bandwidth_gb_s.value > 0);
            CHECK(read->ram_free_bytes <= read->ram_bytes);
        }
    }
}

}  // namespace palier::planning
