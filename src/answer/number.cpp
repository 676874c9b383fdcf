#include "answer/number.h"

#include "answer/number_scan.h"
#include "answer/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace palier::answer {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool digit_at(std::string_view text, std::size_t at) {
    return at < text.size() && is_digit(text[at]);
}

bool is_letter(char32_t c) {
    return is_word(c) && !unicode::is_unspaced(c);
}

struct Vulgar {
    char32_t sign;
    std::string_view digits;
};
constexpr std::array<Vulgar, 15> k_vulgar{{{U'½', "1/2"},
                                           {U'⅓', "1/3"},
                                           {U'⅔', "2/3"},
                                           {U'¼', "1/4"},
                                           {U'¾', "3/4"},
                                           {U'⅕', "1/5"},
                                           {U'⅖', "2/5"},
                                           {U'⅗', "3/5"},
                                           {U'⅘', "4/5"},
                                           {U'⅙', "1/6"},
                                           {U'⅚', "5/6"},
                                           {U'⅛', "1/8"},
                                           {U'⅜', "3/8"},
                                           {U'⅝', "5/8"},
                                           {U'⅞', "7/8"}}};

void append_fraction(std::string& out, std::string_view digits) {
    if (!out.empty() && is_digit(out.back())) {
        out += ' ';
    }
    out += digits;
}

std::size_t brace_end(std::string_view text, std::size_t at) {
    int depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
        if (depth == 0) {
            return i + 1;
        }
    }
    return text.size();
}

// LaTeX at the backslash `at`: what it writes of numbers in plain text. What it computes (roots,
// fractions of more than digits) becomes a word with a digit in it, which is no number. Returns
// where it ends.
std::size_t append_latex(std::string& out, std::string_view text, std::size_t at) {
    for (const std::string_view command : {"\\frac{", "\\dfrac{", "\\tfrac{"}) {
        if (!text.substr(at).starts_with(command)) {
            continue;
        }
        const std::size_t open = at + command.size() - 1;
        const std::size_t close = brace_end(text, open);
        const std::size_t end = text.substr(close, 1) == "{" ? brace_end(text, close) : close;
        const std::string_view above = text.substr(open + 1, close - open - 2);
        const std::string_view below =
            end > close + 1 ? text.substr(close + 1, end - close - 2) : std::string_view();
        const std::size_t sign = above.starts_with('-') ? 1 : 0;
        const bool digits = above.size() > sign && digits_at(above, sign) == above.size() - sign &&
                            !below.empty() && digits_at(below, 0) == below.size();
        append_fraction(out, digits ? std::string(above) + "/" + std::string(below) : "frac1x");
        return end;
    }
    if (text.substr(at).starts_with("\\sqrt")) {
        out += "sqrt1x";
        const std::size_t open = at + 5;
        return text.substr(open, 1) == "{" ? brace_end(text, open) : open;
    }
    const std::string_view escaped = text.substr(at + 1, 1);
    if (escaped == "%" || escaped == "$") {
        out += escaped;
        return at + 2;
    }
    if (escaped == "," || escaped == ";" || escaped == "!" || escaped == " ") {
        out += escaped == "!" ? "" : "\xe2\x80\x89";  // a thin space
        return at + 2;
    }
    out += '\\';
    return at + 1;
}

void append_plain(std::string& out, char32_t c, bool before_digit) {
    constexpr char32_t first_wide = 0xff01, last_wide = 0xff5e, wide_to_ascii = 0xfee0;
    const auto vulgar = std::find_if(
        k_vulgar.begin(), k_vulgar.end(), [c](const Vulgar& one) { return one.sign == c; });
    if (vulgar != k_vulgar.end()) {
        append_fraction(out, vulgar->digits);
    } else if (const auto digit = unicode::digit_value(c)) {
        out += static_cast<char>('0' + *digit);
    } else if (c >= first_wide && c <= last_wide) {
        out += static_cast<char>(c - wide_to_ascii);
    } else if (c == 0x66a || c == 0x66b || c == 0x66c) {  // the Arabic per cent, point and comma
        out += c == 0x66a ? '%' : c == 0x66b ? '.' : ',';
    } else if (c == 0x2044 || c == 0x2215) {  // fraction and division slash
        out += '/';
    } else if (c == 0x221a) {  // a root is no number
        out += "sqrt";
    } else if (c == 0x2013 && before_digit &&
               (out.empty() || is_space(code_point_at(out, out.size() - 1).value))) {
        out += '-';  // a dash as a sign
    } else {
        unicode::append(out, c);
    }
}

