// The databases that the cases of one data file name.
#pragma once

#include "base/result.h"
#include "core/case.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace palier::eval {

// Reads each file once. Not thread-safe.
class Databases {
   public:
    // `data_path`: the data file, from whose folder names count. `common`: path of the database of
    // the cases that name none; "" = there is none.
    Databases(std::string data_path, std::string common);

    // The database that the case on this line calls `name` ("" = none): an SQLite database file,
    // or a script that makes one. nullptr: neither the case nor the job has one. Errors 2226
    // (unreadable), 2227 (a statement of the script fails), 2228 (no database).
    Result<std::shared_ptr<const core::Database>> read(const std::string& name, std::int64_t line);

   private:
    std::string data_path_, common_;
    std::map<std::string, std::shared_ptr<const core::Database>> known_;  // by path
};

}  // namespace palier::eval
