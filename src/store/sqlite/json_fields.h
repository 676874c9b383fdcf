// JSON that gives back exactly what it was given, where plain JSON does not: text that is not
// UTF-8, numbers that are not finite, integers beyond 63 bits.
#pragma once

#include "lib/json/json.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace palier::store_sqlite {

// A string; {"hex": "..."} when it is not valid UTF-8.
[[nodiscard]] json::Value json_text(std::string_view text);
[[nodiscard]] std::optional<std::string> text_from(const json::Value& value);

// A number; "inf", "-inf" or "nan" when it is not finite.
[[nodiscard]] json::Value json_real(double number);
[[nodiscard]] std::optional<double> real_from(const json::Value& value);

// A number; its digits as text beyond 2^63 - 1.
[[nodiscard]] json::Value json_unsigned(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> unsigned_from(const json::Value& value);

// An array of texts on one line.
[[nodiscard]] std::string json_of_texts(const std::vector<std::string>& texts);
[[nodiscard]] std::optional<std::vector<std::string>> texts_from(std::string_view json);

// Lower-case hex. read_hex fills `bytes` and is false unless `hex` has two of the digits 0-9 and
// a-f for each.
[[nodiscard]] std::string hex_of(std::string_view bytes);
[[nodiscard]] bool read_hex(std::string_view hex, std::span<char> bytes);

}  // namespace palier::store_sqlite
