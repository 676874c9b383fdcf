// Graders and cases as the tests of the graders make them.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "eval/grader.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace palier::eval {

// A job that generates, held to this metric.
inline core::Job generating(std::string metric) {
    core::Job job;
    job.task = core::Task::Generate;
    job.constraints.quality.metric = std::move(metric);
    return job;
}

inline std::unique_ptr<Grader> grader_of(const core::Job& job) {
    auto grader = make_grader(job);
    REQUIRE(grader);
    return *std::move(grader);
}

inline core::Case expecting(std::vector<std::string> expected) {
    core::Case item;
    item.id = "line-4";
    item.line = 4;
    item.expected = std::move(expected);
    return item;
}

}  // namespace palier::eval
