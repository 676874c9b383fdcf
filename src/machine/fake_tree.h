// A folder that stands for the root of a machine, for tests.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace palier::machine {

class FakeTree {
   public:
    FakeTree() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "palier-tree-XXXXXX").string();
        root_ = mkdtemp(pattern.data()) ? pattern : "";
    }
    ~FakeTree() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    FakeTree(const FakeTree&) = delete;
    FakeTree& operator=(const FakeTree&) = delete;

    FakeTree& put(const std::string& path, std::string_view text) {
        std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
        std::ofstream(root_ + path, std::ios::binary) << text;
        return *this;
    }
    [[nodiscard]] const std::string& root() const { return root_; }

   private:
    std::string root_;
};

}  // namespace palier::machine
