#include "job/table_reader.h"

#include "base/text.h"
#include "job/codes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace palier::job {
namespace {

std::string as_toml(const toml::Node& node) {
    if (const auto* b = std::get_if<bool>(&node.value)) {
        return *b ? "true" : "false";
    }
    if (const auto* i = std::get_if<std::int64_t>(&node.value)) {
        return std::to_string(*i);
    }
    if (const auto* d = std::get_if<double>(&node.value)) {
        std::array<char, 32> text{};
        const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), *d);
        return {text.data(), end};
    }
    if (const auto* s = std::get_if<std::string>(&node.value)) {
        return "\"" + shortened(*s, 60) + "\"";
    }
    if (const auto* a = std::get_if<toml::Array>(&node.value)) {
        std::vector<std::string> parts;
        std::transform(a->begin(), a->end(), std::back_inserter(parts), as_toml);
        return "[" + join(parts, ", ") + "]";
    }
    return std::holds_alternative<toml::Table>(node.value) ? "a table" : "a date";
}

// A table, or the tables of [[key]].
bool is_table(const toml::Node& node) {
    const auto* array = std::get_if<toml::Array>(&node.value);
    return std::holds_alternative<toml::Table>(node.value) ||
           (array && !array->empty() && is_table(array->front()));
}

}  // namespace

TableReader::TableReader(ReadContext& context, std::string name, const toml::Table* table, int line)
    : context_(&context), name_(std::move(name)), table_(table), line_(line) {}

std::string TableReader::full(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

const toml::Node* TableReader::find(std::string_view key) const {
    if (!table_) {
        return nullptr;
    }
    const auto found = std::find_if(
        table_->begin(), table_->end(), [&](const auto& entry) { return entry.key == key; });
    return found == table_->end() ? nullptr : &found->node;
}

const toml::Node* TableReader::take(std::string_view key) {
    known_.emplace_back(key);
    const toml::Node* node = find(key);
    if (node && !is_table(*node)) {
        context_->origins.push_back(
            {full(key), as_toml(*node), context_->file + ":" + std::to_string(node->line)});
    }
    return node;
}

int TableReader::line_of(std::string_view key) const {
    const toml::Node* node = find(key);
    return node ? node->line : line_;
}

void TableReader::wrong_type(std::string_view key,
                             const toml::Node& node,
                             std::string_view expected) {
    context_->fail(Error(codes::wrong_kind,
                         {{"file", context_->file},
                          {"line", std::to_string(node.line)},
                          {"key", full(key)},
                          {"value", as_toml(node)},
                          {"expected", std::string(expected)}}));
}

std::optional<std::string> TableReader::text(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return std::nullopt;
    }
    if (const auto* s = std::get_if<std::string>(&node->value)) {
        return *s;
    }
    wrong_type(key, *node, "\"text\"");
    return std::nullopt;
}

std::optional<double> TableReader::number(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return std::nullopt;
    }
    if (const auto* d = std::get_if<double>(&node->value)) {
        return *d;
    }
    if (const auto* i = std::get_if<std::int64_t>(&node->value)) {
        return static_cast<double>(*i);
    }
    wrong_type(key, *node, "0.9");
    return std::nullopt;
}

std::optional<std::int64_t> TableReader::integer(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return std::nullopt;
    }
    if (const auto* i = std::get_if<std::int64_t>(&node->value)) {
        return *i;
    }
    wrong_type(key, *node, "1");
    return std::nullopt;
}

std::optional<bool> TableReader::boolean(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return std::nullopt;
    }
    if (const auto* b = std::get_if<bool>(&node->value)) {
        return *b;
    }
    wrong_type(key, *node, "true / false");
    return std::nullopt;
}

