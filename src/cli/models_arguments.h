// The arguments of `models list`, `show`, `pull`, `import`, `rm` and `quantize`.
#pragma once

#include "cli/verb_options.h"

#include <string>
#include <vector>

namespace palier::cli {

struct ModelsArguments {
    enum class Act { List, Show, Pull, Import, Remove, Quantise } act = Act::List;
    std::string model;    // name, path or URL
    std::string machine;  // of show, to suppose; "" = this one
    // Filters of list; "" = none.
    bool french = false, tools = false;
    std::string licence, max_memory;
    // Of import.
    std::string name;
    bool link = false;
    // Of quantize.
    std::string type;
    std::string output;  // path; "" = beside the original
    bool dry_run = false;
};

struct ModelsVerb {
    ModelsArguments::Act act;
    const char* name;
    Words words;
    const char* example;
    void (*define)(VerbOptions& options, ModelsArguments& out);
};
[[nodiscard]] const std::vector<ModelsVerb>& models_verbs();

}  // namespace palier::cli
