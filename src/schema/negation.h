// `not`, turned round: a node that exactly those values obey that another does not.
#pragma once

#include "schema/node.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::schema {

// Adds nodes to a tree; those that were there stay as they are.
class Negation {
   public:
    // `tree` outlives it.
    explicit Negation(Tree& tree) : tree_(tree) {}

    // nullopt: the node, or one that it leads to, has a keyword without an opposite among the
    // others.
    [[nodiscard]] std::optional<NodeId> of(NodeId id);
    // Objects without this member, and all that are no objects.
    [[nodiscard]] NodeId lacking(const std::string& name);
    // Objects that have it.
    [[nodiscard]] NodeId having(const std::string& name);

   private:
    [[nodiscard]] NodeId add(Node node);
    [[nodiscard]] std::optional<NodeId> make(const Node& node);
    [[nodiscard]] static bool has_opposite(const Node& node);
    void deny_values(const Node& node, std::vector<NodeId>& ways);
    void deny_bounds(const Node& node, std::vector<NodeId>& ways);
    [[nodiscard]] bool deny_members(const Node& node, std::vector<NodeId>& ways);
    [[nodiscard]] bool deny_combinations(const Node& node, std::vector<NodeId>& ways);

    Tree& tree_;
    std::map<NodeId, std::optional<NodeId>> known_;
};

}  // namespace palier::schema
