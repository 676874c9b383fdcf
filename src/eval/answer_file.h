// AnswerFile: answers of a person, one JSON object a line, each on disk before the next is asked.
#pragma once

#include "base/result.h"
#include "lib/json/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace palier::eval {

// Not thread-safe; one process at a time. After kill -9 at any moment the file holds every line
// that append() had returned for, and perhaps a part of one more, which open() cuts off.
class AnswerFile {
   public:
    // Reads what is there; a missing file is an empty one and is made by the first append. Errors:
    // 1001 not readable, 1002 not writable, 2720 {file, line, what}: a line that is no JSON object.
    static Result<AnswerFile> open(const std::string& path);

    AnswerFile(AnswerFile&& other) noexcept;
    AnswerFile& operator=(AnswerFile&& other) = delete;
    AnswerFile(const AnswerFile&) = delete;
    AnswerFile& operator=(const AnswerFile&) = delete;
    ~AnswerFile();

    [[nodiscard]] const std::vector<json::Value>& lines() const { return lines_; }
    [[nodiscard]] bool was_cut() const { return was_cut_; }
    [[nodiscard]] const std::string& path() const { return path_; }

    // Writes and syncs. Errors 1002, 1003 (disk full): the file is as before.
    Result<void> append(json::Value line);
    // Takes the last line back; there is one.
    Result<void> undo();
    // Replaces the whole content, atomically.
    Result<void> rewrite(std::vector<json::Value> lines);

   private:
    explicit AnswerFile(std::string path) : path_(std::move(path)) {}
    Result<void> open_descriptor();
    [[nodiscard]] Error failed(int reason) const;
    [[nodiscard]] std::int64_t end() const { return ends_.empty() ? 0 : ends_.back(); }

    std::string path_;
    std::vector<json::Value> lines_;
    std::vector<std::int64_t> ends_;  // of each line, in bytes from the start
    int descriptor_ = -1;
    bool was_cut_ = false;
};

}  // namespace palier::eval
