#include "schema/form_builder.h"

#include "schema/codes.h"

#include <algorithm>

namespace palier::schema {
namespace {

constexpr std::size_t k_most_ways = 256;
constexpr std::size_t k_most_spots = 10'000;

}  // namespace

FormBuilder::FormBuilder(const Tree& tree, bool lenient)
    : tree_(tree), negation_(tree_), lenient_(lenient) {}

FormBuilder::~FormBuilder() = default;

void FormBuilder::cannot(const Node& node, std::string keyword, int reason) {
    if (!lenient_) {
        obstacles_.insert({node.pointer, std::move(keyword), reason});
    }
}

SpotId FormBuilder::spot_of(std::set<NodeId> nodes) {
    const auto [known, is_new] = known_.try_emplace(nodes, static_cast<SpotId>(spots_.size()));
    if (is_new) {
        spots_.emplace_back();
        open_.emplace_back(known->second, std::move(nodes));
    }
    return known->second;
}

void FormBuilder::finish() {
    while (!open_.empty()) {
        auto [spot, nodes] = std::move(open_.back());
        open_.pop_back();
        if (spots_.size() > k_most_spots) {
            // Everything is said to be possible where it is only a question of whether.
            cannot(node(0), "$schema", codes::too_many_ways);
            nodes.clear();
        }
        expand(spot, nodes);
    }
    find_complete();
    drop_incomplete();
}

void FormBuilder::expand(SpotId spot, const std::set<NodeId>& nodes) {
    std::vector<Form> forms;
    for (const std::set<NodeId>& own : ways_of(nodes)) {
        add_forms(own, forms);
    }
    spots_[static_cast<std::size_t>(spot)] = std::move(forms);
}

std::vector<std::set<NodeId>> FormBuilder::ways_of(const std::set<NodeId>& nodes) {
    std::vector<std::set<NodeId>> done;
    std::vector<Way> todo(1);
    todo.front().open.assign(nodes.begin(), nodes.end());
    while (!todo.empty()) {
        Way way = std::move(todo.back());
        todo.pop_back();
        bool alive = true;
        while (alive && !way.open.empty()) {
            const NodeId next = way.open.back();
            way.open.pop_back();
            alive = look_at(next, way);
        }
        if (!alive) {
            continue;
        }
        if (way.choices.empty()) {
            if (std::find(done.begin(), done.end(), way.own) == done.end()) {
                done.push_back(std::move(way.own));
            }
        } else {
            const auto choice = std::move(way.choices.back());
            way.choices.pop_back();
            for (auto option = choice.rbegin(); option != choice.rend(); ++option) {
                todo.push_back(way);
                todo.back().open = *option;
            }
        }
        if (done.size() + todo.size() > k_most_ways) {
            cannot(node(*nodes.begin()), "anyOf", codes::too_many_ways);
            return lenient_ ? std::vector<std::set<NodeId>>(1) : std::vector<std::set<NodeId>>();
        }
    }
    return done;
}

// False: nothing obeys it together with the others.
bool FormBuilder::look_at(NodeId id, Way& way) {
    // A copy: turning others round adds nodes, which moves them.
    const Node seen = node(id);
    if (seen.always) {
        return *seen.always;
    }
    if (!way.own.insert(id).second) {
        return true;
    }
    way.types &= seen.types;
    if (seen.reference) {
        way.open.push_back(*seen.reference);
    }
    way.open.insert(way.open.end(), seen.all_of.begin(), seen.all_of.end());
    if (seen.negated) {
        if (const auto other = opposite(*seen.negated, seen, "not")) {
            way.open.push_back(*other);
        }
    }
    add_choices(seen, way);
    return way.types != 0;
}

void FormBuilder::add_choices(const Node& node, Way& way) {
    if (!node.any_of.empty()) {
        std::vector<std::vector<NodeId>> options;
        options.reserve(node.any_of.size());
        for (const NodeId child : node.any_of) {
            options.push_back({child});
        }
        way.choices.push_back(std::move(options));
    }
    if (!node.one_of.empty()) {
        way.choices.push_back(exactly_one_of(node));
    }
    if (node.condition && (node.then || node.otherwise)) {
        std::vector<NodeId> met{*node.condition};
        std::vector<NodeId> not_met;
        if (node.then) {
            met.push_back(*node.then);
        }
        if (const auto other = opposite(*node.condition, node, "if")) {
            not_met.push_back(*other);
        }
        if (node.otherwise) {
            not_met.push_back(*node.otherwise);
        }
        way.choices.push_back({std::move(met), std::move(not_met)});
    }
    for (const auto& [name, child] : node.dependent_schemas) {
        way.choices.push_back({{negation_.lacking(name)}, {negation_.having(name), child}});
    }
    for (const auto& [name, others] : node.dependent_required) {
        std::vector<NodeId> with{negation_.having(name)};
        for (const std::string& other : others) {
            with.push_back(negation_.having(other));
        }
        way.choices.push_back({{negation_.lacking(name)}, std::move(with)});
    }
}

// One of them, and none of those that a value could obey besides.
std::vector<std::vector<NodeId>> FormBuilder::exactly_one_of(const Node& node) {
    std::vector<std::vector<NodeId>> options;
    for (const NodeId one : node.one_of) {
        options.push_back({one});
        for (const NodeId other : node.one_of) {
            if (other == one || are_apart(one, other)) {
                continue;
            }
            if (const auto without = opposite(other, node, "oneOf")) {
                options.back().push_back(*without);
            }
        }
    }
    return options;
}

std::optional<NodeId> FormBuilder::opposite(NodeId id, const Node& of, const char* keyword) {
    const std::optional<NodeId> made = negation_.of(id);
    if (!made) {
        cannot(of, keyword, codes::no_opposite);
    }
    return made;
}

bool FormBuilder::are_apart(NodeId a, NodeId b) {
    if (lenient_) {
        return false;
    }
    if (!apart_) {
        apart_ = std::make_unique<FormBuilder>(tree_, true);
        nodes_apart_ = static_cast<NodeId>(tree_.nodes.size());
    }
    if (a >= nodes_apart_ || b >= nodes_apart_) {
        return false;
    }
    const auto [known, is_new] = known_apart_.try_emplace(std::minmax(a, b), false);
    if (is_new) {
        const SpotId together = apart_->spot_of({a, b});
        apart_->finish();
        known->second = apart_->spots()[static_cast<std::size_t>(together)].empty();
    }
    return known->second;
}

void FormBuilder::find_complete() {
    complete_.assign(spots_.size(), false);
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            if (!complete_[i] && std::any_of(spots_[i].begin(),
                                             spots_[i].end(),
                                             [this](const Form& f) { return can_complete(f); })) {
                complete_[i] = true;
                changed = true;
            }
        }
    }
}

