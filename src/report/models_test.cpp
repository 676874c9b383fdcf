#include "report/models.h"

#include "report/models_json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

namespace palier::report {
namespace {

std::vector<Listed> everything() {
    std::vector<Listed> models;
    for (const catalog::Known& model : catalog::catalogue().models) {
        models.push_back({&model, {}});
    }
    return models;
}

}  // namespace

TEST_CASE("the list of the catalogue fits 80 columns and shows whole names") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = list_text(language, {"models", everything(), {}});
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        for (const catalog::Known& model : catalog::catalogue().models) {
            CHECK_MESSAGE(text.find("\n" + model.name + " ") != std::string::npos, model.name);
        }
    }
}

TEST_CASE("every model can be shown, each figure with a source that is explained") {
    for (const Listed& model : everything()) {
        const std::string text = show_text(Language::Fr, model, {});
        CHECK(text.find(model.model->title) == 0);
        if (model.model->context) {
            const std::string& source = model.model->context->source;
            CHECK(text.find("[" + source + "]") != std::string::npos);
            CHECK(text.find("\n  [" + source + "]") != std::string::npos);
        }
    }
}

TEST_CASE("a window reads as its maker states it: 128,000 tokens are 128k, as 131,072 are") {
    const std::string text = list_text(Language::En, {"", everything(), {}});
    CHECK(text.find("125k") == std::string::npos);
    CHECK(text.find("128k") != std::string::npos);
    CHECK(text.find("32k") != std::string::npos);
}

TEST_CASE("a restricted licence is shown with what it asks, as open weights") {
    for (const Listed& model : everything()) {
        if (model.model->licence &&
            model.model->licence->kind == catalog::LicenceClass::Restricted) {
            std::istringstream words(show_text(Language::En, model, {}));
            std::string text;
            for (std::string word; words >> word;) {
                text += word + " ";
            }
            CAPTURE(model.model->name);
            CHECK(text.find("(open weights, not open source. ") != std::string::npos);
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
    catalog::FileFigures facts;
    facts.architecture = "llama";
    facts.bytes = 1'234'567;
    facts.types = {{"Q4_K", 3, 1'000'000}, {"F32", 1, 200}};
    facts.recurrent_layers = 2;
    const std::string text = file_text(Language::En, {facts, "small.gguf", ""}, Seen::Here);
    CHECK(text.find("1,234,567") != std::string::npos);
    CHECK(text.find("Q4_K 1 MB in 3 tensors; F32 200 B in 1") != std::string::npos);
    CHECK(text.find("recurrent layers") != std::string::npos);
    CHECK(text.find("sliding window") == std::string::npos);
    CHECK(facts_json(facts)["context"].is_null());
}

TEST_CASE("what pull, import, rm and quantize did is said in lines, and as one object") {
    catalog::Pulled pulled;
    pulled.path = "models/a.gguf";
    pulled.sha256 = "abc";
    pulled.already_there = true;
    CHECK(pulled_text(Language::En, pulled, "a").find("abc") != std::string::npos);
    CHECK((*json::parse_or_nothing(pulled_json(pulled, "a")))["compared_with"].as_string() ==
          "nobody");
    catalog::Entry entry;
    entry.name = "mine";
    entry.file = "mine.gguf";
    CHECK(imported_text(Language::Fr, entry, "models/mine.gguf").find("models/mine.gguf") !=
          std::string::npos);
    CHECK((*json::parse_or_nothing(imported_json(entry)))["model"]["name"].as_string() == "mine");
    CHECK((*json::parse_or_nothing(removed_json({{"a", "b"}, 7})))["freed_bytes"].as_int() == 7);
    Quantised file;
    file.bytes_before = 200;
    file.bytes = 50;
    file.main_type = "Q8_0";
    CHECK(quantised_text(Language::En, file).find("25") != std::string::npos);
    CHECK((*json::parse_or_nothing(quantised_json(file)))["requantised"].as_bool());
}

TEST_CASE("a list that a memory limit has cut says how many it left out") {
    const std::string text = list_text(Language::En, {"models", {}, {}, 3});
    CHECK(text.find("3") != std::string::npos);
    CHECK(too_wide(text).empty());
}

}  // namespace palier::report
