#include "schema/schema.h"

#include "schema/codes.h"
#include "schema/judge.h"
#include "schema/loops.h"
#include "schema/tree_reader.h"

namespace palier::schema {

Result<Schema> Schema::read(std::string_view text, const Options& options) {
    const auto parsed = json::parse(text);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        return Error(codes::no_json,
                     {{"what", error->what}, {"offset", std::to_string(error->offset)}});
    }
    return of(std::get<json::Value>(parsed), options);
}

Result<Schema> Schema::of(const json::Value& value, const Options& options) {
    Result<Tree> tree = TreeReader(value, options.check_formats).read();
    PALIER_TRY(tree);
    if (const auto loop = loop_in(*tree)) {
        return Error(codes::reference_loop,
                     {{"pointer", tree->nodes[static_cast<std::size_t>(*loop)].pointer}});
    }
    return Schema(std::make_shared<const Tree>(*std::move(tree)));
}

bool Schema::accepts(const json::Value& instance) const {
    return Judge(*tree_).obeys(0, instance);
}

std::vector<Violation> Schema::violations(const json::Value& instance, std::size_t most) const {
    std::vector<Violation> found;
    Judge(*tree_).explain(0, instance, "", most, found);
    return found;
}

const std::vector<std::pair<std::string, std::string>>& Schema::unchecked_formats() const {
    return tree_->unchecked_formats;
}

}  // namespace palier::schema
