#include "base/units.h"
#include "engine/codes.h"
#include "engine/llama/backend.h"
#include "engine/llama/cores.h"
#include "engine/llama/engine.h"
#include "engine/llama/llama.h"
#include "lib/gguf/kind.h"
#include "lib/hash/sha256.h"

#include <llama.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace palier::engine::llama {
namespace {

constexpr int k_context_when_unknown = 2048;

std::string file_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

Facts figures_of_header(const OpenSpec& spec,
                        const gguf::Header& header,
                        const std::string& sha256) {
    Facts facts;
    facts.engine = "llama";
    facts.model = spec.name.empty() ? file_name(spec.path) : spec.name;
    facts.model_identity = sha256;
    facts.capabilities = {Capability::Generate,
                          Capability::Score,
                          Capability::Labels,
                          Capability::Schema,
                          Capability::Regex};
    facts.weights = spec.weights;
    facts.other_weights = other_weights(header);
    facts.parameters = header.parameters();
    facts.context_tokens = static_cast<int>(
        std::min<std::int64_t>(std::max(1, spec.context_tokens),
                               header.context_length().value_or(k_context_when_unknown)));
    const std::string source = header.chat_template().value_or("");
    facts.chat_template = source.empty() ? "plain" : "jinja:" + hash::sha256_hex(source);
    facts.notes = {{"architecture", header.architecture()},
                   {"weights in the file", header.main_type()},
                   {"file size", std::to_string(header.file_bytes)},
                   {"date in prompts", "2026-01-01"}};
    return facts;
}

std::string weights_text(std::optional<Recoding> recoding) {
    if (!recoding) {
        return "";
    }
    switch (*recoding) {
        case Recoding::Bf16:
            return ", layers as BF16";
        case Recoding::F32:
            return ", layers as F32";
        case Recoding::FiveBitsAsEight:
            return ", Q5_0 held as Q8_0";
    }
    return "";
}

}  // namespace

std::string build_text() {
    return llama_build();
}

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) {
    const auto header = gguf::read(spec.path);
    PALIER_TRY(header);
    PALIER_TRY(gguf::check_writes_text(*header, spec.path));
    std::string sha256 = spec.file_sha256;
    if (sha256.empty()) {
        auto computed = hash::sha256_file(spec.path);
        PALIER_TRY(computed);
        sha256 = std::move(*computed);
    }
    const int threads = threads_to_use(spec.threads);
    const std::optional<Recoding> recoding = recoding_for(spec, *header);
    auto model = load_model(spec, recoding, threads);
    PALIER_TRY(model);
    const Vocabulary vocabulary = vocabulary_of(model->get());
    auto format = ChatFormat::make(header->chat_template().value_or(""),
                                   vocabulary.beginning_text(),
                                   vocabulary.end_text(),
                                   vocabulary.beginning().has_value());
    if (!format) {
        return Error(engine::codes::template_unusable,
                     {{"path", spec.path}, {"why", format.error().args.front().second}});
    }
    Facts facts = figures_of_header(spec, *header, sha256);
    facts.threads = threads;
    const int sequences = std::max(1, spec.sequences);
    const DecoderOptions options{threads, facts.context_tokens, sequences};
    auto decoder = Decoder::make(model->get(), options);
    PALIER_TRY(decoder);
    if ((*decoder)->has_states()) {
        facts.capabilities.push_back(Capability::HiddenState);
    }
    const std::string kernels = llama_kernels();
    facts.build = llama_build() + ", kernels " + hash::sha256_hex(kernels).substr(0, 8) + ", " +
                  (*decoder)->options_text() + weights_text(recoding);
    facts.notes.emplace_back("kernels", kernels);
    return std::unique_ptr<Engine>(std::make_unique<LlamaEngine>(EngineParts{
        std::move(*model), std::move(*format), std::move(*decoder), options, std::move(facts)}));
}

// "VmHWM:    123456 kB"
Result<std::uint64_t> peak_resident_bytes() {
    std::ifstream status("/proc/self/status");
    std::string name;
    while (status >> name) {
        if (name == "VmHWM:") {
            std::uint64_t kibibytes = 0;
            if (status >> kibibytes) {
                return kibibytes * 1024;
            }
            break;
        }
        status.ignore(4096, '\n');
    }
    return Error(engine::codes::no_peak_memory);
}

Result<std::uint64_t> peak_memory_here(const OpenSpec& spec, const std::vector<Request>& sample) {
    auto engine = open(spec);
    PALIER_TRY(engine);
    const auto client = (*engine)->open_client();
    PALIER_TRY(client->post(sample));
    std::size_t ended = 0;
    while (ended < sample.size()) {
        for (const Event& event : client->wait(std::chrono::hours(1))) {
            ended += event.is_last() ? 1 : 0;
        }
    }
    return peak_resident_bytes();
}

}  // namespace palier::engine::llama
