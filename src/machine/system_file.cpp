#include "machine/system_file.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace palier::machine {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_most_bytes = std::size_t{1} << 20;

}  // namespace

std::optional<std::string> system_file(const std::string& root, const std::string& path) {
    const std::string full = root + path;
    std::error_code failure;
    // A fake tree may hold anything; a folder or a pipe would block or throw.
    if (!fs::is_regular_file(full, failure)) {
        return std::nullopt;
    }
    std::ifstream file(full, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::string text(k_most_bytes, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
    text = trim(text);
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> system_number(const std::string& root, const std::string& path) {
    const auto text = system_file(root, path);
    if (!text) {
        return std::nullopt;
    }
    const std::string_view digits = trim(*text);
    const bool only_digits =
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return only_digits ? leading_number(digits) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> colon_lines(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const std::string& line : split(text, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos) {
            const std::string_view view = line;
            lines.emplace_back(trim(view.substr(0, colon)), trim(view.substr(colon + 1)));
        }
    }
    return lines;
}

std::vector<std::string> names_in(const std::string& root, const std::string& folder) {
    std::vector<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator at(root + folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        names.push_back(at->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace palier::machine
