#include "base/text.h"
#include "planning/codes.h"
#include "planning/prepare.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace palier::planning {
namespace {

// A key is visible ASCII. What editors and shells put around it is none of it: byte order marks,
// spaces that do not show, and the second bytes of UTF-16, which some shells write into files.
std::string key_in(std::string_view text) {
    std::string key;
    for (const char c : text) {
        if (c == '\n' && !trim(key).empty()) {
            break;
        }
        if (c != '\0') {
            key += c;
        }
    }
    constexpr std::string_view k_invisible[] = {
        "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "\xe2\x80\x8b", "\xc2\xa0"};
    std::string_view rest = trim(key);
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view one : k_invisible) {
            if (rest.starts_with(one)) {
                rest = trim(rest.substr(one.size()));
                again = true;
            }
            if (rest.ends_with(one)) {
                rest = trim(rest.substr(0, rest.size() - one.size()));
                again = true;
            }
        }
    }
    return std::string(rest);
}

}  // namespace

Result<std::string> api_key(const core::ModelSpec& spec) {
    std::string text;
    std::string where;
    if (!spec.key_env.empty()) {
        const char* value = std::getenv(spec.key_env.c_str());
        text = value != nullptr ? value : "";
        where = "$" + spec.key_env;
    } else if (!spec.key_file.empty()) {
        std::ifstream file(spec.key_file, std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(file), {});
        where = spec.key_file;
    } else {
        return std::string();
    }
    std::string key = key_in(text);
    if (key.empty()) {
        return Error(codes::api_key_missing, {{"model", spec.model}, {"where", where}});
    }
    return key;
}

}  // namespace palier::planning
