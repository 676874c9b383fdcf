#include "catalog/known.h"
#include "cli/arguments.h"
#include "cli/models_view.h"
#include "cli/test_fixture.h"

#include <doctest/doctest.h>

namespace palier::cli {
namespace {

using report::Language;

ModelsArguments parsed(const std::vector<std::string>& words) {
    const auto argv = pointers(words);
    const Arguments arguments = parse_arguments(static_cast<int>(argv.size()), argv.data());
    const auto* models = std::get_if<ModelsArguments>(&arguments.verb);
    REQUIRE(models != nullptr);
    return *models;
}

std::vector<Listed> everything() {
    std::vector<Listed> models;
    for (const catalog::Known& model : catalog::catalogue().models) {
        models.push_back({&model, {}});
    }
    return models;
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

TEST_CASE("the list of the catalogue fits 80 columns and shows whole names") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = list_text(language, everything());
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        for (const catalog::Known& model : catalog::catalogue().models) {
            CHECK_MESSAGE(text.find("\n" + model.name + " ") != std::string::npos, model.name);
        }
    }
}

TEST_CASE("every model can be shown, each figure with a source that is explained") {
    for (const Listed& model : everything()) {
        const std::string text = show_text(Language::Fr, model);
        CHECK(text.find(model.model->title) == 0);
        if (model.model->context) {
            const std::string& source = model.model->context->source;
            CHECK(text.find("[" + source + "]") != std::string::npos);
            CHECK(text.find("\n  [" + source + "]") != std::string::npos);
        }
    }
}

TEST_CASE("a restricted licence is shown with what it asks, as open weights") {
    for (const Listed& model : everything()) {
        if (model.model->licence &&
            model.model->licence->kind == catalog::LicenceClass::Restricted) {
            const std::string text = show_text(Language::En, model);
            CHECK(text.find("(open weights, not") != std::string::npos);
        }
    }
}

TEST_CASE("figures that no source states are absent from JSON, not null and not zero") {
    const json::Value value = known_json({catalog::catalogue().find("smollm2-135m"), {}});
    CHECK(value.find("sliding_window") == nullptr);
    CHECK(value["parameters"]["value"].as_int() == 134515008);
    CHECK(value["parameters"]["source"].as_string() == "file");
    CHECK(value["slm"]["fits_consumer_device"].as_bool());
    CHECK(value["slm"]["practical_latency"].is_null());
}

TEST_CASE("what a header says is shown as far as it goes") {
    catalog::FileFacts facts;
    facts.architecture = "llama";
    facts.bytes = 1'234'567;
    facts.types = {{"Q4_K", 3, 1'000'000}, {"F32", 1, 200}};
    facts.recurrent_layers = 2;
    const std::string text = facts_text(Language::En, facts);
    CHECK(text.find("1 234 567") != std::string::npos);
    CHECK(text.find("Q4_K 1 MB in 3 tensors; F32 200 B in 1") != std::string::npos);
    CHECK(text.find("recurrent layers") != std::string::npos);
    CHECK(text.find("sliding window") == std::string::npos);
    CHECK(facts_json(facts)["context"].is_null());
}

}  // namespace
}  // namespace palier::cli