bool FormBuilder::can_stand(SpotId spot) const {
    return spot != k_no_spot && complete_[static_cast<std::size_t>(spot)];
}

namespace {

// How many of the first places can be filled.
template <class CanStand>
std::size_t places_filled(const ListForm& list, const CanStand& can_stand) {
    const auto gap = std::find_if_not(list.first.begin(), list.first.end(), can_stand);
    return static_cast<std::size_t>(gap - list.first.begin());
}

}  // namespace

bool FormBuilder::can_complete(const Form& form) const {
    const auto stands = [this](SpotId spot) { return can_stand(spot); };
    if (const auto* text = std::get_if<TextForm>(&form)) {
        return text->automaton ? !text->automaton->is_empty()
                               : !text->most || *text->most >= text->least;
    }
    if (const auto* number = std::get_if<NumberForm>(&form)) {
        return number->rules.allows_something();
    }
    if (const auto* list = std::get_if<ListForm>(&form)) {
        const std::size_t filled = places_filled(*list, stands);
        const bool goes_on = filled == list->first.size() && can_stand(list->rest);
        const std::size_t most = list->most.value_or(Automaton::k_many);
        return list->least <= most && (goes_on || list->least <= filled);
    }
    const auto* record = std::get_if<RecordForm>(&form);
    if (record == nullptr) {
        return true;
    }
    std::size_t required = 0;
    std::size_t possible = 0;
    for (const RecordForm::Named& named : record->named) {
        if (named.required && !can_stand(named.value)) {
            return false;
        }
        required += named.required ? 1 : 0;
        possible += can_stand(named.value) ? 1 : 0;
    }
    for (const RecordForm::Region& region : record->regions) {
        possible += can_stand(region.value) ? region.names->completions(0) : 0;
    }
    const std::size_t most = record->most.value_or(Automaton::k_many);
    return required <= most && record->least <= most && record->least <= possible;
}

void FormBuilder::drop_incomplete() {
    const auto stands = [this](SpotId spot) { return can_stand(spot); };
    for (std::vector<Form>& forms : spots_) {
        std::erase_if(forms, [this](const Form& form) { return !can_complete(form); });
        for (Form& form : forms) {
            if (auto* list = std::get_if<ListForm>(&form)) {
                const std::size_t filled = places_filled(*list, stands);
                if (filled < list->first.size()) {
                    list->most = std::min(list->most.value_or(filled), filled);
                }
                list->rest = can_stand(list->rest) ? list->rest : k_no_spot;
            } else if (auto* record = std::get_if<RecordForm>(&form)) {
                std::erase_if(record->named, [&](const auto& one) { return !stands(one.value); });
                std::erase_if(record->regions, [&](const auto& one) { return !stands(one.value); });
            }
        }
    }
}

}  // namespace palier::schema
