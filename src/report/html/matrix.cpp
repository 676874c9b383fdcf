// The case matrix: rows are cases, columns are Systems. Two passes over the Trials: the first keeps
// one score a case and System, which decides the rows; the second keeps the answers of those rows.
#include "base/text.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace palier::report::page {
namespace {

constexpr std::size_t k_rows_for_all = 2000;  // with more, only failures and differences are listed
constexpr std::size_t k_rows_at_most = 2000;
constexpr std::size_t k_input_characters = 600;
constexpr std::size_t k_answer_characters = 90;
constexpr std::int32_t k_not_asked = std::numeric_limits<std::int32_t>::min();

struct Row {
    std::string case_id;
    std::vector<std::int32_t> scores;  // millionths by column, or k_not_asked
    bool fails = false;
    bool differs = false;
};

struct Answer {
    std::string parsed;
    core::Failure failure = core::Failure::None;
};

class Matrix {
   public:
    Matrix(const Page& page, store::Store& store, std::int64_t run)
        : page_(page), store_(store), run_(run) {
        for (const auto& system : page.summary.systems) {
            // A topline that is also a candidate is one System, and one column.
            if (system.measure.quality &&
                column_of_.try_emplace(system.system.hash, systems_.size()).second) {
                systems_.push_back(&system);
            }
        }
    }

    Result<void> write(const Sink& out) {
        PALIER_TRY(read_scores());
        out(section_start("cases", page_.say(say::matrix_title)));
        if (rows_.empty()) {
            out("<p>" + page_.say(say::matrix_nothing) + "</p>\n" + std::string(k_section_end));
            return {};
        }
        choose_rows();
        PALIER_TRY(read_answers());
        out("<p class=\"lead\">" + page_.say(say::matrix_lead) + "</p>\n" + reduction());
        out(controls());
        out(scroll_start(page_) + head());
        PALIER_TRY(write_rows(out));
        out("</tbody></table>" + std::string(k_scroll_end) + "</div>\n" +
            std::string(k_section_end));
        return {};
    }

   private:
    // Calls visit(column, trial) for every Trial of the matrix.
    Result<void> each_answer(
        const std::function<void(std::size_t, const core::Trial&)>& visit) const {
        for (const store::Phase phase : {store::Phase::Topline, store::Phase::Test}) {
            PALIER_TRY(store_.each_trial(run_, phase, "", [&](const store::Placed& placed) {
                const auto column = column_of_.find(placed.trial.system_hash);
                if (column != column_of_.end()) {
                    visit(column->second, placed.trial);
                }
                return true;
            }));
        }
        return {};
    }

    Result<void> read_scores() {
        PALIER_TRY(each_answer([&](std::size_t column, const core::Trial& trial) {
            const auto [at, is_new] = row_of_.try_emplace(trial.case_id, rows_.size());
            if (is_new) {
                rows_.push_back(
                    {trial.case_id, std::vector<std::int32_t>(systems_.size(), k_not_asked)});
            }
            rows_[at->second].scores[column] =
                static_cast<std::int32_t>(std::clamp<Micros>(trial.grade.score, 0, k_one));
        }));
        for (Row& row : rows_) {
            std::int32_t least = k_one;
            std::int32_t most = 0;
            for (const std::int32_t score : row.scores) {
                if (score != k_not_asked) {
                    least = std::min(least, score);
                    most = std::max(most, score);
                }
            }
            row.fails = least < k_one;
            row.differs = least < most;
        }
        return {};
    }

    void choose_rows() {
        total_ = rows_.size();
        candidates_ = total_;
        if (total_ > k_rows_for_all) {
            reduced_ = true;
            candidates_ = static_cast<std::size_t>(std::ranges::count_if(
                rows_, [](const Row& row) { return row.fails || row.differs; }));
        }
    }

    [[nodiscard]] bool is_listed(const Row& row) const {
        return !reduced_ || row.fails || row.differs;
    }

    Result<void> read_answers() {
        std::size_t kept = 0;
        for (const Row& row : rows_) {
            if (is_listed(row) && kept < k_rows_at_most) {
                answers_.try_emplace(row.case_id, std::vector<Answer>(systems_.size()));
                ++kept;
            }
        }
        shown_ = kept;
        return each_answer([&](std::size_t column, const core::Trial& trial) {
            const auto found = answers_.find(trial.case_id);
            if (found != answers_.end()) {
                found->second[column] = {shortened(trial.grade.parsed, k_answer_characters),
                                         trial.grade.failure};
            }
        });
    }

    [[nodiscard]] std::string reduction() const {
        if (!reduced_) {
            return {};
        }
        std::string text =
            page_.say(say::matrix_reduced,
                      {{"total", count(page_.language, static_cast<std::int64_t>(total_))},
                       {"kept", count(page_.language, static_cast<std::int64_t>(candidates_))},
                       {"run", page_.summary.run}});
        if (shown_ < candidates_) {
            text +=
                " " +
                page_.say(say::matrix_cut,
                          {{"shown", count(page_.language, static_cast<std::int64_t>(shown_))}});
        }
        return "<p class=\"notice\">" + text + "</p>\n";
    }

