// From a schema to forms: keywords that combine schemas become alternatives, and what several
// schemas ask of one value becomes one form.
#pragma once

#include "schema/forms.h"
#include "schema/negation.h"
#include "schema/node.h"
#include "schema/obstacle.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace palier::schema {

// For one schema.
class FormBuilder {
   public:
    // `lenient`: what cannot be followed is left out, so that the forms allow too much.
    explicit FormBuilder(const Tree& tree, bool lenient = false);
    ~FormBuilder();

    [[nodiscard]] SpotId spot_of(std::set<NodeId> nodes);
    // Everything that spots so far lead to; afterwards only what can be completed is left.
    void finish();
    [[nodiscard]] const std::set<Obstacle>& obstacles() const { return obstacles_; }
    [[nodiscard]] const std::vector<std::vector<Form>>& spots() const { return spots_; }
    [[nodiscard]] std::vector<std::vector<Form>> take_spots() { return std::move(spots_); }

   private:
    // One alternative in the making: schemas whose own keywords all count, those still to be
    // looked at, and choices still to be made.
    struct Way {
        std::set<NodeId> own;
        std::vector<NodeId> open;
        std::vector<std::vector<std::vector<NodeId>>> choices;
        unsigned types = k_all_types;
    };
    using Leaves = std::vector<const Node*>;

    [[nodiscard]] const Node& node(NodeId id) const {
        return tree_.nodes[static_cast<std::size_t>(id)];
    }
    void cannot(const Node& node, std::string keyword, int reason);

    void expand(SpotId spot, const std::set<NodeId>& nodes);
    [[nodiscard]] std::vector<std::set<NodeId>> ways_of(const std::set<NodeId>& nodes);
    [[nodiscard]] bool look_at(NodeId id, Way& way);
    void add_choices(const Node& node, Way& way);
    [[nodiscard]] std::vector<std::vector<NodeId>> exactly_one_of(const Node& node);
    [[nodiscard]] std::optional<NodeId> opposite(NodeId id, const Node& of, const char* keyword);
    [[nodiscard]] bool are_apart(NodeId a, NodeId b);

    void add_forms(const std::set<NodeId>& own, std::vector<Form>& forms);
    void add_values(const std::set<NodeId>& own, std::vector<Form>& forms);
    [[nodiscard]] SpotId spot_of_value(const json::Value& value);
    void add_value(const json::Value& value, std::vector<Form>& forms);
    void refuse_none_of(const Leaves& leaves, unsigned types);
    [[nodiscard]] std::optional<Form> text(const Leaves& leaves);
    [[nodiscard]] std::optional<Form> number(const Leaves& leaves, bool whole);
    [[nodiscard]] std::optional<Form> list(const Leaves& leaves);
    [[nodiscard]] std::optional<Form> record(const Leaves& leaves);
    [[nodiscard]] std::set<NodeId> member_nodes(const Leaves& leaves, const std::string& name);
    void add_regions(const Leaves& leaves, RecordForm& form);
    [[nodiscard]] std::optional<Automaton> names_of_region(
        const std::vector<const TextPattern*>& patterns, std::size_t inside, Automaton names);
    [[nodiscard]] std::optional<Automaton> automaton_of(const TextPattern& pattern);

    void find_complete();
    [[nodiscard]] bool can_stand(SpotId spot) const;
    [[nodiscard]] bool can_complete(const Form& form) const;
    void drop_incomplete();

    Tree tree_;
    Negation negation_;
    const bool lenient_;
    std::map<std::set<NodeId>, SpotId> known_;
    std::map<std::string, SpotId> known_values_;
    std::vector<std::vector<Form>> spots_;
    std::vector<bool> complete_;  // of each spot: some form can be completed
    std::vector<std::pair<SpotId, std::set<NodeId>>> open_;
    std::map<std::string, std::optional<Automaton>> automata_;
    std::set<Obstacle> obstacles_;
    std::unique_ptr<FormBuilder> apart_;  // lenient; made when first needed
    NodeId nodes_apart_ = 0;              // that it knows
    std::map<std::pair<NodeId, NodeId>, bool> known_apart_;
};

}  // namespace palier::schema
