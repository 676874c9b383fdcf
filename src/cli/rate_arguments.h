// The arguments of `rate`.
#pragma once

#include "cli/verb_options.h"

namespace palier::cli {

struct RateArguments {
    std::string run = "last";
    std::string rater;                   // "" = who is logged in
    std::optional<std::uint64_t> cases;  // at most
    std::optional<std::uint64_t> seed;
    bool summary = false;  // nothing is asked
    // A judge, "" = none: a model here, or of an endpoint.
    std::string judge, endpoint, key_env;
    std::string rules_file;
    std::vector<std::string> rules;
    bool dry_run = false;
    std::optional<std::uint64_t> threads;
};

void define_rate(VerbOptions& options, RateArguments& out);

}  // namespace palier::cli
