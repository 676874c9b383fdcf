// The forms of one alternative: what all its schemas ask of a value of each type, taken together.
#include "schema/codes.h"
#include "schema/form_builder.h"

#include <algorithm>
#include <utility>

namespace palier::schema {
namespace {

constexpr std::size_t k_most_key_patterns = 3;

// The larger of two lower bounds, the smaller of two upper ones.
void raise(std::size_t& least, const std::optional<std::size_t>& bound) {
    least = std::max(least, bound.value_or(0));
}
void lower(std::optional<std::size_t>& most, const std::optional<std::size_t>& bound) {
    if (bound) {
        most = std::min(most.value_or(*bound), *bound);
    }
}

std::vector<std::string> texts_among(const std::vector<json::Value>& values) {
    std::vector<std::string> texts;
    for (const json::Value& value : values) {
        if (value.is_string()) {
            texts.push_back(value.as_string());
        }
    }
    return texts;
}

TextForm of_automaton(Automaton automaton) {
    TextForm form;
    form.automaton = std::make_shared<const Automaton>(std::move(automaton));
    return form;
}

}  // namespace

void FormBuilder::add_forms(const std::set<NodeId>& own, std::vector<Form>& forms) {
    Leaves leaves;
    unsigned types = k_all_types;
    bool has_values = false;
    for (const NodeId id : own) {
        leaves.push_back(&node(id));
        types &= node(id).types;
        has_values = has_values || node(id).values || node(id).constant;
    }
    if (has_values) {
        add_values(own, forms);
        return;
    }
    refuse_none_of(leaves, types);
    const auto literal = [&](const json::Value& value) {
        if ((types & type_of(value)) != 0 &&
            std::none_of(leaves.begin(), leaves.end(), [&value](const Node* leaf) {
                return std::find(leaf->none_of.begin(), leaf->none_of.end(), value) !=
                       leaf->none_of.end();
            })) {
            forms.emplace_back(LiteralForm{json::write(value)});
        }
    };
    const auto add = [&forms](std::optional<Form> form) {
        if (form) {
            forms.push_back(*std::move(form));
        }
    };
    literal(json::Value());
    literal(json::Value(true));
    literal(json::Value(false));
    if ((types & k_numbers) == Type::Fraction) {
        cannot(*leaves.front(), "type", codes::no_opposite);
    } else if ((types & k_numbers) != 0) {
        add(number(leaves, (types & Type::Fraction) == 0));
    }
    if ((types & Type::String) != 0) {
        add(text(leaves));
    }
    if ((types & Type::Array) != 0) {
        add(list(leaves));
    }
    if ((types & Type::Object) != 0) {
        add(record(leaves));
    }
}

// Single lists and objects have too many spellings to be kept out.
void FormBuilder::refuse_none_of(const Leaves& leaves, unsigned types) {
    for (const Node* leaf : leaves) {
        for (const json::Value& value : leaf->none_of) {
            const unsigned type = type_of(value);
            if ((types & type & (Type::Array | Type::Object)) != 0) {
                cannot(*leaf, "not", codes::no_opposite);
            }
        }
    }
}

// Of given values those that obey everything else.
void FormBuilder::add_values(const std::set<NodeId>& own, std::vector<Form>& forms) {
    const auto giver = *std::find_if(
        own.begin(), own.end(), [this](NodeId id) { return node(id).values || node(id).constant; });
    Node& giving = tree_.nodes[static_cast<std::size_t>(giver)];
    // It need not look each of its own values up among all of them again.
    const std::optional<json::Value> constant = std::exchange(giving.constant, std::nullopt);
    std::optional<std::vector<json::Value>> kept;
    std::vector<json::Value> values;
    if (constant) {
        values.push_back(*constant);
    } else {
        kept = std::exchange(giving.values, std::nullopt);
        values = kept.value_or(std::vector<json::Value>());
    }
    std::erase_if(values, [&](const json::Value& value) {
        return !std::all_of(
            own.begin(), own.end(), [&](NodeId id) { return obeys(tree_, id, value); });
    });
    if (constant) {
        giving.constant = constant;
    } else {
        giving.values = std::move(kept);
    }
    const std::vector<std::string> texts = texts_among(values);
    if (!texts.empty()) {
        forms.emplace_back(of_automaton(Automaton::of_texts(texts)));
    }
    for (const json::Value& value : values) {
        if (!value.is_string()) {
            add_value(value, forms);
        }
    }
}

SpotId FormBuilder::spot_of_value(const json::Value& value) {
    const auto [known, is_new] =
        known_values_.try_emplace(json::write(value), static_cast<SpotId>(spots_.size()));
    const SpotId spot = known->second;
    if (is_new) {
        spots_.emplace_back();
        std::vector<Form> forms;
        add_value(value, forms);
        spots_[static_cast<std::size_t>(spot)] = std::move(forms);
    }
    return spot;
}

void FormBuilder::add_value(const json::Value& value, std::vector<Form>& forms) {
    if (value.is_string()) {
        forms.emplace_back(of_automaton(Automaton::of_texts({value.as_string()})));
    } else if (value.is_array()) {
        ListForm form;
        for (const json::Value& element : value.as_array()) {
            form.first.push_back(spot_of_value(element));
        }
        form.least = form.first.size();
        form.most = form.first.size();
        forms.emplace_back(std::move(form));
    } else if (value.is_object()) {
        RecordForm form;
        for (const json::Member& member : value.as_object()) {
            form.named.push_back({member.first, spot_of_value(member.second), true});
        }
        forms.emplace_back(std::move(form));
    } else {
        forms.emplace_back(LiteralForm{json::write(value)});
    }
}

std::optional<Form> FormBuilder::number(const Leaves& leaves, bool whole) {
    NumberForm form;
    form.rules.whole = whole;
    for (const Node* leaf : leaves) {
        if (leaf->minimum) {
            form.rules.at_least(*leaf->minimum, false);
        }
        if (leaf->above) {
            form.rules.at_least(*leaf->above, true);
        }
        if (leaf->maximum) {
            form.rules.at_most(*leaf->maximum, false);
        }
        if (leaf->below) {
            form.rules.at_most(*leaf->below, true);
        }
        for (const json::Value& value : leaf->none_of) {
            if (value.is_number()) {
                form.rules.other_than(decimal_of(value));
            }
        }
        if (leaf->multiple_of && !form.rules.multiple_of(*leaf->multiple_of)) {
            cannot(*leaf, "multipleOf", codes::number_too_fine);
        }
    }
    return form;
}

std::optional<Automaton> FormBuilder::automaton_of(const TextPattern& pattern) {
    const auto [known, is_new] =
        automata_.try_emplace((pattern.negated ? "!" : "=") + pattern.text, std::nullopt);
    if (is_new) {
        const std::optional<Automaton> found = Automaton::found(*pattern.tree);
        known->second = found && pattern.negated ? found->others() : found;
    }
    return known->second;
}

std::optional<Form> FormBuilder::text(const Leaves& leaves) {
    TextForm form;
    std::optional<Automaton> automaton;
    // False: it would become too large.
    const auto cut = [&automaton](std::optional<Automaton> by) {
        std::optional<Automaton> both =
            by && automaton ? Automaton::both(*automaton, *by) : std::move(by);
        if (both) {
            automaton = std::move(both);
            return true;
        }
        return false;
    };
    const Node* bounded = nullptr;
    for (const Node* leaf : leaves) {
        raise(form.least, leaf->min_length);
        lower(form.most, leaf->max_length);
        bounded = leaf->min_length || leaf->max_length ? leaf : bounded;
        for (const TextPattern& pattern : leaf->patterns) {
            if (!cut(automaton_of(pattern))) {
                cannot(*leaf, "pattern", codes::pattern_too_large);
            }
        }
        const std::vector<std::string> refused = texts_among(leaf->none_of);
        if (!refused.empty() && !cut(Automaton::of_texts(refused).others())) {
            cannot(*leaf, "not", codes::pattern_too_large);
        }
    }
    if (automaton && bounded != nullptr) {
        if (!cut(Automaton::of_length(form.least, form.most))) {
            cannot(*bounded,
                   bounded->max_length ? "maxLength" : "minLength",
                   codes::pattern_too_large);
        }
    }
    if (automaton) {
        form.automaton = std::make_shared<const Automaton>(*std::move(automaton));
    }
    return form;
}

std::optional<Form> FormBuilder::list(const Leaves& leaves) {
    ListForm form;
    std::size_t first = 0;
    std::set<NodeId> rest;
    for (const Node* leaf : leaves) {
        raise(form.least, leaf->min_items);
        lower(form.most, leaf->max_items);
        first = std::max(first, leaf->first_items.size());
        if (leaf->items) {
            rest.insert(*leaf->items);
        }
        if (leaf->unique_items) {
            cannot(*leaf, "uniqueItems", codes::keyword_not_followed);
        }
        if (leaf->contains && (leaf->min_contains > 0 || leaf->max_contains)) {
            cannot(*leaf, "contains", codes::keyword_not_followed);
        }
    }
    for (std::size_t i = 0; i < first; ++i) {
        std::set<NodeId> nodes;
        for (const Node* leaf : leaves) {
            if (i < leaf->first_items.size()) {
                nodes.insert(leaf->first_items[i]);
            } else if (leaf->items) {
                nodes.insert(*leaf->items);
            }
        }
        form.first.push_back(spot_of(std::move(nodes)));
    }
    form.rest = spot_of(std::move(rest));
    return form;
}

std::set<NodeId> FormBuilder::member_nodes(const Leaves& leaves, const std::string& name) {
    std::set<NodeId> nodes;
    for (const Node* leaf : leaves) {
        bool named = false;
        for (const auto& [property, child] : leaf->properties) {
            if (property == name) {
                nodes.insert(child);
                named = true;
            }
        }
        for (const auto& [pattern, child] : leaf->pattern_properties) {
            if (pattern.regex.found_in(name)) {
                nodes.insert(child);
                named = true;
            }
        }
        if (leaf->additional && !named) {
            nodes.insert(*leaf->additional);
        }
    }
    return nodes;
}

std::optional<Form> FormBuilder::record(const Leaves& leaves) {
    RecordForm form;
    const auto name = [&form](const std::string& wanted) -> RecordForm::Named& {
        const auto known = std::find_if(form.named.begin(), form.named.end(), [&](const auto& one) {
            return one.name == wanted;
        });
        return known != form.named.end() ? *known : form.named.emplace_back(wanted);
    };
    for (const Node* leaf : leaves) {
        raise(form.least, leaf->min_properties);
        lower(form.most, leaf->max_properties);
        for (const auto& [property, child] : leaf->properties) {
            name(property);
        }
        for (const std::string& property : leaf->required) {
            name(property).required = true;
        }
        if (leaf->property_names && !node(*leaf->property_names).always.value_or(false)) {
            cannot(*leaf, "propertyNames", codes::keyword_not_followed);
        }
    }
    for (RecordForm::Named& named : form.named) {
        named.value = spot_of(member_nodes(leaves, named.name));
    }
    add_regions(leaves, form);
    return form;
}

// Names that each pattern matches or not, each combination by itself.
void FormBuilder::add_regions(const Leaves& leaves, RecordForm& form) {
    std::vector<const TextPattern*> patterns;
    for (const Node* leaf : leaves) {
        for (const auto& [pattern, child] : leaf->pattern_properties) {
            const std::string& text = pattern.text;
            if (std::none_of(patterns.begin(), patterns.end(), [&text](const TextPattern* one) {
                    return one->text == text;
                })) {
                patterns.push_back(&pattern);
            }
            const bool fits = patterns.size() <= k_most_key_patterns;
            if (!fits || !automaton_of(pattern)) {
                cannot(*leaf,
                       "patternProperties",
                       fits ? codes::pattern_too_large : codes::too_many_ways);
                patterns.pop_back();
            }
        }
    }
    std::vector<std::string> names;
    names.reserve(form.named.size());
    for (const RecordForm::Named& named : form.named) {
        names.push_back(named.name);
    }
    const std::optional<Automaton> free =
        names.empty() ? Automaton::anything() : Automaton::of_texts(names).others();
    if (!free) {
        cannot(*leaves.front(), "properties", codes::pattern_too_large);
    }
    for (std::size_t inside = 0; free && inside < (std::size_t{1} << patterns.size()); ++inside) {
        std::optional<Automaton> region = names_of_region(patterns, inside, *free);
        if (!region) {
            cannot(*leaves.front(), "patternProperties", codes::pattern_too_large);
            continue;
        }
        if (region->is_empty()) {
            continue;
        }
        std::set<NodeId> nodes;
        for (const Node* leaf : leaves) {
            bool named = false;
            for (const auto& [pattern, child] : leaf->pattern_properties) {
                for (std::size_t i = 0; i < patterns.size(); ++i) {
                    if ((inside >> i & 1U) != 0 && patterns[i]->text == pattern.text) {
                        nodes.insert(child);
                        named = true;
                    }
                }
            }
            if (leaf->additional && !named) {
                nodes.insert(*leaf->additional);
            }
        }
        form.regions.push_back(
            {std::make_shared<const Automaton>(*std::move(region)), spot_of(std::move(nodes))});
    }
}

std::optional<Automaton> FormBuilder::names_of_region(
    const std::vector<const TextPattern*>& patterns, std::size_t inside, Automaton names) {
    std::optional<Automaton> region = std::move(names);
    for (std::size_t i = 0; i < patterns.size() && region; ++i) {
        std::optional<Automaton> by = automaton_of(*patterns[i]);
        if (by && (inside >> i & 1U) == 0) {
            by = by->others();
        }
        region = by ? Automaton::both(*region, *by) : std::nullopt;
    }
    return region;
}

}  // namespace palier::schema
