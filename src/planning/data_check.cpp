#include "planning/data_check.h"

#include "base/text.h"
#include "eval/faults.h"
#include "planning/codes.h"
#include "planning/job_cases.h"
#include "planning/request_length.h"
#include "system/identity.h"
#include "system/prompt.h"

#include <algorithm>
#include <map>
#include <set>

namespace palier::planning {
namespace {

// Above this share of leaked test cases a verdict says little. A convention.
constexpr std::int64_t k_one_in = 10;

std::string share_text(std::int64_t part, std::int64_t whole) {
    // Tenths of a percent, rounded down, so that no more is promised than there is.
    const std::int64_t tenths = part * 1000 / std::max<std::int64_t>(whole, 1);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

void count_labels(const std::vector<core::Case>& test, const core::Job& job, DataCheck& check) {
    if (job.task != core::Task::Classify) {
        return;
    }
    for (const std::string& label : job.labels) {
        const auto count = std::count_if(test.begin(), test.end(), [&](const core::Case& item) {
            return std::find(item.expected.begin(), item.expected.end(), label) !=
                   item.expected.end();
        });
        check.labels.emplace_back(label, count);
    }
    std::stable_sort(check.labels.begin(), check.labels.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
}

void measure_lengths(const std::vector<core::Case>& test, const core::Job& job, DataCheck& check) {
    check.context_tokens = job.constraints.context();
    const core::SystemSpec spec = system::spec_of(job, {});
    std::vector<std::int64_t> tokens;
    for (const core::Case& item : test) {
        std::int64_t characters = 0;
        for (const engine::Message& message : system::messages_for(spec, item.asked())) {
            characters += static_cast<std::int64_t>(message.content.size());
        }
        tokens.push_back(characters / static_cast<std::int64_t>(k_characters_per_token) +
                         system::max_tokens_for(job));
        check.too_long += tokens.back() > check.context_tokens ? 1 : 0;
    }
    std::sort(tokens.begin(), tokens.end());
    check.longest_tokens = tokens.back();
    check.median_tokens = tokens[tokens.size() / 2];
}

// Systems 10, 5 and 2 points above the threshold and below it, as far as there are such.
void suppose(DataCheck& check) {
    const double bound = check.k / check.alpha;
    constexpr Micros point = k_one / 100;
    for (const Micros distance :
         {10 * point, 5 * point, 2 * point, -2 * point, -5 * point, -10 * point}) {
        const Micros quality = check.threshold + distance;
        if (quality <= 0 || quality >= k_one) {
            continue;
        }
        check.supposed.push_back(
            {quality,
             core::cases_for_promise_b_at(check.threshold, quality, bound),
             core::cases_for_promise_a_at(check.test_cases, check.threshold, quality, bound)});
    }
}

// Cases that let a System 5 points above the threshold pass in nine of ten runs, or one that is
// always right where there is no such place.
std::string wanted_cases(const DataCheck& check) {
    constexpr Micros distance = k_one / 20;
    const Micros quality = check.threshold + distance;
    if (quality < k_one) {
        const auto used =
            core::cases_for_promise_b_at(check.threshold, quality, check.k / check.alpha);
        if (used.nine_in_ten) {
            return std::to_string(*used.nine_in_ten);
        }
    }
    return std::to_string(*check.needed_if_all_right);
}

void judge(const core::Job& job, DataCheck& check) {
    const auto add = [&](int code, std::vector<std::pair<std::string, std::string>> args) {
        check.reasons.push_back({code, std::move(args)});
    };
    const std::string cases = std::to_string(check.test_cases);
    if (check.sequential && !check.needed_if_all_right) {
        add(codes::no_sample_proves, {});
    } else if (check.sequential && check.independent < *check.needed_if_all_right) {
        add(codes::too_few_cases,
            {{"count", std::to_string(check.independent)},
             {"need", std::to_string(*check.needed_if_all_right)},
             {"wanted", wanted_cases(check)}});
    }
    // The one label always given: only accuracy rewards it in full.
    if (check.metric == "accuracy" && !check.of_topline && !check.labels.empty() &&
        check.labels.front().second * k_one >= check.threshold * check.test_cases) {
        add(codes::one_label_passes,
            {{"label", check.labels.front().first},
             {"share", share_text(check.labels.front().second, check.test_cases)}});
    }
    const bool one_answer = check.zero_one && check.sequential && job.expected_pattern.empty();
    if (one_answer && !check.of_topline &&
        check.at_most_right * k_one < core::need_of(check.threshold, check.test_cases)) {
        add(codes::contradictions_fail,
            {{"share", share_text(check.at_most_right, check.test_cases)}});
    }
    if (check.seen_in_dev * k_one_in > check.test_cases) {
        add(codes::too_many_leaks,
            {{"count", std::to_string(check.seen_in_dev)}, {"cases", cases}});
    }
    if ((check.test_cases - check.too_long) * k_one <
        core::need_of(check.threshold, check.test_cases)) {
        add(codes::too_long_for_context,
            {{"count", std::to_string(check.too_long)},
             {"cases", cases},
             {"context", std::to_string(check.context_tokens)}});
    }
    check.can_carry = check.reasons.empty();
    check.decides = std::ranges::all_of(check.reasons, [](const core::Note& reason) {
        return reason.code == codes::too_few_cases || reason.code == codes::no_sample_proves;
    });
}

}  // namespace

Result<DataCheck> check_data(const core::Job& job, int k) {
    DataCheck check;
    PALIER_TRY(eval::check_schema(job.schema));
    auto cases = read_cases(job);
    PALIER_TRY(cases);
    const eval::Split& split = cases->split;
    check.notes = std::move(cases->notes);
    check.format = cases->format;
    check.encoding = cases->encoding;
    const core::QualityLimit& quality = job.constraints.quality;
    check.metric = cases->grader->metric().name;
    check.sequential = cases->grader->metric().is_mean_over_cases;
    check.zero_one = cases->grader->metric().zero_one;
    check.of_topline = quality.of_topline.has_value();
    check.threshold = quality.min.value_or(quality.of_topline.value_or(0));
    check.alpha = job.alpha;
    check.k = std::max(k, 1);
    check.dev_cases = static_cast<std::int64_t>(split.dev.size());
    check.test_cases = static_cast<std::int64_t>(split.test.size());
    std::set<std::string> groups;
    for (const core::Case& item : split.test) {
        check.independent += item.group.empty() || groups.insert(item.group).second ? 1 : 0;
    }
    count_labels(split.test, job, check);
    measure_lengths(split.test, job, check);
    check.at_most_right = eval::most_right(split.test);
    check.seen_in_dev = eval::seen_in_dev(split.dev, split.test);
    if (check.sequential) {
        if (check.threshold < k_one) {
            check.needed_if_all_right =
                core::cases_for_promise_b(check.threshold, check.k / check.alpha);
        }
        suppose(check);
    }
    judge(job, check);
    return check;
}

}  // namespace palier::planning
