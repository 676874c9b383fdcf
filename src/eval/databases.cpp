#include "eval/databases.h"

#include "eval/codes.h"
#include "eval/records.h"
#include "lib/hash/sha256.h"
#include "lib/sqlite/query.h"

#include <filesystem>
#include <utility>
#include <variant>

namespace palier::eval {

Databases::Databases(std::string data_path, std::string common)
    : data_path_(std::move(data_path)), common_(std::move(common)) {}

Result<std::shared_ptr<const core::Database>> Databases::read(const std::string& name,
                                                              std::int64_t line) {
    const std::string path =
        name.empty() ? common_ : (std::filesystem::path(data_path_).parent_path() / name).string();
    if (path.empty()) {
        return std::shared_ptr<const core::Database>();
    }
    if (const auto found = known_.find(path); found != known_.end()) {
        return found->second;
    }
    const auto bytes = read_bytes(path);
    if (!bytes) {
        return Error(codes::unreadable_database,
                     {{"path", data_path_},
                      {"line", std::to_string(line)},
                      {"database", path},
                      {"why", bytes.error().args.back().second}});
    }
    auto image = sqlite::image_of(*bytes);
    if (const auto* none = std::get_if<sqlite::NoImage>(&image)) {
        return none->line > 0
                   ? Error(codes::broken_script,
                           {{"database", path},
                            {"line", std::to_string(none->line)},
                            {"why", none->why}})
                   : Error(codes::broken_database, {{"database", path}, {"why", none->why}});
    }
    auto made = std::make_shared<core::Database>();
    made->bytes = std::get<std::string>(std::move(image));
    made->sha256 = hash::sha256_hex(made->bytes);
    return known_.emplace(path, std::move(made)).first->second;
}

}  // namespace palier::eval
