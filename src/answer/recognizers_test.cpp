// Agreement with the public recogniser specifications (French and English), when PALIER_DATA says
// where the data sets are. Only what answer/ promises to read is asked: digits, not words; dates
// that name their year.

#include "answer/amount.h"
#include "answer/date.h"
#include "answer/number.h"
#include "answer/words.h"
#include "base/text.h"
#include "lib/json/json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace palier::answer {
namespace {

struct Tally {
    int asked = 0, agreed = 0;
    [[nodiscard]] double share() const { return asked == 0 ? 0 : double(agreed) / asked; }
};

std::optional<json::Array> specification(const std::string& name) {
    const char* root = std::getenv("PALIER_DATA");
    if (root == nullptr) {
        MESSAGE("PALIER_DATA is not set: skipped");
        return std::nullopt;
    }
    std::ifstream file(std::string(root) + "/recognizers-fr-en/Specs/" + name);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (text.substr(0, 3) == "\xef\xbb\xbf") {
        text.erase(0, 3);
    }
    const auto value = json::parse_or_nothing(text);
    if (!value) {
        MESSAGE("no " << name << " under PALIER_DATA: skipped");
        return std::nullopt;
    }
    return value->as_array();
}

// The specification's own values: "0,2" in French, "100%".
std::string canonical(std::string value) {
    std::replace(value.begin(), value.end(), ',', '.');
    const auto number = read_number(value, Style::English);
    return number ? number->decimal : value;
}

bool has_digit(const std::string& text) {
    return text.find_first_of("0123456789") != std::string::npos;
}

// Words that are no part of one written date: "two weeks before", "easter".
bool has_other_words(const std::string& text) {
    for (const std::string& word : split(folded(text), ' ')) {
        const bool month = word.size() >= 3 && date_of("1 " + word + " 2000", Style::English);
        constexpr std::array<std::string_view, 21> joining{
            "of",    "de",     "le",       "the",   "in",       "on",     "monday",
            "lundi", "mardi",  "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
            "tue",   "friday", "sunday",   "wed",   "thursday", "fri",    "mon"};
        const bool is_sign =
            word.size() == 1 && is_punctuation(static_cast<unsigned char>(word[0]));
        if (!has_digit(word) && !month && !is_sign &&
            std::find(joining.begin(), joining.end(), word) == joining.end()) {
            return true;
        }
    }
    return false;
}

template <class Ask>
Tally tally(const std::string& name, const std::string& type, Ask ask) {
    Tally tally;
    const auto cases = specification(name);
    if (!cases) {
        return tally;
    }
    for (const json::Value& entry : *cases) {
        const json::Array& results = entry["Results"].as_array();
        for (const json::Value& result : results) {
            const std::string& text = result["Text"].as_string();
            if (result["TypeName"].as_string() != type || !has_digit(text)) {
                continue;
            }
            if (const std::optional<bool> agreed = ask(text, result["Resolution"])) {
                ++tally.asked;
                tally.agreed += *agreed ? 1 : 0;
                if (!*agreed && std::getenv("PALIER_VERBOSE") != nullptr) {
                    MESSAGE(text << " -> " << json::write(result["Resolution"]));
                }
            }
        }
    }
    MESSAGE(name << ": " << tally.agreed << " of " << tally.asked << " agree");
    return tally;
}

Tally numbers(const std::string& language, Style style) {
    return tally(
        "Number/" + language + "/NumberModel.json",
        "number",
        [&](const std::string& text, const json::Value& resolution) -> std::optional<bool> {
            const bool reads = text.find_first_of("/^") == std::string::npos &&
                               std::none_of(text.begin(), text.end(), [](char c) {
                                   return c >= 'a' && c <= 'z' && c != 'k';
                               });
            if (!reads) {
                return std::nullopt;
            }
            const auto number = number_of(text, style);
            return number && number->decimal == canonical(resolution["value"].as_string());
        });
}

Tally amounts(const std::string& language, Style style) {
    return tally(
        "NumberWithUnit/" + language + "/CurrencyModel.json",
        "currency",
        [&](const std::string& text, const json::Value& resolution) -> std::optional<bool> {
            if (resolution["isoCurrency"].as_string().empty() &&
                resolution["unit"].as_string() != "Dollar") {
                return std::nullopt;
            }
            const auto amount = amount_of(text, style);
            return amount && amount->number.decimal == canonical(resolution["value"].as_string());
        });
}

Tally dates(const std::string& language, Style style) {
    return tally(
        "DateTime/" + language + "/DateTimeModel.json",
        "datetimeV2.date",
        [&](const std::string& text, const json::Value& resolution) -> std::optional<bool> {
            const json::Array& values = resolution["values"].as_array();
            const bool four_digits = [&] {
                int run = 0;
                for (const char c : text) {
                    run = c >= '0' && c <= '9' ? run + 1 : 0;
                    if (run == 4) {
                        return true;
                    }
                }
                return false;
            }();
            if (values.empty() || !four_digits || has_other_words(text) ||
                values[0]["timex"].as_string().substr(0, 1) == "X") {
                return std::nullopt;
            }
            const auto date = date_of(text, style);
            const std::string& wanted = values[0]["value"].as_string();
            return wanted == "not resolved" ? !date : date && date->text() == wanted;
        });
}

TEST_CASE("numbers agree with the public recogniser specifications") {
    for (const auto& [language, style] :
         {std::pair{"English", Style::English}, std::pair{"French", Style::French}}) {
        const Tally found = numbers(language, style);
        if (found.asked > 0) {
            CHECK(found.share() >= 0.85);
        }
    }
}

TEST_CASE("amounts agree with the public recogniser specifications") {
    for (const auto& [language, style] :
         {std::pair{"English", Style::English}, std::pair{"French", Style::French}}) {
        const Tally found = amounts(language, style);
        if (found.asked > 0) {
            CHECK(found.share() >= 0.80);
        }
    }
}

TEST_CASE("dates agree with the public recogniser specifications") {
    for (const auto& [language, style] :
         {std::pair{"English", Style::English}, std::pair{"French", Style::French}}) {
        const Tally found = dates(language, style);
        if (found.asked > 0) {
            CHECK(found.share() >= 0.70);
        }
    }
}

}  // namespace
}  // namespace palier::answer