// Digits, marks and fractions of any script and of LaTeX in ASCII.
std::string plain_form(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        if (c.value == '\\') {
            i = append_latex(out, text, i);
        } else if (text.substr(i, 3) == "{,}") {
            out += ',';
            i += 3;
        } else {
            i += c.length;
            if (c.value < 0x80) {
                out += static_cast<char>(c.value);
            } else if (unicode::kind_of(c.value) != unicode::Kind::Ignorable) {
                append_plain(out, c.value, digit_at(text, i));
            }
        }
    }
    return out;
}

// Something written with digits: one number, or what is none (a date, a time, a range...).
struct Token {
    std::optional<Number> number;
    std::size_t end = 0;
    std::size_t begin = 0;
};

bool joins_digits(char32_t c) {
    return std::u32string_view(U".,:/_'\u2019-\u2010\u2011\u2012\u2013\u2014\u2212^").find(c) !=
           std::u32string_view::npos;
}

// Where the run ends that goes on from `at` over marks between digits ("2026-03-03T10:00",
// "1.2.3"); `at` when it does not go on.
std::size_t joined_end(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const CodePoint mark = code_point_at(text, at);
        const std::size_t next = at + mark.length;
        const bool power = mark.value == '^' && next < text.size() && text[next] != ' ';
        const bool stars = text.substr(at, 2) == "**" && digit_at(text, at + 2);
        if (power || stars) {
            at = std::min(text.find_first_of(" \n=", at), text.size());
        } else if (joins_digits(mark.value) && digit_at(text, next)) {
            at = word_end(text, next);
        } else if (mark.value == '-' && text.substr(next, 1) == "$" && digit_at(text, next + 1)) {
            at = word_end(text, next + 1);
        } else {
            break;
        }
    }
    return at;
}

// Is the word right behind the digits a unit, an ordinal, a noun - or does it make them a name, a
// power, a time, a date?
bool is_part_of_number(std::string_view attached) {
    if (attached.empty()) {
        return false;
    }
    constexpr std::u32string_view units_of_time = U"年月日時时点點分년월일시분";
    const CodePoint first = code_point_at(attached, 0);
    if (unicode::is_unspaced(first.value)) {
        return units_of_time.find(first.value) != std::u32string_view::npos &&
               digit_at(attached, first.length);
    }
    std::size_t letters = 0;
    while (letters < attached.size() && is_letter(code_point_at(attached, letters).value) &&
           !digit_at(attached, letters) &&
           unicode::kind_of(code_point_at(attached, letters).value) != unicode::Kind::OtherNumber) {
        letters += code_point_at(attached, letters).length;
    }
    const std::string_view rest = attached.substr(letters);
    if (rest.empty() || unicode::is_unspaced(code_point_at(rest, 0).value)) {
        const std::string word = folded(attached);
        return word == "\xcf\x80" || word == "am" || word == "pm";  // a multiple of pi, a time
    }
    constexpr std::size_t longest_unit = 3;
    const bool raised_unit = letters > 0 && letters <= longest_unit &&
                             (rest == "2" || rest == "3" || rest == "²" || rest == "³");
    return !raised_unit;
}

struct Fraction {
    std::int64_t above = 0, below = 1;
    std::size_t end = 0;
};

// "1/2" at `at`, and no date "1/2/2026".
std::optional<Fraction> fraction_at(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 9;
    const std::size_t above = digits_at(text, at);
    if (above == 0 || above > longest || text.substr(at + above, 1) != "/") {
        return std::nullopt;
    }
    const std::size_t below = digits_at(text, at + above + 1);
    Fraction fraction{0, 0, at + above + 1 + below};
    if (below == 0 || below > longest || joined_end(text, fraction.end) != fraction.end) {
        return std::nullopt;
    }
    const char* digits = text.data() + at;
    std::from_chars(digits, digits + above, fraction.above);
    std::from_chars(digits + above + 1, digits + above + 1 + below, fraction.below);
    return fraction.below == 0 ? std::nullopt : std::optional(fraction);
}