std::optional<core::Range> TableReader::range(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return std::nullopt;
    }
    const auto number_of = [](const toml::Node& at) -> std::optional<double> {
        if (const auto* i = std::get_if<std::int64_t>(&at.value)) {
            return static_cast<double>(*i);
        }
        const auto* d = std::get_if<double>(&at.value);
        return d && std::isfinite(*d) ? std::optional(*d) : std::nullopt;
    };
    if (const auto one = number_of(*node)) {
        return core::Range{*one};
    }
    const auto* ends = std::get_if<toml::Array>(&node->value);
    if (ends && ends->size() == 2) {
        const auto low = number_of(ends->front());
        const auto high = number_of(ends->back());
        if (low && high && *low <= *high) {
            return core::Range{*low, *high};
        }
    }
    wrong_type(key, *node, "100 / [80, 120]");
    return std::nullopt;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
    const toml::Node* node = take(key);
    if (!node) {
        return {};
    }
    std::vector<std::string> out;
    if (const auto* array = std::get_if<toml::Array>(&node->value)) {
        for (const toml::Node& element : *array) {
            const auto* s = std::get_if<std::string>(&element.value);
            if (!s) {
                wrong_type(key, element, "[\"a\", \"b\"]");
                return {};
            }
            out.push_back(*s);
        }
        return out;
    }
    wrong_type(key, *node, "[\"a\", \"b\"]");
    return {};
}

TableReader TableReader::table(std::string_view key) {
    const toml::Node* node = take(key);
    const toml::Table* inner = node ? std::get_if<toml::Table>(&node->value) : nullptr;
    if (node && !inner) {
        wrong_type(key, *node, "[" + full(key) + "]");
    }
    return {*context_, full(key), inner, node ? node->line : line_};
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
    const toml::Node* node = take(key);
    std::vector<TableReader> out;
    if (!node) {
        return out;
    }
    const auto* array = std::get_if<toml::Array>(&node->value);
    if (!array) {
        wrong_type(key, *node, "[[" + full(key) + "]]");
        return out;
    }
    for (const toml::Node& element : *array) {
        const auto* inner = std::get_if<toml::Table>(&element.value);
        if (!inner) {
            wrong_type(key, element, "[[" + full(key) + "]]");
            return out;
        }
        out.emplace_back(
            *context_, full(key) + "[" + std::to_string(out.size() + 1) + "]", inner, element.line);
    }
    return out;
}

void TableReader::refuse(std::string_view key,
                         int reason,
                         std::vector<std::pair<std::string, std::string>> args) {
    const toml::Node* node = find(key);
    for (std::size_t i = 0; !node && table_ && i < table_->size(); ++i) {
        const auto& [other, value] = (*table_)[i];
        const bool known = std::find(known_.begin(), known_.end(), other) != known_.end();
        if (!known && nearest(other, {std::string(key)})) {
            context_->fail(Error(codes::unknown_key_near,
                                 {{"file", context_->file},
                                  {"line", std::to_string(value.line)},
                                  {"key", full(other)},
                                  {"near", std::string(key)}}));
            return;
        }
    }
    std::vector<std::pair<std::string, std::string>> where{
        {"file", context_->file}, {"line", std::to_string(line_of(key))}, {"key", full(key)}};
    if (node && !is_table(*node)) {
        where.emplace_back("value", as_toml(*node));
        context_->fail(
            Error(codes::unusable_value, std::move(where)).because(Error(reason, std::move(args))));
    } else {
        context_->fail(Error(node ? codes::key_unusable : codes::key_missing, std::move(where))
                           .because(Error(reason, std::move(args))));
    }
}

void TableReader::defaulted(std::string_view key, std::string value) {
    context_->origins.push_back({full(key), std::move(value), "default"});
}

void TableReader::end() {
    if (!table_) {
        return;
    }
    for (const auto& [key, node] : *table_) {
        if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
            const auto near = nearest(key, known_);
            context_->fail(Error(near ? codes::unknown_key_of : codes::unknown_key,
                                 {{"file", context_->file},
                                  {"line", std::to_string(node.line)},
                                  {"key", full(key)},
                                  {"near", near.value_or("")},
                                  {"known", join(known_, ", ")}}));
        }
    }
}

}  // namespace palier::job
