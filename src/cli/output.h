// How commands speak: results to stdout, messages to stderr, errors with their code.
#pragma once

#include "base/result.h"
#include "cli/arguments.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace palier::cli {

// The exit code of an error: the thousands digit of its code.
[[nodiscard]] int exit_code_of(const Error& error);
// Explains the error on stderr.
void complain(const Common& common, const Error& error);
// Explains the error on stderr (and as {"format":1,"error":{...}} on stdout with --json) and
// returns its exit code.
int fail(const Common& common, const Error& error);

// Writes to stdout. A pipe that its reader closed ends the output silently.
void print(std::string_view text);
// A paragraph in lines of at most 80 characters, the first after `first_indent` spaces, the others
// after `indent`; ends with a newline.
[[nodiscard]] std::string paragraph(std::string_view text,
                                    std::size_t first_indent = 0,
                                    std::size_t indent = 0);
// A message of the table to stderr.
void tell(const Common& common, int code, const report::Args& args = {});

// Columns padded to their widest cell, two spaces between; the first row is the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace palier::cli
