// Case: one test item. Input: what a System is asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace palier::core {

struct Input {
    std::string text;
    std::string context;  // shown with it; "" = none
    bool operator==(const Input&) const = default;
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

    [[nodiscard]] Input asked() const { return {input, context}; }
};

}  // namespace palier::core
