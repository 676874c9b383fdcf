#include "eval/fields.h"

#include "eval/typed.h"

#include <unordered_map>

namespace palier::eval {
namespace {

using Leaves = std::vector<std::pair<std::string, const json::Value*>>;

// The parser bounds the depth to 64.
void collect(const json::Value& value, const std::string& path, Leaves& leaves) {
    if (value.is_object()) {
        for (const json::Member& member : value.as_object()) {
            collect(member.second, path.empty() ? member.first : path + "." + member.first, leaves);
        }
    } else if (value.is_array()) {
        const json::Array& items = value.as_array();
        for (std::size_t i = 0; i < items.size(); ++i) {
            collect(items[i], path + "[" + std::to_string(i) + "]", leaves);
        }
    } else if (!value.is_null()) {
        leaves.emplace_back(path.empty() ? "$" : path, &value);
    }
}

}  // namespace

Leaves leaves_of(const json::Value& value) {
    Leaves leaves;
    collect(value, "", leaves);
    return leaves;
}

std::string field_of_path(const std::string& path) {
    std::string field;
    for (std::size_t i = 0; i < path.size(); ++i) {
        field += path[i];
        if (path[i] != '[') {
            continue;
        }
        const std::size_t end = path.find_first_not_of("0123456789", i + 1);
        if (end != std::string::npos && end > i + 1 && path[end] == ']') {
            i = end - 1;
        }
    }
    return field;
}

std::map<std::string, core::FieldCounts> compare_fields(const json::Value& gold,
                                                        const json::Value* found,
                                                        answer::Style style) {
    std::map<std::string, core::FieldCounts> fields;
    std::unordered_map<std::string, const json::Value*> given;
    if (found != nullptr) {
        for (auto& [path, value] : leaves_of(*found)) {
            given.emplace(std::move(path), value);
        }
    }
    for (const auto& [path, value] : leaves_of(gold)) {
        core::FieldCounts& counts = fields[field_of_path(path)];
        const auto match = given.find(path);
        if (match == given.end()) {
            ++counts.false_negative;
            continue;
        }
        if (same_value(*value, *match->second, style)) {
            ++counts.true_positive;
        } else {
            ++counts.false_positive;
            ++counts.false_negative;
        }
        given.erase(match);
    }
    for (const auto& [path, value] : given) {
        ++fields[field_of_path(path)].false_positive;
    }
    return fields;
}

core::FieldCounts sum_of(const std::map<std::string, core::FieldCounts>& fields) {
    core::FieldCounts sum;
    for (const auto& [field, counts] : fields) {
        sum.true_positive += counts.true_positive;
        sum.false_positive += counts.false_positive;
        sum.false_negative += counts.false_negative;
    }
    return sum;
}

Micros f1_of(const core::FieldCounts& counts) {
    const Micros twice = 2 * static_cast<Micros>(counts.true_positive);
    const Micros all = twice + counts.false_positive + counts.false_negative;
    return all == 0 ? k_one : (twice * k_one + all / 2) / all;
}

}  // namespace palier::eval
