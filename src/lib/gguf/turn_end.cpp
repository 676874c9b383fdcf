#include "lib/gguf/turn_end.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace palier::gguf {
namespace {

bool is_one_of(std::string_view text, const std::vector<std::string_view>& list) {
    return std::ranges::find(list, text) != list.end();
}

// Where the mark that begins at `at` ends; npos: it is a comparison, or a part of Jinja.
std::size_t end_of_mark(std::string_view source, std::size_t at) {
    const char close = source[at] == '<' ? '>' : ']';
    constexpr std::string_view k_never = "<[{}'\"\\ \t\r\n";
    for (std::size_t i = at + 1; i < source.size() && i - at < k_mark_bytes; ++i) {
        if (source[i] == close) {
            return i + 1;
        }
        if (k_never.find(source[i]) != std::string_view::npos) {
            return std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

// A list's index "[0]" or "[i]" is none: marks in square brackets are written in capitals.
bool is_mark(std::string_view text) {
    if (text.size() < 3) {
        return false;
    }
    return text.front() == '<' || std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) {
               return c == '/' || c == '_' || (c >= 'A' && c <= 'Z');
           });
}

// In the order in which they stand there first.
std::vector<std::string_view> marks_in(std::string_view source) {
    std::vector<std::string_view> marks;
    std::set<std::string_view> seen;  // a hostile template has a million
    for (std::size_t at = source.find_first_of("<["); at != std::string_view::npos;
         at = source.find_first_of("<[", at + 1)) {
        const std::size_t end = end_of_mark(source, at);
        if (end == std::string_view::npos) {
            continue;
        }
        const std::string_view mark = source.substr(at, end - at);
        if (is_mark(mark) && seen.insert(mark).second) {
            marks.push_back(mark);
        }
    }
    return marks;
}

// "<|im_end|>", "<turn|>", "[EOT]", "</assistant>"; not what ends a heading, a thought or a call.
bool looks_like_an_end(std::string_view mark) {
    const std::string lower = to_lower(mark);
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    constexpr std::array<std::string_view, 17> k_of_others{"think",
                                                           "thought",
                                                           "tool",
                                                           "call",
                                                           "header",
                                                           "role",
                                                           "image",
                                                           "vision",
                                                           "audio",
                                                           "video",
                                                           "box",
                                                           "quad",
                                                           "object",
                                                           "system",
                                                           "user",
                                                           "func",
                                                           "doc"};
    if (std::ranges::any_of(k_of_others, has)) {
        return false;
    }
    constexpr std::array<std::string_view, 5> k_speakers{
        "assistant", "bot", "model", "gpt", "answer"};
    const bool closes = lower.starts_with("</") || lower.starts_with("[/");
    return has("end") || has("eot") || has("eos") || has("eom") || has("stop") || lower == "</s>" ||
           lower.ends_with("turn|>") || (closes && std::ranges::any_of(k_speakers, has));
}

// The numbers that the header names as ends; what llama.cpp takes where it names none.
std::vector<std::uint64_t> declared_tokens(const Header& header) {
    std::vector<std::uint64_t> tokens;
    for (const char* key : {"eos", "eot", "eom"}) {
        const auto token = header.integer("tokenizer.ggml." + std::string(key) + "_token_id");
        if (token && *token >= 0) {
            tokens.push_back(static_cast<std::uint64_t>(*token));
        }
    }
    if (tokens.empty()) {
        const std::string kind = header.text("tokenizer.ggml.model").value_or("");
        if (kind == "llama") {
            tokens.push_back(2);
        } else if (kind == "gpt2") {
            tokens.push_back(11);
        }
    }
    return tokens;
}

}  // namespace

const std::vector<std::string_view>& ends_by_name() {
    static const std::vector<std::string_view> k_ends{"<|eot_id|>",
                                                      "<|im_end|>",
                                                      "<|end|>",
                                                      "<|return|>",
                                                      "<|call|>",
                                                      "<|flush|>",
                                                      "<|calls|>",
                                                      "<end_of_turn>",
                                                      "<|endoftext|>",
                                                      "</s>",
                                                      "<|eom_id|>",
                                                      "<EOT>",
                                                      "[EOT]",
                                                      "[EOS]",
                                                      "<|end_of_text|>",
                                                      "<end_of_utterance>",
                                                      "<eos>",
                                                      "<turn|>",
                                                      "<｜end▁of▁sentence｜>"};
    return k_ends;
}

EndOfTurn end_of_turn(const Header& header) {
    EndOfTurn found;
    const std::string source = header.chat_template().value_or("");
    if (source.empty() || !header.array_length("tokenizer.ggml.tokens")) {
        return found;
    }
    const std::vector<std::uint64_t> declared = declared_tokens(header);
    const auto is_declared = [&](std::uint64_t token) {
        return std::ranges::find(declared, token) != declared.end();
    };
    std::map<std::string_view, std::uint64_t> tokens;
    for (const Mark& mark : header.marks) {
        tokens.emplace(mark.text, mark.token);
        if (found.declared.empty() && is_declared(mark.token)) {
            found.declared = mark.text;
        }
    }
    const auto settle = [&](TurnEnd how, std::string_view mark) {
        if (const auto token = tokens.find(mark); token != tokens.end()) {
            found.token = token->second;
        }
        found.how = how;
        found.mark = mark;
        return found;
    };
    if (!declared.empty() && source.find("eos_token") != std::string::npos) {
        return settle(TurnEnd::Declared, found.declared);
    }
    std::vector<std::string_view> ends;  // that may be meant
    for (const std::string_view mark : marks_in(source)) {
        const auto token = tokens.find(mark);
        if (token != tokens.end() && is_declared(token->second)) {
            return settle(TurnEnd::Declared, mark);
        }
        if (looks_like_an_end(mark)) {
            ends.push_back(mark);
        }
    }
    const auto is_token = [&](std::string_view mark) { return tokens.contains(mark); };
    for (const std::string_view mark : ends) {
        if (is_token(mark) && is_one_of(mark, ends_by_name())) {
            return settle(TurnEnd::KnownByName, mark);
        }
    }
    if (ends.empty()) {
        return found;
    }
    const auto token = std::ranges::find_if(ends, is_token);
    return token != ends.end() ? settle(TurnEnd::RunsOn, *token)
                               : settle(TurnEnd::NoToken, ends.front());
}

}  // namespace palier::gguf
