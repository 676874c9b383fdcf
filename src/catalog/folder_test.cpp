#include "catalog/folder.h"

#include "catalog/catalog.h"
#include "catalog/codes.h"
#include "catalog/pull.h"
#include "catalog/test_gguf.h"
#include "lib/gguf/codes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

struct Place {
    fs::path base = fs::temp_directory_path() / ("palier-folder-" + std::to_string(getpid()));
    std::string models = (base / "models").string();
    Place() {
        fs::remove_all(base);
        fs::create_directories(base);
    }
    ~Place() { fs::remove_all(base); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] std::string file(const std::string& name, const std::string& bytes) const {
        const fs::path path = base / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path.string();
    }
    Result<Imported> import(const std::string& path,
                            const std::string& name = "",
                            bool link = false) {
        ImportOptions options;
        options.models_dir = models;
        options.name = name;
        options.link = link;
        return import_model(path, options);
    }
};

TEST_CASE("an imported file is copied, named after itself and found by that name") {
    Place place;
    const std::string path = place.file("My Model.Q4_0.gguf", test_gguf(10));
    const auto imported = place.import(path);
    REQUIRE(imported);
    CHECK(imported->entry.name == "my-model.q4_0");
    CHECK(fs::exists(path));
    const auto found = find_model("My-Model.Q4_0", place.models);
    REQUIRE(found);
    CHECK(found->context_tokens == 2048);
    CHECK(found->known_as.empty());
    CHECK_FALSE(found->commercial_use);
    // The same again changes nothing.
    REQUIRE(place.import(path));
    CHECK(read_index(place.models)->size() == 1);
}

TEST_CASE("a link takes no room, and removing it leaves the original") {
    Place place;
    const std::string path = place.file("big.gguf", test_gguf(10));
    const auto imported = place.import(path, "big", true);
    REQUIRE(imported);
    CHECK(imported->entry.linked);
    CHECK(fs::is_symlink(fs::path(place.models) / "big.gguf"));
    const auto removed = remove_model("big", place.models);
    REQUIRE(removed);
    CHECK(removed->freed_bytes == 0);
    CHECK(fs::exists(path));
    CHECK(read_index(place.models)->empty());
}

TEST_CASE("a name is refused when it is taken or cannot be one") {
    Place place;
    const std::string one = place.file("one.gguf", test_gguf(1));
    const std::string two = place.file("two.gguf", test_gguf(2));
    REQUIRE(place.import(one, "mine"));
    CHECK(place.import(two, "mine").error().code == codes::name_taken);
    CHECK(place.import(two, "smollm2-135m").error().code == codes::name_taken);
    for (const char* name : {"Two", "t wo", "t:wo", "../two", ".two", "-two", "two.gguf"}) {
        CHECK(place.import(two, name).error().code == codes::unusable_name);
    }
    // Another file of the same file name.
    fs::create_directories(place.base / "other");
    const std::string same = place.file("other/one.gguf", test_gguf(3));
    CHECK(place.import(same, "third").error().code == codes::name_taken);
    CHECK(read_index(place.models)->size() == 1);
}

TEST_CASE("what is no model is not imported") {
    Place place;
    CHECK(place.import(place.file("text.gguf", "hello, I am text")).error().code ==
          gguf::codes::no_gguf);
    CHECK(place.import((place.base / "absent.gguf").string()).error().code ==
          gguf::codes::unreadable);
    CHECK(place.import(place.base.string()).error().code == gguf::codes::unreadable);
    CHECK_FALSE(fs::exists(place.models));
}

TEST_CASE("an interrupted import keeps nothing") {
    Place place;
    const std::string path = place.file("one.gguf", test_gguf(1));
    const std::atomic<bool> interrupted{true};
    ImportOptions options;
    options.models_dir = place.models;
    options.interrupted = &interrupted;
    const auto imported = import_model(path, options);
    REQUIRE(imported);
    CHECK(imported->interrupted);
    CHECK(fs::is_empty(place.models));
}

