#include "catalog/catalog.h"

#include "base/text.h"
#include "lib/gguf/gguf.h"
#include "lib/hash/sha256.h"

#include <algorithm>
#include <filesystem>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> known_names() {
    std::vector<std::string> names;
    for (const KnownModel& model : known_models()) {
        names.push_back(model.name);
    }
    return names;
}

}  // namespace

const std::vector<KnownModel>& known_models() {
    static const std::vector<KnownModel> k_models{
        {"qwen2.5-coder-0.5b",
         "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
         "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
         491400064,
         "Apache-2.0",
         true,
         true},
        {"qwen2.5-coder-1.5b",
         "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
         "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
         1117320768,
         "Apache-2.0",
         true,
         true},
        {"smollm2-135m",
         "SmolLM2-135M-Instruct.Q4_1.gguf",
         "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
         98362432,
         "Apache-2.0",
         true,
         false},
    };
    return k_models;
}

Result<LocalModel> find_model(const std::string& name_or_path, const std::string& models_dir) {
    const auto known = std::find_if(known_models().begin(),
                                    known_models().end(),
                                    [&](const KnownModel& m) { return m.name == name_or_path; });
    LocalModel model;
    if (known != known_models().end()) {
        model.name = known->name;
        model.path = (fs::path(models_dir) / known->file).string();
        model.commercial_use = known->commercial_use;
        model.tools = known->tools;
        std::error_code ignored;
        if (!fs::exists(model.path, ignored)) {
            return Error(2402, {{"model", known->name}, {"file", model.path}});
        }
    } else if (name_or_path.ends_with(".gguf") || name_or_path.find('/') != std::string::npos) {
        model.path = name_or_path;
        const fs::path file = fs::path(name_or_path).filename();
        model.name = file.extension() == ".gguf" ? file.stem().string() : file.string();
    } else {
        return Error(2401,
                     {{"model", name_or_path},
                      {"near", nearest(name_or_path, known_names()).value_or("-")},
                      {"known", join(known_names(), ", ")}});
    }
    auto header = gguf::read(model.path);
    if (!header) {
        return header.error();
    }
    model.bytes = header->file_bytes;
    model.parameters = header->parameters();
    model.context_tokens = static_cast<std::int64_t>(header->context_length().value_or(0));
    auto sha256 = hash::sha256_file(model.path);
    if (!sha256) {
        return sha256.error();
    }
    model.sha256 = std::move(*sha256);
    if (known != known_models().end() && model.sha256 != known->sha256) {
        return Error(2403,
                     {{"model", known->name},
                      {"file", model.path},
                      {"found", model.sha256},
                      {"expected", known->sha256}});
    }
    return model;
}

}  // namespace palier::catalog
