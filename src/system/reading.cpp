#include "system/reading.h"

#include "answer/json_answer.h"
#include "answer/words.h"
#include "lib/json/json.h"

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

}  // namespace

AnswerReader::AnswerReader(const core::System& system, Scores prior)
    : spec_(&system.spec), id_(system.id), prior_(std::move(prior)) {
    if (spec_->task == core::Task::Classify) {
        labels_.emplace(spec_->labels);
    }
}

void AnswerReader::take_text(core::Answer& answer) const {
    answer.answered_by = id_;
    answer.text = answer.raw;
    if (spec_->recipe.decide == core::Decide::Score) {
        const auto scores = scores_of(answer.raw, spec_->labels.size());
        answer.text = scores ? spec_->labels[best_label(*scores, spec_->recipe.norm, prior_)] : "";
    }
    switch (spec_->task) {
        case core::Task::Classify:
            answer.parsed = labels_->read(answer.text).label;
            break;
        case core::Task::Extract: {
            const answer::JsonAnswer found = answer::json_of(answer.text);
            // A bare string or number is JSON too, but nothing was extracted.
            if (found.value.is_object() || found.value.is_array()) {
                answer.parsed = json::write(found.value);
            }
            break;
        }
        case core::Task::Generate:
        case core::Task::Answer:
            answer.parsed = answer::trimmed(answer::without_thinking(answer.text));
            break;
    }
    if (!answer.parsed) {
        answer.failure = answer.finish == core::Finish::Length ? core::Failure::Truncated
                                                               : core::Failure::InvalidAnswer;
    }
}

core::Answer AnswerReader::read(const engine::Response& response) const {
    core::Answer answer;
    answer.raw = spec_->recipe.decide == core::Decide::Score ? text_of_scores(response.scores)
                                                             : response.text;
    answer.finish = finish_of(response.finish);
    answer.tokens = {response.prompt_tokens, response.cached_tokens, response.output_tokens};
    answer.ttft_ms = response.ttft_ms;
    answer.total_ms = response.total_ms;
    answer.alone = response.alone;
    if (response.prompt_truncated) {
        // The model did not see the whole prompt: its answer is not an answer to this input.
        answer.answered_by = id_;
        answer.failure = core::Failure::ContextExceeded;
        return answer;
    }
    take_text(answer);
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
    answer.failure_detail = trial.failure_detail;
    if (trial.timing) {
        answer.ttft_ms = trial.timing->ttft_ms;
        answer.total_ms = trial.timing->total_ms;
        answer.alone = true;
    }
    if (!core::says_something(trial.grade.failure)) {
        answer.answered_by = id_;
        answer.failure = trial.grade.failure;
        return answer;
    }
    answer.finish =
        trial.grade.failure == core::Failure::Truncated ? core::Finish::Length : core::Finish::End;
    take_text(answer);
    return answer;
}

}  // namespace palier::system
