#include "planning/job_cases.h"

#include "eval/dataset.h"
#include "eval/notes.h"

#include <iterator>
#include <utility>

namespace palier::planning {
namespace {

void append(std::vector<core::Note>& notes, std::vector<core::Note> more) {
    notes.insert(
        notes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Result<JobCases> read_cases(const core::Job& job) {
    JobCases out;
    auto grader = eval::make_grader(job);
    PALIER_TRY(grader);
    out.grader = *std::move(grader);
    auto test = eval::read_dataset(job.data.test, job);
    PALIER_TRY(test);
    PALIER_TRY(eval::check_cases(*out.grader, test->cases));
    out.format = test->format;
    out.encoding = test->encoding;
    append(out.notes, std::move(test->notes));
    if (job.data.dev.empty()) {
        auto split = eval::split_cases(std::move(test->cases), job.data.split, job.seed);
        PALIER_TRY(split);
        out.split = *std::move(split);
    } else {
        auto dev = eval::read_dataset(job.data.dev, job);
        PALIER_TRY(dev);
        PALIER_TRY(eval::check_cases(*out.grader, dev->cases));
        append(out.notes, std::move(dev->notes));
        out.split = eval::frozen_split(std::move(dev->cases), std::move(test->cases), job.seed);
    }
    append(out.notes, eval::notes_across(out.split.dev, out.split.test));
    return out;
}

}  // namespace palier::planning
