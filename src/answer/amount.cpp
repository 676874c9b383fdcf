#include "answer/amount.h"

#include "answer/words.h"
#include "base/text.h"

#include <array>
#include <utility>

namespace palier::answer {
namespace {

struct Currency {
    std::string_view written;  // lower case, without accents; longer forms before their beginnings
    std::string_view code;
};
constexpr std::array<Currency, 78> k_currencies{{
    {"livres sterling", "GBP"},
    {"livre sterling", "GBP"},
    {"pounds sterling", "GBP"},
    {"pound sterling", "GBP"},
    {"francs suisses", "CHF"},
    {"franc suisse", "CHF"},
    {"swiss francs", "CHF"},
    {"swiss franc", "CHF"},
    {"dollars canadiens", "CAD"},
    {"dollar canadien", "CAD"},
    {"canadian dollars", "CAD"},
    {"canadian dollar", "CAD"},
    {"us dollars", "USD"},
    {"us dollar", "USD"},
    {"dollars us", "USD"},
    {"dollars", "USD"},
    {"dollar", "USD"},
    {"euros", "EUR"},
    {"euro", "EUR"},
    {"pounds", "GBP"},
    {"pound", "GBP"},
    {"livres", "GBP"},
    {"livre", "GBP"},
    {"yens", "JPY"},
    {"yen", "JPY"},
    {"yuans", "CNY"},
    {"yuan", "CNY"},
    {"roupies", "INR"},
    {"roupie", "INR"},
    {"rupees", "INR"},
    {"rupee", "INR"},
    {"francs", "CHF"},
    {"franc", "CHF"},
    {"hk$", "HKD"},
    {"us$", "USD"},
    {"ca$", "CAD"},
    {"c$", "CAD"},
    {"a$", "AUD"},
    {"$us", "USD"},
    {"$ us", "USD"},
    {"$ca", "CAD"},
    {"$ ca", "CAD"},
    {"$ hk", "HKD"},
    {"$ usd", "USD"},
    {"$", "USD"},
    {"€", "EUR"},
    {"£", "GBP"},
    {"¥", "JPY"},
    {"₹", "INR"},
    {"eur", "EUR"},
    {"usd", "USD"},
    {"gbp", "GBP"},
    {"chf", "CHF"},
    {"jpy", "JPY"},
    {"cny", "CNY"},
    {"rmb", "CNY"},
    {"cad", "CAD"},
    {"aud", "AUD"},
    {"nzd", "NZD"},
    {"sek", "SEK"},
    {"nok", "NOK"},
    {"dkk", "DKK"},
    {"pln", "PLN"},
    {"czk", "CZK"},
    {"huf", "HUF"},
    {"inr", "INR"},
    {"brl", "BRL"},
    {"mxn", "MXN"},
    {"zar", "ZAR"},
    {"mad", "MAD"},
    {"tnd", "TND"},
    {"xof", "XOF"},
    {"xaf", "XAF"},
    {"sgd", "SGD"},
    {"hkd", "HKD"},
    {"myr", "MYR"},
    {"krw", "KRW"},
    {"rm", "MYR"},
}};

bool ends_with_word(std::string_view written) {
    return is_word(static_cast<unsigned char>(written.back())) && written.back() >= 'a';
}
bool begins_with_word(std::string_view written) {
    return written.front() >= 'a' && written.front() <= 'z';
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(code_point_at(text, at).value)) {
        at += code_point_at(text, at).length;
    }
    return at;
}

std::string_view without_spaces_at_end(std::string_view text) {
    while (!text.empty()) {
        std::size_t at = text.size() - 1;
        while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) {
            --at;
        }
        if (!is_space(code_point_at(text, at).value)) {
            break;
        }
        text = text.substr(0, at);
    }
    return text;
}

struct CurrencyAt {
    std::string_view code;
    std::size_t begin = 0, end = 0;
};

std::optional<CurrencyAt> currency_after(std::string_view text, std::size_t at) {
    std::size_t begin = skip_spaces(text, at);
    for (const std::string_view link : {"de ", "d'", "d’", "of "}) {  // 3 millions d'euros
        if (text.substr(begin, link.size()) == link) {
            begin = skip_spaces(text, begin + link.size());
            break;
        }
    }
    for (const Currency& known : k_currencies) {
        const std::size_t end = begin + known.written.size();
        if (text.substr(begin, known.written.size()) != known.written) {
            continue;
        }
        const bool inside_word = ends_with_word(known.written) && end < text.size() &&
                                 is_word(code_point_at(text, end).value);
        if (!inside_word) {
            return CurrencyAt{known.code, at, end};
        }
    }
    return std::nullopt;
}

