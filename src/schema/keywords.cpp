// What each keyword of a schema means for its node.
#include "base/text.h"
#include "lib/json/pointer.h"
#include "schema/codes.h"
#include "schema/format.h"
#include "schema/tree_reader.h"
#include "schema/uri.h"

#include <algorithm>

namespace palier::schema {
namespace {

// Their value is a member of the node, under one of two names.
std::string_view name_of(std::string_view pointer) {
    return pointer.substr(pointer.rfind('/') + 1);
}

unsigned types_named(std::string_view name) {
    static const std::map<std::string_view, unsigned> known{{"null", Type::Null},
                                                            {"boolean", Type::Boolean},
                                                            {"integer", Type::Integer},
                                                            {"number", k_numbers},
                                                            {"string", Type::String},
                                                            {"array", Type::Array},
                                                            {"object", Type::Object}};
    const auto found = known.find(name);
    return found == known.end() ? 0 : found->second;
}

}  // namespace

const std::map<std::string, TreeReader::Read, std::less<>>& TreeReader::keywords() {
    static const std::map<std::string, Read, std::less<>> table{
        {"type", &TreeReader::read_type},
        {"enum", &TreeReader::read_enum},
        {"const", &TreeReader::read_const},
        {"minimum", &TreeReader::read_bound},
        {"maximum", &TreeReader::read_bound},
        {"exclusiveMinimum", &TreeReader::read_exclusive},
        {"exclusiveMaximum", &TreeReader::read_exclusive},
        {"multipleOf", &TreeReader::read_bound},
        {"minLength", &TreeReader::read_count},
        {"maxLength", &TreeReader::read_count},
        {"minItems", &TreeReader::read_count},
        {"maxItems", &TreeReader::read_count},
        {"minProperties", &TreeReader::read_count},
        {"maxProperties", &TreeReader::read_count},
        {"minContains", &TreeReader::read_count},
        {"maxContains", &TreeReader::read_count},
        {"pattern", &TreeReader::read_pattern},
        {"format", &TreeReader::read_format},
        {"prefixItems", &TreeReader::read_list},
        {"items", &TreeReader::read_items},
        {"additionalItems", &TreeReader::read_items},
        {"contains", &TreeReader::read_one},
        {"uniqueItems", &TreeReader::read_unique},
        {"required", &TreeReader::read_names},
        {"properties", &TreeReader::read_properties},
        {"patternProperties", &TreeReader::read_properties},
        {"additionalProperties", &TreeReader::read_one},
        {"propertyNames", &TreeReader::read_one},
        {"dependencies", &TreeReader::read_dependencies},
        {"dependentRequired", &TreeReader::read_dependencies},
        {"dependentSchemas", &TreeReader::read_dependencies},
        {"$defs", &TreeReader::read_definitions},
        {"definitions", &TreeReader::read_definitions},
        {"allOf", &TreeReader::read_list},
        {"anyOf", &TreeReader::read_list},
        {"oneOf", &TreeReader::read_list},
        {"not", &TreeReader::read_one},
        {"if", &TreeReader::read_one},
        {"then", &TreeReader::read_one},
        {"else", &TreeReader::read_one},
        {"$ref", &TreeReader::read_reference},
        {"$dynamicRef", &TreeReader::refuse},
        {"$recursiveRef", &TreeReader::refuse},
        {"unevaluatedItems", &TreeReader::refuse},
        {"unevaluatedProperties", &TreeReader::refuse}};
    return table;
}

std::vector<NodeId> TreeReader::list(const Place& keyword) {
    std::vector<NodeId> nodes;
    if (!keyword.value->is_array()) {
        complain_form(keyword);
    }
    for (const json::Value& element : keyword.value->as_array()) {
        const std::string pointer = json::pointer_to(keyword.pointer, std::to_string(nodes.size()));
        nodes.push_back(node_at({&element, pointer, keyword.base}));
    }
    return nodes;
}

std::vector<std::pair<std::string, NodeId>> TreeReader::map(const Place& keyword) {
    std::vector<std::pair<std::string, NodeId>> nodes;
    if (!keyword.value->is_object()) {
        complain_form(keyword);
    }
    for (const json::Member& entry : keyword.value->as_object()) {
        nodes.emplace_back(
            entry.first,
            node_at({&entry.second, json::pointer_to(keyword.pointer, entry.first), keyword.base}));
    }
    return nodes;
}

std::optional<Decimal> TreeReader::number(const Place& keyword) {
    if (!keyword.value->is_number()) {
        complain_form(keyword);
        return std::nullopt;
    }
    return decimal_of(*keyword.value);
}

std::optional<std::size_t> TreeReader::count(const Place& keyword) {
    const std::optional<Decimal> value = number(keyword);
    const std::optional<std::uint64_t> digits = value ? whole_number(value->digits() + "0") : 0;
    if (!value || value->is_negative() || !value->is_integer() ||
        (!value->is_zero() && (!digits || value->exponent() > 9))) {
        complain_form(keyword);
        return std::nullopt;
    }
    std::size_t whole = value->is_zero() ? 0 : digits.value_or(0) / 10;
    for (long zeros = value->exponent(); zeros > 0 && whole > 0; --zeros) {
        whole *= 10;
    }
    return whole;
}

std::vector<std::string> TreeReader::names(const Place& keyword) {
    std::vector<std::string> all;
    bool right = keyword.value->is_array();
    for (const json::Value& element : keyword.value->as_array()) {
        right = right && element.is_string();
        all.push_back(element.as_string());
    }
    if (!right) {
        complain_form(keyword);
    }
    return all;
}

std::optional<TextPattern> TreeReader::pattern(const std::string& text,
                                               const std::string& pointer) {
    if (const auto known = patterns_.find(text); known != patterns_.end()) {
        return known->second;
    }
    Result<Pattern> tree = Pattern::read(text);
    Result<regex::Regex> compiled =
        tree ? regex::Regex::compile(tree->as_re2()) : Result<regex::Regex>(tree.error());
    if (!compiled) {
        const auto& told = compiled.error().args.back();
        complain(Error(codes::pattern_unsupported,
                       {{"pointer", pointer}, {"pattern", text}, {"why", told.second}}));
        return std::nullopt;
    }
    const TextPattern made{
        text, std::make_shared<const Pattern>(*std::move(tree)), *std::move(compiled)};
    return patterns_.emplace(text, made).first->second;
}

void TreeReader::read_type(NodeId id, const Place& keyword) {
    unsigned types = 0;
    if (keyword.value->is_string()) {
        types = types_named(keyword.value->as_string());
    }
    for (const json::Value& one : keyword.value->as_array()) {
        const unsigned named = types_named(one.as_string());
        if (named == 0) {
            complain_form(keyword);
        }
        types |= named;
    }
    if (types == 0) {
        complain_form(keyword);
    }
    Node& node = tree_.nodes[static_cast<std::size_t>(id)];
    node.types = types;
    node.integers_as_written = ids_are_old_;
}

void TreeReader::read_enum(NodeId id, const Place& keyword) {
    if (!keyword.value->is_array()) {
        complain_form(keyword);
    }
    tree_.nodes[static_cast<std::size_t>(id)].values = keyword.value->as_array();
}

void TreeReader::read_const(NodeId id, const Place& keyword) {
    tree_.nodes[static_cast<std::size_t>(id)].constant = *keyword.value;
}

void TreeReader::read_bound(NodeId id, const Place& keyword) {
    const std::optional<Decimal> value = number(keyword);
    Node& node = tree_.nodes[static_cast<std::size_t>(id)];
    const std::string_view name = name_of(keyword.pointer);
    if (!value) {
        return;
    }
    if (name == "multipleOf") {
        if (value->is_negative() || value->is_zero() || value->digits().size() > 18) {
            complain_form(keyword);
        }
        node.multiple_of = value;
    } else {
        (name == "minimum" ? node.minimum : node.maximum) = value;
    }
}

// In draft 4 it says true or false of the bound beside it: settle_old_forms.
void TreeReader::read_exclusive(NodeId id, const Place& keyword) {
    Node& node = tree_.nodes[static_cast<std::size_t>(id)];
    const bool of_minimum = name_of(keyword.pointer) == "exclusiveMinimum";
    if (!keyword.value->is_bool()) {
        (of_minimum ? node.above : node.below) = number(keyword);
    }
}

void TreeReader::read_count(NodeId id, const Place& keyword) {
    static const std::map<std::string_view, std::optional<std::size_t> Node::*> members{
        {"minLength", &Node::min_length},
        {"maxLength", &Node::max_length},
        {"minItems", &Node::min_items},
        {"maxItems", &Node::max_items},
        {"minProperties", &Node::min_properties},
        {"maxProperties", &Node::max_properties},
        {"maxContains", &Node::max_contains}};
    const std::optional<std::size_t> value = count(keyword);
    Node& node = tree_.nodes[static_cast<std::size_t>(id)];
    const auto found = members.find(name_of(keyword.pointer));
    if (found != members.end()) {
        node.*found->second = value;
    } else {
        node.min_contains = value.value_or(1);
    }
}

void TreeReader::read_pattern(NodeId id, const Place& keyword) {
    if (!keyword.value->is_string()) {
        complain_form(keyword);
    } else if (auto made = pattern(keyword.value->as_string(), keyword.pointer)) {
        tree_.nodes[static_cast<std::size_t>(id)].patterns.push_back(*std::move(made));
    }
}

void TreeReader::read_format(NodeId id, const Place& keyword) {
    const std::string text = check_formats_ ? pattern_of_format(keyword.value->as_string()) : "";
    if (text.empty()) {
        tree_.unchecked_formats.emplace_back(keyword.pointer, keyword.value->as_string());
    } else if (auto made = pattern(text, keyword.pointer)) {
        tree_.nodes[static_cast<std::size_t>(id)].patterns.push_back(*std::move(made));
    }
}

// Up to draft 2019-09 `items` may be an array: settle_old_forms.
void TreeReader::read_items(NodeId id, const Place& keyword) {
    const bool additional = name_of(keyword.pointer) == "additionalItems";
    if (!additional && keyword.value->is_array()) {
        std::vector<NodeId> first = list(keyword);
        tree_.nodes[static_cast<std::size_t>(id)].first_items = std::move(first);
        return;
    }
    const NodeId rest = node_at(keyword);
    if (!additional) {
        tree_.nodes[static_cast<std::size_t>(id)].items = rest;
    }
}

void TreeReader::read_unique(NodeId id, const Place& keyword) {
    if (!keyword.value->is_bool()) {
        complain_form(keyword);
    }
    tree_.nodes[static_cast<std::size_t>(id)].unique_items = keyword.value->as_bool();
}

void TreeReader::read_names(NodeId id, const Place& keyword) {
    std::vector<std::string> all = names(keyword);
    tree_.nodes[static_cast<std::size_t>(id)].required = std::move(all);
}

void TreeReader::read_properties(NodeId id, const Place& keyword) {
    std::vector<std::pair<std::string, NodeId>> all = map(keyword);
    if (name_of(keyword.pointer) == "properties") {
        tree_.nodes[static_cast<std::size_t>(id)].properties = std::move(all);
        return;
    }
    for (const auto& [text, node] : all) {
        if (auto made = pattern(text, json::pointer_to(keyword.pointer, text))) {
            tree_.nodes[static_cast<std::size_t>(id)].pattern_properties.emplace_back(
                *std::move(made), node);
        }
    }
}

void TreeReader::read_dependencies(NodeId id, const Place& keyword) {
    if (!keyword.value->is_object()) {
        complain_form(keyword);
    }
    for (const json::Member& entry : keyword.value->as_object()) {
        const Place place{
            &entry.second, json::pointer_to(keyword.pointer, entry.first), keyword.base};
        if (entry.second.is_array()) {
            tree_.nodes[static_cast<std::size_t>(id)].dependent_required.emplace_back(entry.first,
                                                                                      names(place));
        } else {
            const NodeId node = node_at(place);
            tree_.nodes[static_cast<std::size_t>(id)].dependent_schemas.emplace_back(entry.first,
                                                                                     node);
        }
    }
}

// What two keywords of older drafts mean together.
void TreeReader::settle_old_forms(NodeId id, const json::Value& schema) {
    Node& node = tree_.nodes[static_cast<std::size_t>(id)];
    if (schema["exclusiveMinimum"].as_bool()) {
        node.above = std::exchange(node.minimum, std::nullopt);
    }
    if (schema["exclusiveMaximum"].as_bool()) {
        node.below = std::exchange(node.maximum, std::nullopt);
    }
    const json::Value* rest = schema.find("additionalItems");
    if (rest != nullptr && schema["items"].is_array()) {
        node.items = known_.at(rest);
    }
}

void TreeReader::read_definitions(NodeId /*id*/, const Place& keyword) {
    map(keyword);
}

void TreeReader::read_list(NodeId id, const Place& keyword) {
    static const std::map<std::string_view, std::vector<NodeId> Node::*> members{
        {"prefixItems", &Node::first_items},
        {"allOf", &Node::all_of},
        {"anyOf", &Node::any_of},
        {"oneOf", &Node::one_of}};
    std::vector<NodeId> all = list(keyword);
    const std::string_view name = name_of(keyword.pointer);
    if (all.empty() && name != "prefixItems") {
        complain_form(keyword);
    }
    tree_.nodes[static_cast<std::size_t>(id)].*members.at(name) = std::move(all);
}

void TreeReader::read_one(NodeId id, const Place& keyword) {
    static const std::map<std::string_view, std::optional<NodeId> Node::*> members{
        {"contains", &Node::contains},
        {"additionalProperties", &Node::additional},
        {"propertyNames", &Node::property_names},
        {"not", &Node::negated},
        {"if", &Node::condition},
        {"then", &Node::then},
        {"else", &Node::otherwise}};
    const NodeId one = node_at(keyword);
    tree_.nodes[static_cast<std::size_t>(id)].*members.at(name_of(keyword.pointer)) = one;
}

void TreeReader::read_reference(NodeId id, const Place& keyword) {
    if (!keyword.value->is_string()) {
        complain_form(keyword);
        return;
    }
    pending_.push_back({id, keyword.value->as_string(), keyword.pointer, keyword.base});
}

void TreeReader::refuse(NodeId /*id*/, const Place& keyword) {
    complain(
        Error(codes::keyword_unsupported,
              {{"pointer", keyword.pointer}, {"keyword", std::string(name_of(keyword.pointer))}}));
}

}  // namespace palier::schema
