// The graders of texts: generate and answer.
#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/graders.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace palier::eval {
namespace {

Micros one_if(bool right) {
    return right ? k_one : 0;
}

bool is_gsm8k(std::string_view metric) {
    return metric == "gsm8k_strict" || metric == "gsm8k_flexible";
}

// What lm-evaluation-harness's exact_match ignores for gsm8k (regexes_to_ignore "," "\$"
// "(?s).*#### " "\.$", ignore_case), in that order.
std::string gsm8k_compared(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        if (c != ',' && c != '$') {
            kept += c;
        }
    }
    const std::size_t mark = kept.rfind("#### ");
    if (mark != std::string::npos) {
        kept.erase(0, mark + 5);
    }
    if (kept.ends_with('.')) {
        kept.pop_back();
    }
    return to_lower(kept);
}

std::string_view after_mark(std::string_view text) {
    const std::size_t mark = text.rfind("####");
    return mark == std::string_view::npos ? text : text.substr(mark + 4);
}

}  // namespace

TextGrader::TextGrader(MetricFact fact, answer::Style style)
    : Grader(std::move(fact), "generate", style == answer::Style::French ? "fr" : "en"),
      style_(style),
      numbers_(metric().name == "numeric" || is_gsm8k(metric().name)),
      strict_(answer::Pattern::of_program("#### (-?[0-9.,]+)")),
      flexible_(answer::Pattern::of_program("(-?[$0-9.,]{2,})|(-?[0-9]+)")) {}

std::vector<std::string> TextGrader::per_case_metrics() const {
    if (numbers_) {
        return {"contains", "exact", "gsm8k_flexible", "gsm8k_strict", "normalised", "numeric"};
    }
    return {"contains", "exact", "normalised"};
}

core::Grade TextGrader::grade_one(const std::string& gold, std::string_view answer) const {
    core::Grade grade;
    grade.metrics["exact"] = one_if(answer::trimmed(gold) == answer::trimmed(answer));
    grade.metrics["normalised"] = one_if(answer::same_folded(gold, answer));
    grade.metrics["contains"] = one_if(answer::contains_folded(answer, gold));
    grade.parsed =
        metric().name == "exact" ? std::string(answer::trimmed(answer)) : answer::folded(answer);
    if (!numbers_) {
        return grade;
    }
    const auto wanted = metric().name == "numeric"
                            ? answer::only_number_in(after_mark(gold), style_)
                            : answer::number_of(after_mark(gold), style_);
    const auto given = answer::number_of(answer, style_);
    grade.metrics["numeric"] = one_if(wanted && given && answer::same_quantity(*wanted, *given));
    const auto first_strict = strict_.find(answer);
    const auto all_flexible = flexible_.find_all(answer);
    const std::string strict =
        first_strict ? std::string(first_strict->text(answer, 1)) : "[invalid]";
    const std::string flexible =
        all_flexible.empty() ? "[invalid]" : std::string(trim(all_flexible.back().text(answer)));
    grade.metrics["gsm8k_strict"] = one_if(gsm8k_compared(strict) == gsm8k_compared(gold));
    grade.metrics["gsm8k_flexible"] = one_if(gsm8k_compared(flexible) == gsm8k_compared(gold));
    if (metric().name == "numeric") {
        grade.parsed = given ? given->decimal : "";
        grade.failure = given ? core::Failure::None : core::Failure::InvalidAnswer;
    } else {
        grade.parsed = metric().name == "gsm8k_strict" ? strict : flexible;
        grade.failure =
            grade.parsed == "[invalid]" ? core::Failure::InvalidAnswer : core::Failure::None;
    }
    return grade;
}

core::Grade TextGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const std::string said = answer::without_thinking(answer);
    core::Grade best;
    for (const std::string& gold : item.expected) {
        core::Grade one = grade_one(gold, said);
        for (const auto& [name, value] : one.metrics) {
            Micros& kept = best.metrics[name];
            kept = std::max(kept, value);
        }
        best.parsed = std::move(one.parsed);
        best.failure = one.failure;
    }
    best.score = best.metrics[metric().name];
    return best;
}

