// Words for the values of a Summary, shared by every form of the report.
#pragma once

#include "core/summary.h"
#include "report/messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::report {

// "left: right" and "a; b; c", with the spaces that the language sets before these marks.
[[nodiscard]] std::string with_colon(Language language,
                                     const std::string& left,
                                     const std::string& right);
[[nodiscard]] std::string with_semicolons(Language language, const std::vector<std::string>& parts);

// The chosen System, the topline; nullptr when there is none.
[[nodiscard]] const core::SystemSummary* chosen(const core::Summary& summary);
[[nodiscard]] const core::SystemSummary* topline(const core::Summary& summary);
// Cases that what the System learned was learned from; 0: nothing was.
[[nodiscard]] std::int64_t learned_from(const core::SystemSummary& system);
// Name for people: the model's name, else the candidate's id.
[[nodiscard]] std::string model_name(const core::SystemSummary& system);

// Scores of the job's metric are 0 or 1: quality reads as a percentage of right answers.
[[nodiscard]] bool reads_as_percent(const core::Summary& summary);
// A quality value alone, "91.2 %" or "0.912"; told apart from `need` where both would read the
// same.
[[nodiscard]] std::string quality_value(Language language,
                                        const core::Summary& summary,
                                        double value,
                                        double need);
// "91.2 % right (87.1 to 94.8 %, 99.3 % level, 62 of 182 cases)".
[[nodiscard]] std::string quality_in_full(Language language,
                                          const core::Summary& summary,
                                          const core::Measure& measure);
// "71 % right", "macro_f1 0.71".
[[nodiscard]] std::string quality_in_short(Language language,
                                           const core::Summary& summary,
                                           const core::QualityMeasure& quality);
// The threshold: "90 %", or "95 % of the topline's quality".
[[nodiscard]] std::string need_in_words(Language language, const core::Summary& summary);
// The threshold as a share of the cases: from any System's measure, else the stated minimum.
[[nodiscard]] std::optional<double> need_of(const core::Summary& summary);
// The id of the case at this place in dev; its number there where a summary that is damaged has
// none.
[[nodiscard]] std::string dev_id(const core::Summary& summary, std::int64_t place);
// Dev cases behind a rung's score. Without a value where neither it nor a System of a run of an
// earlier version tells how many these are.
[[nodiscard]] std::optional<std::int64_t> asked_on_dev(const core::Summary& summary,
                                                       const core::RungTried& rung);
// The interval has no width: every case was answered.
[[nodiscard]] bool is_exact(const core::Measure& measure);

[[nodiscard]] std::string status_word(Language language, core::Status status);
// The same of a System; "quality" alone where it passes but a limit of the job was not measured.
[[nodiscard]] std::string status_word(Language language, const core::SystemSummary& system);
// The run stopped while it was being asked: nothing is decided of it, and yet it was tried.
[[nodiscard]] bool is_unfinished(const core::SystemSummary& system);
// It passes, and yet a limit was not measured.
[[nodiscard]] bool is_quality_only(const core::SystemVerdict& verdict);
// One column wide, so that no meaning hangs on colour: "✓" "✗" "≈" "⊘" "–" "·" "!"; in ASCII "+"
// "x" ...
[[nodiscard]] std::string_view status_sign(core::Status status, bool ascii = false);
[[nodiscard]] std::string role_word(Language language, core::Role role);
[[nodiscard]] std::string rung_word(Language language, core::Rung rung);
// The rung of a System in a table: "structured", "recorded" for recorded answers, "-" without one.
[[nodiscard]] std::string rung_cell(Language language, const core::SystemSummary& system);
// How the model is used, after its name: "with label scoring", "with 4 examples in the prompt".
[[nodiscard]] std::string how_in_words(Language language, const core::SystemSummary& system);
[[nodiscard]] std::string constraint_word(Language language, std::string_view constraint);
// By the name of core::Failure; an unknown name is given back.
[[nodiscard]] std::string failure_word(Language language, std::string_view failure);

// The measured value or limit of a reason, with its unit.
[[nodiscard]] std::string reason_value(Language language,
                                       const core::Summary& summary,
                                       std::string_view constraint,
                                       double value);
// "quality: 71 %, needed 90 %"; "P95 latency: not measured".
[[nodiscard]] std::string reason_in_short(Language language,
                                          const core::Summary& summary,
                                          const core::SystemSummary& system,
                                          const core::Reason& reason);

// "its file does not load"; "" for what is unreachable, of which the endpoint's own words tell.
[[nodiscard]] std::string trouble_in_short(Language language, core::Trouble trouble);
// The same of a System that is `error`; "" for every other.
[[nodiscard]] std::string trouble_of(Language language, const core::SystemSummary& system);

// No System was chosen because a model cannot run on this machine as it is: its file, its chat
// template, its context, or memory.
[[nodiscard]] bool cannot_run_here(const core::Summary& summary);

// Where the words stand: the page does not send its reader to itself.
enum class Medium { Terminal, Page };
// The command lines and advice that fit this outcome, one a line.
[[nodiscard]] std::vector<std::string> next_steps(Language language,
                                                  const core::Summary& summary,
                                                  Medium medium = Medium::Terminal);

}  // namespace palier::report
