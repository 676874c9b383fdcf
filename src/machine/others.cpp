#include "machine/others.h"

#include "base/text.h"
#include "machine/system_file.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace palier::machine {
namespace {

// proc(5): the fields after the name of the program, which may itself hold spaces and brackets.
constexpr std::size_t k_utime = 11, k_cstime = 14;

// Ticks come a hundred times a second: half a second at least, or rounding and short errands of the
// system decide.
constexpr double k_fewest_ticks = 50;

}  // namespace

std::optional<std::uint64_t> read_own_ticks(const std::string& root) {
    const std::string text = system_file(root, "/proc/self/stat").value_or("");
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos || name_end + 2 > text.size()) {
        return std::nullopt;
    }
    const std::vector<std::string> fields = split(text.substr(name_end + 2), ' ');
    if (fields.size() <= k_cstime) {
        return std::nullopt;
    }
    std::uint64_t ticks = 0;
    for (std::size_t i = k_utime; i <= k_cstime; ++i) {
        const auto number = leading_number(fields[i]);
        if (!number) {
            return std::nullopt;
        }
        ticks += *number;
    }
    return ticks;
}

Others::Others(std::string root) : root_(std::move(root)), last_(read()) {}

std::optional<Others::Reading> Others::read() const {
    const auto machine = read_busy_ticks(root_);
    const auto own = read_own_ticks(root_);
    return machine && own ? std::optional(Reading{*machine, *own}) : std::nullopt;
}

std::optional<double> Others::since_last() {
    const auto now = read();
    if (!now || !last_) {
        last_ = now;
        return std::nullopt;
    }
    if (now->machine.all < last_->machine.all || now->own < last_->own) {
        last_ = now;
        return std::nullopt;
    }
    const auto passed = static_cast<double>(now->machine.all - last_->machine.all);
    const double processors = now->machine.processors;
    if (passed < k_fewest_ticks * processors) {
        return std::nullopt;
    }
    const double others = static_cast<double>(now->machine.busy) -
                          static_cast<double>(last_->machine.busy) -
                          static_cast<double>(now->own - last_->own);
    last_ = now;
    return std::max(0.0, others) / passed * processors;
}

OthersWatch watch_others(const std::string& root) {
    auto others = std::make_shared<Others>(root);
    return others->tells() ? [others] { return others->since_last(); } : OthersWatch();
}

}  // namespace palier::machine