    // Radio buttons filter by style sheet alone; the script adds searching and counting.
    [[nodiscard]] std::string controls() const {
        std::size_t failures = 0;
        std::size_t different = 0;
        for (const Row& row : rows_) {
            if (answers_.contains(row.case_id)) {
                failures += row.fails ? 1 : 0;
                different += row.differs ? 1 : 0;
            }
        }
        struct Filter {
            std::string_view value;
            int phrase;
            std::size_t rows;
        };
        const std::vector<Filter> filters{{"all", say::matrix_all, shown_},
                                          {"fail", say::matrix_failures, failures},
                                          {"diff", say::matrix_different, different}};
        const std::string opens_on = failures > 0 ? "fail" : "all";
        std::string html = "<div class=\"matrix\">\n<fieldset class=\"filters\"><legend>" +
                           page_.say(say::matrix_filter) + "</legend>";
        for (const Filter& filter : filters) {
            const std::string value(filter.value);
            html += "<label><input type=\"radio\" name=\"filter\" value=\"";
            html += value;
            html += "\" id=\"filter-";
            html += value;
            html += value == opens_on ? "\" checked><span>" : "\"><span>";
            html += page_.say(filter.phrase);
            html += " <b>";
            html += count(page_.language, static_cast<std::int64_t>(filter.rows));
            html += "</b></span></label>";
        }
        // The template of the live count; the script fills in the numbers.
        const std::string shown = page_.say(say::matrix_shown, {{"shown", "#"}, {"total", "##"}});
        return html + "<label class=\"search\" hidden>" + page_.say(say::matrix_search) +
               " <input type=\"search\" id=\"matrix-search\"></label></fieldset>\n"
               "<p class=\"fine\" id=\"matrix-count\" aria-live=\"polite\" data-text=\"" +
               shown + "\"></p>\n";
    }

    [[nodiscard]] std::string head() const {
        std::string html = "<table id=\"matrix-table\"><thead><tr><th scope=\"col\">" +
                           page_.say(say::matrix_case) + "</th><th scope=\"col\">" +
                           page_.say(say::matrix_expected) + "</th>";
        for (const core::SystemSummary* system : systems_) {
            html += "<th scope=\"col\">" + html_text(model_name(*system)) + "<small>" +
                    html_text(rung_cell(page_.language, *system)) + "</small></th>";
        }
        return html + "</tr></thead><tbody>\n";
    }

    Result<void> write_rows(const Sink& out) const {
        return store_.each_case(run_, [&](const core::Case& one) {
            const auto found = answers_.find(one.id);
            if (found != answers_.end()) {
                out(row_html(one, rows_[row_of_.at(one.id)], found->second));
            }
            return true;
        });
    }

    [[nodiscard]] std::string row_html(const core::Case& one,
                                       const Row& row,
                                       const std::vector<Answer>& answers) const {
        const std::string classes = std::string(row.fails ? "fail" : "") +
                                    (row.fails && row.differs ? " " : "") +
                                    (row.differs ? "diff" : "");
        std::string html =
            "<tr" + (classes.empty() ? "" : " class=\"" + classes + "\"") +
            "><th scope=\"row\"><details><summary>" + html_text(one.id) + " <span>" +
            html_text(shortened(plain_line(one.input), 70)) + "</span></summary><p>" +
            html_text(shortened(one.input, k_input_characters)) + "</p></details></th><td>" +
            html_text(one.expected.empty() ? std::string()
                                           : shortened(one.expected.front(), k_answer_characters)) +
            "</td>";
        for (std::size_t i = 0; i < systems_.size(); ++i) {
            html += answer_cell(row.scores[i], answers[i]);
        }
        return html + "</tr>\n";
    }

    [[nodiscard]] std::string answer_cell(std::int32_t score, const Answer& answer) const {
        if (score == k_not_asked) {
            return "<td class=\"absent\"><span aria-hidden=\"true\">·</span><span "
                   "class=\"hidden\">" +
                   page_.say(say::matrix_absent) + "</span></td>";
        }
        const bool right = score >= k_one;
        const bool wrong = score == 0;
        const std::string sign = right ? "✓" : wrong ? "✗" : "◐";
        const int phrase = right   ? say::matrix_right
                           : wrong ? say::matrix_wrong
                                   : say::matrix_partly;
        std::string text = html_text(answer.parsed);
        if (answer.failure != core::Failure::None) {
            text = "<i>" +
                   html_sentence(failure_word(page_.language, core::name_of(answer.failure))) +
                   "</i>" + (text.empty() ? "" : " " + text);
        }
        if (!right && !wrong) {
            const double share = static_cast<double>(score) / static_cast<double>(k_one);
            text += " <small>" +
                    page_.say(say::matrix_score, {{"value", number(page_.language, share, 2)}}) +
                    "</small>";
        }
        return "<td class=\"" +
               std::string(right   ? "right"
                           : wrong ? "wrong"
                                   : "partly") +
               "\"><span aria-hidden=\"true\">" + sign + "</span><span class=\"hidden\">" +
               page_.say(phrase) + "</span> " + text + "</td>";
    }

    const Page& page_;
    store::Store& store_;
    std::int64_t run_;
    std::vector<const core::SystemSummary*> systems_;
    std::unordered_map<std::string, std::size_t> column_of_;
    std::unordered_map<std::string, std::size_t> row_of_;
    std::vector<Row> rows_;
    std::unordered_map<std::string, std::vector<Answer>> answers_;  // of the rows that are listed
    std::size_t total_ = 0, candidates_ = 0, shown_ = 0;
    bool reduced_ = false;
};

}  // namespace

Result<void> matrix_section(const Page& page,
                            store::Store& store,
                            std::int64_t run,
                            const Sink& out) {
    return Matrix(page, store, run).write(out);
}

}  // namespace palier::report::page
