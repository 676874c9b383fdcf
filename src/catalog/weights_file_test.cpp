#include "catalog/weights_file.h"

#include "base/files.h"
#include "base/rng.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace palier::catalog {
namespace {

struct Folder {
    std::string path =
        (std::filesystem::temp_directory_path() / ("palier-weights-" + std::to_string(getpid())))
            .string();
    Folder() { std::filesystem::remove_all(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

}  // namespace

TEST_CASE("forms of weights are kept by key, the newest of each") {
    const Folder folder;
    CHECK_FALSE(kept_weights(folder.path, "a"));
    const WeightsForm slow{core::Weights::AsFile, {{core::Weights::AsFile, 2.5}}, 1'800'000'000};
    const WeightsForm fast{core::Weights::Bf16Copy,
                           {{core::Weights::AsFile, 2.5}, {core::Weights::Bf16Copy, 1.25}},
                           1'800'000'001};
    REQUIRE(keep_weights(folder.path, "a", slow));
    REQUIRE(keep_weights(folder.path, "b", slow));
    REQUIRE(keep_weights(folder.path, "a", fast));
    CHECK(kept_weights(folder.path, "a") == fast);
    CHECK(kept_weights(folder.path, "b") == slow);
}

TEST_CASE("a damaged file keeps nothing, whatever its bytes") {
    const Folder folder;
    REQUIRE(keep_weights(
        folder.path, "a", {core::Weights::Bf16Copy, {{core::Weights::Bf16Copy, 1.0}}, 7}));
    const auto text = read_file(weights_path(folder.path));
    REQUIRE(text);
    Rng rng(3);
    int lost = 0;
    for (int i = 0; i < 200; ++i) {
        std::string edited = *text;
        edited[static_cast<std::size_t>(rng.below(edited.size()))] = "0{}[],:\"x"[rng.below(9)];
        REQUIRE(write_file(weights_path(folder.path), edited));
        lost += kept_weights(folder.path, "a") ? 0 : 1;
    }
    CHECK(lost > 20);
}

}  // namespace palier::catalog
