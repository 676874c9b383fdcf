#include "base/files.h"

#include "base/codes.h"

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
    CHECK(read_file(path).error().code == base::codes::cannot_read);
    CHECK(write_file(path, "one").error().code == base::codes::cannot_write);
    std::filesystem::create_directories(folder / "deep");
    REQUIRE(write_file(path, "one"));
    REQUIRE(write_file(path, std::string("two\0three", 9)));
    CHECK(*read_file(path) == std::string("two\0three", 9));
    CHECK(write_file((folder / "deep").string(), "x").error().code == base::codes::cannot_write);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
    CHECK(*read_file(path) == std::string("two\0three", 9));
    std::filesystem::remove_all(folder);
}

}  // namespace palier
