#include "cli/arguments.h"
#include "cli/test_fixture.h"

#include <doctest/doctest.h>

namespace palier::cli {
namespace {

ModelsArguments parsed(const std::vector<std::string>& words) {
    const auto argv = pointers(words);
    const Arguments arguments = parse_arguments(static_cast<int>(argv.size()), argv.data());
    const auto* models = std::get_if<ModelsArguments>(&arguments.verb);
    REQUIRE(models != nullptr);
    return *models;
}

TEST_CASE("the verbs of models take their arguments") {
    const Bare bare;
    const ModelsArguments list =
        parsed({"models", "list", "--french", "--licence", "commercial", "--max-memory", "4 GB"});
    CHECK(list.act == ModelsArguments::Act::List);
    CHECK(list.french);
    CHECK_FALSE(list.tools);
    CHECK(list.licence == "commercial");
    CHECK(list.max_memory == "4 GB");
    CHECK(parsed({"models", "show", "x"}).act == ModelsArguments::Act::Show);
    CHECK(parsed({"models", "pull", "x:q4_0"}).model == "x:q4_0");
    const ModelsArguments import = parsed({"models", "import", "a.gguf", "--name", "b", "--link"});
    CHECK(import.act == ModelsArguments::Act::Import);
    CHECK(import.name == "b");
    CHECK(import.link);
    CHECK(parsed({"models", "rm", "x"}).act == ModelsArguments::Act::Remove);
}

TEST_CASE("each verb of models has a help with an example, in both languages") {
    const Bare bare;
    for (const char* language : {"en", "fr"}) {
        for (const ModelsVerb& verb : models_verbs()) {
            const std::vector<std::string> words{"models", verb.name, "--help", "--lang", language};
            const auto argv = pointers(words);
            const Arguments arguments = parse_arguments(static_cast<int>(argv.size()), argv.data());
            const auto* help = std::get_if<Help>(&arguments.verb);
            REQUIRE(help != nullptr);
            CHECK_MESSAGE(help->text.find(verb.example) != std::string::npos, verb.name);
            CHECK_MESSAGE(too_wide(help->text).empty(), too_wide(help->text));
        }
    }
}

}  // namespace
}  // namespace palier::cli
