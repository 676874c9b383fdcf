#include "eval/examples.h"

#include "eval/similarity.h"
#include "lib/json/json.h"

#include <set>
#include <string>
#include <string_view>
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

std::vector<core::Example> examples_of(core::Task task,
                                       const std::vector<const core::Case*>& dev,
                                       const std::vector<const core::Case*>& test) {
    std::vector<std::string_view> inputs;
    for (const auto* cases : {&dev, &test}) {
        for (const core::Case* item : *cases) {
            inputs.emplace_back(item->input);
        }
    }
    const std::vector<std::size_t> groups = near_duplicate_groups(inputs);
    const std::set<std::size_t> in_test(groups.begin() + static_cast<std::ptrdiff_t>(dev.size()),
                                        groups.end());
    std::vector<core::Example> examples;
    examples.reserve(dev.size());
    for (std::size_t i = 0; i < dev.size(); ++i) {
        examples.push_back(
            {dev[i], kind_of(task, dev[i]->expected.front()), !in_test.contains(groups[i])});
    }
    return examples;
}

}  // namespace palier::eval
