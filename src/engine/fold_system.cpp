#include "engine/fold_system.h"

#include <string>

namespace palier::engine {

std::vector<Message> with_system_folded(const std::vector<Message>& messages) {
    std::string system;
    std::vector<Message> rest;
    for (const Message& message : messages) {
        if (message.role == "system") {
            system += (system.empty() ? "" : "\n\n") + message.content;
        } else {
            rest.push_back(message);
        }
    }
    if (system.empty()) {
        return rest;
    }
    for (Message& message : rest) {
        if (message.role == "user") {
            message.content = system + "\n\n" + message.content;
            return rest;
        }
    }
    rest.insert(rest.begin(), {"user", system});
    return rest;
}

}  // namespace palier::engine
