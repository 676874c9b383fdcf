// The options of a verb, told without CLI11, which is costly to compile and stays in arguments.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

// A description for the help, in both languages.
struct Words {
    const char* english;
    const char* french;
};

// Each call adds one argument, whose value goes to `out` while the command line is parsed; `out`
// outlives the parsing.
class VerbOptions {
   public:
    virtual ~VerbOptions() = default;
    virtual void positional(const char* name, std::string& out, Words words, bool required) = 0;
    // `names` such as "-o,--output"; `type` is the name of the value in the help, such as "FILE".
    virtual void text(const char* names, std::string& out, Words words, const char* type) = 0;
    // May be given several times.
    virtual void texts(const char* names,
                       std::vector<std::string>& out,
                       Words words,
                       const char* type) = 0;
    virtual void one_of(const char* names,
                        std::string& out,
                        Words words,
                        const char* type,
                        std::vector<std::string> known) = 0;
    // Whole numbers from 0 to `most`.
    virtual void whole(const char* names,
                       std::optional<std::uint64_t>& out,
                       Words words,
                       std::uint64_t most) = 0;
    virtual void flag(const char* names, bool& out, Words words) = 0;
};

// --machine, of every verb that estimates.
void define_machine(VerbOptions& options, std::string& out);

}  // namespace palier::cli
