#include "engine/llama/constraints.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

constexpr std::size_t k_most_known = 8;

Result<schema::Language> made(const Constraint& constraint) {
    if (constraint.kind == Constraint::Kind::Regex) {
        return schema::Language::of_pattern(constraint.text);
    }
    const Result<schema::Schema> read = schema::Schema::read(constraint.text);
    PALIER_TRY(read);
    return schema::Language::of(*read);
}

}  // namespace

Result<schema::Language> Constraints::language_of(const Constraint& constraint) {
    const auto known = std::find_if(
        known_.begin(), known_.end(), [&](const auto& entry) { return entry.first == constraint; });
    if (known != known_.end()) {
        known_.splice(known_.begin(), known_, known);
        return known_.front().second;
    }
    Result<schema::Language> language = made(constraint);
    PALIER_TRY(language);
    known_.emplace_front(constraint, *language);
    if (known_.size() > k_most_known) {
        known_.pop_back();
    }
    return language;
}

std::string refusal_text(const Error& error) {
    std::string text =
        "the text cannot be held to its constraint (PAL-" + std::to_string(error.code);
    for (const auto& [name, value] : error.args) {
        text += ", " + name + " " + (value.empty() ? "\"\"" : value);
    }
    return text + ")";
}

}  // namespace palier::engine::llama
