#include "base/text.h"
#include "lib/http/client.h"

namespace palier::http {

std::optional<Url> parse_url(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '\\') {
            return std::nullopt;
        }
    }
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    Url url;
    url.scheme = to_lower(text.substr(0, mark));
    if (url.scheme != "http" && url.scheme != "https") {
        return std::nullopt;
    }
    std::string_view rest = text.substr(mark + 3);
    if (const std::size_t fragment = rest.find('#'); fragment != std::string_view::npos) {
        url.has_fragment = true;
        rest = rest.substr(0, fragment);
    }
    if (const std::size_t query = rest.find('?'); query != std::string_view::npos) {
        url.query = rest.substr(query + 1);
        rest = rest.substr(0, query);
    }
    const std::size_t slash = rest.find('/');
    std::string_view host = rest.substr(0, slash);
    if (slash != std::string_view::npos) {
        url.path = rest.substr(slash);
    }
    const std::size_t at = host.rfind('@');
    if (at != std::string_view::npos) {
        url.has_credentials = true;
        host = host.substr(at + 1);
    }
    url.host = to_lower(host);
    if (url.host.empty() || url.host.front() == ':') {
        return std::nullopt;
    }
    return url;
}

}  // namespace palier::http
