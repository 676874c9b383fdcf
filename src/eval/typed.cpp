#include "eval/typed.h"

#include "answer/amount.h"
#include "answer/date.h"
#include "answer/words.h"
#include "base/text.h"

#include <array>
#include <optional>

namespace palier::eval {
namespace {

std::optional<bool> boolean_of(const json::Value& value) {
    if (value.is_bool()) {
        return value.as_bool();
    }
    const std::string word = answer::folded(value.as_string());
    for (const std::string_view yes : {"true", "yes", "oui", "vrai"}) {
        if (word == yes) {
            return true;
        }
    }
    for (const std::string_view no : {"false", "no", "non", "faux"}) {
        if (word == no) {
            return false;
        }
    }
    return std::nullopt;
}

std::optional<answer::Date> date_in(const json::Value& value, answer::Style style) {
    return value.is_string() ? answer::read_date(value.as_string(), style) : std::nullopt;
}

// A number, whatever stands with it.
struct Quantity {
    std::string decimal;
    std::string unit;  // ISO currency, "%" or ""
};

std::optional<Quantity> quantity_in(const json::Value& value, answer::Style style) {
    if (value.is_number()) {
        const auto number = answer::read_number(json::write(value), answer::Style::English);
        return number ? std::optional<Quantity>({number->decimal, ""}) : std::nullopt;
    }
    if (!value.is_string()) {
        return std::nullopt;
    }
    const std::string& text = value.as_string();
    constexpr std::size_t longest = 100;  // of what can be one number
    if (text.size() > longest || text.find_first_of("0123456789") == std::string::npos) {
        return std::nullopt;
    }
    if (const auto number = answer::read_number(text, style)) {
        return Quantity{number->decimal, number->percent ? "%" : ""};
    }
    if (const auto amount = answer::read_amount(text, style)) {
        return Quantity{amount->number.decimal, amount->currency};
    }
    return std::nullopt;
}

std::string text_in(const json::Value& value) {
    return plain_text(value.is_string() ? value.as_string() : json::write(value));
}

}  // namespace

std::string plain_text(std::string_view text) {
    struct Replacement {
        char32_t from;
        std::string_view to;
    };
    constexpr std::array<Replacement, 11> replacements{{{0x2018, "'"},
                                                        {0x2019, "'"},
                                                        {0x201b, "'"},
                                                        {0x201c, "\""},
                                                        {0x201d, "\""},
                                                        {0xab, "\""},
                                                        {0xbb, "\""},
                                                        {0x2010, "-"},
                                                        {0x2011, "-"},
                                                        {0x2013, "-"},
                                                        {0x2014, "-"}}};
    const std::string lower = to_lower(answer::composed(text));
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < lower.size();) {
        const answer::CodePoint c = answer::code_point_at(lower, i);
        if (answer::is_space(c.value)) {
            gap = !out.empty();
        } else {
            if (gap) {
                out += ' ';
                gap = false;
            }
            std::string_view bytes = std::string_view(lower).substr(i, c.length);
            for (const Replacement& replacement : replacements) {
                bytes = replacement.from == c.value ? replacement.to : bytes;
            }
            out += bytes;
        }
        i += c.length;
    }
    return out;
}

bool same_value(const json::Value& expected, const json::Value& found, answer::Style style) {
    const auto is_leaf = [](const json::Value& value) {
        return value.is_string() || value.is_number() || value.is_bool();
    };
    if (!is_leaf(expected) || !is_leaf(found)) {
        return expected.is_null() && found.is_null();
    }
    if (expected.is_bool() || found.is_bool()) {
        const auto a = boolean_of(expected), b = boolean_of(found);
        return a && b && *a == *b;
    }
    if (const auto a = date_in(expected, style)) {
        if (const auto b = date_in(found, style)) {
            return *a == *b;
        }
    }
    if (const auto a = quantity_in(expected, style)) {
        if (const auto b = quantity_in(found, style)) {
            const bool units = a->unit.empty() || b->unit.empty() || a->unit == b->unit;
            return units && a->decimal == b->decimal;
        }
    }
    return text_in(expected) == text_in(found);
}

}  // namespace palier::eval
