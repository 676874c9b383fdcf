// Amounts of money in answers: a number and its currency.
#pragma once

#include "answer/number.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::answer {

struct Amount {
    Number number;
    std::string currency;  // ISO 4217
    bool operator==(const Amount&) const = default;
};

// The whole text, trimmed, is one amount: the currency before or after the number, as ISO code
// ("EUR"), sign ("€", "$" = USD, "£" = GBP, "¥" = JPY) or name ("euros", "dollars", "livres
// sterling", "francs suisses"); "US$", "C$", "A$", "HK$"; "12€50" is 12.50.
[[nodiscard]] std::optional<Amount> read_amount(std::string_view text, Style style);
// The last amount in the text; a number without a currency is none.
[[nodiscard]] std::optional<Amount> amount_of(std::string_view text, Style style);

}  // namespace palier::answer
