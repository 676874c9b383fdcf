#include "base/files.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>

namespace palier {

TEST_CASE("a file is replaced whole, and what cannot be written leaves the old one") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("palier-files-" + std::to_string(getpid()));
    const std::string path = (folder / "deep" / "a.txt").string();
    CHECK(read_file(path).error().code == 1001);
    CHECK(write_file(path, "one").error().code == 1002);
    std::filesystem::create_directories(folder / "deep");
    REQUIRE(write_file(path, "one"));
    REQUIRE(write_file(path, std::string("two\0three", 9)));
    CHECK(*read_file(path) == std::string("two\0three", 9));
    CHECK(write_file((folder / "deep").string(), "x").error().code == 1002);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
    CHECK(*read_file(path) == std::string("two\0three", 9));
    std::filesystem::remove_all(folder);
}

}  // namespace palier