// As a decimal where it has an end, else as a reduced fraction.
std::string decimal_of(Fraction fraction, bool negative) {
    const std::int64_t common = std::gcd(fraction.above, fraction.below);
    const std::int64_t above = fraction.above / common, below = fraction.below / common;
    std::string digits = std::to_string(above / below) + ".";
    std::int64_t rest = above % below;
    constexpr int longest = 30;  // below 10^9, two and five come at most 29 times
    for (int i = 0; rest > 0 && i < longest; ++i) {
        digits += std::to_string(rest * 10 / below);
        rest = rest * 10 % below;
    }
    const std::string sign = negative && above > 0 ? "-" : "";
    if (rest > 0) {
        return sign + std::to_string(above) + "/" + std::to_string(below);
    }
    while (digits.back() == '0') {
        digits.pop_back();
    }
    if (digits.back() == '.') {
        digits.pop_back();
    }
    return sign + digits;
}

std::optional<Token> fraction_token(std::string_view text, std::size_t at, Style style) {
    const Start start = read_start(text, at);
    auto fraction = fraction_at(text, start.digits_at);
    if (!fraction) {  // "1 1/2"
        constexpr std::size_t longest_whole = 3;
        const std::size_t whole = digits_at(text, start.digits_at);
        const std::size_t part = start.digits_at + whole + 1;
        if (whole == 0 || whole > longest_whole || text.substr(part - 1, 1) != " ") {
            return std::nullopt;
        }
        fraction = fraction_at(text, part);
        if (!fraction || fraction->above >= fraction->below) {
            return std::nullopt;
        }
        std::int64_t before = 0;
        std::from_chars(text.data() + start.digits_at, text.data() + part - 1, before);
        fraction->above += before * fraction->below;
    }
    Token token{Number{}, fraction->end};
    const Suffix suffix = read_suffix(text, style, token.end);
    constexpr int largest_exponent = 9;  // the numerator stays within 64 bits
    if (suffix.exponent > largest_exponent) {
        return Token{std::nullopt, token.end};
    }
    for (int i = 0; i < suffix.exponent; ++i) {
        fraction->above *= 10;
    }
    token.number->decimal = decimal_of(*fraction, start.negative);
    token.number->percent = suffix.percent;
    token.number->per_mille = suffix.per_mille;
    return token;
}

// What is written with digits from `at`; nothing where no number begins.
std::optional<Token> token_at(std::string_view text, std::size_t at, Style style, Spaces spaces) {
    if (auto fraction = fraction_token(text, at, style)) {
        return fraction;
    }
    const auto scanned = scan(text, at, style, spaces);
    if (!scanned) {
        return std::nullopt;
    }
    const std::size_t next_word = scanned->end + (text.substr(scanned->end, 1) == " " ? 1U : 0U);
    const std::string unit = folded(text.substr(next_word, word_end(text, next_word) - next_word));
    if (unit == "dozen" || unit == "dozens" || unit == "douzaine" || unit == "douzaines") {
        return Token{std::nullopt, word_end(text, next_word)};
    }
    const std::size_t word = word_end(text, scanned->end);
    const std::string_view attached = text.substr(scanned->end, word - scanned->end);
    if (is_part_of_number(attached)) {
        return Token{std::nullopt, joined_end(text, word)};
    }
    const std::size_t joined = joined_end(text, scanned->end);
    if (joined != scanned->end) {
        return Token{std::nullopt, joined};
    }
    return Token{scanned->number, scanned->end};
}

