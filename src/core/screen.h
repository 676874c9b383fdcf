// Screen: which candidates may take part, from what is known before anything is measured.
#pragma once

#include "core/job.h"
#include "core/staircase.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core {

// The host of a URL in lower case, without port and brackets: "http://[::1]:8080/v1" -> "::1"; ""
// if none.
[[nodiscard]] std::string host_of(std::string_view url);
// "localhost", 127.0.0.0/8 and ::1.
[[nodiscard]] bool is_this_machine(std::string_view host);
// May the job's cases be sent to this endpoint? machine: only to this machine; infra: also to
// infra_hosts (exact names); cloud: anywhere.
[[nodiscard]] bool may_see_data(const Constraints& constraints, std::string_view endpoint);

// What is known of a candidate; nullopt = not known.
struct Prospect {
    std::string endpoint;  // "" = local
    std::optional<std::int64_t> context_tokens;
    std::optional<std::uint64_t> file_bytes;  // at least this much memory is needed
    std::optional<bool> commercial_use;
    std::optional<bool> tools;
};

// The reasons to refuse; empty = kept. Unknown facts refuse only what the job insists on and
// nothing later will measure (licence, tools).
[[nodiscard]] std::vector<Reason> screen(const Constraints& constraints, const Prospect& facts);

}  // namespace palier::core
