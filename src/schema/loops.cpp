#include "schema/loops.h"

namespace palier::schema {
namespace {

// All schemas that judge the same value as this node.
std::vector<NodeId> beside(const Node& node) {
    std::vector<NodeId> all = node.all_of;
    all.insert(all.end(), node.any_of.begin(), node.any_of.end());
    all.insert(all.end(), node.one_of.begin(), node.one_of.end());
    for (const auto& one :
         {node.reference, node.negated, node.condition, node.then, node.otherwise}) {
        if (one) {
            all.push_back(*one);
        }
    }
    for (const auto& [name, child] : node.dependent_schemas) {
        all.push_back(child);
    }
    return all;
}

enum class Seen { Not, Open, Done };

struct Step {
    NodeId node = 0;
    std::vector<NodeId> left;
};

}  // namespace

// A walk into depth that needs no stack of calls: schemas have thousands of nodes.
std::optional<NodeId> loop_in(const Tree& tree) {
    std::vector<Seen> seen(tree.nodes.size(), Seen::Not);
    for (std::size_t start = 0; start < tree.nodes.size(); ++start) {
        std::vector<Step> way;
        const auto enter = [&](NodeId id) {
            seen[static_cast<std::size_t>(id)] = Seen::Open;
            way.push_back({id, beside(tree.nodes[static_cast<std::size_t>(id)])});
        };
        if (seen[start] == Seen::Not) {
            enter(static_cast<NodeId>(start));
        }
        while (!way.empty()) {
            if (way.back().left.empty()) {
                seen[static_cast<std::size_t>(way.back().node)] = Seen::Done;
                way.pop_back();
                continue;
            }
            const NodeId next = way.back().left.back();
            way.back().left.pop_back();
            if (seen[static_cast<std::size_t>(next)] == Seen::Open) {
                return next;
            }
            if (seen[static_cast<std::size_t>(next)] == Seen::Not) {
                enter(next);
            }
        }
    }
    return std::nullopt;
}

}  // namespace palier::schema
