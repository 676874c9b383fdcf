// What the tests of the command line share: an environment of their own, and widths.
#pragma once

#include "base/text.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

// An environment variable with another value (nullptr: none) for the time of a scope.
class Environment {
   public:
    Environment(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) {
            old_ = old;
        }
        value ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Environment() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

   private:
    const char* name_;
    std::optional<std::string> old_;
};

// No language, store or models from outside.
struct Bare {
    Environment palier_lang{"PALIER_LANG", nullptr};
    Environment lc_all{"LC_ALL", nullptr};
    Environment lc_messages{"LC_MESSAGES", nullptr};
    Environment lang{"LANG", nullptr};
    Environment store{"PALIER_STORE", nullptr};
    Environment models{"PALIER_MODELS", nullptr};
    Environment data_home{"XDG_DATA_HOME", nullptr};
    Environment home{"HOME", "/home/someone"};
};

// For argv; borrows the words.
inline std::vector<const char*> pointers(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"palier"};
    for (const std::string& word : words) {
        argv.push_back(word.c_str());
    }
    return argv;
}

// The first line that a terminal of 80 columns would break; "" when there is none.
inline std::string too_wide(const std::string& text) {
    for (const std::string& line : split(text, '\n')) {
        if (length_in_characters(line) > 80) {
            return line;
        }
    }
    return "";
}

}  // namespace palier::cli
