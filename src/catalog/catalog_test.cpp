#include "catalog/catalog.h"

#include "catalog/codes.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace palier::catalog {

TEST_CASE("an unknown name is refused with the known ones and the nearest") {
    const auto found = find_model("smollm2-153m", "/nowhere");
    REQUIRE_FALSE(found);
    CHECK(found.error().code == codes::unknown_model);
    CHECK(found.error().args[1].second == "smollm2-135m");
}

TEST_CASE("a known model that is not there names the file to fetch") {
    const auto found = find_model("smollm2-135m", "/nowhere");
    REQUIRE_FALSE(found);
    CHECK(found.error().code == codes::not_downloaded);
}

TEST_CASE("a missing path and a text file named .gguf are errors of the file") {
    CHECK(find_model("/nowhere/x.gguf", "").error().code / 100 == 23);
    const auto path = std::filesystem::temp_directory_path() / "palier_catalog_test.gguf";
    std::ofstream(path) << "hello, I am a text file";
    CHECK(find_model(path.string(), "").error().code / 100 == 23);
    std::filesystem::remove(path);
}

TEST_CASE("a downloaded model is known by its hash and tells its parameters") {
    const char* folder = std::getenv("PALIER_MODELS");
    if (!folder) {
        MESSAGE("skipped: PALIER_MODELS is not set");
        return;
    }
    const auto model = find_model("smollm2-135m", folder);
    REQUIRE(model);
    CHECK(model->sha256.starts_with("b179c9523d0e6a0f"));
    CHECK(model->bytes == 98'362'432);
    CHECK(model->known_as == "smollm2-135m");
    CHECK(model->quantisation == "Q4_1");
    CHECK(model->parameters > 130'000'000);
    CHECK(model->parameters < 170'000'000);
    CHECK(model->context_tokens > 0);
    CHECK(model->commercial_use == true);
}

}  // namespace palier::catalog
