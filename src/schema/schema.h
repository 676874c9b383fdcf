// JSON Schema, draft 2020-12, and what schemas of drafts 4 to 7 write otherwise: `definitions`,
// `dependencies`, `items` as an array with `additionalItems`, `id`, `exclusiveMinimum: true`, and
// nothing beside `$ref` (where `$schema` says so). Never more than is claimed: a keyword that
// changes what is valid and is not checked here is an error with its place, and so is a reference
// to another document. docs/guide/structured-output.md lists the keywords.
#pragma once

#include "base/result.h"
#include "lib/json/json.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace palier::schema {

struct Tree;

// Why an instance is not valid.
struct Violation {
    std::string instance;  // JSON pointer in the instance
    std::string keyword;
    std::string schema;  // JSON pointer of the schema that has the keyword
    bool operator==(const Violation&) const = default;
};

struct Options {
    // Off: `format` is a remark, as the draft has it. On: those of format.h are checked.
    bool check_formats = true;
};

// Copies share what was read. Thread-safe.
class Schema {
   public:
    // Errors: 2560 {what, offset} the text is no JSON; and with the pointer of the place 2561
    // {pointer, keyword} a keyword has a value of the wrong form, 2562 {pointer, keyword} one that
    // is not checked here, 2563 {pointer, reference} to another document, 2564 {pointer, reference}
    // to nothing, 2565 {pointer} a schema that refers to itself for the same value, 2566 {most}
    // more schemas than that in one, 2567 {pointer, pattern, why}.
    static Result<Schema> read(std::string_view text, const Options& options = {});
    static Result<Schema> of(const json::Value& value, const Options& options = {});

    [[nodiscard]] bool accepts(const json::Value& instance) const;
    // At most `most`; none exactly if it is accepted.
    [[nodiscard]] std::vector<Violation> violations(const json::Value& instance,
                                                    std::size_t most = 20) const;
    // Formats that are only a remark here, as "pointer", "format".
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& unchecked_formats() const;

    [[nodiscard]] const Tree& tree() const { return *tree_; }

   private:
    explicit Schema(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
    std::shared_ptr<const Tree> tree_;  // shared: what was read never changes
};

}  // namespace palier::schema
