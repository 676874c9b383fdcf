// The house rules as a test: who may include whom, where a library may be seen, how long a file may
// be, what the pages say. The rules are data, in house_rules.txt; the checks are in house/.
#include "house/codes.h"
#include "house/rules.h"
#include "house/sources.h"
#include "house/texts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

namespace {

using palier::house::broken_include_rules;
using palier::house::broken_library_rules;
using palier::house::broken_style_rules;
using palier::house::includes_of;
using palier::house::Names;
using palier::house::parse_rules;
using palier::house::Rules;
using palier::house::Source;

const std::filesystem::path project = PALIER_SOURCE_DIR;

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.is_open(), "cannot read " << path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

Rules the_rules() {
    return parse_rules(contents(project / "tests/house_rules.txt"));
}

// Fails once for each sentence, with the sentence.
void none(const Names& broken) {
    for (const auto& sentence : broken) {
        FAIL_CHECK(sentence);
    }
}

Source source(const std::string& path, const std::string& text) {
    return {path, text, includes_of(text)};
}

const char* const small_rules =
    "folder base :\n"
    "folder lib/hash :\n"
    "folder lib/json :\n"
    "folder core :\n"
    "folder engine :\n"
    "folder engine/fake : engine\n"
    "folder pool : engine\n"
    "everyone : lib/hash except core\n"
    "test pool : engine/fake\n"
    "file pool/top.cpp : lib/json\n"
    "forbid core : thread base/clock.h\n"
    "system : unistd.h sys/\n"
    "third-party boost/json : lib/json\n"
    "heavy boost/json 1\n"
    "long pool/table.cpp 600\n";

Names broken_by(const std::string& path, const std::string& text) {
    return broken_include_rules(parse_rules(small_rules), {source(path, text)});
}

}  // namespace

TEST_CASE("every include of src/ follows the house rules") {
    const auto sources = palier::house::read_sources(project / "src");
    REQUIRE(sources.size() > 10);
    none(broken_include_rules(the_rules(), sources));
}

TEST_CASE("a third-party library is seen in its folder only, and few units pay for a heavy one") {
    none(broken_library_rules(the_rules(), palier::house::read_sources(project / "src")));
}

TEST_CASE("files are short, headers are included once, namespaces are spelled out") {
    none(broken_style_rules(the_rules(), palier::house::read_sources(project / "src")));
}

TEST_CASE("no page, script or example names a path of the machine it was written on") {
    Names places{project.generic_string(),
                 "/ro"
                 "ot/",
                 "/Use"
                 "rs/"};
    const auto parent = project.parent_path().generic_string();
    if (parent.size() > 1 && parent != "/tmp" && parent != "/home" && parent != "/opt") {
        places.push_back(parent + "/");
    }
    none(palier::house::lines_with(palier::house::read_texts(project), places));
}

TEST_CASE("links of the pages lead to files, and their make commands exist") {
    const auto makefile = contents(project / "Makefile");
    for (const auto& page : palier::house::read_texts(project)) {
        if (!page.path.ends_with(".md")) {
            continue;
        }
        const auto folder = (project / page.path).parent_path();
        for (const auto& target : palier::house::links_of(page.text)) {
            CHECK_MESSAGE(std::filesystem::exists(folder / target),
                          page.path << " links to " << target);
        }
        for (const auto& target : palier::house::commands_of(page.text, "make")) {
            CHECK_MESSAGE(
                makefile.find("\n" + target + ":") != std::string::npos,
                page.path << " says make " << target << ", which the Makefile does not have");
        }
    }
}

TEST_CASE(
    "every number of an error or a sentence has one name and its words, and stands bare nowhere") {
    none(palier::house::broken_code_rules(palier::house::read_texts(project / "src")));
}

TEST_CASE("each decision record has its own number") {
    std::set<std::string> numbers;
    for (const auto& entry : std::filesystem::directory_iterator(project / "docs/adr")) {
        const auto name = entry.path().filename().string();
        CHECK_MESSAGE(numbers.insert(name.substr(0, 4)).second,
                      "two records have the number of " << name);
    }
    CHECK(!numbers.empty());
}

