#include "lib/json/json.h"

#include "base/text.h"
#include "lib/json/complaint.h"
#include "lib/json/decimal.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace palier::json {
namespace {

const Value k_null;
const std::string k_empty_string;
const Array k_empty_array;
const Object k_empty_object;

bool same_decimal(std::string_view a, std::string_view b) {
    return a == b || Decimal(a) == Decimal(b);
}

}  // namespace

Value Value::number(double value, std::string text) {
    Value made(value);
    if (write(made) != text) {
        made.data_ = Written{value, std::move(text)};
    }
    return made;
}

const std::string* Value::written() const {
    const auto* number = std::get_if<Written>(&data_);
    return number == nullptr ? nullptr : &number->text;
}

Value::Value(std::uint64_t i) {
    if (i <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        data_ = static_cast<std::int64_t>(i);
    } else {
        data_ = Written{static_cast<double>(i), std::to_string(i)};
    }
}

bool Value::as_bool(bool fallback) const {
    const bool* b = std::get_if<bool>(&data_);
    return b ? *b : fallback;
}

std::int64_t Value::as_int(std::int64_t fallback) const {
    const auto* i = std::get_if<std::int64_t>(&data_);
    return i ? *i : fallback;
}

double Value::as_double(double fallback) const {
    if (const auto* i = std::get_if<std::int64_t>(&data_)) {
        return static_cast<double>(*i);
    }
    if (const auto* written = std::get_if<Written>(&data_)) {
        return written->number;
    }
    const double* d = std::get_if<double>(&data_);
    return d ? *d : fallback;
}

const std::string& Value::as_string() const {
    const auto* s = std::get_if<std::string>(&data_);
    return s ? *s : k_empty_string;
}

const Array& Value::as_array() const {
    const auto* a = std::get_if<Array>(&data_);
    return a ? *a : k_empty_array;
}

const Object& Value::as_object() const {
    const auto* o = std::get_if<Object>(&data_);
    return o ? *o : k_empty_object;
}

const Value* Value::find(std::string_view key) const {
    for (const Member& member : as_object()) {
        if (member.first == key) {
            return &member.second;
        }
    }
    return nullptr;
}

const Value& Value::operator[](std::string_view key) const {
    const Value* found = find(key);
    return found ? *found : k_null;
}

Value& Value::add(std::string key, Value value) {
    if (is_null()) {
        data_ = Object{};
    }
    PALIER_CHECK(is_object(), "members are added to objects");
    std::get<Object>(data_).emplace_back(std::move(key), std::move(value));
    return *this;
}

Value& Value::push(Value value) {
    if (is_null()) {
        data_ = Array{};
    }
    PALIER_CHECK(is_array(), "elements are added to arrays");
    std::get<Array>(data_).push_back(std::move(value));
    return *this;
}

bool Value::operator==(const Value& other) const {
    if (is_number() && other.is_number()) {
        if (is_int() && other.is_int()) {
            return as_int() == other.as_int();
        }
        return as_double() == other.as_double() && same_decimal(write(*this), write(other));
    }
    if (data_.index() != other.data_.index()) {
        return false;
    }
    if (!is_object()) {
        return data_ == other.data_;
    }
    const Object& mine = as_object();
    return mine.size() == other.as_object().size() &&
           std::all_of(mine.begin(), mine.end(), [&](const Member& member) {
               const Value* theirs = other.find(member.first);
               return theirs && member.second == *theirs;
           });
}

namespace {

namespace bj = boost::json;

// Builds a Value from the events of Boost's incremental parser.
struct Builder {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    struct Open {
        bool is_object = false;
        Object members;
        Array elements;
        std::string key;
        std::unordered_set<std::string> keys;
    };
    std::vector<Open> open;
    Value root;
    std::string text;
    std::string complaint;

    bool put(Value value) {
        if (open.empty()) {
            root = std::move(value);
        } else if (open.back().is_object) {
            open.back().members.emplace_back(std::move(open.back().key), std::move(value));
        } else {
            open.back().elements.push_back(std::move(value));
        }
        return true;
    }

