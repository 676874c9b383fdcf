#include "lib/json/decimal.h"

#include "base/check.h"

#include <charconv>
#include <cstdint>

namespace palier::json {
namespace {

// Compares magnitudes: first where the leading digit stands, then digit by digit.
std::strong_ordering magnitude(const Decimal& a, const Decimal& b) {
    if (a.is_zero() || b.is_zero()) {
        return !a.is_zero() <=> !b.is_zero();
    }
    const long top_a = static_cast<long>(a.digits().size()) + a.exponent();
    const long top_b = static_cast<long>(b.digits().size()) + b.exponent();
    if (top_a != top_b) {
        return top_a <=> top_b;
    }
    return a.digits().compare(b.digits()) <=> 0;
}

}  // namespace

Decimal::Decimal(std::string_view text) {
    std::size_t at = 0;
    if (!text.empty() && text.front() == '-') {
        negative_ = true;
        ++at;
    }
    bool after_point = false;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
        if (text[at] == '.') {
            after_point = true;
        } else {
            digits_ += text[at];
            exponent_ -= after_point ? 1 : 0;
        }
    }
    if (at < text.size()) {
        at += at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1;
        long written = 0;
        std::from_chars(text.data() + at, text.data() + text.size(), written);
        exponent_ += written;
    }
    while (!digits_.empty() && digits_.back() == '0') {
        digits_.pop_back();
        ++exponent_;
    }
    digits_.erase(0, digits_.find_first_not_of('0'));
    if (digits_.empty()) {
        *this = Decimal{};
    }
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    if (negative_ != other.negative_) {
        return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return negative_ ? magnitude(other, *this) : magnitude(*this, other);
}

bool Decimal::is_multiple_of(const Decimal& divisor) const {
    PALIER_CHECK(!divisor.is_zero() && divisor.digits().size() <= 18, "divisors are checked first");
    if (is_zero()) {
        return true;
    }
    if (exponent_ < divisor.exponent_) {
        // The last digit is not 0, and below the last digit of every multiple.
        return false;
    }
    std::uint64_t by = 0;
    std::from_chars(divisor.digits_.data(), divisor.digits_.data() + divisor.digits_.size(), by);
    // by < 10^18, so that ten times the rest and a digit fit.
    std::uint64_t rest = 0;
    for (const char digit : digits_) {
        rest = (rest * 10 + static_cast<std::uint64_t>(digit - '0')) % by;
    }
    for (long zeros = exponent_ - divisor.exponent_; zeros > 0 && rest != 0; --zeros) {
        rest = rest * 10 % by;
    }
    return rest == 0;
}

}  // namespace palier::json
