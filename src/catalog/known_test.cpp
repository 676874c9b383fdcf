#include "catalog/known.h"

#include "base/rng.h"
#include "catalog/codes.h"
#include "lib/json/json.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace palier::catalog {
namespace {

json::Value figure(json::Value value) {
    return json::Object{{"value", std::move(value)}, {"source", "card"}};
}

// A catalogue of one model, which a test changes.
json::Object model_named(const std::string& name) {
    return json::Object{{"name", name},
                        {"title", "Small"},
                        {"family", "Small"},
                        {"publisher", "Somebody"},
                        {"context", figure(2048)},
                        {"licence",
                         json::Object{{"value", "Own terms"},
                                      {"class", "restricted"},
                                      {"conditions", "Name the model."},
                                      {"source", "card"}}},
                        {"files",
                         json::Array{json::Object{{"quantisation", "Q8_0"},
                                                  {"file", "small-q8.gguf"},
                                                  {"repository", "somebody/small"},
                                                  {"bytes", 2000},
                                                  {"source", "card"}},
                                     json::Object{{"quantisation", "Q4_K_M"},
                                                  {"repository", "ollama:small"},
                                                  {"bytes", 1000},
                                                  {"source", "card"}}}}};
}

std::string with(json::Array models) {
    return json::write(json::Object{{"format", 1},
                                    {"date", "2026-11-23"},
                                    {"sources",
                                     json::Object{{"card",
                                                   json::Object{{"title", "Model card"},
                                                                {"address", "somebody/small"},
                                                                {"date", "2026-11-01"}}}}},
                                    {"models", std::move(models)}});
}

// Where parsing stops, "" where it does not.
std::string wrong_at(const std::string& text) {
    const auto read = parse_catalogue(text);
    return read ? "" : read.error().args[0].second;
}

std::string wrong_with(const std::string& key, json::Value value) {
    json::Object model = model_named("small");
    std::erase_if(model, [&](const json::Member& member) { return member.first == key; });
    model.emplace_back(key, std::move(value));
    return wrong_at(with({std::move(model)}));
}

std::string catalogue_file() {
    std::ifstream file("src/catalog/catalogue.json", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("the catalogue in the binary is the reviewed file, and is well formed") {
    const auto read = parse_catalogue(catalogue_file());
    const std::string where = wrong_at(catalogue_file());
    REQUIRE_MESSAGE(where.empty(), where);
    CHECK(read->date == catalogue().date);
    CHECK(read->names() == catalogue().names());
}

TEST_CASE("every figure of the catalogue has a source with a date and an address") {
    for (const auto& [key, source] : catalogue().sources) {
        CHECK_MESSAGE(source.date.size() == 10, key);
        CHECK_MESSAGE(source.date <= catalogue().date, key);
        CHECK_MESSAGE(!source.address.empty(), key);
    }
}

TEST_CASE("the models that the examples use are in the catalogue with their checksums") {
    for (const char* name : {"qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b", "smollm2-135m"}) {
        const Known* model = catalogue().find(name);
        REQUIRE_MESSAGE(model != nullptr, name);
        REQUIRE_MESSAGE(model->recommended() != nullptr, name);
        CHECK_MESSAGE(model->recommended()->sha256.size() == 64, name);
    }
}

TEST_CASE("a model tells its figures, its licence and its files") {
    const auto read = parse_catalogue(with({model_named("small")}));
    REQUIRE(read);
    const Known* model = read->find("SMALL");
    REQUIRE(model != nullptr);
    CHECK(model->context->value == 2048);
    CHECK(model->context->source == "card");
    CHECK_FALSE(model->layers);
    CHECK(model->licence->kind == LicenceClass::Restricted);
    CHECK(model->licence->commercial_use());
    CHECK(model->licence->conditions == "Name the model.");
    // Nearer to Q4_K_M is better, a file that can be pulled better still.
    CHECK(model->recommended()->quantisation == "Q8_0");
    CHECK(model->file_of("q4_k_m")->bytes == 1000);
    CHECK(model->file_of("Q2_K") == nullptr);
}

TEST_CASE("a figure without a source, or with one that has no date, is refused") {
    CHECK(wrong_with("context", json::Object{{"value", 1}}) == "models[0].context.source");
    CHECK(wrong_with("context", json::Object{{"value", 1}, {"source", "rumour"}}) ==
          "models[0].context.source");
    CHECK(wrong_with("context", 2048) == "models[0].context");
    std::string text = with({model_named("small")});
    text.replace(text.find("2026-11-01"), 10, "2026-13-01");
    CHECK(wrong_at(text) == "sources.card.date");
    text.replace(text.find("2026-13-01"), 10, "autumn");
    CHECK(wrong_at(text) == "sources.card.date");
}

TEST_CASE("what the format does not know is refused, at every depth") {
    CHECK(wrong_with("colour", "blue") == "models[0].colour");
    CHECK(wrong_with("parameters", json::Object{{"totel", figure(5)}}) ==
          "models[0].parameters.totel");
    CHECK(wrong_with("layers",
                     json::Object{{"value", 1}, {"source", "card"}, {"certainty", "high"}}) ==
          "models[0].layers.certainty");
}

TEST_CASE("values that cannot be meant are refused") {
    CHECK(wrong_with("context", figure(0)) == "models[0].context.value");
    CHECK(wrong_with("context", figure("2k")) == "models[0].context.value");
    CHECK(wrong_with("french", figure("yes")) == "models[0].french.value");
    CHECK(wrong_with("tools", figure("yes")) == "models[0].tools.value");
    CHECK(wrong_with("released", figure("last May")) == "models[0].released.value");
    CHECK(wrong_with("released", figure("2024-09")).empty());
    CHECK(wrong_with("languages", figure(json::Array{})) == "models[0].languages.value");
    CHECK(wrong_with("name", "Small") == "models[0].name");
    CHECK(wrong_with("licence",
                     json::Object{{"value", "x"}, {"class", "restricted"}, {"source", "card"}}) ==
          "models[0].licence.conditions");
    CHECK(wrong_with("licence",
                     json::Object{{"value", "x"}, {"class", "open"}, {"source", "card"}}) ==
          "models[0].licence.class");
    for (const char* name : {"../x.gguf", "a/b.gguf", ".hidden"}) {
        CHECK(wrong_with("files",
                         json::Array{json::Object{{"quantisation", "Q4_0"},
                                                  {"file", name},
                                                  {"repository", "a/b"},
                                                  {"source", "card"}}}) ==
              "models[0].files[0].file");
    }
}

TEST_CASE("names stand once and successors exist") {
    CHECK(wrong_at(with({model_named("small"), model_named("small")})) == "models[1]");
    json::Object other = model_named("other");
    other.emplace_back("aliases", json::Array{"Small"});
    CHECK(wrong_at(with({model_named("small"), other})) == "models[1]");
    CHECK(wrong_with("successor", figure("large")) == "models[0].successor");
    CHECK(wrong_with("successor", figure("small")) == "models[0].successor");
    CHECK(wrong_with("variant_of", "large") == "models[0].variant_of");
}

TEST_CASE("a damaged catalogue is an error, never a crash") {
    const std::string whole = with({model_named("small"), model_named("other")});
    Rng rng(5);
    for (int round = 0; round < 3000; ++round) {
        std::string text = whole;
        for (std::uint64_t i = 1 + rng.below(3); i > 0; --i) {
            const auto at = static_cast<std::size_t>(rng.below(text.size()));
            rng.below(2) == 0 ? text.replace(at, 1, 1, static_cast<char>(rng.next()))
                              : text.erase(at, 1 + rng.below(20));
        }
        const auto read = parse_catalogue(text);
        CHECK((read.has_value() || read.error().code == codes::malformed_catalogue));
    }
    CHECK(wrong_at("") == "byte 0");
}

TEST_CASE("a model fits a device when its file and cache take less than 16 GB") {
    json::Object small = model_named("small");
    small.emplace_back("layers", figure(10));
    small.emplace_back("kv_heads", figure(2));
    small.emplace_back("head_size", figure(64));
    json::Object huge = model_named("huge");
    huge.back().second = json::Array{json::Object{{"quantisation", "Q4_K_M"},
                                                  {"file", "huge.gguf"},
                                                  {"repository", "a/b"},
                                                  {"bytes", std::int64_t{17'000'000'000}},
                                                  {"source", "card"}}};
    json::Object bare = model_named("bare");
    bare.pop_back();
    const auto read = parse_catalogue(with({small, huge, bare}));
    REQUIRE(read);
    const auto fit = device_fit(*read->find("small"));
    REQUIRE(fit);
    CHECK(fit->fits);
    CHECK(fit->kv_bytes == 10ULL * 2 * 64 * 2 * 2 * 4096);
    CHECK_FALSE(device_fit(*read->find("huge"))->fits);
    CHECK_FALSE(device_fit(*read->find("huge"))->kv_bytes);
    CHECK_FALSE(device_fit(*read->find("bare")));
}

}  // namespace
}  // namespace palier::catalog
