#include "planning/job_cases.h"

#include "eval/dataset.h"
#include "eval/examples.h"
#include "eval/notes.h"
#include "planning/codes.h"

#include <iterator>
#include <utility>

namespace palier::planning {
namespace {

// A regression's time grows with the square of its examples.
constexpr std::size_t k_most_to_learn_from = 1'000;

void append(std::vector<core::Note>& notes, std::vector<core::Note> more) {
    notes.insert(
        notes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// What test has too, or nearly, would be learned by heart.
std::vector<core::Case> without_those_of_test(std::vector<core::Case> train,
                                              const std::vector<core::Case>& test,
                                              std::vector<core::Note>& notes) {
    const auto pointers = [](const std::vector<core::Case>& cases) {
        std::vector<const core::Case*> all;
        all.reserve(cases.size());
        for (const core::Case& item : cases) {
            all.push_back(&item);
        }
        return all;
    };
    const std::vector<bool> in_test = eval::nearly_among(pointers(train), pointers(test));
    std::vector<core::Case> kept;
    for (std::size_t i = 0; i < train.size(); ++i) {
        if (!in_test[i]) {
            kept.push_back(std::move(train[i]));
        }
    }
    if (kept.size() < train.size()) {
        notes.push_back({codes::train_in_test,
                         {{"count", std::to_string(train.size() - kept.size())},
                          {"all", std::to_string(train.size())}}});
    }
    return kept;
}

Result<void> read_train(const core::Job& job, JobCases& out) {
    auto read = eval::read_dataset(job.data.train, job);
    PALIER_TRY(read);
    PALIER_TRY(eval::check_cases(*out.grader, read->cases));
    append(out.notes, std::move(read->notes));
    auto seeded = eval::frozen_split({}, std::move(read->cases), job.seed).test;
    out.train = without_those_of_test(std::move(seeded), out.split.test, out.notes);
    if (out.train.size() > k_most_to_learn_from) {
        out.notes.push_back({codes::train_cases_used,
                             {{"used", std::to_string(k_most_to_learn_from)},
                              {"all", std::to_string(out.train.size())}}});
        out.train.resize(k_most_to_learn_from);
    }
    return {};
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
    if (!job.data.train.empty()) {
        PALIER_TRY(read_train(job, out));
    }
    if (job.task == core::Task::Classify) {
        if (auto note = eval::note_on_labels_to_learn(out.split.dev, out.train, out.split.test)) {
            out.notes.push_back(*std::move(note));
        }
    }
    append(out.notes, eval::notes_across(out.split.dev, out.split.test));
    return out;
}

}  // namespace palier::planning
