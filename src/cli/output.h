// How commands speak: results to stdout, messages to stderr, errors with their code.
#pragma once

#include "base/result.h"
#include "cli/arguments.h"
#include "report/phrases.h"

#include <string>
#include <string_view>

namespace palier::cli {

namespace say = report::say;

// The exit code of an error: the thousands digit of its code.
[[nodiscard]] int exit_code_of(const Error& error);
// Explains the error on stderr.
void complain(const Common& common, const Error& error);
// Explains the error on stderr (and as {"format":1,"error":{...}} on stdout with --json) and
// returns its exit code.
int fail(const Common& common, const Error& error);

// Writes to stdout. A pipe that its reader closed ends the output silently.
void print(std::string_view text);
// A message of the table to stderr.
void tell(const Common& common, int code, const report::Args& args = {});

}  // namespace palier::cli
