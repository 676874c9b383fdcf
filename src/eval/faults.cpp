#include "eval/faults.h"

#include "answer/words.h"
#include "eval/similarity.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace palier::eval {
namespace {

std::string seen_of(const core::Case& item) {
    return std::string(answer::trimmed(item.input)) + '\x1f' +
           std::string(answer::trimmed(item.context));
}

}  // namespace

std::int64_t most_right(const std::vector<core::Case>& cases) {
    std::unordered_map<std::string, std::map<std::string, std::int64_t>> accepted;
    for (const core::Case& item : cases) {
        const std::set<std::string> answers(item.expected.begin(), item.expected.end());
        auto& counts = accepted[seen_of(item)];
        for (const std::string& answer : answers) {
            ++counts[answer];
        }
    }
    std::int64_t right = 0;
    for (const auto& [seen, counts] : accepted) {
        std::int64_t most = 0;
        for (const auto& [answer, count] : counts) {
            most = std::max(most, count);
        }
        right += most;
    }
    return right;
}

std::int64_t seen_in_dev(const std::vector<core::Case>& dev, const std::vector<core::Case>& test) {
    std::vector<std::string_view> inputs;
    std::set<std::string> in_dev;
    for (const core::Case& item : dev) {
        inputs.push_back(answer::trimmed(item.input));
        in_dev.insert(seen_of(item));
    }
    for (const core::Case& item : test) {
        inputs.push_back(answer::trimmed(item.input));
    }
    const std::vector<std::size_t> groups = near_duplicate_groups(inputs);
    const std::set<std::size_t> dev_groups(
        groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(dev.size()));
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
        const bool near = dev_groups.count(groups[dev.size() + i]) != 0;
        seen += near || in_dev.count(seen_of(test[i])) != 0 ? 1 : 0;
    }
    return seen;
}

}  // namespace palier::eval
