#include "base/text.h"
#include "planning/codes.h"
#include "report/data_check.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

#include <algorithm>

namespace palier::report {
namespace {

// "74 / 210"; "-" where it is not reached.
std::string shown(const core::CasesUsed& used, Language language) {
    const auto one = [&](const std::optional<std::int64_t>& cases) {
        return cases ? report::count(language, *cases) : "-";
    };
    return one(used.median) + " / " + one(used.nine_in_ten);
}

class DataCheckText {
   public:
    DataCheckText(Language language, const planning::DataCheck& check)
        : language_(language), check_(check) {}

    std::string written() {
        verdict();
        text_ += "\n";
        say(say::data_split,
            {{"dev", count(check_.dev_cases)},
             {"test", count(check_.test_cases)},
             {"independent", count(check_.independent)},
             {"format", check_.format},
             {"encoding", check_.encoding}});
        labels();
        say(say::data_lengths,
            {{"tokens", count(check_.longest_tokens)},
             {"context", count(check_.context_tokens)},
             {"median", count(check_.median_tokens)}});
        needed();
        if (!check_.notes.empty()) {
            text_ += "\n";
        }
        for (const core::Note& note : check_.notes) {
            text_ += paragraph("- " + sentence(language_, note.code, note.args), 0, 2);
        }
        return std::move(text_);
    }

   private:
    std::string count(std::int64_t value) const { return report::count(language_, value); }
    std::string threshold() const {
        return percent(language_, static_cast<double>(check_.threshold) / k_one);
    }
    void say(int code, const Args& args = {}) {
        text_ += paragraph(sentence(language_, code, args), 0, 2);
    }

    void verdict() {
        const Args common{{"metric", check_.metric},
                          {"threshold", threshold()},
                          {"count", count(check_.independent)},
                          {"need", count(check_.needed_if_all_right.value_or(0))}};
        if (!check_.can_carry) {
            // A climb decides a small set all the same; it promises nothing beyond it.
            say(check_.decides ? say::carries_these_cases : say::cannot_carry, common);
            for (const core::Note& reason : check_.reasons) {
                Args args = reason.args;
                args.emplace_back("alpha", number(language_, check_.alpha, 4));
                args.emplace_back("k", std::to_string(check_.k));
                text_ += paragraph("- " + sentence(language_, reason.code, args), 0, 2);
            }
        } else {
            say(check_.sequential ? say::can_carry : say::can_carry_full_set, common);
        }
    }

    void labels() {
        std::vector<std::string> all, few;
        constexpr std::int64_t k_few = 10;
        for (const auto& [label, cases] : check_.labels) {
            all.push_back(label + " " + count(cases));
            if (cases < k_few) {
                few.push_back(label);
            }
        }
        if (!all.empty()) {
            say(say::data_labels, {{"labels", join(all, ", ")}});
        }
        if (!few.empty()) {
            say(say::data_rare_labels, {{"labels", join(few, ", ")}});
        }
    }

    void needed() {
        if (check_.supposed.empty()) {
            return;
        }
        Table table;
        table.columns = {{sentence(language_, say::head_true_score), Align::Right, false},
                         {sentence(language_, say::head_promise_b), Align::Right, false},
                         {sentence(language_, say::head_promise_a), Align::Right, false}};
        for (const planning::SupposedSystem& system : check_.supposed) {
            table.rows.push_back({percent(language_, static_cast<double>(system.quality) / k_one),
                                  shown(system.future, language_),
                                  shown(system.these, language_)});
        }
        text_ += "\n";
        say(say::cases_needed_lead);
        text_ += join(table.lines(k_text_width), "\n") + "\n";
        say(say::cases_needed_legend,
            {{"runs", std::to_string(core::k_simulated_runs)},
             {"alpha", number(language_, check_.alpha, 4)},
             {"k", std::to_string(check_.k)},
             {"cap", count(core::k_most_simulated_cases)}});
        if (check_.of_topline) {
            say(say::data_of_topline);
        }
        if (!check_.zero_one) {
            say(say::data_not_zero_one, {{"metric", check_.metric}});
        }
    }

    Language language_;
    const planning::DataCheck& check_;
    std::string text_;
};

}  // namespace

std::string data_check_text(Language language, const planning::DataCheck& check) {
    return DataCheckText(language, check).written();
}

}  // namespace palier::report
