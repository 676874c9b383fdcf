#include "eval/measure.h"

#include "core/statistics.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace palier::eval {
namespace {

constexpr double k_level = 0.95;
constexpr int k_resamples = 2000;
constexpr std::size_t k_cases_drawn_singly = 4000;
constexpr std::size_t k_blocks = 1000;

double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

template <class Counts>
double f1(const Counts& counts) {
    const std::int64_t twice = 2 * static_cast<std::int64_t>(counts.true_positive);
    return ratio(twice, twice + counts.false_positive + counts.false_negative);
}

template <class Counts>
double micro(std::string_view metric, const Counts& counts) {
    if (metric == "field_micro_precision") {
        return ratio(counts.true_positive, counts.true_positive + counts.false_positive);
    }
    if (metric == "field_micro_recall") {
        return ratio(counts.true_positive, counts.true_positive + counts.false_negative);
    }
    return f1(counts);
}

// Mean F1 of the labels that occur.
template <class Counts>
double macro_f1(const std::vector<Counts>& labels) {
    double sum = 0;
    int occurring = 0;
    for (const Counts& label : labels) {
        if (label.true_positive + label.false_positive + label.false_negative > 0) {
            sum += f1(label);
            ++occurring;
        }
    }
    return occurring == 0 ? 0 : sum / occurring;
}

MetricFact checked_metric(const core::Job& job) {
    auto metric = find_metric(job.task, job.language, job.constraints.quality.metric);
    PALIER_CHECK(metric.has_value(), "the job's metric was checked by make_grader");
    return *std::move(metric);
}

}  // namespace

Tally::Tally(const core::Job& job)
    : metric_(checked_metric(job)), task_(job.task), labels_(job.labels) {
    for (std::uint32_t i = 0; i < labels_.size(); ++i) {
        label_index_.emplace(labels_[i], i);
    }
    confusion_.resize(labels_.size() * (labels_.size() + 1));
}

void Tally::add(const core::Case& item, const core::Trial& trial) {
    const core::Grade& grade = trial.grade;
    ++cases_;
    for (const auto& [name, value] : grade.metrics) {
        auto& [sum, count] = sums_[name];
        sum += value;
        ++count;
    }
    if (grade.failure != core::Failure::None) {
        ++errors_[std::string(core::name_of(grade.failure))];
    }
    if (task_ == core::Task::Classify) {
        add_labels(item, trial);
    }
    core::FieldCounts of_case;
    for (const auto& [field, counts] : grade.fields) {
        Counts& sum = fields_[field];
        for (Counts* const total : {&sum, &all_fields_}) {
            total->true_positive += counts.true_positive;
            total->false_positive += counts.false_positive;
            total->false_negative += counts.false_negative;
        }
        of_case.true_positive += counts.true_positive;
        of_case.false_positive += counts.false_positive;
        of_case.false_negative += counts.false_negative;
    }
    if (metric_.is_mean_over_cases) {
        scores_.push_back(static_cast<std::uint32_t>(grade.score));
    } else if (task_ == core::Task::Extract) {
        field_counts_.push_back(of_case);
    }
}

void Tally::add_labels(const core::Case& item, const core::Trial& trial) {
    const auto none = static_cast<std::uint32_t>(labels_.size());
    const std::string& said = trial.grade.parsed;
    const auto predicted = label_index_.find(said);
    // Of several accepted labels the one that was given counts as expected, else the first.
    const bool accepted =
        !said.empty() &&
        std::find(item.expected.begin(), item.expected.end(), said) != item.expected.end();
    const auto expected = label_index_.find(accepted ? said : item.expected.front());
    PALIER_CHECK(expected != label_index_.end(), "expected labels were checked by read_dataset");
    const Pair pair{expected->second, predicted == label_index_.end() ? none : predicted->second};
    ++confusion_[pair.expected * (labels_.size() + 1) + pair.predicted];
    if (!metric_.is_mean_over_cases) {
        pairs_.push_back(pair);
    }
}

std::vector<Tally::Counts> Tally::label_counts() const {
    std::vector<Counts> counts(labels_.size());
    const std::size_t columns = labels_.size() + 1;
    for (std::size_t row = 0; row < labels_.size(); ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            const std::int64_t cell = confusion_[row * columns + column];
            if (row == column) {
                counts[row].true_positive += cell;
                continue;
            }
            counts[row].false_negative += cell;
            if (column < labels_.size()) {
                counts[column].false_positive += cell;
            }
        }
    }
    return counts;
}

std::optional<double> Tally::value(std::string_view metric) const {
    if (cases_ == 0) {
        return std::nullopt;
    }
    if (metric == "macro_f1" && task_ == core::Task::Classify) {
        return macro_f1(label_counts());
    }
    if (metric.starts_with("field_micro_") && task_ == core::Task::Extract) {
        return micro(metric, all_fields_);
    }
    const auto found = sums_.find(std::string(metric));
    if (found == sums_.end()) {
        return std::nullopt;
    }
    const auto& [sum, count] = found->second;
    return static_cast<double>(sum) / static_cast<double>(k_one) / static_cast<double>(count);
}

