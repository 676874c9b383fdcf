// What the house test reads in the texts of the project: pages, scripts, examples.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace palier::house {

struct Text {
    std::string path;  // below the project's folder, with '/'
    std::string text;
};

// Every file of the project but builds, .git, models and files over 1 MB, sorted by path.
std::vector<Text> read_texts(const std::filesystem::path& project);

// One sentence for each line that holds one of `places`: a path of somebody's machine.
std::vector<std::string> lines_with(const std::vector<Text>& texts,
                                    const std::vector<std::string>& places);

// The targets of [text](target) links that are neither addresses nor anchors, without their
// #anchor.
std::vector<std::string> links_of(std::string_view markdown);

// The words that follow `word` and a blank: those of a command inside backticks or an indented or
// fenced block ("make " finds build in `make build`).
std::vector<std::string> commands_of(std::string_view markdown, std::string_view word);

}  // namespace palier::house