std::optional<CurrencyAt> currency_before(std::string_view text, std::size_t at) {
    std::string_view head = without_spaces_at_end(text.substr(0, at));
    for (const Currency& known : k_currencies) {
        if (!head.ends_with(known.written)) {
            continue;
        }
        const std::size_t begin = head.size() - known.written.size();
        const bool inside_word = begins_with_word(known.written) && begin > 0 &&
                                 ((head[begin - 1] >= 'a' && head[begin - 1] <= 'z') ||
                                  (head[begin - 1] >= '0' && head[begin - 1] <= '9'));
        if (!inside_word) {
            return CurrencyAt{known.code, begin, at};
        }
    }
    return std::nullopt;
}

// "12€50": two digits right behind the currency of a whole number.
std::size_t read_cents(std::string_view text,
                       std::size_t at,
                       const ScannedNumber& scanned,
                       Amount& amount) {
    const auto digit = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '9';
    };
    if (scanned.has_fraction || !digit(at) || !digit(at + 1) || digit(at + 2)) {
        return at;
    }
    const std::string with_cents = amount.number.decimal + "." + std::string(text.substr(at, 2));
    if (const auto number = scan_number(with_cents, 0, Style::English)) {
        amount.number = number->number;
        return at + 2;
    }
    return at;
}

struct Found {
    Amount amount;
    std::size_t begin = 0, end = 0;
};

// The last amount in `text` (lower case, no accents); `only` stops at the first one.
std::optional<Found> last_amount(std::string_view text, Style style) {
    std::optional<Found> last;
    std::size_t free_from = 0;  // a currency between two numbers belongs to the first one
    char32_t before = ' ';
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        const auto scanned =
            c.value < 0x80 || c.value == 0x2212 ? scan_number(text, i, style) : std::nullopt;
        const bool glued = is_word(before) && !currency_before(text, i);
        if (!scanned || glued) {
            before = c.value;
            i += c.length;
            continue;
        }
        Found found{{scanned->number, ""}, scanned->begin, scanned->end};
        const bool sign_then_currency =
            c.value != '.' && (c.value < '0' || c.value > '9') && scanned->begin + 1 < text.size();
        const auto after = currency_after(text, scanned->end);
        const auto in_front = currency_before(text, scanned->begin);
        if (in_front && in_front->begin >= free_from) {
            found.amount.currency = in_front->code;
            found.begin = in_front->begin;
        } else if (after) {
            found.amount.currency = after->code;
            found.end = read_cents(text, after->end, *scanned, found.amount);
        } else if (sign_then_currency) {  // "-$5"
            const auto inside = currency_after(text, scanned->begin + c.length);
            found.amount.currency = inside ? std::string(inside->code) : "";
        }
        if (found.begin > 0 && text[found.begin - 1] == '-' && in_front &&
            found.begin == in_front->begin && found.amount.number.decimal.front() != '-') {
            --found.begin;  // "-EUR 5"
            found.amount.number.decimal.insert(0, "-");
        }
        if (!found.amount.currency.empty()) {
            free_from = found.end;
            last = found;
        }
        before = 'x';
        i = std::max(found.end, i + 1);
    }
    return last;
}

// As last_amount wants it; multipliers next to the digits ("3M€") keep their meaning.
std::string plain_form(std::string_view text) {
    const std::string_view whole = trimmed(text);
    std::string marked;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const bool after_digit = i > 0 && whole[i - 1] >= '0' && whole[i - 1] <= '9';
        const bool alone = i + 1 == whole.size() || !is_word(code_point_at(whole, i + 1).value);
        if (whole[i] == 'M' && after_digit && alone) {
            marked += "mln";
        } else {
            marked += whole[i];
        }
    }
    return without_accents(to_lower(marked));
}

}  // namespace

std::optional<Amount> read_amount(std::string_view text, Style style) {
    const std::string plain = plain_form(text);
    const auto found = last_amount(plain, style);
    if (!found || found->begin != 0 || found->end != plain.size()) {
        return std::nullopt;
    }
    return found->amount;
}

std::optional<Amount> amount_of(std::string_view text, Style style) {
    const auto found = last_amount(plain_form(text), style);
    return found ? std::optional<Amount>(found->amount) : std::nullopt;
}

}  // namespace palier::answer
