// Decimal numbers as they stand in JSON, exactly: no double in between.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace palier::json {

class Decimal {
   public:
    Decimal() = default;  // 0
    // `text` in JSON's notation for numbers.
    explicit Decimal(std::string_view text);

    [[nodiscard]] bool is_zero() const { return digits_.empty(); }
    [[nodiscard]] bool is_integer() const { return exponent_ >= 0; }
    // `divisor` is positive and has at most 18 significant digits.
    [[nodiscard]] bool is_multiple_of(const Decimal& divisor) const;
    [[nodiscard]] bool is_negative() const { return negative_; }
    // Value = digits() * 10^exponent(), but for the sign; no zeros at either end, "" is 0.
    [[nodiscard]] const std::string& digits() const { return digits_; }
    [[nodiscard]] long exponent() const { return exponent_; }

    bool operator==(const Decimal&) const = default;
    std::strong_ordering operator<=>(const Decimal& other) const;

   private:
    bool negative_ = false;
    std::string digits_;
    long exponent_ = 0;
};

}  // namespace palier::json
