#include "schema/uri.h"

#include "base/text.h"
#include "schema/utf8.h"

#include <algorithm>
#include <vector>

namespace palier::schema {
namespace {

struct Uri {
    std::string scheme;     // with ':'
    std::string authority;  // with "//"
    std::string path;
    std::string rest;  // query and fragment
};

Uri parts_of(std::string_view text) {
    Uri uri;
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && colon > 0 && text.find_first_of("/?#") > colon) {
        uri.scheme = std::string(text.substr(0, colon + 1));
        text.remove_prefix(colon + 1);
    }
    if (text.starts_with("//")) {
        const std::size_t end = std::min(text.find_first_of("/?#", 2), text.size());
        uri.authority = std::string(text.substr(0, end));
        text.remove_prefix(end);
    }
    const std::size_t end = std::min(text.find_first_of("?#"), text.size());
    uri.path = std::string(text.substr(0, end));
    uri.rest = std::string(text.substr(end));
    return uri;
}

std::string without_dots(const std::string& path) {
    std::vector<std::string> kept;
    const std::vector<std::string> segments = split(path, '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (segments[i] == "..") {
            if (kept.size() > 1) {
                kept.pop_back();
            }
        } else if (segments[i] != ".") {
            kept.push_back(segments[i]);
            continue;
        }
        if (last) {
            kept.emplace_back();
        }
    }
    return join(kept, "/");
}

}  // namespace

std::string resolved(std::string_view base, std::string_view reference) {
    const Uri from = parts_of(base);
    Uri to = parts_of(reference);
    if (!to.scheme.empty()) {
        return std::string(reference);
    }
    to.scheme = from.scheme;
    if (to.authority.empty()) {
        to.authority = from.authority;
        if (to.path.empty()) {
            to.path = from.path;
            if (!to.rest.starts_with('?')) {
                to.rest.insert(0, from.rest.substr(0, from.rest.find('#')));
            }
        } else if (!to.path.starts_with('/')) {
            const std::size_t slash = from.path.rfind('/');
            to.path = (slash == std::string::npos ? (from.authority.empty() ? "" : "/")
                                                  : from.path.substr(0, slash + 1)) +
                      to.path;
        }
        to.path = without_dots(to.path);
    }
    return to.scheme + to.authority + to.path + to.rest;
}

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const auto high = hex_digit(static_cast<unsigned char>(text[i + 1]));
            const auto low = hex_digit(static_cast<unsigned char>(text[i + 2]));
            if (high && low) {
                decoded += static_cast<char>(*high * 16 + *low);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

const json::Value* at_pointer(const json::Value& root, std::string_view pointer) {
    const json::Value* at = &root;
    while (!pointer.empty() && at != nullptr) {
        if (pointer.front() != '/') {
            return nullptr;
        }
        const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
        std::string member;
        for (std::size_t i = 1; i < end; ++i) {
            if (pointer[i] == '~' && i + 1 < end &&
                (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
                member += pointer[++i] == '0' ? '~' : '/';
            } else {
                member += pointer[i];
            }
        }
        pointer.remove_prefix(end);
        if (at->is_array()) {
            const auto index = whole_number(member);
            at = index && *index < at->as_array().size() ? &at->as_array()[*index] : nullptr;
        } else {
            at = at->find(member);
        }
    }
    return at;
}

}  // namespace palier::schema
