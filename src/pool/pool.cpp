#include "pool/pool.h"

namespace palier::pool {
namespace {

bool is_local(const engine::OpenSpec& spec) {
    return spec.endpoint.empty() && !spec.recorded && !spec.learned;
}

std::string key_of(const engine::OpenSpec& spec) {
    const char* const api = spec.api == engine::Api::Decisions ? "decisions" : "";
    return spec.path + "\n" + spec.file_sha256 + "\n" + spec.endpoint + "\n" + spec.model + "\n" +
           api + "\n" + spec.weights + "\n" + std::to_string(spec.context_tokens) + "\n" +
           std::to_string(spec.sequences) + "\n" + std::to_string(spec.threads);
}

}  // namespace

Result<engine::Engine*> Pool::open(const engine::OpenSpec& spec) {
    const std::string key = key_of(spec);
    if (const auto found = open_.find(key); found != open_.end()) {
        return found->second.get();
    }
    if (is_local(spec)) {
        // Unloaded first: two models at once may not fit.
        close_local();
    }
    auto opened = engines_.open(spec);
    if (!opened) {
        return opened.error();
    }
    if (is_local(spec)) {
        local_ = key;
    }
    return (open_[key] = std::move(*opened)).get();
}

void Pool::close_local() {
    open_.erase(local_);
    local_.clear();
}

}  // namespace palier::pool
