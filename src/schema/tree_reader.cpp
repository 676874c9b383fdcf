#include "schema/tree_reader.h"

#include "lib/json/pointer.h"
#include "schema/codes.h"
#include "schema/uri.h"

#include <algorithm>

namespace palier::schema {
namespace {

constexpr std::size_t k_most_nodes = 20'000;

bool starts_old(std::string_view dialect, std::string_view draft) {
    return dialect.find(std::string("json-schema.org/draft-") + std::string(draft)) !=
           std::string_view::npos;
}

std::string_view last_part(const std::string& pointer) {
    return std::string_view(pointer).substr(pointer.rfind('/') + 1);
}

}  // namespace

TreeReader::TreeReader(const json::Value& root, bool check_formats)
    : root_(root), check_formats_(check_formats) {}

void TreeReader::complain(Error error) {
    if (!error_) {
        error_ = std::move(error);
    }
}

void TreeReader::complain_form(const Place& keyword) {
    complain(Error(
        codes::keyword_wrong,
        {{"pointer", keyword.pointer}, {"keyword", std::string(last_part(keyword.pointer))}}));
}

TreeReader::Place TreeReader::member(const Place& place, std::string_view name) {
    return {place.value->find(name), json::pointer_to(place.pointer, name), place.base};
}

Result<Tree> TreeReader::read() {
    if (const json::Value* dialect = root_.find("$schema")) {
        const std::string& name = dialect->as_string();
        ids_are_old_ = starts_old(name, "03") || starts_old(name, "04");
        references_are_alone_ = ids_are_old_ || starts_old(name, "06") || starts_old(name, "07");
        if (name.find("json-schema.org/") == std::string::npos) {
            return Error(codes::keyword_unsupported,
                         {{"pointer", "/$schema"}, {"keyword", "$schema"}});
        }
    }
    Place whole{&root_, "", ""};
    resources_[""] = whole;
    node_at(whole);
    find_references();
    if (error_) {
        return *std::move(error_);
    }
    return std::move(tree_);
}

// The place as references see it: its own address, and its anchors, are noted.
TreeReader::Place TreeReader::name_place(const Place& place) {
    Place named = place;
    const json::Value* id = place.value->find(ids_are_old_ ? "id" : "$id");
    const bool ignored = references_are_alone_ && place.value->find("$ref") != nullptr;
    if (id != nullptr && id->is_string() && !ignored) {
        const std::string address = resolved(place.base, id->as_string());
        const std::size_t hash = address.find('#');
        const std::string name = hash == std::string::npos ? "" : address.substr(hash + 1);
        if (references_are_alone_ && !name.empty()) {
            anchors_.try_emplace(address, place);
        }
        if (!id->as_string().starts_with('#')) {
            named.base = address.substr(0, hash);
            resources_.try_emplace(named.base, named);
        }
    }
    for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
        if (const json::Value* anchor = place.value->find(keyword)) {
            anchors_.try_emplace(named.base + "#" + anchor->as_string(), named);
        }
    }
    return named;
}

NodeId TreeReader::node_at(const Place& place) {
    if (error_) {
        return 0;
    }
    if (const auto known = known_.find(place.value); known != known_.end()) {
        return known->second;
    }
    if (tree_.nodes.size() >= k_most_nodes) {
        complain(Error(codes::too_large, {{"most", std::to_string(k_most_nodes)}}));
        return 0;
    }
    const auto id = static_cast<NodeId>(tree_.nodes.size());
    known_[place.value] = id;
    tree_.nodes.emplace_back().pointer = place.pointer;
    if (place.value->is_bool()) {
        tree_.nodes.back().always = place.value->as_bool();
    } else if (place.value->is_object()) {
        read_keywords(id, name_place(place));
    } else {
        complain_form(place);
    }
    return id;
}

void TreeReader::read_keywords(NodeId id, const Place& place) {
    const bool only_reference = references_are_alone_ && place.value->find("$ref") != nullptr;
    for (const json::Member& entry : place.value->as_object()) {
        const auto known = keywords().find(entry.first);
        const bool counts = !only_reference || entry.first == "$ref" ||
                            entry.first == "definitions" || entry.first == "$defs";
        if (known != keywords().end() && counts && !error_) {
            (this->*known->second)(
                id, {&entry.second, json::pointer_to(place.pointer, entry.first), place.base});
        }
    }
    if (!only_reference && !error_) {
        settle_old_forms(id, *place.value);
    }
}

// References may lead to places that are no schema by where they stand, which have references.
void TreeReader::find_references() {
    for (std::size_t i = 0; i < pending_.size() && !error_; ++i) {
        const Pending pending = pending_[i];
        find_reference(pending);
    }
}

void TreeReader::find_reference(const Pending& pending) {
    const std::string address = resolved(pending.base, pending.reference);
    const std::size_t hash = std::min(address.find('#'), address.size());
    const std::string document = address.substr(0, hash);
    const std::string fragment =
        percent_decoded(std::string_view(address).substr(std::min(hash + 1, address.size())));
    const auto resource = resources_.find(document);
    if (resource == resources_.end()) {
        complain(Error(codes::remote_reference,
                       {{"pointer", pending.pointer}, {"reference", pending.reference}}));
        return;
    }
    Place target = resource->second;
    if (const auto anchor = anchors_.find(document + "#" + fragment);
        !fragment.empty() && anchor != anchors_.end()) {
        target = anchor->second;
    } else {
        target.value = fragment.empty() || fragment.front() == '/'
                           ? at_pointer(*resource->second.value, fragment)
                           : nullptr;
        target.pointer += fragment;
    }
    if (target.value == nullptr) {
        complain(Error(codes::dangling_reference,
                       {{"pointer", pending.pointer}, {"reference", pending.reference}}));
        return;
    }
    const NodeId found = node_at(target);
    tree_.nodes[static_cast<std::size_t>(pending.node)].reference = found;
}

}  // namespace palier::schema
