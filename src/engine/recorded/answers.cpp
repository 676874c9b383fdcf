#include "engine/recorded/answers.h"

#include "base/text.h"
#include "engine/codes.h"
#include "lib/hash/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <tuple>

namespace palier::engine::recorded {
namespace {

std::uint8_t digit(char c) {
    return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

std::string_view without_bom(std::string_view text) {
    return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

Error cannot_read(const std::string& path, const std::string& reason) {
    return Error(engine::codes::unreadable_recording, {{"path", path}, {"reason", reason}});
}

}  // namespace

Result<Answers> Answers::load(const std::string& path) {
    std::error_code ignored;  // what cannot be asked about fails below, with its reason
    if (std::filesystem::is_directory(path, ignored)) {
        return cannot_read(path, "it is a folder");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return cannot_read(path, std::strerror(errno));
    }
    Answers answers;
    hash::Sha256 whole;
    std::string text;
    std::size_t number = 0;
    while (std::getline(file, text)) {
        ++number;
        whole.update(text);
        if (!file.eof()) {
            whole.update("\n");
        }
        if (number == 1) {
            Result<Header> header = parse_header(trim(without_bom(text)), path);
            PALIER_TRY(header);
            answers.header_ = std::move(*header);
        } else if (!trim(text).empty()) {
            const Result<Line> line =
                parse_answer(trim(text), path, number, answers.header_.version);
            PALIER_TRY(line);
            PALIER_TRY(answers.add(*line, path, number));
        }
    }
    if (file.bad()) {
        return cannot_read(path, std::strerror(errno));
    }
    if (number == 0) {
        return Error(engine::codes::recording_without_header, {{"path", path}, {"line", "1"}});
    }
    answers.file_sha256_ = whole.hex();
    PALIER_TRY(answers.sort_and_check(path));
    return answers;
}

Answers::Key Answers::key_of(const std::string& input, const std::string& context) const {
    const bool by_input = header_.version == k_version_by_input;
    const std::string hex = by_input ? input : hash::Sha256().field(input).field(context).hex();
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
    }
    return key;
}

Result<void> Answers::add(const Line& line, const std::string& path, std::size_t number) {
    constexpr std::size_t k_most = std::numeric_limits<std::uint32_t>::max();
    if (line.answer.size() > k_most || number > k_most) {
        return cannot_read(path, "line " + std::to_string(number) + " is beyond what it can hold");
    }
    Entry entry;
    entry.key = key_of(line.input_sha256, line.context_sha256);
    entry.begin = arena_.size();
    entry.length = static_cast<std::uint32_t>(line.answer.size());
    entry.line = static_cast<std::uint32_t>(number);
    entry.prompt_tokens = line.prompt_tokens;
    entry.output_tokens = line.output_tokens;
    entry.cut_at_limit = line.cut_at_limit;
    entry.failed = line.failed;
    arena_ += line.answer;
    entries_.push_back(entry);
    return {};
}

// The same case twice is fine with the same answer: cases may repeat. Of two different answers
// neither can be chosen.
Result<void> Answers::sort_and_check(const std::string& path) {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.key, a.line) < std::tie(b.key, b.line);
    });
    for (std::size_t i = 1; i < entries_.size(); ++i) {
        const Entry& first = entries_[i - 1];
        const Entry& second = entries_[i];
        if (first.key == second.key &&
            (text_of(first) != text_of(second) || first.failed != second.failed)) {
            return Error(codes::recording_contradicts,
                         {{"path", path},
                          {"line", std::to_string(second.line)},
                          {"first", std::to_string(first.line)},
                          {"answer", shortened(text_of(second), 60)},
                          {"first_answer", shortened(text_of(first), 60)}});
        }
    }
    const auto last = std::unique(entries_.begin(),
                                  entries_.end(),
                                  [](const Entry& a, const Entry& b) { return a.key == b.key; });
    entries_.erase(last, entries_.end());
    return {};
}

std::string_view Answers::text_of(const Entry& entry) const {
    return std::string_view(arena_).substr(entry.begin, entry.length);
}

std::optional<Answers::Found> Answers::find(std::string_view input,
                                            std::string_view context) const {
    const Key key = key_of(hash::sha256_hex(input),
                           context.empty() ? std::string() : hash::sha256_hex(context));
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), key, [](const Entry& entry, const Key& wanted) {
            return entry.key < wanted;
        });
    if (found == entries_.end() || found->key != key) {
        return std::nullopt;
    }
    return Found{text_of(*found),
                 found->prompt_tokens,
                 found->output_tokens,
                 found->cut_at_limit,
                 found->failed};
}

}  // namespace palier::engine::recorded
