#include "report/messages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

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

// Numbers of four digits that follow `opening` (and white space) in a source text.
void collect_codes(const std::string& source, std::string_view opening, std::set<int>& codes) {
    for (std::size_t at = source.find(opening); at != std::string::npos;
         at = source.find(opening, at)) {
        at += opening.size();
        const std::size_t digits = source.find_first_not_of(" \n", at);
        if (digits == std::string::npos) {
            return;
        }
        const std::size_t end = source.find_first_not_of("0123456789", digits);
        if (end != std::string::npos && end - digits == 4) {
            codes.insert(std::stoi(source.substr(digits, 4)));
        }
    }
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
    const std::string source = content_of("src/report/messages.cpp");
    for (const auto& entry : fs::directory_iterator("src/report/messages")) {
        const std::string name = entry.path().filename().string();
        CHECK_MESSAGE(source.find("\"report/messages/" + name + "\"") != std::string::npos, name);
    }
}

TEST_CASE("every number that the program uses has a sentence") {
    for (const auto& entry : fs::recursive_directory_iterator("src")) {
        const std::string name = entry.path().string();
        const bool is_source = name.ends_with(".cpp") || name.ends_with(".h");
        if (!is_source || name.ends_with("_test.cpp")) {
            continue;
        }
        std::set<int> codes;
        for (const std::string_view opening : {"Error(",
                                               "Error{",
                                               "Note{",
                                               "Note(",
                                               "push_back({",
                                               "sentence(language, ",
                                               "sentence(common.language, ",
                                               "tell(common, "}) {
            collect_codes(content_of(entry.path()), opening, codes);
        }
        for (const int code : codes) {
            CHECK_MESSAGE(std::ranges::binary_search(all_messages(), code, {}, &Message::code),
                          name << " uses " << code);
        }
    }
}

TEST_CASE("every phrase of a report has a sentence") {
    std::istringstream names(content_of("src/report/phrases.h"));
    std::string token;
    int code = 0;
    bool inside = false;
    int phrases = 0;
    for (std::string word; names >> word;) {
        if (word == "int") {
            inside = true;
        } else if (word == "//" || word == "namespace") {
            std::getline(names, token);
        } else if (inside && word == "=") {
            names >> word;
            code = std::stoi(word);
        } else if (inside && word.ends_with(',')) {
            ++code;
        } else {
            continue;
        }
        if (inside && word.ends_with(',')) {
            ++phrases;
            CHECK_MESSAGE(std::ranges::binary_search(all_messages(), code, {}, &Message::code),
                          word << " " << code);
        }
    }
    CHECK(phrases > 200);
}

TEST_CASE("an error is explained with its number, its sentence and its causes, indented") {
    const Error error = Error(1003, {{"file", "a.db"}})
                            .because(Error(1001, {{"file", "b.db"}, {"reason", "gone"}})
                                         .because(Error(1004, {{"file", "c"}})));
    const std::string english = explain(Language::En, error);
    CHECK(english.starts_with("PAL-1003: the disk is full: a.db could not be written."));
    CHECK(english.find("\n  because: PAL-1001: cannot read file b.db: gone.") != std::string::npos);
    CHECK(english.find("\n    because: PAL-1004: c is read-only") != std::string::npos);
    CHECK(explain(Language::Fr, error).find("\n  parce que : PAL-1001 : impossible de lire") !=
          std::string::npos);
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
