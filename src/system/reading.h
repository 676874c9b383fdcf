// Reading: the only place where what an engine says becomes an Answer.
#pragma once

#include "answer/label.h"
#include "core/answer.h"
#include "core/system.h"
#include "engine/engine.h"
#include "learn/learned.h"
#include "system/scores.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::system {

// The world failed: nothing is known of the model.
struct Trouble {
    enum class Kind {
        Unreachable,  // no connection, silence, 429, or the same 5xx for every request
        NotRecorded,
        Unsupported,  // the engine cannot do what the recipe asks
        Cancelled,
        OverBudget  // to find out whose failure it was would cost more than may be spent
    };
    Kind kind = Kind::Unreachable;
    std::string detail;  // one line
};

using Outcome = std::variant<core::Answer, Trouble>;

// The end of a model's answer to a conversation that no recipe has made: what it wrote, word for
// word, with its finish and its tokens; nothing is read out of it, so that `parsed` is absent.
// nullopt: it is no such end.
[[nodiscard]] std::optional<core::Answer> as_written(const engine::Event& event);

// Reads what one System's engine says. Pure once made.
class AnswerReader {
   public:
    // Borrows the System's spec. `empty`: label scores after an empty input; needed by MinusEmpty
    // only. `head`: what reads the states where the recipe decides by one; its labels are the
    // spec's.
    explicit AnswerReader(const core::System& system,
                          Scores empty = {},
                          std::shared_ptr<const learn::Learned> head = nullptr);

    // `before`: what stands before it in the raw answer, of earlier turns (follow_ups.h).
    [[nodiscard]] core::Answer read(const engine::Response& response,
                                    const std::string& before = "") const;
    // A ServerError is a model's failure here: whether the world is well is asked by System.
    [[nodiscard]] Outcome read(const engine::Failed& failed) const;
    // What the store has of an answer, read again: by another recipe perhaps.
    [[nodiscard]] core::Answer read(const core::Trial& trial) const;
    // One value a label (scores.h), of an answer as the store has it; nullopt: it is none of label
    // scores.
    [[nodiscard]] std::optional<std::vector<double>> label_values(const std::string& raw) const;
    // The place of the answered label among the spec's; as many as there are: it is none of them.
    [[nodiscard]] std::size_t place_of(const core::Answer& answer) const;
    // One probability a label, of an answer that this reader gave; nullopt: it has no confidence.
    [[nodiscard]] std::optional<std::vector<double>> probabilities(
        const core::Answer& answer) const;

   private:
    // Text and parsed of a raw answer, and what is wrong with them. `thought_apart`: the model has
    // thought, where nobody sees it in the raw answer.
    void take_text(core::Answer& answer, bool thought_apart) const;
    void take_label(core::Answer& answer) const;
    // By what is known of the label that was answered (SystemSpec::label_precision).
    void take_precision(core::Answer& answer) const;
    [[nodiscard]] std::string raw_of(const engine::Response& response) const;
    [[nodiscard]] std::string read_state(const std::vector<float>& state) const;
    [[nodiscard]] std::optional<std::string> parsed(const std::string& text) const;
    // An answer that was cut is one only if it stands at the beginning of its text: what a longer
    // text mentions on the way is a thought, with marks or without.
    [[nodiscard]] bool is_whole_before_the_cut(const core::Answer& answer) const;

    const core::SystemSpec* spec_;
    std::string id_;
    std::optional<answer::LabelReader> labels_;
    LabelPrior prior_;
    std::shared_ptr<const learn::Learned> head_;
};

}  // namespace palier::system
