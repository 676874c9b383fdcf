// Numbers as they are written digit by digit: whether what is written so far can still become a
// number within bounds and a multiple of something. Numbers have at most 19 digits before the point
// and 15 behind it, so that no number is written for ever.
#pragma once

#include "lib/json/decimal.h"

#include <optional>
#include <vector>

namespace palier::schema {

using json::Decimal;

__extension__ using Wide = __int128;  // 34 digits at most

// What a number must be, counted in units of 10^-15.
class NumberRules {
   public:
    bool whole = false;  // no point, no exponent
    // Bounds are included.
    void at_least(const Decimal& bound, bool bound_excluded);
    void at_most(const Decimal& bound, bool bound_excluded);
    // False: the multiples of this together with those so far cannot be followed.
    [[nodiscard]] bool multiple_of(const Decimal& divisor);

    void other_than(const Decimal& value);

    // An exponent may be written where nothing is asked of the value.
    [[nodiscard]] bool exponent_allowed() const {
        return !whole && !low_ && !high_ && unit_ == 1 && refused_.empty();
    }
    [[nodiscard]] bool allows_something() const;
    // Whether one of from..to (in units) is allowed.
    [[nodiscard]] bool allows_some(Wide from, Wide to) const;

   private:
    std::optional<Wide> low_, high_;
    Wide unit_ = 1;
    std::vector<Wide> refused_;
};

// A number in the making.
class NumberText {
   public:
    // False: this byte does not go on with it; nothing changed.
    [[nodiscard]] bool feed(char byte, const NumberRules& rules);
    [[nodiscard]] bool may_end(const NumberRules& rules) const;
    bool operator==(const NumberText&) const = default;

   private:
    enum class At { Start, Minus, Zero, Whole, Point, Fraction, E, ESign, Exponent };

    [[nodiscard]] bool can_become(const NumberRules& rules) const;
    [[nodiscard]] bool within(const NumberRules& rules, Wide from, Wide to) const;
    [[nodiscard]] bool feed_digit(char byte);

    At at_ = At::Start;
    bool negative_ = false;
    Wide value_ = 0;  // all digits
    int whole_digits_ = 0;
    int fraction_digits_ = 0;
    int exponent_digits_ = 0;
};

}  // namespace palier::schema
