#include "core/names.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <utility>

namespace palier::core {
namespace {

// The words are promised to scripts and stored in files: they are spelled out here once more.
template <class Value, class From>
void check_words(std::initializer_list<std::pair<Value, std::string_view>> words, From from) {
    std::set<std::string_view> seen;
    for (const auto& [value, word] : words) {
        CAPTURE(word);
        CHECK(name_of(value) == word);
        CHECK(from(word) == value);
        CHECK(seen.insert(word).second);
        CHECK_FALSE(from(std::string(word) + " ").has_value());
        CHECK_FALSE(from(word.substr(1)).has_value());
    }
    CHECK_FALSE(from("").has_value());
    CHECK_FALSE(from("PASS").has_value());
}

TEST_CASE("every enumeration has its words, and the words lead back to it") {
    check_words<Task>({{Task::Classify, "classify"},
                       {Task::Extract, "extract"},
                       {Task::Generate, "generate"},
                       {Task::Answer, "answer"}},
                      task_from);
    check_words<Rung>({{Rung::ZeroShot, "zero-shot"},
                       {Rung::Structured, "structured"},
                       {Rung::FewShot, "few-shot"},
                       {Rung::Rag, "rag"},
                       {Rung::Lora, "lora"},
                       {Rung::Full, "full"}},
                      rung_from);
    check_words<Privacy>(
        {{Privacy::Machine, "machine"}, {Privacy::Infra, "infra"}, {Privacy::Cloud, "cloud"}},
        privacy_from);
    check_words<Decide>({{Decide::Generate, "generate"}, {Decide::Score, "score"}}, decide_from);
    check_words<LabelNorm>({{LabelNorm::Sum, "sum"},
                            {LabelNorm::Mean, "mean"},
                            {LabelNorm::MinusEmpty, "minus-empty"}},
                           label_norm_from);
    check_words<Trouble>({{Trouble::Unreachable, "unreachable"},
                          {Trouble::File, "file"},
                          {Trouble::Template, "template"},
                          {Trouble::Context, "context"},
                          {Trouble::Memory, "memory"},
                          {Trouble::Failing, "failing"}},
                         trouble_from);
    check_words<Weights>({{Weights::AsFile, "file"},
                          {Weights::Bf16Copy, "bf16-copy"},
                          {Weights::Q8Copy, "q8-copy"},
                          {Weights::F32Copy, "f32-copy"}},
                         weights_from);
    check_words<Failure>({{Failure::None, "none"},
                          {Failure::Timeout, "timeout"},
                          {Failure::Refused, "refused"},
                          {Failure::Truncated, "truncated"},
                          {Failure::ContextExceeded, "context_exceeded"},
                          {Failure::InvalidAnswer, "invalid_answer"},
                          {Failure::Rejected, "rejected"},
                          {Failure::ServerError, "server_error"},
                          {Failure::ToolCall, "tool_call"},
                          {Failure::ThoughtsOnly, "thoughts_only"},
                          {Failure::SqlError, "sql_error"},
                          {Failure::SqlForbidden, "sql_forbidden"},
                          {Failure::SqlLimit, "sql_limit"},
                          {Failure::PatternError, "pattern_error"}},
                         failure_from);
    check_words<Decision>(
        {{Decision::Undecided, "too_close"}, {Decision::Pass, "pass"}, {Decision::Fail, "fail"}},
        decision_from);
    check_words<ProofEnd>({{ProofEnd::Decided, "decided"}, {ProofEnd::Error, "error"}},
                          proof_end_from);
    check_words<StopCause>({{StopCause::Finished, "finished"},
                            {StopCause::Budget, "budget"},
                            {StopCause::Interrupted, "interrupted"}},
                           stop_cause_from);
    check_words<Status>({{Status::Pass, "pass"},
                         {Status::Fail, "fail"},
                         {Status::TooClose, "too_close"},
                         {Status::RuledOutOnDev, "ruled_out_on_dev"},
                         {Status::ScreenedOut, "screened_out"},
                         {Status::NotTried, "not_tried"},
                         {Status::NotNeeded, "not_needed"},
                         {Status::Error, "error"}},
                        status_from);
    check_words<Order>({{Order::Up, "up"}, {Order::Down, "down"}, {Order::All, "all"}}, order_from);
    check_words<Baseline>({{Baseline::None, "none"},
                           {Baseline::Majority, "majority"},
                           {Baseline::Nearest, "nearest"},
                           {Baseline::Ngrams, "n-grams"}},
                          baseline_from);
    check_words<Role>({{Role::Topline, "topline"},
                       {Role::Candidate, "candidate"},
                       {Role::Baseline, "baseline"},
                       {Role::Hybrid, "hybrid"}},
                      role_from);
    check_words<Choice>({{Choice::Slm, "slm"},
                         {Choice::Llm, "llm"},
                         {Choice::Hybrid, "hybrid"},
                         {Choice::Baseline, "baseline"},
                         {Choice::None, "none"}},
                        choice_from);
}

}  // namespace
}  // namespace palier::core
