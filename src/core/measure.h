// Measure: what the Trials of one System add up to. Values for reports and for the machine format.
#pragma once

#include "core/calibration.h"
#include "core/sequential.h"
#include "core/statistics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::core {

struct QualityMeasure {
    std::string metric;
    double value = 0;
    Interval interval;
    std::string interval_method;  // "anytime", "wilson", "clopper-pearson", "bca"
    double need = 0;              // threshold as a share of the cases
};

struct LatencyMeasure {
    std::int64_t requests = 0;
    int concurrency = 1;
    std::optional<double> ttft_ms_p50, ttft_ms_p95;  // absent where nothing is generated
    double total_ms_p50 = 0, total_ms_p95 = 0;
    Interval total_ms_p95_interval;
    bool total_ms_p95_bounded = true;
    // Output tokens after the first, per second of decode; absent where no answer has two.
    std::optional<double> tokens_per_s;
    double load_average = 0;  // of the machine, one minute, when the probe ended
};

struct CostMeasure {
    double per_1k = 0;
    std::string currency;
    std::string method;  // "price stated in the job x tokens counted"
};

struct LabelRow {
    std::string label;
    std::int64_t support = 0, predicted = 0, correct = 0;
    double precision = 0, recall = 0, f1 = 0;
    Interval recall_interval;  // Wilson 95 %
};

struct Measure {
    std::string system;
    std::int64_t items_used = 0, items_total = 0;
    std::optional<QualityMeasure> quality;
    std::map<std::string, double> other_metrics;  // every metric of the task over the cases used
    std::optional<LatencyMeasure> latency;
    std::optional<CostMeasure> cost;
    std::optional<std::uint64_t> memory_bytes_peak;
    std::map<std::string, std::int64_t> errors;  // by Failure name
    std::vector<LabelRow> labels;                // classify
    // classify: rows expected x columns predicted, labels in the job's order; last column = no
    // label
    std::vector<std::vector<std::int64_t>> confusion;
    struct FieldRow {
        std::string path;
        std::int64_t true_positive = 0, false_positive = 0, false_negative = 0;
        double precision = 0, recall = 0, f1 = 0;
    };
    std::vector<FieldRow> fields;  // extract
    // classify, where the System gives a confidence: on the cases used.
    std::optional<Reliability> reliability;
    // Of what was learned from examples: how well it did on held-out ones.
    std::vector<CurvePoint> learning_curve;
    std::int64_t batch_checked = 0, batch_disagreed = 0;  // answers compared with batch-of-one
};

}  // namespace palier::core