TEST_CASE("removing says how many bytes are free again") {
    Place place;
    const std::string bytes = test_gguf(1);
    REQUIRE(place.import(place.file("one.gguf", bytes), "one"));
    const auto removed = remove_model("one", place.models);
    REQUIRE(removed);
    CHECK(removed->freed_bytes == bytes.size());
    CHECK(remove_model("one", place.models).error().code == codes::no_such_model);
}

TEST_CASE("what palier did not put there is not removed") {
    Place place;
    const std::string mine = place.file("mine.gguf", test_gguf(1));
    CHECK(remove_model(mine, place.models).error().code == codes::not_ours_to_remove);
    CHECK(remove_model("../mine.gguf", place.models).error().code == codes::not_ours_to_remove);
    CHECK(remove_model("smollm2-135m", place.models).error().code == codes::not_in_folder);
    CHECK(remove_model("smollm2-135m:q9", place.models).error().code ==
          codes::unknown_quantisation);
    CHECK(remove_model("nobody", place.models).error().code == codes::no_such_model);
    // A file of the catalogue's name and of another size.
    fs::create_directories(place.models);
    const std::string name = catalogue().find("smollm2-135m")->recommended()->file;
    std::ofstream(fs::path(place.models) / name) << "something else";
    CHECK(remove_model("smollm2-135m", place.models).error().code == codes::not_ours_to_remove);
    CHECK(fs::exists(fs::path(place.models) / name));
    CHECK(fs::exists(mine));
}

TEST_CASE("a part that was left of a download is removed too") {
    Place place;
    fs::create_directories(place.models);
    const std::string name = catalogue().find("smollm2-135m")->recommended()->file;
    std::ofstream(fs::path(place.models) / (name + ".part")) << "0123456789";
    std::ofstream(fs::path(place.models) / (name + ".part.json")) << "{}";
    const auto removed = remove_model("smollm2-135m", place.models);
    REQUIRE(removed);
    CHECK(removed->freed_bytes == 12);
    CHECK(fs::is_empty(place.models));
}

TEST_CASE("a broken index is told, never guessed and never overwritten") {
    Place place;
    fs::create_directories(place.models);
    const fs::path index = fs::path(place.models) / k_index_file;
    for (const char* text : {"",
                             "{",
                             "[]",
                             "{\"format\":2,\"models\":[]}",
                             "{\"format\":1,\"models\":[{}]}",
                             "{\"format\":1,\"models\":[{\"name\":\"x\",\"file\":\"../x\"}]}"}) {
        std::ofstream(index, std::ios::binary | std::ios::trunc) << text;
        CHECK(read_index(place.models).error().code == codes::no_index);
        CHECK(place.import(place.file("one.gguf", test_gguf(1)), "one").error().code ==
              codes::no_index);
        CHECK(find_model("smollm2-135m", place.models).error().code == codes::no_index);
        std::ifstream kept(index, std::ios::binary);
        CHECK(std::string(std::istreambuf_iterator<char>(kept), {}) == text);
    }
}

TEST_CASE("a name may carry a quantisation") {
    CHECK(wanted("a:Q4_0").name == "a");
    CHECK(wanted("a:Q4_0").quantisation == "Q4_0");
    CHECK(wanted("a").quantisation.empty());
    CHECK(find_model("smollm2-135m:q1_x", "/nowhere").error().code == codes::unknown_quantisation);
    CHECK(find_model("smollm2-135m:q4_1", "/nowhere").error().code == codes::not_downloaded);
    CHECK(find_model("smollm2-135m-instruct", "/nowhere").error().code == codes::not_downloaded);
}

TEST_CASE("an imported file that changes afterwards is noticed") {
    Place place;
    REQUIRE(place.import(place.file("one.gguf", test_gguf(1)), "one"));
    std::ofstream(fs::path(place.models) / "one.gguf", std::ios::binary) << test_gguf(2);
    CHECK(find_model("one", place.models).error().code == codes::other_file);
    fs::remove(fs::path(place.models) / "one.gguf");
    CHECK(find_model("one", place.models).error().code == codes::not_downloaded);
}

}  // namespace
}  // namespace palier::catalog
