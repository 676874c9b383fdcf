// Small objects for scripts, each on one line, without a newline; and the values of a job.
#pragma once

#include "base/result.h"
#include "job/job_file.h"
#include "report/messages.h"

#include <string>
#include <vector>

namespace palier::report {

// {"format": 1, "error": {"code", "message", "exit"}}.
[[nodiscard]] std::string error_json(Language language, const Error& error, int exit_code);
[[nodiscard]] std::string version_json(const std::string& version, const std::string& engines);
[[nodiscard]] std::string prompt_json(const std::string& system, const std::string& prompt);

// Every value of a job and where it came from: three columns, long values cut to 80 characters a
// line, files without their folder.
[[nodiscard]] std::string config_text(const std::vector<job::Origin>& origins);
[[nodiscard]] std::string config_json(const std::vector<job::Origin>& origins);

}  // namespace palier::report