Result<void> TextGrader::check(const core::Case& item) const {
    if (metric().name == "numeric") {
        for (const std::string& gold : item.expected) {
            const bool has_digits = gold.find_first_of("0123456789") != std::string::npos;
            if (has_digits && !answer::only_number_in(after_mark(gold), style_)) {
                return Error(codes::not_one_number,
                             {{"line", std::to_string(item.line)},
                              {"id", item.id},
                              {"metric", metric().name},
                              {"expected", shortened(gold, 60)}});
            }
        }
    }
    const bool readable =
        std::any_of(item.expected.begin(), item.expected.end(), [&](const std::string& gold) {
            return answer::number_of(after_mark(gold), style_).has_value();
        });
    if (numbers_ && !readable) {
        return Error(
            codes::expected_without_number,
            {{"line", std::to_string(item.line)}, {"id", item.id}, {"metric", metric().name}});
    }
    return {};
}

bool accepts_everything(const answer::Pattern& pattern) {
    // Texts that have nothing in common: what is found in each of them is found in all.
    constexpr std::array<std::string_view, 4> texts{"", "\n", "q7Zk", "\xe8\xaa\x9e - 0."};
    return std::all_of(
        texts.begin(), texts.end(), [&](std::string_view text) { return pattern.found_in(text); });
}

PatternGrader::PatternGrader(MetricFact metric,
                             std::optional<answer::Pattern> common,
                             std::string_view pattern)
    : Grader(std::move(metric), "pattern", pattern), common_(std::move(common)) {}

std::vector<std::string> PatternGrader::per_case_metrics() const {
    return {"regex"};
}

core::Grade PatternGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const std::string said = answer::without_thinking(answer);
    core::Grade grade;
    grade.parsed = answer::composed(answer::trimmed(said));
    const auto found = [&](const std::string& pattern) {
        if (common_) {
            return common_->found_in(grade.parsed);
        }
        const auto compiled = answer::Pattern::compile(answer::composed(pattern));
        PALIER_CHECK(compiled.has_value(), "the patterns of the cases were checked");
        return compiled->found_in(grade.parsed);
    };
    grade.score = one_if(std::any_of(item.expected.begin(), item.expected.end(), found));
    grade.metrics["regex"] = grade.score;
    return grade;
}

Result<void> PatternGrader::check(const core::Case& item) const {
    if (common_) {
        return {};
    }
    for (const std::string& pattern : item.expected) {
        const auto compiled = answer::Pattern::compile(answer::composed(pattern));
        if (compiled && accepts_everything(*compiled)) {
            return Error(codes::pattern_accepts_all,
                         {{"line", std::to_string(item.line)},
                          {"id", item.id},
                          {"pattern", shortened(pattern, 60)}});
        }
        if (!compiled) {
            return Error(codes::broken_expected_pattern,
                         {{"line", std::to_string(item.line)},
                          {"id", item.id},
                          {"pattern", pattern},
                          {"why", compiled.error().args.back().second}});
        }
    }
    return {};
}

AnswerGrader::AnswerGrader(MetricFact metric, SquadArticles articles)
    : Grader(std::move(metric), "answer", articles == SquadArticles::French ? "squad-fr" : "squad"),
      articles_(articles) {}

std::vector<std::string> AnswerGrader::per_case_metrics() const {
    return {"em", "token_f1"};
}

core::Grade AnswerGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const std::string said = answer::without_thinking(answer);
    core::Grade grade;
    grade.parsed = squad_normalised(said, articles_);
    double f1 = 0;
    bool exact = false;
    for (const std::string& gold : item.expected) {
        exact = exact || squad_exact_match(said, gold, articles_);
        f1 = std::max(f1, squad_f1(said, gold, articles_));
    }
    grade.metrics["em"] = one_if(exact);
    grade.metrics["token_f1"] = std::llround(f1 * static_cast<double>(k_one));
    grade.score = grade.metrics[metric().name];
    return grade;
}

}  // namespace palier::eval
