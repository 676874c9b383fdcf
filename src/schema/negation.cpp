#include "schema/negation.h"

#include <array>

namespace palier::schema {
namespace {

bool is_number_bounded(const Node& node) {
    return node.minimum || node.maximum || node.above || node.below;
}

Node of_types(unsigned types, const Node& original) {
    Node node;
    node.pointer = original.pointer;
    node.types = types;
    return node;
}

}  // namespace

NodeId Negation::add(Node node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size()) - 1;
}

NodeId Negation::lacking(const std::string& name) {
    Node never;
    never.always = false;
    Node node;
    node.properties.emplace_back(name, add(std::move(never)));
    return add(std::move(node));
}

NodeId Negation::having(const std::string& name) {
    Node node;
    node.types = Type::Object;
    node.required.push_back(name);
    return add(std::move(node));
}

std::optional<NodeId> Negation::of(NodeId id) {
    if (const auto known = known_.find(id); known != known_.end()) {
        return known->second;
    }
    // A copy: adding nodes moves them.
    const Node node = tree_.nodes[static_cast<std::size_t>(id)];
    known_[id] = std::nullopt;
    const std::optional<NodeId> made = make(node);
    known_[id] = made;
    return made;
}

bool Negation::has_opposite(const Node& node) {
    return !node.multiple_of && node.first_items.empty() && !node.items && !node.contains &&
           !node.unique_items && node.pattern_properties.empty() && !node.additional &&
           !node.property_names && node.dependent_required.empty() &&
           node.dependent_schemas.empty() && node.one_of.empty() && !node.condition;
}

// A value is refused by a node if one of its keywords refuses it.
std::optional<NodeId> Negation::make(const Node& node) {
    if (node.always) {
        Node opposite;
        opposite.always = !*node.always;
        return add(std::move(opposite));
    }
    std::vector<NodeId> ways;
    if (!has_opposite(node)) {
        return std::nullopt;
    }
    if (node.types != k_all_types) {
        ways.push_back(add(of_types(k_all_types & ~node.types, node)));
    }
    deny_values(node, ways);
    deny_bounds(node, ways);
    if (!deny_members(node, ways) || !deny_combinations(node, ways)) {
        return std::nullopt;
    }
    Node opposite;
    opposite.pointer = node.pointer;
    if (ways.empty()) {
        opposite.always = false;
    }
    opposite.any_of = std::move(ways);
    return add(std::move(opposite));
}

void Negation::deny_values(const Node& node, std::vector<NodeId>& ways) {
    if (node.values) {
        Node other = of_types(k_all_types, node);
        other.none_of = *node.values;
        ways.push_back(add(std::move(other)));
    }
    if (node.constant) {
        Node other = of_types(k_all_types, node);
        other.none_of = {*node.constant};
        ways.push_back(add(std::move(other)));
    }
    for (const json::Value& value : node.none_of) {
        Node same = of_types(k_all_types, node);
        same.constant = value;
        ways.push_back(add(std::move(same)));
    }
    for (const TextPattern& pattern : node.patterns) {
        Node other = of_types(Type::String, node);
        other.patterns.push_back(pattern);
        other.patterns.front().negated = !pattern.negated;
        ways.push_back(add(std::move(other)));
    }
}

void Negation::deny_bounds(const Node& node, std::vector<NodeId>& ways) {
    if (is_number_bounded(node)) {
        using Bound = std::optional<Decimal> Node::*;
        static constexpr std::array<std::pair<Bound, Bound>, 4> k_opposites{
            {{&Node::minimum, &Node::below},
             {&Node::maximum, &Node::above},
             {&Node::above, &Node::maximum},
             {&Node::below, &Node::minimum}}};
        for (const auto& [bound, opposite] : k_opposites) {
            if (node.*bound) {
                Node other = of_types(k_numbers, node);
                other.*opposite = node.*bound;
                ways.push_back(add(std::move(other)));
            }
        }
    }
    using Count = std::optional<std::size_t> Node::*;
    struct Counted {
        Type type;
        Count least, most;
    };
    static constexpr std::array<Counted, 3> k_counts{
        {{Type::String, &Node::min_length, &Node::max_length},
         {Type::Array, &Node::min_items, &Node::max_items},
         {Type::Object, &Node::min_properties, &Node::max_properties}}};
    for (const Counted& counted : k_counts) {
        if (const std::size_t least = (node.*counted.least).value_or(0); least > 0) {
            Node fewer = of_types(counted.type, node);
            fewer.*counted.most = least - 1;
            ways.push_back(add(std::move(fewer)));
        }
        if (const std::optional<std::size_t>& most = node.*counted.most) {
            Node more = of_types(counted.type, node);
            more.*counted.least = *most + 1;
            ways.push_back(add(std::move(more)));
        }
    }
}

bool Negation::deny_members(const Node& node, std::vector<NodeId>& ways) {
    for (const std::string& name : node.required) {
        Node without = of_types(Type::Object, node);
        without.all_of.push_back(lacking(name));
        ways.push_back(add(std::move(without)));
    }
    for (const auto& [name, child] : node.properties) {
        const std::optional<NodeId> opposite = of(child);
        if (!opposite) {
            return false;
        }
        Node wrong = of_types(Type::Object, node);
        wrong.required.push_back(name);
        wrong.properties.emplace_back(name, *opposite);
        ways.push_back(add(std::move(wrong)));
    }
    return true;
}

bool Negation::deny_combinations(const Node& node, std::vector<NodeId>& ways) {
    std::vector<NodeId> all = node.all_of;
    if (node.reference) {
        all.push_back(*node.reference);
    }
    for (const NodeId child : all) {
        const std::optional<NodeId> opposite = of(child);
        if (!opposite) {
            return false;
        }
        ways.push_back(*opposite);
    }
    if (node.negated) {
        ways.push_back(*node.negated);
    }
    if (!node.any_of.empty()) {
        Node none = of_types(k_all_types, node);
        for (const NodeId child : node.any_of) {
            const std::optional<NodeId> opposite = of(child);
            if (!opposite) {
                return false;
            }
            none.all_of.push_back(*opposite);
        }
        ways.push_back(add(std::move(none)));
    }
    return true;
}

}  // namespace palier::schema
