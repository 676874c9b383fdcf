#include "schema/numbers.h"

#include <algorithm>
#include <numeric>

namespace palier::schema {
namespace {

constexpr int k_whole_digits = 19;
constexpr int k_fraction_digits = 15;
constexpr int k_exponent_digits = 2;

constexpr Wide power_of_ten(int exponent) {
    Wide power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

constexpr Wide k_one = power_of_ten(k_fraction_digits);
// Beyond every number that can be written.
constexpr Wide k_beyond = power_of_ten(k_whole_digits + k_fraction_digits + 1);

// The magnitude in units, rounded down; `exact`: nothing was cut.
Wide units_of(const Decimal& decimal, bool& exact) {
    exact = true;
    Wide units = 0;
    long zeros = decimal.exponent() + k_fraction_digits;
    const long kept = static_cast<long>(decimal.digits().size()) + std::min(zeros, 0L);
    if (kept + std::max(zeros, 0L) > k_whole_digits + k_fraction_digits) {
        return k_beyond;
    }
    for (long i = 0; i < kept; ++i) {
        units = units * 10 + (decimal.digits()[static_cast<std::size_t>(i)] - '0');
    }
    exact = zeros >= 0 || decimal.is_zero();
    for (; zeros > 0; --zeros) {
        units *= 10;
    }
    return units;
}

Wide floor_units(const Decimal& decimal, bool& exact) {
    const Wide magnitude = units_of(decimal, exact);
    return decimal.is_negative() ? -magnitude - (exact ? 0 : 1) : magnitude;
}

Wide common_divisor(Wide a, Wide b) {
    while (b != 0) {
        const Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// floor(value / unit) * unit.
Wide multiple_below(Wide value, Wide unit) {
    const Wide rest = value % unit;
    return value - (rest < 0 ? rest + unit : rest);
}

}  // namespace

void NumberRules::at_least(const Decimal& bound, bool bound_excluded) {
    bool exact = true;
    const Wide floor = floor_units(bound, exact);
    const Wide first = exact && !bound_excluded ? floor : floor + 1;
    low_ = std::max(low_.value_or(first), first);
}

void NumberRules::at_most(const Decimal& bound, bool bound_excluded) {
    bool exact = true;
    const Wide floor = floor_units(bound, exact);
    const Wide last = exact && bound_excluded ? floor - 1 : floor;
    high_ = std::min(high_.value_or(last), last);
}

void NumberRules::other_than(const Decimal& value) {
    bool exact = true;
    const Wide units = floor_units(value, exact);
    if (exact) {
        refused_.push_back(units);
    }
}

bool NumberRules::multiple_of(const Decimal& divisor) {
    bool exact = true;
    const Wide units = units_of(divisor, exact);
    if (!exact || units == 0 || units >= k_beyond) {
        return false;
    }
    const Wide part = units / common_divisor(unit_, units);
    if (part > k_beyond / unit_) {
        return false;
    }
    unit_ *= part;
    return true;
}

bool NumberRules::allows_some(Wide from, Wide to) const {
    const Wide low = low_ ? std::max(*low_, from) : from;
    const Wide high = high_ ? std::min(*high_, to) : to;
    Wide unit = unit_;
    if (whole) {
        const Wide part = k_one / common_divisor(unit, k_one);
        // Past every number: only 0 is a multiple.
        unit = part > k_beyond / unit ? k_beyond : unit * part;
    }
    Wide candidate = multiple_below(high, unit);
    while (low <= candidate &&
           std::find(refused_.begin(), refused_.end(), candidate) != refused_.end()) {
        candidate -= unit;
    }
    return low <= candidate && candidate <= high;
}

bool NumberRules::allows_something() const {
    const Wide most = power_of_ten(k_whole_digits) * k_one - 1;
    return allows_some(-most, most);
}

bool NumberText::feed_digit(char byte) {
    switch (at_) {
        case At::Start:
        case At::Minus:
            at_ = byte == '0' ? At::Zero : At::Whole;
            break;
        case At::Whole:
            break;
        case At::Point:
        case At::Fraction:
            at_ = At::Fraction;
            break;
        case At::E:
        case At::ESign:
        case At::Exponent:
            at_ = At::Exponent;
            return ++exponent_digits_ <= k_exponent_digits;
        case At::Zero:
            return false;
    }
    int& count = at_ == At::Fraction ? fraction_digits_ : whole_digits_;
    if (++count > (at_ == At::Fraction ? k_fraction_digits : k_whole_digits)) {
        return false;
    }
    value_ = value_ * 10 + (byte - '0');
    return true;
}

bool NumberText::feed(char byte, const NumberRules& rules) {
    NumberText next = *this;
    const bool after_whole = at_ == At::Zero || at_ == At::Whole;
    bool goes_on = false;
    if (byte >= '0' && byte <= '9') {
        goes_on = next.feed_digit(byte);
    } else if (byte == '-' && at_ == At::Start) {
        next.at_ = At::Minus;
        next.negative_ = true;
        goes_on = true;
    } else if (byte == '.' && after_whole) {
        next.at_ = At::Point;
        goes_on = !rules.whole;
    } else if ((byte == 'e' || byte == 'E') && (after_whole || at_ == At::Fraction)) {
        next.at_ = At::E;
        goes_on = rules.exponent_allowed();
    } else if ((byte == '+' || byte == '-') && at_ == At::E) {
        next.at_ = At::ESign;
        goes_on = true;
    }
    if (!goes_on || !next.can_become(rules)) {
        return false;
    }
    *this = next;
    return true;
}

bool NumberText::within(const NumberRules& rules, Wide from, Wide to) const {
    return negative_ ? rules.allows_some(-to, -from) : rules.allows_some(from, to);
}

bool NumberText::may_end(const NumberRules& rules) const {
    if (at_ == At::Exponent) {
        return true;
    }
    if (at_ != At::Zero && at_ != At::Whole && at_ != At::Fraction) {
        return false;
    }
    const Wide units = value_ * power_of_ten(k_fraction_digits - fraction_digits_);
    return within(rules, units, units);
}

bool NumberText::can_become(const NumberRules& rules) const {
    switch (at_) {
        case At::E:
        case At::ESign:
        case At::Exponent:
            return true;
        case At::Start:
        case At::Minus:
            return within(rules, 0, power_of_ten(k_whole_digits) * k_one - 1);
        case At::Point:
        case At::Fraction: {
            const Wide step = power_of_ten(k_fraction_digits - fraction_digits_);
            return within(rules, value_ * step, value_ * step + step - 1);
        }
        case At::Zero:
        case At::Whole:
            break;
    }
    // So many more digits before the point, and any behind it.
    const int most = at_ == At::Zero ? 0 : k_whole_digits - whole_digits_;
    for (int more = 0; more <= most; ++more) {
        const Wide power = power_of_ten(more);
        if (within(rules, value_ * power * k_one, (value_ + 1) * power * k_one - 1)) {
            return true;
        }
    }
    return false;
}

}  // namespace palier::schema
