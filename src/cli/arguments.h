// The arguments of each verb, as values. CLI11 is behind it.
#pragma once

#include "cli/init_arguments.h"
#include "cli/models_arguments.h"
#include "cli/rate_arguments.h"
#include "report/messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace palier::cli {

// Of every verb.
struct Common {
    report::Language language = report::Language::En;
    bool json = false;
    std::string store;  // path of the run store
    std::string models_dir;
    std::string ca_file;  // certificate authorities to trust instead of the system's; "" = none
};

struct ClimbArguments {
    std::string job;
    bool dry_run = false, fresh = false, live = false, quality_only = false, file_weights = false;
    bool all = false;
    std::string again;  // "latency"
    bool print_config = false;
    std::optional<std::uint64_t> threads;
    std::string max_cost, max_time;  // with units, "" = none
    std::optional<std::uint64_t> seed;
    std::string record_topline;  // path
};
struct ReportArguments {
    std::string run = "last";
    std::string format = "html";  // html, md, json, csv, csv-trials
    std::string output;           // path; "" = stdout, or palier-<run>.html for html
};
struct RunsArguments {};
struct ShowArguments {
    std::string run = "last";
    std::string case_id;  // with `failures` the id of a System, "" = the one that is told first
    bool failures = false;
};
struct PromptArguments {
    std::string job, case_id, system;
};
struct DiagnoseArguments {
    std::string run = "last";
    std::string system;                  // "" = the nearest candidate
    std::optional<std::uint64_t> cases;  // failing ones to look at
    std::string force;                   // a reason, "" = none
};
struct DoctorArguments {
    std::string machine;  // to suppose; "list" = those that are known; "" = this one
};
struct CostArguments {
    std::string job;
    std::string run, system, api, gpu;  // "" = none
    std::optional<std::uint64_t> per_month;
    std::string fallback_share;                                    // "0.1" or "0.05..0.2"
    std::string price_fall, seconds_per_request, thinking_tokens;  // numbers
    bool batch = false;
    std::string hardware_price, rent_per_hour;  // with units
    std::vector<std::string> rates;             // "USD=0.86@2026-11-20"
};
struct PlanArguments {
    std::string job;
    std::string machine;  // to suppose; "" = this one
    bool on_disk = false, recalibrate = false;
    std::optional<std::uint64_t> threads;
};
struct ServeArguments {
    std::string what = "last";       // a run, or a GGUF file
    std::string system, name, host;  // "" = the chosen one, as it is called, this machine alone
    std::string key_file;            // "" = none
    std::optional<std::uint64_t> port, context, threads, queue, grace_s;
};
struct VersionArguments {};
// Help or an error of usage: text is already written for people.
struct Help {
    std::string text;
};
struct Misused {
    std::string text;
};

using Verb = std::variant<ClimbArguments,
                          ReportArguments,
                          RunsArguments,
                          ShowArguments,
                          PromptArguments,
                          DiagnoseArguments,
                          ServeArguments,
                          DoctorArguments,
                          ModelsArguments,
                          CostArguments,
                          PlanArguments,
                          InitArguments,
                          DataCheckArguments,
                          DataLabelArguments,
                          RateArguments,
                          VersionArguments,
                          Help,
                          Misused>;

struct Arguments {
    Common common;
    Verb verb;
};

// Defaults come from the environment: PALIER_LANG, LC_ALL, LC_MESSAGES, LANG; PALIER_STORE, else
// $XDG_DATA_HOME/palier/runs.db, else ~/.local/share/palier/runs.db; PALIER_MODELS, else
// ~/.cache/palier/models.
[[nodiscard]] Arguments parse_arguments(int argc, const char* const* argv);

}  // namespace palier::cli
