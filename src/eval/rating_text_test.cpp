#include "eval/rating_text.h"

#include "base/codes.h"
#include "base/files.h"
#include "base/rng.h"
#include "eval/codes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

namespace palier::eval {

TEST_CASE("ratings are read back as they were written, in their order") {
    const std::vector<core::Rating> ratings{
        {"k2", "ann", core::Opinion::Bad, "wrong \"date\"\nand tone"},
        {"k1", "bob", core::Opinion::Good, ""},
        {"k1", "ann", core::Opinion::Skipped, "é"}};
    const auto read = ratings_from(ratings_text(ratings));
    REQUIRE(read);
    CHECK(*read == ratings);
    CHECK(ratings_from(ratings_text({}))->empty());
}

TEST_CASE("what is no list of ratings is an error that shows the place") {
    for (const char* text : {"",
                             "{}",
                             "[1]",
                             R"([{"answer":"k","rater":"ann","opinion":"great"}])",
                             R"([{"answer":"","rater":"ann","opinion":"good"}])",
                             R"([{"answer":"k","opinion":"good"}])"}) {
        const auto read = ratings_from(text);
        REQUIRE_FALSE_MESSAGE(read, text);
        CHECK(read.error().code == codes::ratings_damaged);
    }
}

TEST_CASE("ratings survive arbitrary bytes") {
    const std::string good = ratings_text({{"k", "ann", core::Opinion::Good, "note"}});
    Rng rng(11);
    int read_again = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = good;
        for (std::uint64_t i = 0; i <= rng.below(3); ++i) {
            bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
        }
        if (const auto read = ratings_from(bytes)) {
            REQUIRE(read->size() == 1);
            REQUIRE_FALSE(read->front().rater.empty());
            ++read_again;
        }
    }
    CHECK(read_again > 0);
    CHECK(read_again < 20'000);
}

TEST_CASE("a judge is read back as it was written, or not at all") {
    const core::JudgeIdentity judge{
        "m", "sha", {"Be brief.", "\"Vous\", never \"tu\"."}, {"a", "b"}};
    CHECK(*judge_from(judge_text(judge)) == judge);
    for (const char* text : {"", "[]", "{}", R"({"name":"m","rules":["x"],"systems":[]})"}) {
        const auto read = judge_from(text);
        REQUIRE_FALSE_MESSAGE(read, text);
        CHECK(read.error().code == codes::ratings_damaged);
    }
    Rng rng(12);
    const std::string good = judge_text(judge);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = good;
        bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
        if (const auto read = judge_from(bytes)) {
            REQUIRE(read->rules.size() == read->systems.size());
        }
    }
}

TEST_CASE("rules are the lines that say something") {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("palier-rules-" + std::to_string(getpid())))
            .string();
    REQUIRE(write_file(path, "# Tone\n\n- Be brief.\r\n  Say vous.  \n#x\n"));
    CHECK(*read_rules(path) == std::vector<std::string>{"Be brief.", "Say vous."});
    for (const char* text : {"", "\n# only a remark\n", "\xff\xfe rule"}) {
        REQUIRE(write_file(path, text));
        CHECK(read_rules(path).error().code == codes::no_rules);
    }
    std::filesystem::remove(path);
    CHECK(read_rules(path).error().code == base::codes::cannot_read);
}

}  // namespace palier::eval
