// The values of `format` that are more than a remark: those whose texts a regular expression tells,
// leap years included.
#pragma once

#include <string>
#include <string_view>

namespace palier::schema {

// A pattern (pattern.h) of the whole text for date, time, date-time, uuid, ipv4, hostname, email
// and uri (RFC 3339 without leap seconds, 4122, 2673, 1123, 5321 without quoting, 3986); "" for
// all others, which are not checked.
[[nodiscard]] std::string pattern_of_format(std::string_view format);

}  // namespace palier::schema
