// The report of a terminal.
#include "report/confidence.h"
#include "report/escape.h"
#include "report/form.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/report.h"
#include "report/table.h"
#include "report/wording.h"

#include <optional>

namespace palier::report {
namespace {

constexpr std::string_view k_bold = "\x1b[1m";
constexpr std::string_view k_green = "\x1b[32m";
constexpr std::string_view k_red = "\x1b[31m";
constexpr std::string_view k_yellow = "\x1b[33m";
constexpr std::string_view k_plain = "\x1b[0m";

class Terminal {
   public:
    Terminal(Language language,
             const core::Summary& summary,
             const Style& style,
             const std::optional<SystemFailures>& failures)
        : language_(language), summary_(summary), style_(style), failures_(failures) {}

    std::string report() {
        verdict();
        systems();
        speeds();
        reasons();
        failures();
        errors();
        notes();
        section(say::section_next);
        for (const std::string& step : next_steps(language_, summary_)) {
            paragraph(step, 2, 4);
        }
        return style_.ascii ? without_no_break_spaces() : std::move(out_);
    }

   private:
    [[nodiscard]] std::string say(int phrase, const Args& args = {}) const {
        return sentence(language_, phrase, args);
    }

    [[nodiscard]] std::string without_no_break_spaces() const {
        std::string text;
        for (std::size_t i = 0; i < out_.size(); ++i) {
            const bool no_break = out_.compare(i, 2, "\xc2\xa0") == 0;
            text += no_break ? ' ' : out_[i];
            i += no_break ? 1 : 0;
        }
        return text;
    }

    void line(std::string_view text, std::string_view colour = {}) {
        if (style_.colour && !colour.empty()) {
            out_.append(colour).append(text).append(k_plain).append("\n");
        } else {
            out_.append(text).append("\n");
        }
    }

    void paragraph(std::string_view text,
                   std::size_t first_indent,
                   std::size_t indent,
                   std::string_view colour = {}) {
        for (const std::string& part :
             wrapped(plain_line(text), style_.width, first_indent, indent)) {
            line(part, colour);
        }
    }

    void section(int phrase) { title(say(phrase)); }

    void title(const std::string& text) {
        out_ += "\n";
        for (const std::string& part : wrapped(text, style_.width, 0, 2)) {
            line(part, k_bold);
        }
    }

    void verdict() {
        if (style_.one_line_verdict) {
            line(headline(language_, summary_), k_bold);
        } else {
            paragraph(headline(language_, summary_), 0, 0, k_bold);
        }
        out_ += "\n";
        for (const std::string& promise : promises(language_, summary_)) {
            paragraph(promise, 0, 2);
        }
    }

    [[nodiscard]] std::string_view colour_of(core::Status status) const {
        switch (status) {
            case core::Status::Pass:
                return k_green;
            case core::Status::Fail:
            case core::Status::RuledOutOnDev:
                return k_red;
            default:
                return k_yellow;
        }
    }

    // What is asked and answers by itself: a name says all.
    [[nodiscard]] static bool is_plain(const core::SystemSummary& system) {
        return system.verdict.role == core::Role::Candidate ||
               system.verdict.role == core::Role::Baseline;
    }

    [[nodiscard]] std::string name(const core::SystemSummary& system) const {
        const std::string model = plain_line(model_name(system));
        return is_plain(system)
                   ? model
                   : with_colon(language_, role_word(language_, system.verdict.role), model);
    }

    [[nodiscard]] std::string quality(const core::Measure& measure) const {
        if (!measure.quality) {
            return "-";
        }
        const core::QualityMeasure& quality = *measure.quality;
        const std::string ends =
            is_exact(measure) ? say(say::exact_word)
                              : range(language_, quality.interval, reads_as_percent(summary_));
        return quality_value(language_, summary_, quality.value, quality.need) + " (" + ends + ")";
    }

    void table(const Table& content) {
        std::size_t row = 0;
        for (const std::string& text : content.lines(style_.width - 2)) {
            const auto colour =
                row == 0 ? std::string_view() : colour_of(summary_.systems[row - 1].verdict.status);
            line("  " + text, coloured_rows_ ? colour : std::string_view());
            ++row;
        }
    }

    void systems() {
        section(say::section_systems);
        Table content;
        content.columns = {{say(say::head_system), Align::Left, true},
                           {say(say::head_rung), Align::Left, true},
                           {say(say::head_status)},
                           {say(say::head_quality)},
                           {say(say::head_cases), Align::Right}};
        for (const auto& system : summary_.systems) {
            const core::Status status = system.verdict.status;
            const core::Measure& measure = system.measure;
            const bool proved = measure.quality.has_value();
            // The topline and a hybrid are named here: beside a name there is no room for both.
            const std::string role =
                is_plain(system) ? "" : role_word(language_, system.verdict.role) + ", ";
            content.rows.push_back({plain_line(model_name(system)),
                                    rung_cell(language_, system),
                                    std::string(status_sign(status, style_.ascii)) + " " + role +
                                        status_word(language_, system),
                                    quality(measure),
                                    proved ? count(language_, measure.items_used) + "/" +
                                                 count(language_, measure.items_total)
                                           : "-"});
        }
        coloured_rows_ = true;
        table(content);
        coloured_rows_ = false;
        levels();
    }

