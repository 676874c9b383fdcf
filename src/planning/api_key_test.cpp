#include "planning/codes.h"
#include "planning/prepare.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace palier::planning {
namespace {

// The key that a file with these bytes holds; "" with an error.
std::string key_of(const std::string& bytes) {
    const auto path = std::filesystem::temp_directory_path() / "palier-api-key-test";
    std::ofstream(path, std::ios::binary) << bytes;
    core::ModelSpec spec;
    spec.key_file = path.string();
    const auto key = api_key(spec);
    std::filesystem::remove(path);
    return key ? *key : "";
}

}  // namespace

TEST_CASE("a key is read without what editors and shells put around it") {
    for (const std::string& bytes : {std::string("sk-1"),
                                     std::string("sk-1\r\n"),
                                     std::string("\n\n  sk-1  \nsecond line\n"),
                                     std::string("\xef\xbb\xbfsk-1\n"),
                                     std::string("\xef\xbb\xbf\xe2\x80\x8bsk-1\xc2\xa0"),
                                     std::string("\xff\xfes\0k\0-\0001\0\n\0", 12),
                                     std::string("\xfe\xff\0s\0k\0-\0001", 10)}) {
        CAPTURE(bytes);
        CHECK(key_of(bytes) == "sk-1");
    }
    setenv("PALIER_TEST_KEY", "\xef\xbb\xbfsk-2\n", 1);
    core::ModelSpec spec;
    spec.key_env = "PALIER_TEST_KEY";
    CHECK(api_key(spec).value() == "sk-2");
    unsetenv("PALIER_TEST_KEY");
}

TEST_CASE("a key that is not there, or empty, is an error that says where") {
    CHECK(key_of("").empty());
    CHECK(key_of("\xef\xbb\xbf \n").empty());
    core::ModelSpec spec;
    spec.key_file = "/nowhere/key";
    const auto missing = api_key(spec);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == codes::api_key_missing);
    CHECK(missing.error().args.back().second == "/nowhere/key");
    spec.key_file.clear();
    CHECK(api_key(spec).value().empty());
}

}  // namespace palier::planning
