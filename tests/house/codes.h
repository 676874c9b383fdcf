// The numbers of errors and sentences (PAL-2209): each is named once, has its words once, and
// stands bare nowhere else.
#pragma once

#include "house/texts.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::house {

// Four-digit integers of a C++ text with their lines; not those in comments, texts or longer words.
std::vector<std::pair<std::string, std::size_t>> numbers_in_code(std::string_view source);

// One sentence for each broken rule in the files of src/ (paths from there):
// - `inline constexpr int name = 1234;` in a codes.h gives a number its name, and M(1234, ...) in
//   report/messages its words; W(1234, name, ...) there gives both. Each number has one of each.
// - No number that has words stands in a .cpp or .h but codes.h; in tests, not after Error( or
//   code ==.
std::vector<std::string> broken_code_rules(const std::vector<Text>& sources);

}  // namespace palier::house