void Tally::add_label_rows(core::Measure& measure) const {
    const std::vector<Counts> counts = label_counts();
    const std::size_t columns = labels_.size() + 1;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const Counts& label = counts[i];
        core::LabelRow row;
        row.label = labels_[i];
        row.correct = label.true_positive;
        row.support = label.true_positive + label.false_negative;
        row.predicted = label.true_positive + label.false_positive;
        row.precision = ratio(row.correct, row.predicted);
        row.recall = ratio(row.correct, row.support);
        row.f1 = f1(label);
        if (row.support > 0) {
            row.recall_interval = core::wilson(row.correct, row.support, k_level);
        } else {
            row.recall_interval = {0, 1, k_level};
        }
        measure.labels.push_back(std::move(row));
        const auto begin = confusion_.begin() + static_cast<std::ptrdiff_t>(i * columns);
        measure.confusion.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(columns));
    }
}

void Tally::add_field_rows(core::Measure& measure) const {
    for (const auto& [path, counts] : fields_) {
        core::Measure::FieldRow row;
        row.path = path;
        row.true_positive = counts.true_positive;
        row.false_positive = counts.false_positive;
        row.false_negative = counts.false_negative;
        row.precision = micro("field_micro_precision", counts);
        row.recall = micro("field_micro_recall", counts);
        row.f1 = f1(counts);
        measure.fields.push_back(std::move(row));
    }
}

core::Measure Tally::measure() const {
    core::Measure measure;
    measure.items_used = cases_;
    measure.items_total = cases_;
    measure.errors = errors_;
    for (const auto& [name, sum] : sums_) {
        measure.other_metrics[name] = *value(name);
    }
    if (task_ == core::Task::Classify) {
        if (cases_ > 0) {
            measure.other_metrics["macro_f1"] = *value("macro_f1");
        }
        add_label_rows(measure);
    }
    if (task_ == core::Task::Extract) {
        for (const char* name : {"field_micro_f1", "field_micro_precision", "field_micro_recall"}) {
            if (cases_ > 0) {
                measure.other_metrics[name] = *value(name);
            }
        }
        add_field_rows(measure);
    }
    return measure;
}

template <class Visit>
double Tally::metric_over(Visit visit) const {
    if (metric_.is_mean_over_cases) {
        double sum = 0;
        std::int64_t count = 0;
        visit([&](std::size_t i) {
            sum += scores_[i];
            ++count;
        });
        return count == 0 ? 0 : sum / static_cast<double>(k_one) / static_cast<double>(count);
    }
    if (task_ == core::Task::Extract) {
        Counts sum;
        visit([&](std::size_t i) {
            sum.true_positive += field_counts_[i].true_positive;
            sum.false_positive += field_counts_[i].false_positive;
            sum.false_negative += field_counts_[i].false_negative;
        });
        return micro(metric_.name, sum);
    }
    std::vector<Counts> counts(labels_.size());
    visit([&](std::size_t i) {
        const Pair pair = pairs_[i];
        if (pair.expected == pair.predicted) {
            ++counts[pair.expected].true_positive;
            return;
        }
        ++counts[pair.expected].false_negative;
        if (pair.predicted < counts.size()) {
            ++counts[pair.predicted].false_positive;
        }
    });
    return macro_f1(counts);
}

std::optional<core::QualityMeasure> Tally::quality(Rng& rng) const {
    const auto point = value(metric_.name);
    if (!point) {
        return std::nullopt;
    }
    core::QualityMeasure quality;
    quality.metric = metric_.name;
    quality.value = *point;
    if (metric_.zero_one && metric_.is_mean_over_cases) {
        const Micros sum = sums_.at(metric_.name).first;
        quality.interval = core::wilson(sum / k_one, cases_, k_level);
        quality.interval_method = "wilson";
        return quality;
    }
    // Unit u of the resampling is every units-th case from the u-th, in a random order: with blocks
    // in the order of arrival a pattern of the data would pass for variance.
    const auto size = static_cast<std::size_t>(cases_);
    const std::size_t units = size <= k_cases_drawn_singly ? size : k_blocks;
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0U);
    if (units < size) {
        rng.shuffle(order);
    }
    const auto statistic = [&](std::span<const std::size_t> drawn) {
        return metric_over([&](auto each) {
            for (const std::size_t unit : drawn) {
                for (std::size_t i = unit; i < size; i += units) {
                    each(order[i]);
                }
            }
        });
    };
    const auto interval = core::bca_bootstrap(units, statistic, k_level, k_resamples, rng);
    PALIER_CHECK(interval.has_value(), "a bootstrap of at least one case has an interval");
    quality.interval = *interval;
    quality.interval_method = "bca";
    return quality;
}

double full_set_metric(std::string_view name,
                       const core::Job& job,
                       const std::vector<core::Case>& cases,
                       const std::vector<core::Trial>& trials) {
    PALIER_CHECK(cases.size() == trials.size(), "each case has its Trial");
    Tally tally(job);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        tally.add(cases[i], trials[i]);
    }
    const auto value = tally.value(name);
    PALIER_CHECK(value.has_value(), "the metric is one of the task and there is a case");
    return *value;
}

}  // namespace palier::eval
