// The machine that --machine names: one of the table, or a TOML file of the user's
// (docs/formats/machine.md).
#pragma once

#include "base/result.h"
#include "machine/supposed.h"

#include <string>
#include <string_view>

namespace palier::planning {

// What ends in .toml or has a slash is a file, anything else a name. Errors: 2442 {name, known}: no
// machine of that name; 2443: the file cannot be read; those of parse_machine.
[[nodiscard]] Result<machine::Supposed> find_machine(const std::string& name_or_path);

// `path` names the file in errors. What is not stated is as the table's laptop has it, or its GPU
// server where there is VRAM, and machine::k_ram_free_share of its memory is free.
// Errors: 2101 no TOML; 2102 to 2110 keys and values of it.
[[nodiscard]] Result<machine::Supposed> parse_machine(std::string_view text,
                                                      const std::string& path);

}  // namespace palier::planning