TEST_CASE("a folder may include what its row names, itself and base, and nothing else") {
    CHECK(broken_by("pool/a.cpp",
                    "#include \"pool/a.h\"\n#include \"engine/engine.h\"\n#include \"base/x.h\"\n")
              .empty());
    const auto broken = broken_by("pool/a.cpp", "\n#include \"core/job.h\"\n");
    REQUIRE(broken.size() == 1);
    CHECK(broken[0] == "pool/a.cpp:2 includes core/job.h: pool may not include core");
    CHECK(broken_by("engine/engine.h", "#include \"engine/fake/fake.h\"\n").size() == 1);
}

TEST_CASE("a row for everyone leaves out whom it excepts, and base") {
    CHECK(broken_by("pool/a.cpp", "#include \"lib/hash/sha256.h\"\n").empty());
    CHECK(broken_by("core/a.cpp", "#include \"lib/hash/sha256.h\"\n").size() == 1);
    CHECK(broken_by("base/a.cpp", "#include \"lib/hash/sha256.h\"\n").size() == 1);
}

TEST_CASE("tests may include fakes, and one file what its row adds") {
    CHECK(broken_by("pool/a_test.cpp", "#include \"engine/fake/fake.h\"\n").empty());
    CHECK(broken_by("pool/a.cpp", "#include \"engine/fake/fake.h\"\n").size() == 1);
    CHECK(broken_by("pool/top.cpp", "#include \"lib/json/json.h\"\n").empty());
    CHECK(broken_by("pool/b.cpp", "#include \"lib/json/json.h\"\n").size() == 1);
}

TEST_CASE("core does not see threads, clocks or the operating system, though its tests may") {
    CHECK(broken_by("core/a.h", "#include <thread>\n").size() == 1);
    CHECK(broken_by("core/a.h", "#include \"base/clock.h\"\n").size() == 1);
    CHECK(broken_by("core/a.h", "#include <sys/stat.h>\n").size() == 1);
    CHECK(broken_by("core/a_test.cpp", "#include <thread>\n").empty());
    CHECK(broken_by("pool/a.h", "#include <thread>\n#include <unistd.h>\n").empty());
}

TEST_CASE(
    "a header that no row knows, a path without its folder and an unknown folder are refused") {
    CHECK(broken_by("pool/a.cpp", "#include <zlib.h>\n").size() == 1);
    CHECK(broken_by("pool/a.cpp", "#include \"a.h\"\n").size() == 1);
    CHECK(broken_by("attic/a.cpp", "").size() == 1);
    CHECK(broken_by("main.cpp", "#include \"engine/fake/fake.h\"\n").empty());
}

TEST_CASE("a library seen through a header of ours is found, and heavy units are counted") {
    const auto rules = parse_rules(small_rules);
    const auto header =
        source("lib/json/json.h", "#pragma once\n#include <boost/json/value.hpp>\n");
    const auto user = source("pool/top.cpp", "#include \"lib/json/json.h\"\n");
    const auto broken = broken_library_rules(rules, {header, user});
    REQUIRE(broken.size() == 1);
    CHECK(broken[0] == "pool/top.cpp sees boost/json/value.hpp: only lib/json may");
    const auto one = source("lib/json/a.cpp", "#include <boost/json/value.hpp>\n");
    const auto two = source("lib/json/b.cpp", "#include \"lib/json/json.h\"\n");
    CHECK(broken_library_rules(rules, {header, one}).empty());
    CHECK(broken_library_rules(rules, {header, one, two}).size() == 1);
}

TEST_CASE("headers that include each other do not hang the check") {
    const auto a = source("pool/a.h", "#include \"pool/b.h\"\n");
    const auto b = source("pool/b.h", "#include \"pool/a.h\"\n");
    CHECK(broken_library_rules(parse_rules(small_rules), {a, b}).empty());
}

