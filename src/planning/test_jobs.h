// TestJobs: a folder with jobs about cases that have numbers, and a store, for the tests of
// planning and run.
#pragma once

#include "base/clock.h"
#include "core/case.h"
#include "core/job.h"
#include "core/summary.h"
#include "job/job_file.h"
#include "store/sqlite/test_folder.h"
#include "store/store.h"

#include <memory>
#include <string>
#include <vector>

namespace palier::planning {

// "case <n>" with the label that number has; labels are "ham" and "spam".
[[nodiscard]] std::string label_of(int n);
[[nodiscard]] core::Case case_number(int n);
[[nodiscard]] std::vector<core::Case> case_numbers(int first, int count);
[[nodiscard]] core::Job two_labels();

class TestJobs {
   public:
    TestJobs() { reopen(); }
    virtual ~TestJobs() = default;
    TestJobs(const TestJobs&) = delete;
    TestJobs& operator=(const TestJobs&) = delete;

    // A job file about `tests` cases to prove on and `devs` others to choose recipes by. `tables`:
    // what follows [data]; without a table [climb], the models alone are
    // tried, the largest first.
    [[nodiscard]] job::JobFile job(const std::string& tables, int tests = 300, int devs = 60);
    // A model file that the catalogue can read; returns its path.
    std::string write_model(const std::string& name, int parameters);
    // Closes the store and opens it again, as a new process would.
    void reopen();

    store_sqlite::TestFolder folder;
    FakeClock clock;
    std::unique_ptr<store::Store> store;
};

}  // namespace palier::planning
