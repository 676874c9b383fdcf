// Case: one test item. Input: what a System is asked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace palier::core {

struct Input {
    std::string text;
    std::string context;  // shown with it; "" = none
    bool operator==(const Input&) const = default;
};

// What the queries of a case are run on.
struct Database {
    std::string bytes;   // of an SQLite database
    std::string sha256;  // of these, hex
};

struct Case {
    std::string id;     // from the file, else "line-<n>"
    std::string input;  // what the model gets
    // At least one accepted answer: a label, an answer, a pattern; for extract the JSON as text.
    std::vector<std::string> expected;
    std::string context;  // optional text shown with the input
    std::string group;    // cases of one group stay in one split; "" = alone
    std::vector<std::string> tags;
    std::int64_t line = 0;  // in its file, from 1
    // Of a pattern to be written: texts that it must match whole, and such that it must not.
    std::vector<std::string> accepts, refuses;
    // nullptr: none is named. Shared by all cases that name it; it never changes.
    std::shared_ptr<const Database> database;

    // `expected` as a System would answer, where it has another form; "" = as it stands there.
    std::string answered;

    [[nodiscard]] Input asked() const { return {input, context}; }
    // What an example of this case shows as its answer.
    [[nodiscard]] const std::string& shown() const {
        return answered.empty() ? expected.front() : answered;
    }
};

}  // namespace palier::core