    bool put_number(Value value) {
        text.clear();
        return put(std::move(value));
    }

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_object_begin(bj::error_code&) {
        open.emplace_back().is_object = true;
        return true;
    }
    bool on_object_end(std::size_t, bj::error_code&) {
        Object members = std::move(open.back().members);
        open.pop_back();
        return put(std::move(members));
    }
    bool on_array_begin(bj::error_code&) {
        open.emplace_back();
        return true;
    }
    bool on_array_end(std::size_t, bj::error_code&) {
        Array elements = std::move(open.back().elements);
        open.pop_back();
        return put(std::move(elements));
    }
    bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
        text.append(part.data(), part.size());
        return true;
    }
    bool on_key(bj::string_view part, std::size_t, bj::error_code& error) {
        text.append(part.data(), part.size());
        if (!open.back().keys.insert(text).second) {
            complaint = "the key \"" + text + "\" is there twice";
            error = bj::error::extra_data;
            return false;
        }
        open.back().key = std::move(text);
        text.clear();
        return true;
    }
    bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
        text.append(part.data(), part.size());
        return true;
    }
    bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
        text.append(part.data(), part.size());
        Value value(std::move(text));
        text.clear();
        return put(std::move(value));
    }
    bool on_number_part(bj::string_view part, bj::error_code&) {
        text.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t i, bj::string_view, bj::error_code&) { return put_number(i); }
    bool on_uint64(std::uint64_t u, bj::string_view, bj::error_code&) { return put_number(u); }
    bool on_double(double rough, bj::string_view part, bj::error_code& error) {
        // Boost.JSON 1.81 does not round decimals correctly, so the digits are read again.
        text.append(part.data(), part.size());
        double exact = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), exact);
        if (read.ec == std::errc::result_out_of_range && std::fabs(rough) >= 1) {
            complaint = "the number " + text + " is too large";
            error = bj::error::extra_data;
            return false;
        }
        return put_number(Value::number(exact, text));
    }
    bool on_bool(bool b, bj::error_code&) { return put(Value(b)); }
    bool on_null(bj::error_code&) { return put(Value()); }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

// The 16-bit unit of the escape "\\uXXXX" at `at`; nullopt: no such escape is there.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
    constexpr std::size_t k_length = 6;
    if (at + k_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
        return std::nullopt;
    }
    unsigned unit = 0;
    const char* const end = text.data() + at + k_length;
    const auto read = std::from_chars(text.data() + at + 2, end, unit, 16);
    return read.ec == std::errc{} && read.ptr == end ? std::optional(unit) : std::nullopt;
}

// Half of a surrogate pair is no character: models and servers cut an emoji in two. It becomes
// U+FFFD, in as many bytes, so that offsets stay right. Backslashes stand in strings only.
std::string with_lone_surrogates_replaced(std::string_view text) {
    std::string out(text);
    for (std::size_t at = out.find('\\'); at != std::string::npos; at = out.find('\\', at)) {
        const std::optional<unsigned> unit = escaped_unit(out, at);
        if (!unit || *unit < 0xd800 || *unit > 0xdfff) {
            at += 2;
            continue;
        }
        const std::optional<unsigned> next = escaped_unit(out, at + 6);
        if (*unit < 0xdc00 && next && *next >= 0xdc00 && *next <= 0xdfff) {
            at += 12;
            continue;
        }
        out.replace(at + 2, 4, "fffd");
        at += 6;
    }
    return out;
}

bool may_escape_surrogates(std::string_view text) {
    return text.find("\\ud") != std::string_view::npos ||
           text.find("\\uD") != std::string_view::npos;
}

}  // namespace

std::variant<Value, ParseError> parse(std::string_view text) {
    bj::parse_options options;
    options.max_depth = 64;
    bj::basic_parser<Builder> parser(options);
    bj::error_code error;
    std::size_t consumed = 0;
    try {
        consumed = parser.write_some(false, text.data(), text.size(), error);
    } catch (const std::exception& thrown) {
        return ParseError{0, thrown.what()};
    }
    if (!error && consumed < text.size() && !trim(text.substr(consumed)).empty()) {
        return ParseError{consumed, "something follows the end of the value"};
    }
    if (error) {
        const std::string& complaint = parser.handler().complaint;
        return ParseError{
            consumed,
            complaint.empty() ? complaint_about(text, consumed, error.message()) : complaint};
    }
    return std::move(parser.handler().root);
}

std::optional<Value> parse_or_nothing(std::string_view text) {
    auto parsed =
        may_escape_surrogates(text) ? parse(with_lone_surrogates_replaced(text)) : parse(text);
    if (auto* value = std::get_if<Value>(&parsed)) {
        return std::move(*value);
    }
    return std::nullopt;
}

}  // namespace palier::json
