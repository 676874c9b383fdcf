// TableReader: takes known keys out of one TOML table, remembers where each came from, and refuses
// what is left over with the nearest known key. The first error wins; later reads return defaults.
#pragma once

#include "base/result.h"
#include "core/hardware.h"
#include "job/job_file.h"
#include "lib/toml/toml.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::job {

// What the readers of one file share.
struct ReadContext {
    std::string file;
    std::vector<Origin> origins;
    std::optional<Error> error;

    void fail(Error found) {
        if (!error) {
            error = std::move(found);
        }
    }
};

// Borrows the context and the table; lives within one function.
class TableReader {
   public:
    TableReader(ReadContext& context, std::string name, const toml::Table* table, int line);

    [[nodiscard]] bool exists() const { return table_ != nullptr; }
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    [[nodiscard]] int line_of(std::string_view key) const;

    std::optional<std::string> text(std::string_view key);
    std::optional<double> number(std::string_view key);  // integers too
    std::optional<std::int64_t> integer(std::string_view key);
    std::optional<bool> boolean(std::string_view key);
    std::optional<core::Range> range(std::string_view key);  // 5 or [4, 6]
    std::vector<std::string> texts(std::string_view key);
    TableReader table(std::string_view key);
    std::vector<TableReader> tables(std::string_view key);  // [[key]]

    // Error 2104 at `key`, 2107 where it is missing, 2108 where it is a table; because of `reason`,
    // the number of a sentence (2150 to 2199) and its arguments. Error 2110 where it is missing and
    // an unknown key is a slip of it.
    void refuse(std::string_view key,
                int reason,
                std::vector<std::pair<std::string, std::string>> args = {});
    // Records a default for --print-config.
    void defaulted(std::string_view key, std::string value);
    // Error 2103 for the first key that nobody took.
    void end();

   private:
    [[nodiscard]] const toml::Node* find(std::string_view key) const;
    // Marks the key as known; nullptr when it is absent.
    const toml::Node* take(std::string_view key);
    void wrong_type(std::string_view key, const toml::Node& node, std::string_view expected);
    [[nodiscard]] std::string full(std::string_view key) const;

    ReadContext* context_;
    std::string name_;
    const toml::Table* table_;
    int line_;
    std::vector<std::string> known_;
};

}  // namespace palier::job
