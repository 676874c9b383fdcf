// JSON values: parse, walk, write. Keys keep their order; duplicate keys are an error; numbers that
// were read are written as they stood there (1.0, 1e3, integers of any length); others in the
// shortest form that reads back the same (0.9, not 9E-1). Boost.JSON is behind it.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace palier::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

class Value {
   public:
    Value() = default;                                     // null
    Value(std::nullptr_t) {}                               // NOLINT(google-explicit-constructor)
    Value(bool b) : data_(b) {}                            // NOLINT(google-explicit-constructor)
    Value(int i) : data_(static_cast<std::int64_t>(i)) {}  // NOLINT(google-explicit-constructor)
    Value(std::int64_t i) : data_(i) {}                    // NOLINT(google-explicit-constructor)
    Value(std::uint64_t i);                                // NOLINT(google-explicit-constructor)
    Value(double d) : data_(d) {}                          // NOLINT(google-explicit-constructor)
    Value(std::string s) : data_(std::move(s)) {}          // NOLINT(google-explicit-constructor)
    Value(std::string_view s) : data_(std::string(s)) {}   // NOLINT(google-explicit-constructor)
    Value(const char* s) : data_(std::string(s)) {}        // NOLINT(google-explicit-constructor)
    Value(Array a) : data_(std::move(a)) {}                // NOLINT(google-explicit-constructor)
    Value(Object o) : data_(std::move(o)) {}               // NOLINT(google-explicit-constructor)
    // An optional that is empty becomes null.
    template <class T>
    Value(const std::optional<T>& maybe) {  // NOLINT(google-explicit-constructor)
        if (maybe) {
            *this = Value(*maybe);
        }
    }

    // A number that is written as `text`, which is in JSON's notation and has this value.
    [[nodiscard]] static Value number(double value, std::string text);

    [[nodiscard]] bool is_null() const { return data_.index() == 0; }
    [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(data_); }
    [[nodiscard]] bool is_int() const { return std::holds_alternative<std::int64_t>(data_); }
    [[nodiscard]] bool is_number() const {
        return is_int() || std::holds_alternative<double>(data_) ||
               std::holds_alternative<Written>(data_);
    }
    [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }
    [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(data_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }

    // The value, or the fallback when it has another type. as_double also reads integers.
    [[nodiscard]] bool as_bool(bool fallback = false) const;
    [[nodiscard]] std::int64_t as_int(std::int64_t fallback = 0) const;
    [[nodiscard]] double as_double(double fallback = 0) const;
    [[nodiscard]] const std::string& as_string() const;  // "" when it is no string
    [[nodiscard]] const Array& as_array() const;         // empty when it is no array
    [[nodiscard]] const Object& as_object() const;       // empty when it is no object

    // How a number stood in the text that was read, where write() would choose another form.
    [[nodiscard]] const std::string* written() const;

    // Member of an object; nullptr when this is no object or has no such key.
    [[nodiscard]] const Value* find(std::string_view key) const;
    // Member of an object, or a null value.
    [[nodiscard]] const Value& operator[](std::string_view key) const;
    // Appends a member (object) or element (array); a null value becomes one.
    Value& add(std::string key, Value value);
    Value& push(Value value);

    // Same type and content; object members in any order. Numbers are equal when their decimals
    // are: 1 and 1.0 are, and two integers of twenty digits only if each digit is.
    bool operator==(const Value& other) const;

   private:
    // A number whose text says more than the double, or says it otherwise.
    struct Written {
        double number = 0;
        std::string text;
        bool operator==(const Written&) const = default;
    };
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object, Written>
        data_;
};

// Why a text is no JSON: position in bytes from 0, what was found.
struct ParseError {
    std::size_t offset = 0;
    std::string what;
};

// Depth at most 64; invalid UTF-8, duplicate keys, anything after the value and numbers out of the
// range of a double are errors.
[[nodiscard]] std::variant<Value, ParseError> parse(std::string_view text);
// What models and servers write: an escaped half of a surrogate pair reads as U+FFFD. nullopt where
// only success matters.
[[nodiscard]] std::optional<Value> parse_or_nothing(std::string_view text);

// One line, no spaces. Non-finite numbers are written as null.
[[nodiscard]] std::string write(const Value& value);
// Two spaces of indentation.
[[nodiscard]] std::string write_pretty(const Value& value);

}  // namespace palier::json
