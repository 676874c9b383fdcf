#include "eval/fields.h"

#include "eval/typed.h"

#include <algorithm>
#include <unordered_map>

namespace palier::eval {
namespace {

using Leaves = std::vector<std::pair<std::string, const json::Value*>>;

// The parser bounds the depth to 64.
void collect(const json::Value& value, const std::string& path, Leaves& leaves) {
    if (value.is_object()) {
        for (const json::Member& member : value.as_object()) {
            collect(member.second, member_path(path, member.first), leaves);
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

// The leaves of `found` at their paths, taken out as they are matched.
std::map<std::string, core::FieldCounts> compare_by_path(const json::Value& gold,
                                                         const json::Value* found,
                                                         const std::string& at,
                                                         const Comparison& how) {
    std::map<std::string, core::FieldCounts> fields;
    Leaves wanted, others;
    collect(gold, at, wanted);
    if (found != nullptr) {
        collect(*found, at, others);
    }
    std::unordered_map<std::string, const json::Value*> given;
    for (auto& [path, value] : others) {
        given.emplace(std::move(path), value);
    }
    for (const auto& [path, value] : wanted) {
        const std::string field = field_of_path(path);
        core::FieldCounts& counts = fields[field];
        const auto match = given.find(path);
        if (match == given.end()) {
            ++counts.false_negative;
            continue;
        }
        if (same_value(*value, *match->second, how.style, how.kinds.of(field))) {
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

// Puts the elements of found arrays at the places of the gold ones that they share most with.
class Pairing {
   public:
    explicit Pairing(const Comparison& how) : how_(how) {}

    json::Value aligned(const json::Value& gold, const json::Value& found, const std::string& at) {
        const json::Array &wanted = gold.as_array(), &given = found.as_array();
        const std::size_t pairs = wanted.size() * given.size();
        if (gold.is_array() && found.is_array() && pairs <= pairs_left_) {
            pairs_left_ -= pairs;
            return aligned_array(wanted, given, at + "[]");
        }
        if (!gold.is_object() || !found.is_object()) {
            return found;
        }
        json::Value object = json::Object{};
        for (const auto& [key, value] : found.as_object()) {
            const json::Value* own = gold.find(key);
            object.add(key, own == nullptr ? value : aligned(*own, value, member_path(at, key)));
        }
        return object;
    }

   private:
    json::Value aligned_array(const json::Array& gold,
                              const json::Array& found,
                              const std::string& path) {
        struct Pair {
            Micros shared = 0;
            std::size_t gold = 0, found = 0;
        };
        std::vector<Pair> pairs;
        for (std::size_t g = 0; g < gold.size(); ++g) {
            for (std::size_t f = 0; f < found.size(); ++f) {
                const json::Value element = aligned(gold[g], found[f], path);
                const auto counts = compare_by_path(gold[g], &element, path, how_);
                pairs.push_back({f1_of(sum_of(counts)), g, f});
            }
        }
        std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
            return a.shared > b.shared;
        });
        json::Array placed(gold.size());
        std::vector<bool> gold_taken(gold.size()), found_taken(found.size());
        for (const Pair& pair : pairs) {
            if (!gold_taken[pair.gold] && !found_taken[pair.found]) {
                gold_taken[pair.gold] = found_taken[pair.found] = true;
                placed[pair.gold] = aligned(gold[pair.gold], found[pair.found], path);
            }
        }
        for (std::size_t f = 0; f < found.size(); ++f) {
            if (!found_taken[f]) {
                placed.push_back(found[f]);
            }
        }
        return placed;
    }

    const Comparison& how_;
    // Pairing is quadratic in what a model may write at will; beyond this, positions count.
    std::size_t pairs_left_ = 100'000;
};

}  // namespace

std::string member_path(const std::string& path, const std::string& key) {
    if (key.empty() || key == "$" || key.find_first_of(".[]\"\\") != std::string::npos) {
        return path + "[" + json::write(key) + "]";
    }
    return path.empty() ? key : path + "." + key;
}

Leaves leaves_of(const json::Value& value) {
    Leaves leaves;
    collect(value, "", leaves);
    return leaves;
}

std::string field_of_path(const std::string& path) {
    std::string field;
    for (std::size_t i = 0; i < path.size(); ++i) {
        field += path[i];
        if (path[i] == '"') {  // a key as JSON writes it, to its closing quote
            for (++i; i < path.size() && path[i] != '"'; ++i) {
                field += path[i];
                if (path[i] == '\\' && i + 1 < path.size()) {
                    field += path[++i];
                }
            }
            field += i < path.size() ? "\"" : "";
        } else if (path[i] == '[') {
            const std::size_t end = path.find_first_not_of("0123456789", i + 1);
            if (end != std::string::npos && end > i + 1 && path[end] == ']') {
                i = end - 1;
            }
        }
    }
    return field;
}

std::map<std::string, core::FieldCounts> compare_fields(const json::Value& gold,
                                                        const json::Value* found,
                                                        const Comparison& how) {
    if (found == nullptr || !how.any_order) {
        return compare_by_path(gold, found, "", how);
    }
    const json::Value paired = Pairing(how).aligned(gold, *found, "");
    return compare_by_path(gold, &paired, "", how);
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