TEST_CASE("long files, missing #pragma once and using namespace are found") {
    const auto rules = parse_rules(small_rules);
    const std::string lines(550, '\n');
    CHECK(broken_style_rules(rules, {source("pool/a.cpp", lines)}).size() == 1);
    CHECK(broken_style_rules(rules, {source("pool/table.cpp", lines)}).empty());
    CHECK(broken_style_rules(rules, {source("pool/a.h", "int x;\n")}).size() == 1);
    CHECK(broken_style_rules(rules, {source("pool/a.cpp", "using namespace std;\n")}).size() == 1);
    const Source header = source("pool/a.h", "#pragma once\n");
    const std::string own = "#include \"pool/a.h\"\n", other = "#include <string>\n";
    CHECK(broken_style_rules(rules, {header, source("pool/a.cpp", own + other)}).empty());
    CHECK(broken_style_rules(rules, {header, source("pool/a.cpp", other + own)}).size() == 1);
}

TEST_CASE("include lines are read with blanks and either bracket, and not in comments") {
    const auto includes = includes_of(
        "  #  include \"a/b.h\"\n// #include <x>\n#include <y/z.hpp>\n#include MACRO\n#include "
        "\"broken\n");
    REQUIRE(includes.size() == 2);
    CHECK(includes[0].header == "a/b.h");
    CHECK(includes[0].quoted);
    CHECK(includes[1].header == "y/z.hpp");
    CHECK(includes[1].line == 3);
}

TEST_CASE("a rule that lets an arrow point up or is not understood is refused with its line") {
    CHECK_THROWS_WITH_AS(parse_rules("folder core : run\nfolder run :\n"),
                         "line 1: no folder run stands before this line",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(parse_rules("# x\nroom a :\n"),
                         "line 2: unknown kind of line 'room'",
                         std::invalid_argument);
    CHECK_THROWS_AS(parse_rules("folder base :\nheavy boost/json many\n"), std::invalid_argument);
    CHECK_THROWS_AS(parse_rules("folder a b :\n"), std::invalid_argument);
}

TEST_CASE("machine paths, links and commands are found in a page") {
    CHECK(palier::house::lines_with({{"a.md", "x\nsee /srv/me/file\n"}}, {"/srv/me/"}).at(0) ==
          "a.md:2 names the machine's path /srv/me/");
    const auto links = palier::house::links_of("[a](b.md#c) [d](https://x.y/z) [e](#f) [g](h/i)");
    CHECK(links == Names{"b.md", "h/i"});
    const auto commands =
        palier::house::commands_of("Call `make build`; make sure.\n\n    make test\n", "make");
    CHECK(commands == Names{"build", "test"});
}

TEST_CASE("a number without a name or words, with two of them, or bare in code is found") {
    using palier::house::broken_code_rules;
    using palier::house::Text;
    const Text words{"report/messages/2000.inc",
                     "M(2001, \"a\", \"b\")\nW(7001, hello, \"a\", \"b\")\n"};
    const Text names{"job/codes.h", "inline constexpr int no_key = 2001;\n"};
    CHECK(broken_code_rules({words, names}).empty());
    CHECK(broken_code_rules({words}).size() == 1);
    CHECK(broken_code_rules({names}).size() == 1);
    CHECK(broken_code_rules({words, names, {"eval/codes.h", names.text}}).size() == 1);
    CHECK(broken_code_rules({words, names, {"report/messages/7000.inc", words.text}}).size() == 2);
    const Text bare{"job/a.cpp", "// 2001\nreturn Error(2001);\n"};
    CHECK(broken_code_rules({words, names, bare}).at(0) ==
          "job/a.cpp:2 has the bare number 2001: it has a name");
    const auto in_test = [&](const char* text) {
        return broken_code_rules({words, names, {"job/a_test.cpp", text}}).size();
    };
    CHECK(in_test("CHECK(error.code == 7001);") == 1);
    CHECK(in_test("for (int i = 0; i < 2001; ++i) {}") == 0);
}

TEST_CASE("numbers are read outside comments, texts, characters and longer words") {
    const auto numbers = palier::house::numbers_in_code(
        "a(1001); // 1002\n\"1003\" '\\'' 1004 /* 1005\n */ x1006 1.0071 1'008 R\"(\" 1009)\" "
        "1010");
    REQUIRE(numbers.size() == 3);
    CHECK(numbers[0] == std::pair<std::string, std::size_t>("1001", 1));
    CHECK(numbers[1].first == "1004");
    CHECK(numbers[2] == std::pair<std::string, std::size_t>("1010", 3));
}
