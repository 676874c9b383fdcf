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

// A number, whatever stands with it.
struct Quantity {
    std::string decimal;
    std::string unit;  // ISO currency, "%", "‰" or ""
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
        return Quantity{number->decimal, number->percent ? "%" : number->per_mille ? "‰" : ""};
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
    constexpr std::array<Replacement, 12> replacements{{{0x2212, "-"},
                                                        {0x2018, "'"},
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
    const std::string lower = unicode::same_letters(text);
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

namespace {

bool is_leaf(const json::Value& value) {
    return value.is_string() || value.is_number() || value.is_bool();
}

bool same_quantities(const Quantity& a, const Quantity& b) {
    const bool units = a.unit.empty() || b.unit.empty() || a.unit == b.unit;
    return units && a.decimal == b.decimal;
}

// A text that says itself that it is a date, whoever reads it: 2026-03-03, with a time or without.
bool is_iso_date(const json::Value& value) {
    const std::string_view text = answer::trimmed(value.as_string());
    constexpr std::string_view form = "dddd-dd-dd";
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool digit = i < text.size() && text[i] >= '0' && text[i] <= '9';
        if (i >= text.size() || (form[i] == 'd' ? !digit : text[i] != '-')) {
            return false;
        }
    }
    return text.size() == form.size() || text[form.size()] == 'T' || text[form.size()] == 't' ||
           text[form.size()] == ' ';
}

std::optional<bool> same_moments(const json::Value& expected,
                                 const json::Value& found,
                                 answer::Style style) {
    const auto wanted = answer::read_moment(expected.as_string(), style);
    const auto given = answer::read_moment(found.as_string(), style);
    return wanted && given ? std::optional(answer::same_moment(*wanted, *given)) : std::nullopt;
}

std::optional<bool> same_as_quantities(const json::Value& expected,
                                       const json::Value& found,
                                       answer::Style style) {
    const auto wanted = quantity_in(expected, style), given = quantity_in(found, style);
    return wanted && given ? std::optional(same_quantities(*wanted, *given)) : std::nullopt;
}

// Two texts that no schema speaks of: equal as texts, or both say themselves what else they are.
bool same_texts(const json::Value& expected, const json::Value& found, answer::Style style) {
    if (text_in(expected) == text_in(found)) {
        return true;
    }
    const bool times = answer::is_time(expected.as_string()) && answer::is_time(found.as_string());
    if (times || is_iso_date(expected) || is_iso_date(found)) {
        return same_moments(expected, found, style).value_or(false);
    }
    const auto wanted = quantity_in(expected, style), given = quantity_in(found, style);
    return wanted && given && !wanted->unit.empty() && !given->unit.empty() &&
           same_quantities(*wanted, *given);
}

}  // namespace

bool same_value(const json::Value& expected,
                const json::Value& found,
                answer::Style style,
                FieldKind kind) {
    if (!is_leaf(expected) || !is_leaf(found)) {
        return expected.is_null() && found.is_null();
    }
    if (kind == FieldKind::Boolean || (kind == FieldKind::Unknown && expected.is_bool())) {
        const auto wanted = boolean_of(expected), given = boolean_of(found);
        return wanted && given && *wanted == *given;
    }
    const bool is_number =
        kind == FieldKind::Number ||
        (kind == FieldKind::Unknown && (expected.is_number() || found.is_number()));
    std::optional<bool> same;
    if (is_number) {
        same = same_as_quantities(expected, found, style);
    } else if (kind == FieldKind::Date) {
        same = same_moments(expected, found, style);
    } else if (kind == FieldKind::Unknown && expected.is_string() && found.is_string()) {
        same = same_texts(expected, found, style);
    }
    return same ? *same : text_in(expected) == text_in(found);
}

}  // namespace palier::eval
