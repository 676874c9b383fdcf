// Decides whether a value obeys a node, and why not.
#pragma once

#include "lib/json/json.h"
#include "schema/node.h"
#include "schema/schema.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::schema {

// For one value at a time. Time is bounded by nodes times values: what a reference leads to is
// judged once for each value.
class Judge {
   public:
    explicit Judge(const Tree& tree) : tree_(tree) {}

    [[nodiscard]] bool obeys(NodeId id, const json::Value& value);
    // Adds to `found` until it has `most`. `value` stands at `pointer`.
    void explain(NodeId id,
                 const json::Value& value,
                 const std::string& pointer,
                 std::size_t most,
                 std::vector<Violation>& found);

   private:
    // A keyword that is not obeyed; `inside`: where the reason is a part, or another schema.
    struct Part {
        NodeId node = 0;
        const json::Value* value = nullptr;
        std::string step;  // of the pointer; "" = the value itself
        bool is_member = false;
    };
    struct Failure {
        std::string_view keyword;
        std::vector<Part> inside;
    };
    struct Failures {
        bool first_only = true;
        std::vector<Failure> all;
        [[nodiscard]] bool enough() const { return first_only && !all.empty(); }
        void add(std::string_view keyword, std::vector<Part> inside = {}) {
            all.push_back({keyword, std::move(inside)});
        }
    };

    [[nodiscard]] const Node& node(NodeId id) const {
        return tree_.nodes[static_cast<std::size_t>(id)];
    }
    void check(const Node& node, const json::Value& value, Failures& failures);
    static void check_value(const Node& node, const json::Value& value, Failures& failures);
    static void check_number(const Node& node, const json::Value& value, Failures& failures);
    static void check_string(const Node& node, const json::Value& value, Failures& failures);
    void check_array(const Node& node, const json::Value& value, Failures& failures);
    void check_contains(const Node& node, const json::Value& value, Failures& failures);
    void check_object(const Node& node, const json::Value& value, Failures& failures);
    void check_member(const Node& node, const json::Member& member, Failures& failures);
    void check_dependencies(const Node& node, const json::Value& value, Failures& failures);
    void check_combinations(const Node& node, const json::Value& value, Failures& failures);
    void check_part(std::string_view keyword, Part part, Failures& failures);

    const Tree& tree_;
    std::map<std::pair<NodeId, const json::Value*>, bool> known_;
};

}  // namespace palier::schema
