// Protocol: what differs between the two things that an endpoint can be asked for. Queueing, tries,
// time limits, keys and errors are the same (chat_engine.h).
#pragma once

#include "engine/engine.h"
#include "engine/openai/body_reader.h"
#include "engine/openai/dialect.h"

#include <memory>
#include <string>
#include <string_view>

namespace palier::engine::openai {

struct Protocol {
    std::string_view build;   // Facts::build
    std::string_view path;    // behind the base URL
    std::string_view accept;  // header
    // To be said where there is nothing at that path: what else may be meant.
    std::string_view when_absent;
    // Parts of its requests can be put in another way where an endpoint refuses them.
    bool has_dialects = true;
    Capability can = Capability::Generate;
    std::string (*body_of)(const Request& request,
                           const std::string& model,
                           const Dialect& dialect) = nullptr;
    std::unique_ptr<BodyReader> (*reader_for)(const Request& request) = nullptr;
};

// Never changes, and lives as long as the program.
[[nodiscard]] const Protocol& protocol_of(Api api);

}  // namespace palier::engine::openai