    // One line for the level of the intervals, when all share it.
    void levels() {
        std::optional<double> common;
        bool full = false;  // an interval of all cases is about requests to come
        for (const auto& system : summary_.systems) {
            if (!system.measure.quality) {
                continue;
            }
            const double here = system.measure.quality->interval.level;
            if (common && *common != here) {
                return;
            }
            common = here;
            full = full || system.measure.quality->interval_method != "anytime";
        }
        if (common) {
            paragraph(say(full ? say::interval_line_full : say::interval_line,
                          {{"metric", summary_.plan.quality.metric},
                           {"level", level(language_, *common)},
                           {"need", need_in_words(language_, summary_)}}),
                      2,
                      2);
        }
    }

    void speeds() {
        Table content;
        content.columns = {{say(say::head_system), Align::Left, true},
                           {say(say::head_ttft), Align::Right},
                           {say(say::head_p95), Align::Right},
                           {say(say::head_speed), Align::Right},
                           {say(say::head_memory), Align::Right},
                           {say(say::head_cost), Align::Right}};
        bool anything = false;
        for (const auto& system : summary_.systems) {
            const core::Measure& m = system.measure;
            const auto& l = m.latency;
            anything = anything || l || m.memory_bytes_peak || m.cost;
            content.rows.push_back(
                {name(system),
                 l && l->ttft_ms_p95 ? milliseconds(language_, *l->ttft_ms_p95) : "-",
                 l ? milliseconds(language_, l->total_ms_p95) : "-",
                 l && l->tokens_per_s ? number(language_, *l->tokens_per_s, 0) : "-",
                 m.memory_bytes_peak ? bytes(language_, *m.memory_bytes_peak) : "-",
                 m.cost ? money(language_, m.cost->per_1k, m.cost->currency) : "-"});
        }
        if (anything) {
            section(say::section_speed);
            table(content);
        }
    }

    void append(std::string& list, const std::string& clause) const {
        list = list.empty() ? clause : with_semicolons(language_, {list, clause});
    }

    void reasons() {
        bool titled = false;
        for (const auto& system : summary_.systems) {
            std::string text;
            for (const core::Reason& reason : system.verdict.reasons) {
                append(text, reason_in_short(language_, summary_, system, reason));
            }
            if (const std::string trouble = trouble_of(language_, system); !trouble.empty()) {
                append(text, trouble);
            }
            if (const auto failure = system.notes.find("failure"); failure != system.notes.end()) {
                append(text, failure->second);
            }
            if (const std::string rungs = rungs_left(system); !rungs.empty()) {
                append(text, rungs);
            }
            if (text.empty()) {
                continue;
            }
            if (!titled) {
                section(say::section_why);
                titled = true;
            }
            paragraph(model_name(system) + " - " + text, 2, 4);
        }
    }

    [[nodiscard]] std::string rungs_left(const core::SystemSummary& system) const {
        if (system.verdict.status != core::Status::Fail) {
            return {};
        }
        std::string rungs;
        for (const core::Rung rung : system.verdict.rungs_not_proved) {
            rungs += (rungs.empty() ? "" : ", ") + rung_word(language_, rung);
        }
        return rungs.empty() ? rungs : say(say::rungs_left, {{"rungs", rungs}});
    }

    void failures() {
        if (!failures_) {
            return;
        }
        title(failures_title(language_, *failures_));
        for (const std::string& text : failure_lines(language_, *failures_, false, style_.width)) {
            line(text);
        }
        if (failures_->found.cases.size() > failures_->found.telling.size()) {
            paragraph(say(say::failures_all, {{"run", summary_.run}}), 2, 4);
        }
    }

    void errors() {
        bool titled = false;
        for (const auto& system : summary_.systems) {
            std::string kinds;
            for (const auto& [kind, times] : system.measure.errors) {
                kinds += (kinds.empty() ? "" : ", ") + say(say::error_count,
                                                           {{"kind", failure_word(language_, kind)},
                                                            {"n", count(language_, times)}});
            }
            if (kinds.empty()) {
                continue;
            }
            if (!titled) {
                section(say::section_errors);
                titled = true;
            }
            paragraph(model_name(system) + " - " + kinds, 2, 4);
        }
    }

    void notes() {
        std::vector<std::string> lines;
        for (const core::Note& note : summary_.notes) {
            lines.push_back(sentence(language_, note.code, note.args));
        }
        for (const auto& system : summary_.systems) {
            const core::Measure& measure = system.measure;
            if (measure.batch_checked > 0) {
                lines.push_back(
                    say(measure.batch_disagreed == 0 ? say::batch_clean : say::batch_line,
                        {{"system", system.verdict.id},
                         {"checked", count(language_, measure.batch_checked)},
                         {"disagreed", count(language_, measure.batch_disagreed)}}));
            }
        }
        for (const auto& system : summary_.systems) {
            if (std::optional<std::string> told = form_line(language_, system)) {
                lines.push_back(*std::move(told) + ".");
            }
            for (std::string& told : confidence_lines(language_, system)) {
                lines.push_back(std::move(told) + ".");
            }
        }
        if (lines.empty()) {
            return;
        }
        section(say::section_notes);
        for (const std::string& text : lines) {
            paragraph(text, 2, 4);
        }
    }

    Language language_;
    const core::Summary& summary_;
    const Style& style_;
    const std::optional<SystemFailures>& failures_;
    bool coloured_rows_ = false;
    std::string out_;
};

}  // namespace

std::string text(Language language,
                 const core::Summary& summary,
                 const Style& style,
                 const std::optional<SystemFailures>& failures) {
    return Terminal(language, summary, style, failures).report();
}

}  // namespace palier::report
