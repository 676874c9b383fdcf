#include "lib/hash/sha256.h"

#include "base/codes.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace palier::hash {

TEST_CASE("SHA-256 gives the published digests") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("fields do not run into each other") {
    CHECK(Sha256().field("ab").field("c").hex() != Sha256().field("a").field("bc").hex());
}

TEST_CASE("a file has the digest of its bytes, and a missing one is an error that names it") {
    const auto path = std::filesystem::temp_directory_path() / "palier_sha256_test";
    std::ofstream(path) << "abc";
    CHECK(*sha256_file(path.string()) == sha256_hex("abc"));
    std::filesystem::remove(path);
    const auto missing = sha256_file(path.string());
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == base::codes::cannot_read);
    CHECK(missing.error().args.front().second == path.string());
}

}  // namespace palier::hash
