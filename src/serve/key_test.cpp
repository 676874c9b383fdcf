#include "serve/key.h"

#include "base/files.h"
#include "report/phrases.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

namespace palier::serve {

TEST_CASE("a key is itself alone") {
    const Key key("sk-palier-1");
    CHECK(key.is("sk-palier-1"));
    CHECK_FALSE(key.is("sk-palier-2"));
    CHECK_FALSE(key.is("sk-palier-1 "));
    CHECK_FALSE(key.is(""));
}

TEST_CASE("a key comes from the file, else from the variable, else from nowhere") {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("key-" + std::to_string(::getpid()))).string();
    REQUIRE(write_file(path, "from-the-file\n"));
    const auto opens = [](const Result<std::optional<Key>>& read, std::string_view shown) {
        REQUIRE(read);
        const std::optional<Key>& key = *read;
        return key && key->is(shown);
    };
    CHECK(opens(read_key(path, "from-the-variable"), "from-the-file"));
    CHECK(opens(read_key("", "from-the-variable"), "from-the-variable"));
    const auto none = read_key("", "");
    REQUIRE(none);
    CHECK_FALSE(none->has_value());
    for (const char* bad : {"\n", "short", "two words here", "caf\xc3\xa9-caf\xc3\xa9"}) {
        REQUIRE(write_file(path, bad));
        const auto refused = read_key(path, "");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == report::say::no_usable_key);
    }
    std::filesystem::remove(path);
    CHECK_FALSE(read_key(path, ""));
}

TEST_CASE("a bearer is read whatever the case of its scheme") {
    CHECK(bearer_of("Bearer abc") == "abc");
    CHECK(bearer_of("bearer  abc ") == "abc");
    CHECK_FALSE(bearer_of("Basic abc"));
    CHECK_FALSE(bearer_of("abc"));
}

}  // namespace palier::serve
