#include "run/reopen.h"

#include "base/text.h"
#include "core/names.h"
#include "planning/prepare.h"
#include "run/codes.h"

namespace palier::run {
namespace {

// What the engine was opened with, as the spec has it; 0: as it chooses.
int threads_of(const core::SystemSpec& spec) {
    for (const auto& [name, value] : spec.engine_options) {
        if (name == "threads") {
            return static_cast<int>(whole_number(value).value_or(0));
        }
    }
    return 0;
}

}  // namespace

Result<engine::OpenSpec> open_again(const core::SystemSummary& system) {
    if (!system.source) {
        return Error(codes::not_where_it_was, {{"system", system.verdict.id}});
    }
    const core::SystemSpec& spec = system.system.spec;
    const core::ModelSpec& source = *system.source;
    engine::OpenSpec open;
    open.name = system.model;
    open.context_tokens = spec.context_tokens > 0 ? spec.context_tokens : open.context_tokens;
    if (source.is_recorded()) {
        open.recorded = true;
        open.path = source.recorded;
    } else if (source.is_remote()) {
        open.endpoint = source.endpoint;
        open.model = source.model;
        open.api = source.api == core::Api::Decisions ? engine::Api::Decisions : engine::Api::Chat;
        auto key = planning::api_key(source);
        if (!key) {
            return key.error();
        }
        open.api_key = std::move(*key);
    } else {
        open.path = source.model;
        open.weights = core::name_of(spec.weights);
        open.threads = threads_of(spec);
    }
    return open;
}

}  // namespace palier::run
