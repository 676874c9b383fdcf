#include "lib/toml/toml.h"

#include <toml++/toml.h>

namespace palier::toml {
namespace {

Node node_of(const ::toml::node& from);

Table table_of(const ::toml::table& from) {
    Table table;
    for (const auto& [key, value] : from) {
        table.push_back({std::string(key.str()), node_of(value)});
    }
    return table;
}

Node node_of(const ::toml::node& from) {
    Node node;
    node.line = static_cast<int>(from.source().begin.line);
    if (const auto* boolean = from.as_boolean()) {
        node.value = boolean->get();
    } else if (const auto* integer = from.as_integer()) {
        node.value = integer->get();
    } else if (const auto* number = from.as_floating_point()) {
        node.value = number->get();
    } else if (const auto* text = from.as_string()) {
        node.value = text->get();
    } else if (const auto* array = from.as_array()) {
        Array elements;
        for (const auto& element : *array) {
            elements.push_back(node_of(element));
        }
        node.value = std::move(elements);
    } else if (const auto* table = from.as_table()) {
        node.value = table_of(*table);
    }
    return node;
}

}  // namespace

std::variant<Table, ParseError> parse(std::string_view text) {
    try {
        return table_of(::toml::parse(text));
    } catch (const ::toml::parse_error& error) {
        return ParseError{static_cast<int>(error.source().begin.line),
                          static_cast<int>(error.source().begin.column),
                          std::string(error.description())};
    }
}

}  // namespace palier::toml
