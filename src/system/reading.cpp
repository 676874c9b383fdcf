#include "system/reading.h"

#include "answer/json_answer.h"
#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"
#include "core/calibration.h"
#include "lib/json/json.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace palier::system {
namespace {

core::Finish finish_of(engine::Finish finish) {
    switch (finish) {
        case engine::Finish::End:
            return core::Finish::End;
        case engine::Finish::Length:
            return core::Finish::Length;
        case engine::Finish::ToolCalls:
            return core::Finish::ToolCalls;
        case engine::Finish::Unknown:
            break;
    }
    return core::Finish::Unknown;
}

core::Answer failure(core::Failure kind, const std::string& detail) {
    core::Answer answer;
    answer.failure = kind;
    answer.failure_detail = detail;
    return answer;
}

// Of the output: as counted, or else by the length of what was thought and of what was said.
std::optional<int> thinking_tokens_of(const engine::Response& response) {
    if (response.thinking_tokens || !response.output_tokens) {
        return response.thinking_tokens;
    }
    const std::size_t apart = response.thinking.size();
    const std::size_t thought = apart + answer::spoken_of(response.text).thinking_bytes;
    const std::size_t all = apart + response.text.size();
    if (thought == 0) {
        return std::nullopt;
    }
    const double share = static_cast<double>(thought) / static_cast<double>(all);
    return static_cast<int>(std::lround(share * *response.output_tokens));
}

// What an engine counted and timed, without a word of what was said.
core::Answer measured(const engine::Response& response) {
    core::Answer answer;
    answer.finish = finish_of(response.finish);
    answer.tokens = {response.prompt_tokens,
                     response.cached_tokens,
                     response.output_tokens,
                     thinking_tokens_of(response)};
    answer.ttft_ms = response.ttft_ms;
    answer.total_ms = response.total_ms;
    answer.alone = response.alone;
    return answer;
}

// Its failure is read from the text again, as another reader may see it.
bool is_said_in_text(const core::Trial& trial) {
    return trial.grade.failure == core::Failure::ThoughtsOnly && !trial.answer.empty();
}

}  // namespace

std::optional<core::Answer> as_written(const engine::Event& event) {
    const auto* response = std::get_if<engine::Response>(&event.what);
    if (response == nullptr) {
        return std::nullopt;
    }
    core::Answer answer = measured(*response);
    answer.raw = response->text;
    answer.text = response->text;
    return answer;
}

AnswerReader::AnswerReader(const core::System& system,
                           Scores empty,
                           std::shared_ptr<const learn::Learned> head)
    : spec_(&system.spec),
      id_(system.id),
      prior_{std::move(empty), system.spec.label_prior},
      head_(std::move(head)) {
    if (spec_->task == core::Task::Classify) {
        labels_.emplace(spec_->labels);
    }
}

std::optional<std::string> AnswerReader::parsed(const std::string& text) const {
    switch (spec_->task) {
        case core::Task::Classify:
            return labels_->read(text).label;
        case core::Task::Extract: {
            const answer::JsonAnswer found = answer::json_of(text);
            // A bare string or number is JSON too, but nothing was extracted.
            if (found.value.is_object() || found.value.is_array()) {
                return json::write(found.value);
            }
            return std::nullopt;
        }
        case core::Task::Generate:
        case core::Task::Answer:
            break;
    }
    return std::string(answer::trimmed(text));
}

bool AnswerReader::is_whole_before_the_cut(const core::Answer& answer) const {
    if (!answer.parsed) {
        return false;
    }
    const std::string_view text = answer::trimmed(answer.text);
    if (spec_->task == core::Task::Extract) {
        std::string_view begin = text;
        if (begin.starts_with("```")) {
            begin = answer::trimmed(begin.substr(std::min(begin.find('\n'), begin.size())));
        }
        return begin.starts_with('{') || begin.starts_with('[');
    }
    if (spec_->task != core::Task::Classify) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (std::string_view(".,;:!(\n}").find(text[i]) == std::string_view::npos) {
            continue;
        }
        const answer::LabelAnswer first = labels_->read(text.substr(0, text[i] == '}' ? i + 1 : i));
        if (first.label == answer.parsed && first.rule != answer::LabelRule::Mentioned) {
            return true;
        }
    }
    return false;
}

std::optional<std::vector<double>> AnswerReader::label_values(const std::string& raw) const {
    const auto scores = scores_of(raw, spec_->labels.size());
    return scores ? std::optional(values_of(*scores, spec_->recipe.norm, prior_)) : std::nullopt;
}

std::size_t AnswerReader::place_of(const core::Answer& answer) const {
    const auto found =
        answer.parsed ? std::ranges::find(spec_->labels, *answer.parsed) : spec_->labels.end();
    return static_cast<std::size_t>(found - spec_->labels.begin());
}

void AnswerReader::take_precision(core::Answer& answer) const {
    if (const std::size_t place = place_of(answer); place < spec_->label_precision.size()) {
        answer.confidence = spec_->label_precision[place];
    }
}

std::optional<std::vector<double>> AnswerReader::probabilities(const core::Answer& answer) const {
    if (!answer.confidence) {
        return std::nullopt;
    }
    if (spec_->label_precision.empty()) {
        auto values = label_values(answer.raw);
        PALIER_CHECK(values.has_value(), "a confidence without precisions is one of scores");
        return core::probabilities_of(*values, spec_->score_temperature);
    }
    return core::spread(*answer.confidence, place_of(answer), spec_->labels.size());
}

