// JSON compared field by field.
#pragma once

#include "answer/number.h"
#include "core/trial.h"
#include "eval/field_kinds.h"
#include "lib/json/json.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace palier::eval {

// The leaves (neither object, array nor null) with their paths, such as "buyer.name" or
// "lines[0].price"; array elements by position. A value that is itself a leaf has the path "$". Two
// different leaves never share a path: a key that could be mistaken for one (empty, "$", or with a
// dot, bracket, quote or backslash) stands in brackets, as JSON writes it: ["a.b"].
[[nodiscard]] std::vector<std::pair<std::string, const json::Value*>> leaves_of(
    const json::Value& value);

// The path of member `key` of the object at `path` ("" = the whole).
[[nodiscard]] std::string member_path(const std::string& path, const std::string& key);

// "lines[12].price" -> "lines[].price": the name under which a field is counted.
[[nodiscard]] std::string field_of_path(const std::string& path);

// How two values are compared.
struct Comparison {
    answer::Style style = answer::Style::English;
    FieldKinds kinds;
    // Arrays are sets with repetition: each element of the gold one is paired with the element
    // found that shares most with it (field F1; the best pair first, ties in order), and what has
    // no partner is missing or extra. Otherwise elements are compared by position.
    bool any_order = false;
};

// Counts by field: equal values at the same path (typed.h) are true positives; another value there
// is one false positive and one false negative; a missing leaf is a false negative, an extra one a
// false positive. `found` = nullptr stands for "no JSON": every gold leaf is a false negative.
[[nodiscard]] std::map<std::string, core::FieldCounts> compare_fields(const json::Value& gold,
                                                                      const json::Value* found,
                                                                      const Comparison& how);

[[nodiscard]] core::FieldCounts sum_of(const std::map<std::string, core::FieldCounts>& fields);

// 2 TP / (2 TP + FP + FN) in millionths, rounded half up; one when there is nothing to count.
[[nodiscard]] Micros f1_of(const core::FieldCounts& counts);

}  // namespace palier::eval
