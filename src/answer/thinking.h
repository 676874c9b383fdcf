// Thoughts: what a model writes before its answer, told apart by the marks that models use for it.
// The one table of these marks; every reader of answers goes through it. Accepts any bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace palier::answer {

struct Spoken {
    std::string text;                // without the thoughts and their marks
    std::size_t thinking_bytes = 0;  // of what was taken out, marks included
    bool ends_in_thought = false;    // the model never came to an answer
};

// Known marks, case ignored:
// - tags in <>, [], <||> or the ◁▷ of Kimi whose name has a word of thinking in it (think, thought,
//   reasoning, reflection, scratchpad...): <think>, [THINK], <seed:think>, <|begin_of_thought|>,
//   <longcat_think>; a closing one has a slash, or "end" among its words;
// - <|START_THINKING|>, <unused94>, <|inner_prefix|> and their ends;
// - the channels of harmony (<|channel|>analysis<|message|>...<|channel|>final<|message|>), also
//   with the marks lost ("analysis...assistantfinal..."), and Gemma's
//   <|channel>thought...<channel|>;
// - openings in words at the start: "Thinking..." to "...done thinking.", "Here is my thought
//   process:" to "Here is my response:", "Here are my reasoning steps:" to "[BEGIN FINAL
//   RESPONSE]".
// A closing mark alone ends what began before the text did: the chat template had opened it. An
// opening mark alone reaches to the end of the text.
[[nodiscard]] Spoken spoken_of(std::string_view text);

// spoken_of(text).text.
[[nodiscard]] std::string without_thinking(std::string_view text);

}  // namespace palier::answer
