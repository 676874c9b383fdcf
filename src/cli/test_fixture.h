// What the tests of the command line share: an environment and a folder of their own, what was
// printed, and widths.
#pragma once

#include "lib/json/json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

using report::too_wide;

// Removed at the end, read-only or not.
class Folder {
   public:
    Folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "palier-cli-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_),
                                                      std::filesystem::directory_iterator()));
    }

   private:
    std::filesystem::path path_;
};

// stdout and stderr of the process, for the time of a call.
class Captured {
   public:
    Captured() {
        std::fflush(stdout);
        for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
            auto& stream = streams_[static_cast<std::size_t>(fd - 1)];
            stream.file = std::tmpfile();
            REQUIRE(stream.file != nullptr);
            stream.saved = dup(fd);
            dup2(fileno(stream.file), fd);
        }
    }
    ~Captured() { stop(); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    std::pair<std::string, std::string> stop() {
        std::fflush(stdout);
        for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
            auto& stream = streams_[static_cast<std::size_t>(fd - 1)];
            if (!stream.file) {
                continue;
            }
            dup2(stream.saved, fd);
            close(stream.saved);
            std::rewind(stream.file);
            std::array<char, 4096> block{};
            while (const std::size_t got = std::fread(block.data(), 1, block.size(), stream.file)) {
                stream.text.append(block.data(), got);
            }
            std::fclose(stream.file);
            stream.file = nullptr;
        }
        return {streams_[0].text, streams_[1].text};
    }

   private:
    struct Stream {
        std::FILE* file = nullptr;
        int saved = -1;
        std::string text;
    };
    std::array<Stream, 2> streams_;
};

struct Outcome {
    int code = 0;
    std::string out, err;
};

// The last line printed, which is the machine format.
inline json::Value last_object(const std::string& out) {
    std::string text = out;
    REQUIRE(text.ends_with('\n'));
    text.pop_back();
    const auto value = json::parse_or_nothing(text.substr(text.rfind('\n') + 1));
    REQUIRE_MESSAGE(value, out);
    return *value;
}

inline const json::Value& at(const json::Value& value, std::string_view key) {
    const json::Value* found = value.find(key);
    REQUIRE_MESSAGE(found, std::string(key));
    return *found;
}

}  // namespace palier::cli
