#include "answer/amount.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string whole(std::string_view text, Style style = Style::English) {
    const auto amount = read_amount(text, style);
    return amount ? amount->number.decimal + " " + amount->currency : "(none)";
}
std::string last(std::string_view text, Style style = Style::English) {
    const auto amount = amount_of(text, style);
    return amount ? amount->number.decimal + " " + amount->currency : "(none)";
}

TEST_CASE("one amount has many spellings") {
    for (const std::string text : {"12,50 €",
                                   "EUR 12.50",
                                   "12.5 euros",
                                   "12.50EUR",
                                   "€"
                                   "12.5",
                                   "12€"
                                   "50",
                                   "12,50\xc2\xa0€",
                                   "12.50 Euro"}) {
        INFO(text);
        CHECK(whole(text, Style::French) == "12.5 EUR");
    }
    CHECK(whole("$1,000.00") == "1000 USD");
    CHECK(whole("1 234,56 €", Style::French) == "1234.56 EUR");
    CHECK(whole("-$5") == "-5 USD");
    CHECK(whole("- 5") == "(none)");
    CHECK(whole("£"
                "3.20") == "3.2 GBP");
    CHECK(whole("HK$ 20") == "20 HKD");
    CHECK(whole("75 millions de dollars", Style::French) == "75000000 USD");
    CHECK(whole("3 millions d'euros", Style::French) == "3000000 EUR");
    CHECK(whole("3M€", Style::French) == "3000000 EUR");
    CHECK(whole("20 francs suisses", Style::French) == "20 CHF");
    CHECK(whole("RM 9.00") == "9 MYR");
}

TEST_CASE("a number without a currency, or two amounts, are not one amount") {
    CHECK(whole("12.50") == "(none)");
    CHECK(whole("EUR") == "(none)");
    CHECK(whole("12 eurostars") == "(none)");
    CHECK(whole("12 EUR or 13 EUR") == "(none)");
    CHECK(whole("") == "(none)");
}

TEST_CASE("the last amount of a text is taken, and other numbers are not") {
    CHECK(last("Total 12.50 EUR, paid on day 3") == "12.5 EUR");
    CHECK(last("It went from $5 to $7 in 2026") == "7 USD");
    CHECK(last("5 € et 7 €", Style::French) == "7 EUR");
    CHECK(last("no money") == "(none)");
}

TEST_CASE("arbitrary bytes give an amount with a currency or none") {
    Rng rng(37);
    const std::string alphabet = "0123456789.,-$ eurRM€";
    for (int round = 0; round < 10000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(18); i > 0; --i) {
            text += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                   : alphabet[rng.below(alphabet.size())];
        }
        if (const auto amount = amount_of(text, Style::French)) {
            CHECK(amount->currency.size() == 3);
            CHECK_FALSE(amount->number.decimal.empty());
        }
    }
}

}  // namespace
}  // namespace palier::answer
