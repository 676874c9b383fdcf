#include "report/loans.h"

#include "catalog/known.h"
#include "catalog/prices.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>

namespace palier::report {

TEST_CASE("a French sentence has French in the middle, too") {
    const std::string toml =
        sentence(Language::Fr,
                 2101,
                 {{"file", "a.toml"},
                  {"line", "1"},
                  {"column", "5"},
                  {"what", "Error while parsing key-value pair: expected value, saw '\\n'"}});
    CHECK(toml.find("dans une paire clé-valeur : attendu : une valeur, trouvé : '\\n'") !=
          std::string::npos);
    CHECK(sentence(Language::Fr, 1001, {{"file", "x"}, {"reason", std::strerror(ENOENT)}})
              .find("aucun fichier ni dossier") != std::string::npos);
    CHECK(sentence(Language::En, 1001, {{"file", "x"}, {"reason", std::strerror(ENOENT)}})
              .find("No such file") != std::string::npos);
    const std::string prices = sentence(
        Language::Fr,
        2750,
        {{"file", "p.json"}, {"where", "models[1] (me/m)"}, {"what", "input_per_1m is negative"}});
    CHECK(prices.find("models[1] (me/m) input_per_1m est négatif") != std::string::npos);
    // What a person wrote stays as it is.
    CHECK(sentence(Language::Fr, 1001, {{"file", "Permission denied"}, {"reason", "x"}})
              .find("Permission denied") != std::string::npos);
    CHECK(in_language(Language::Fr, "").empty());
}

TEST_CASE("what a cost was counted with is read in French, numbers as a job has them") {
    CHECK(value_in_language(Language::Fr, "443 to 738 in, 2 to 4 out") ==
          "443 à 738 en entrée, 2 à 4 en sortie");
    CHECK(value_in_language(Language::Fr, "0.5 at 1 at once") == "0.5 pour 1 à la fois");
    CHECK(value_in_language(Language::Fr, "3") == "3");
    CHECK(value_in_language(Language::En, "0.5 at 1 at once") == "0.5 at 1 at once");
}

TEST_CASE("every condition of a licence, source of a price and way of a median has its French") {
    for (const catalog::Known& model : catalog::catalogue().models) {
        if (model.licence && !model.licence->conditions.empty()) {
            CHECK_MESSAGE(
                in_language(Language::Fr, model.licence->conditions) != model.licence->conditions,
                model.name);
        }
    }
    const auto has_french = [](const std::string& text) {
        CHECK_MESSAGE((text.empty() || in_language(Language::Fr, text) != text), text);
    };
    for (const catalog::ModelPrice& price : catalog::built_in_prices().models) {
        has_french(price.source.title);
    }
    for (const catalog::GpuPrice& price : catalog::built_in_prices().gpus) {
        has_french(price.how);
        has_french(price.source.title);
    }
    for (const catalog::ElectricityPrice& price : catalog::built_in_prices().electricity) {
        has_french(price.source.title);
    }
}

}  // namespace palier::report
