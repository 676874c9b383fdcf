// The marks between which models that think first write their thoughts.
#pragma once

#include <array>
#include <string_view>

namespace palier::engine::llama {

struct ThoughtMarks {
    std::string_view open, close;
};

inline constexpr std::array<ThoughtMarks, 7> k_thought_marks{
    {{"<think>", "</think>"},
     {"<thinking>", "</thinking>"},
     {"<thought>", "</thought>"},
     {"<seed:think>", "</seed:think>"},
     {"[THINK]", "[/THINK]"},
     {"<|START_THINKING|>", "<|END_THINKING|>"},
     {"<|channel>thought", "<channel|>"}}};

}  // namespace palier::engine::llama