// Adds a token to those before it. Two numbers with multipliers in a row are parts of one that is
// not read ("3 million 500 thousand"), and so are two that a space separates where it may also
// group
// ("7 100").
void add(std::vector<Token>& tokens, Token token, std::string_view text) {
    if (!tokens.empty()) {
        Token& last = tokens.back();
        const std::string_view between = text.substr(last.end, token.begin - last.end);
        const auto written = [&](const Token& one) {
            return text.substr(one.begin, one.end - one.begin);
        };
        const auto has_word = [&](const Token& one) {
            return std::any_of(written(one).begin(), written(one).end(), [](char c) {
                return c >= 'a' && c <= 'z';
            });
        };
        constexpr std::size_t group = 3;
        const bool parts = trimmed(between).empty() && has_word(last) && has_word(token);
        const bool may_group =
            between == " " && digits_at(written(last), 0) == written(last).size() &&
            written(last).size() <= group && digits_at(written(token), 0) == group &&
            written(token).find('%') == std::string_view::npos;
        if (parts || may_group) {
            last = Token{std::nullopt, token.end, last.begin};
            return;
        }
    }
    tokens.push_back(std::move(token));
}

// Digits inside a word ("B2B", "GPT-4") are no token.
std::vector<Token> tokens_of(std::string_view text, Style style) {
    const Spaces spaces = style == Style::French ? Spaces::Group : Spaces::Separate;
    std::vector<Token> tokens;
    char32_t before = ' ', further = ' ';
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        const bool named =
            c.value != '.' && before == '-' && is_letter(further) && !unicode::digit_value(further);
        if (digit_at(text, i) && (is_letter(before) || named)) {
            i = std::max(joined_end(text, word_end(text, i)), i + 1);
            before = 'x';
            continue;
        }
        const auto token = is_letter(before) ? std::nullopt : token_at(text, i, style, spaces);
        further = before;
        if (token) {
            add(tokens, Token{token->number, token->end, i}, text);
            i = token->end;
            before = '0';
        } else {
            before = c.value;
            i += c.length;
        }
    }
    return tokens;
}

}  // namespace

Style style_of(std::string_view language) {
    return language.substr(0, 2) == "fr" ? Style::French : Style::English;
}

double Number::value() const {
    const std::size_t bar = decimal.find('/');
    if (bar != std::string::npos) {
        return Number{decimal.substr(0, bar)}.value() / Number{decimal.substr(bar + 1)}.value();
    }
    double result = 0;
    const auto [end, error] =
        std::from_chars(decimal.data(), decimal.data() + decimal.size(), result);
    if (error == std::errc::result_out_of_range) {
        const bool tiny = decimal.find("e-") != std::string::npos;
        const double sign = decimal.front() == '-' ? -1 : 1;
        return tiny ? 0 : sign * std::numeric_limits<double>::infinity();
    }
    return result;
}

std::optional<ScannedNumber> scan_number(std::string_view text, std::size_t at, Style style) {
    return scan(text, at, style, Spaces::Group);
}

std::optional<Number> read_number(std::string_view text, Style style) {
    const std::string plain = plain_form(trimmed(text));
    if (plain.empty() || plain.front() == '+') {
        return std::nullopt;
    }
    const Start start = read_start(plain, 0);
    const std::string_view unsigned_part = std::string_view(plain).substr(start.digits_at);
    const bool padded =
        unsigned_part.size() > 1 && unsigned_part[0] == '0' && is_digit(unsigned_part[1]);
    const auto token = padded ? std::nullopt : token_at(plain, 0, style, Spaces::Group);
    return token && token->end == plain.size() ? token->number : std::nullopt;
}

std::optional<Number> number_of(std::string_view text, Style style) {
    if (const auto whole = read_number(text, style)) {
        return whole;
    }
    std::optional<Number> last;
    for (const Token& token : tokens_of(plain_form(text), style)) {
        last = token.number ? token.number : last;
    }
    return last;
}

std::optional<Number> only_number_in(std::string_view text, Style style) {
    if (const auto whole = read_number(text, style)) {
        return whole;
    }
    const std::vector<Token> tokens = tokens_of(plain_form(text), style);
    return tokens.size() == 1 ? tokens.front().number : std::nullopt;
}

bool same_quantity(const Number& a, const Number& b) {
    const auto has_unit = [](const Number& number) { return number.percent || number.per_mille; };
    const bool units = !has_unit(a) || !has_unit(b) || a.percent == b.percent;
    return units && a.decimal == b.decimal;
}

}  // namespace palier::answer
