// The arguments of `init`, `data check` and `data label`.
#pragma once

#include "cli/verb_options.h"

namespace palier::cli {

// "" and nullopt: not given.
struct InitArguments {
    std::string data;
    std::string output = "palier.toml";
    std::string machine;         // to suppose; "" = this one
    std::string hardware_price;  // of the machine that an API's bill is held against
    bool force = false;
    bool defaults = false;  // take the default of each question that no option answers
    // The answers, as written.
    std::string privacy, infra_hosts, offline, p95, per_month, per_day, concurrency, scope, media,
        min;
    // What the data would tell by itself.
    std::string task, labels, input, expected, metric, name, instructions, prompt_language;
};

struct DataCheckArguments {
    std::string file;  // a job (.toml) or a data file
    std::string task, labels, input, expected, metric, min, alpha;
    std::optional<std::uint64_t> candidates;  // K
};

struct DataLabelArguments {
    std::string raw, output, task, labels, input, instructions, suggest;
    std::optional<std::uint64_t> seed, sample;
    bool second_pass = false;
};

void define_init(VerbOptions& options, InitArguments& out);
void define_data_check(VerbOptions& options, DataCheckArguments& out);
void define_data_label(VerbOptions& options, DataLabelArguments& out);

}  // namespace palier::cli
