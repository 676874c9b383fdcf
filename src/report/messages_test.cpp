#include "report/messages.h"

#include "base/codes.h"
#include "base/text.h"
#include "eval/codes.h"
#include "report/phrases.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace palier::report {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.is_open(), path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

// The names between braces.
std::set<std::string> holes_of(std::string_view text) {
    std::set<std::string> holes;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at)) {
        const std::size_t end = text.find('}', at);
        REQUIRE_MESSAGE(end != std::string_view::npos, std::string(text));
        holes.emplace(text.substr(at + 1, end - at - 1));
        at = end;
    }
    return holes;
}

}  // namespace

TEST_CASE("every number has one sentence, in both languages, with the same holes") {
    const auto& table = all_messages();
    REQUIRE(table.size() > 100);
    for (std::size_t i = 0; i < table.size(); ++i) {
        const Message& message = table[i];
        CHECK_MESSAGE((i == 0 || table[i - 1].code != message.code), message.code);
        CHECK_MESSAGE(!message.english.empty(), message.code);
        CHECK_MESSAGE(!message.french.empty(), message.code);
        CHECK_MESSAGE(holes_of(message.english) == holes_of(message.french), message.code);
    }
}

TEST_CASE("every file of sentences is part of the table") {
    const std::string source = content_of("src/report/messages/all.inc");
    for (const auto& entry : fs::directory_iterator("src/report/messages")) {
        const std::string name = entry.path().filename().string();
        // loans.inc holds words, no sentences.
        CHECK_MESSAGE((name == "all.inc" || name == "loans.inc" ||
                       source.find("\"report/messages/" + name + "\"") != std::string::npos),
                      name);
    }
}

TEST_CASE("an error is explained with its number, its sentence and its causes, indented") {
    const Error error =
        Error(base::codes::disk_full, {{"file", "a.db"}})
            .because(Error(base::codes::cannot_read, {{"file", "b.db"}, {"reason", "gone"}})
                         .because(Error(base::codes::cannot_write,
                                        {{"file", "c"}, {"reason", "busy"}})));
    const std::string english = explain(Language::En, error);
    CHECK(english.starts_with("PAL-1003: the disk is full: a.db could not be written."));
    CHECK(english.find("\n  because: PAL-1001: cannot read file b.db: gone.") != std::string::npos);
    CHECK(english.find("\n    because: PAL-1002: cannot write file c: busy") != std::string::npos);
    CHECK(explain(Language::Fr, error).find("\n  parce que : PAL-1001 : impossible de lire") !=
          std::string::npos);
}

TEST_CASE("no message is longer than 1,000 characters, whatever a file holds") {
    const std::string header(2'000'000, 'x');
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string one =
            sentence(language,
                     eval::codes::missing_column,
                     {{"path", "f.csv"}, {"field", "input"}, {"known", header}});
        CHECK(length_in_characters(one) <= 1000);
        CHECK(one.find("f.csv") != std::string::npos);
        CHECK(length_in_characters(sentence(
                  language,
                  eval::codes::unknown_label,
                  {{"path", header}, {"line", "7"}, {"label", header}, {"known", header}})) <=
              1000);
    }
    const std::string labels(800, 'y');  // what fits is whole
    CHECK(sentence(Language::En,
                   eval::codes::labels_not_expected,
                   {{"path", "f.csv"}, {"labels", labels}})
              .find(labels) != std::string::npos);
}

TEST_CASE("a quantity that comes in bare digits gets the thousands of its language") {
    const Args args{{"metric", "accuracy"}, {"count", "1125"}};
    CHECK(sentence(Language::Fr, say::can_carry_full_set, args).find("1\u00a0125 cas de test") !=
          std::string::npos);
    CHECK(sentence(Language::En, say::can_carry_full_set, args).find("1,125 test cases") !=
          std::string::npos);
    constexpr int words_of_a_text = 7363;  // raised in eval
    CHECK(sentence(Language::Fr, words_of_a_text, {{"french", "2233"}, {"english", "0"}})
              .find("2\u00a0233 mots-outils") != std::string::npos);
    CHECK(sentence(Language::En, 9999, {{"line", "1125"}}) == "PAL-9999 line=1125");
}

TEST_CASE("a number without a sentence loses nothing") {
    CHECK(sentence(Language::Fr, 9999, {{"file", "x"}, {"line", "3"}}) == "PAL-9999 file=x line=3");
}

TEST_CASE("the language is read from a locale") {
    for (const std::string_view locale : {"fr", "fr_FR.UTF-8", "FR", "fr-CA", "fr.UTF-8"}) {
        CHECK(language_of(locale) == Language::Fr);
    }
    for (const std::string_view locale : {"", "en", "en_GB.UTF-8", "C", "fro", "frisian", "de"}) {
        CHECK(language_of(locale) == Language::En);
    }
}

}  // namespace palier::report
