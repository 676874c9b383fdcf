// Reads a schema into a Tree (node.h).
#pragma once

#include "base/result.h"
#include "lib/json/json.h"
#include "schema/node.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::schema {

// For one schema. What it returns does not refer to `root`. Errors as in schema.h.
class TreeReader {
   public:
    TreeReader(const json::Value& root, bool check_formats);
    Result<Tree> read();

   private:
    // Where a schema stands: it, its pointer, and the address that references start from.
    struct Place {
        const json::Value* value = nullptr;
        std::string pointer;
        std::string base;
    };
    struct Pending {
        NodeId node = 0;
        std::string reference;
        std::string pointer;
        std::string base;
    };
    using Read = void (TreeReader::*)(NodeId, const Place& keyword);

    [[nodiscard]] static const std::map<std::string, Read, std::less<>>& keywords();

    NodeId node_at(const Place& place);
    void settle_old_forms(NodeId id, const json::Value& schema);
    void read_keywords(NodeId id, const Place& place);
    [[nodiscard]] Place name_place(const Place& place);
    void find_references();
    void find_reference(const Pending& pending);
    void complain(Error error);
    void complain_form(const Place& keyword);

    [[nodiscard]] static Place member(const Place& place, std::string_view name);
    std::vector<NodeId> list(const Place& keyword);
    std::vector<std::pair<std::string, NodeId>> map(const Place& keyword);
    std::optional<std::size_t> count(const Place& keyword);
    std::optional<Decimal> number(const Place& keyword);
    std::vector<std::string> names(const Place& keyword);
    std::optional<TextPattern> pattern(const std::string& text, const std::string& pointer);

    void read_type(NodeId id, const Place& keyword);
    void read_enum(NodeId id, const Place& keyword);
    void read_const(NodeId id, const Place& keyword);
    void read_exclusive(NodeId id, const Place& keyword);
    void read_bound(NodeId id, const Place& keyword);
    void read_count(NodeId id, const Place& keyword);
    void read_pattern(NodeId id, const Place& keyword);
    void read_format(NodeId id, const Place& keyword);
    void read_items(NodeId id, const Place& keyword);
    void read_unique(NodeId id, const Place& keyword);
    void read_names(NodeId id, const Place& keyword);
    void read_properties(NodeId id, const Place& keyword);
    void read_dependencies(NodeId id, const Place& keyword);
    void read_definitions(NodeId id, const Place& keyword);
    void read_list(NodeId id, const Place& keyword);
    void read_one(NodeId id, const Place& keyword);
    void read_reference(NodeId id, const Place& keyword);
    void refuse(NodeId id, const Place& keyword);

    const json::Value& root_;
    const bool check_formats_;
    bool ids_are_old_ = false;           // `id`
    bool references_are_alone_ = false;  // what stands beside $ref does not count
    Tree tree_;
    std::map<const json::Value*, NodeId> known_;
    std::map<std::string, Place> resources_;  // by address
    std::map<std::string, Place> anchors_;    // by address and name
    std::vector<Pending> pending_;
    std::map<std::string, TextPattern> patterns_;
    std::optional<Error> error_;
};

}  // namespace palier::schema
