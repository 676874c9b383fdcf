#include "base/text.h"
#include "planning/codes.h"
#include "planning/prepare.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace palier::planning {

Result<std::string> api_key(const core::ModelSpec& spec) {
    if (!spec.key_env.empty()) {
        const char* value = std::getenv(spec.key_env.c_str());
        if (!value || *value == '\0') {
            return Error(codes::api_key_missing,
                         {{"model", spec.model}, {"where", "$" + spec.key_env}});
        }
        return std::string(trim(value));
    }
    if (!spec.key_file.empty()) {
        std::ifstream file(spec.key_file);
        std::string key;
        std::getline(file, key);
        if (!file && key.empty()) {
            return Error(codes::api_key_missing, {{"model", spec.model}, {"where", spec.key_file}});
        }
        return std::string(trim(key));
    }
    return std::string();
}

}  // namespace palier::planning
