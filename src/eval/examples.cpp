#include "eval/examples.h"

#include "eval/similarity.h"
#include "lib/json/json.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace palier::eval {
namespace {

std::string form_of(const json::Value& value) {
    if (!value.is_object()) {
        return value.is_null() ? "null" : value.is_array() ? "list" : "value";
    }
    std::string form;
    for (const auto& [name, member] : value.as_object()) {
        const bool empty = member.is_null() || (member.is_array() && member.as_array().empty());
        form += name + (empty ? " empty\n" : "\n");
    }
    return form;
}

std::string kind_of(core::Task task, const std::string& expected) {
    switch (task) {
        case core::Task::Classify:
            return expected;
        case core::Task::Extract: {
            const auto parsed = json::parse(expected);
            const auto* value = std::get_if<json::Value>(&parsed);
            return value != nullptr ? form_of(*value) : "";
        }
        case core::Task::Answer:
        case core::Task::Generate:
            break;
    }
    return expected.empty() ? "empty" : "text";
}

}  // namespace

std::vector<bool> nearly_among(const std::vector<const core::Case*>& cases,
                               const std::vector<const core::Case*>& others) {
    std::vector<std::string_view> inputs;
    for (const auto* list : {&cases, &others}) {
        for (const core::Case* item : *list) {
            inputs.emplace_back(item->input);
        }
    }
    const std::vector<std::size_t> groups = near_duplicate_groups(inputs);
    std::set<std::pair<std::size_t, std::string_view>> known;
    for (std::size_t i = 0; i < others.size(); ++i) {
        known.emplace(groups[cases.size() + i], others[i]->context);
    }
    std::vector<bool> found;
    found.reserve(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        found.push_back(known.contains({groups[i], cases[i]->context}));
    }
    return found;
}

std::vector<core::Example> examples_of(core::Task task,
                                       const std::vector<const core::Case*>& dev,
                                       const std::vector<const core::Case*>& test) {
    const std::vector<bool> in_test = nearly_among(dev, test);
    std::vector<core::Example> examples;
    examples.reserve(dev.size());
    for (std::size_t i = 0; i < dev.size(); ++i) {
        examples.push_back({dev[i], kind_of(task, dev[i]->expected.front()), !in_test[i]});
    }
    return examples;
}

}  // namespace palier::eval
