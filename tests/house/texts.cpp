#include "house/texts.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace palier::house {
namespace {

constexpr std::uintmax_t most_bytes = 1 << 20;

bool is_left_out(const std::filesystem::path& path) {
    const auto name = path.filename();
    return name == ".git" || name == "build" || name == ".cache" || name == "shared";
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

}  // namespace

std::vector<Text> read_texts(const std::filesystem::path& project) {
    std::vector<Text> texts;
    using Walk = std::filesystem::recursive_directory_iterator;
    for (auto entry = Walk(project); entry != Walk(); ++entry) {
        if (is_left_out(entry->path())) {
            if (entry->is_directory()) {
                entry.disable_recursion_pending();
            }
            continue;
        }
        if (!entry->is_regular_file() || entry->file_size() > most_bytes) {
            continue;
        }
        std::ifstream file(entry->path(), std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        texts.push_back(
            {entry->path().lexically_relative(project).generic_string(), std::move(text)});
    }
    std::sort(
        texts.begin(), texts.end(), [](const Text& a, const Text& b) { return a.path < b.path; });
    return texts;
}

std::vector<std::string> lines_with(const std::vector<Text>& texts,
                                    const std::vector<std::string>& places) {
    std::vector<std::string> found;
    for (const auto& text : texts) {
        for (const auto& place : places) {
            const auto at = text.text.find(place);
            if (at != std::string::npos) {
                const auto line =
                    1 + std::count(text.text.begin(),
                                   text.text.begin() + static_cast<std::ptrdiff_t>(at),
                                   '\n');
                found.push_back(text.path + ":" + std::to_string(line) +
                                " names the machine's path " + place);
            }
        }
    }
    return found;
}

std::vector<std::string> links_of(std::string_view markdown) {
    std::vector<std::string> targets;
    for (auto at = markdown.find("]("); at != std::string_view::npos;
         at = markdown.find("](", at + 2)) {
        const auto end = markdown.find(')', at);
        if (end == std::string_view::npos) {
            break;
        }
        auto target = markdown.substr(at + 2, end - at - 2);
        target = target.substr(0, target.find('#'));
        if (!target.empty() && target.find("://") == std::string_view::npos &&
            !target.starts_with("mailto:")) {
            targets.emplace_back(target);
        }
    }
    return targets;
}

std::vector<std::string> commands_of(std::string_view markdown, std::string_view word) {
    std::vector<std::string> found;
    std::istringstream lines{std::string(markdown)};
    const std::string command = std::string(word) + " ";
    bool fenced = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            fenced = !fenced;
            continue;
        }
        std::size_t at = std::string::npos;
        if (fenced || line.starts_with("    ")) {
            at = line.find_first_not_of(" $");
            at = at != std::string::npos && line.compare(at, command.size(), command) == 0
                     ? at
                     : std::string::npos;
        } else if ((at = line.find("`" + command)) != std::string::npos) {
            ++at;
        }
        if (at == std::string::npos) {
            continue;
        }
        const auto begin = at + command.size();
        auto end = begin;
        while (end < line.size() && is_letter(line[end])) {
            ++end;
        }
        if (end > begin) {
            found.push_back(line.substr(begin, end - begin));
        }
    }
    return found;
}

}  // namespace palier::house