void AnswerReader::take_label(core::Answer& answer) const {
    const std::vector<Scores> orders = orders_of(answer.raw, spec_->labels.size());
    if (orders.empty()) {
        answer.failure = core::Failure::InvalidAnswer;
        return;
    }
    const auto valued = [&](const Scores& scores) {
        return values_of(scores, spec_->recipe.norm, prior_);
    };
    const std::vector<double> values = valued(mean_of(orders));
    // What an endpoint chose itself is the answer, be another label likelier.
    const std::size_t best = chosen_in(answer.raw, spec_->labels.size()).value_or(best_of(values));
    answer.text = spec_->labels[best];
    if (orders.size() > 1) {
        answer.depends_on_order = std::ranges::any_of(
            orders, [&](const Scores& scores) { return best_of(valued(scores)) != best; });
    }
    answer.parsed = parsed(answer.text);
    answer.failure = answer.parsed ? core::Failure::None : core::Failure::InvalidAnswer;
    if (spec_->score_temperature > 0) {
        answer.confidence = std::exp(core::log_softmax(values, spec_->score_temperature)[best]);
    } else {
        take_precision(answer);
    }
}

// As label scores: one token each, whatever the labels' length.
std::string AnswerReader::read_state(const std::vector<float>& state) const {
    if (head_ == nullptr || state.size() != head_->head()->mean.size()) {
        return "state of " + std::to_string(state.size()) + " dimensions";
    }
    Scores scores;
    for (const double log_p : core::log_softmax(head_->scores(state))) {
        scores.push_back({log_p, 1});
    }
    return text_of_scores(scores);
}

void AnswerReader::take_text(core::Answer& answer, bool thought_apart) const {
    answer.answered_by = id_;
    if (spec_->recipe.decide != core::Decide::Generate) {
        take_label(answer);
        return;
    }
    const answer::Spoken spoken = answer::spoken_of(answer.raw);
    answer.text = spoken.text;
    const bool cut = answer.finish == core::Finish::Length;
    const bool thought = thought_apart || spoken.thinking_bytes > 0;
    if (spoken.ends_in_thought) {
        answer.text.clear();
        answer.failure = core::Failure::Truncated;
    } else if (answer::trimmed(answer.text).empty() && (cut || thought)) {
        answer.failure = cut ? core::Failure::Truncated : core::Failure::ThoughtsOnly;
    } else {
        answer.parsed = parsed(answer.text);
        if (cut && !is_whole_before_the_cut(answer)) {
            answer.parsed.reset();
            answer.failure = core::Failure::Truncated;
        } else if (!answer.parsed) {
            answer.failure = core::Failure::InvalidAnswer;
        }
        take_precision(answer);
    }
}

std::string AnswerReader::raw_of(const engine::Response& response) const {
    switch (spec_->recipe.decide) {
        case core::Decide::Score:
            return text_of_scores(response.scores, response.chosen);
        case core::Decide::Head:
            return read_state(response.state);
        case core::Decide::Generate:
            break;
    }
    return response.text;
}

core::Answer AnswerReader::read(const engine::Response& response, const std::string& before) const {
    core::Answer answer = measured(response);
    answer.raw = before + raw_of(response);
    if (answer::trimmed(response.text).empty() && !response.tool_calls.empty()) {
        answer.answered_by = id_;
        answer.failure = core::Failure::ToolCall;
        answer.failure_detail = "calls " + as_one_line(shortened(response.tool_calls[0].name, 100));
        return answer;
    }
    take_text(answer, !response.thinking.empty());
    return answer;
}

Outcome AnswerReader::read(const engine::Failed& failed) const {
    switch (failed.kind) {
        case engine::FailureKind::Timeout:
            return failure(core::Failure::Timeout, failed.detail);
        case engine::FailureKind::ContextExceeded:
            return failure(core::Failure::ContextExceeded, failed.detail);
        case engine::FailureKind::Rejected:
            return failure(core::Failure::Rejected, failed.detail);
        case engine::FailureKind::Refused:
            return failure(core::Failure::Refused, failed.detail);
        case engine::FailureKind::ServerError:
            return failure(core::Failure::ServerError, failed.detail);
        case engine::FailureKind::NotRecorded:
            return Trouble{Trouble::Kind::NotRecorded, failed.detail};
        case engine::FailureKind::Unsupported:
            return Trouble{Trouble::Kind::Unsupported, failed.detail};
        case engine::FailureKind::Cancelled:
            return Trouble{Trouble::Kind::Cancelled, failed.detail};
        case engine::FailureKind::Unreachable:
            break;
    }
    return Trouble{Trouble::Kind::Unreachable, failed.detail};
}

core::Answer AnswerReader::read(const core::Trial& trial) const {
    core::Answer answer;
    answer.raw = trial.answer;
    answer.tokens = trial.tokens;
    answer.recorded = trial.recorded;
    if (const auto kept = trial.grade.metrics.find("repaired");
        kept != trial.grade.metrics.end() && spec_->recipe.repairs > 0) {
        answer.repairs = kept->second > 0 ? 1 : 0;
    }
    if (trial.timing) {
        answer.ttft_ms = trial.timing->ttft_ms;
        answer.total_ms = trial.timing->total_ms;
        answer.alone = true;
    }
    if (!core::says_something(trial.grade.failure) && !is_said_in_text(trial)) {
        answer.answered_by = id_;
        answer.failure = trial.grade.failure;
        answer.failure_detail = trial.failure_detail;
        return answer;
    }
    answer.finish =
        trial.grade.failure == core::Failure::Truncated ? core::Finish::Length : core::Finish::End;
    take_text(answer, false);
    return answer;
}

}  // namespace palier::system
