#include "core/screen.h"

#include "base/text.h"

#include <algorithm>

namespace palier::core {

std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return "";
    }
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    // What stands before the last @ is a user name, whatever it looks like.
    if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
        url.remove_prefix(at + 1);
    }
    if (!url.empty() && url.front() == '[') {
        const std::size_t end = url.find(']');
        return end == std::string_view::npos ? "" : to_lower(url.substr(1, end - 1));
    }
    return to_lower(url.substr(0, url.find(':')));
}

bool is_this_machine(std::string_view host) {
    if (host == "localhost" || host == "::1") {
        return true;
    }
    // Only a written address: a name such as 127.0.0.1.example.org is somebody else's.
    return host.starts_with("127.") && split(host, '.').size() == 4 &&
           std::all_of(
               host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool may_see_data(const Constraints& constraints, std::string_view endpoint) {
    const std::string host = host_of(endpoint);
    switch (constraints.privacy) {
        case Privacy::Cloud:
            return true;
        case Privacy::Infra:
            return is_this_machine(host) || std::any_of(constraints.infra_hosts.begin(),
                                                        constraints.infra_hosts.end(),
                                                        [&](const std::string& allowed) {
                                                            return to_lower(allowed) == host;
                                                        });
        case Privacy::Machine:
            return is_this_machine(host);
    }
    return false;
}

std::vector<Reason> screen(const Constraints& constraints, const Prospect& facts) {
    std::vector<Reason> reasons;
    if (!facts.endpoint.empty() && !may_see_data(constraints, facts.endpoint)) {
        reasons.push_back({"privacy", std::nullopt, std::nullopt});
    }
    if (constraints.memory_bytes && facts.file_bytes &&
        *facts.file_bytes > *constraints.memory_bytes) {
        reasons.push_back({"memory",
                           static_cast<double>(*facts.file_bytes),
                           static_cast<double>(*constraints.memory_bytes)});
    }
    if (constraints.context_tokens && facts.context_tokens &&
        *facts.context_tokens < *constraints.context_tokens) {
        reasons.push_back({"context",
                           static_cast<double>(*facts.context_tokens),
                           static_cast<double>(*constraints.context_tokens)});
    }
    if (constraints.licence == "commercial" && !facts.commercial_use.value_or(false)) {
        reasons.push_back({"licence", std::nullopt, std::nullopt});
    }
    if (constraints.tools && !facts.tools.value_or(false)) {
        reasons.push_back({"tools", std::nullopt, std::nullopt});
    }
    return reasons;
}

}  // namespace palier::core
