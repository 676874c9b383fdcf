// Engines that already run on this machine: who answers on the ports that Ollama, llama-server,
// vLLM and LM Studio usually have, and with which models. Only lists of models are asked for, with
// no key and no data.
#pragma once

#include "base/clock.h"

#include <string>
#include <string_view>
#include <vector>

namespace palier::machine {

struct ServicePlace {
    std::string name;  // "Ollama"
    std::string url;   // "http://127.0.0.1:11434"
    std::string path;  // of its list of models
};
[[nodiscard]] std::vector<ServicePlace> usual_places();

struct Service {
    enum class State { Absent, Running, Unrecognised, Silent };
    std::string name, url;
    State state = State::Absent;
    std::vector<std::string> models;  // Running
    std::string reason;               // Unrecognised and Silent: what came instead
};
// "absent", "running", "unrecognised", "silent".
[[nodiscard]] std::string_view name_of(Service::State state);

// Asks all places at once; each has `timeout` in all. In the order of the places.
[[nodiscard]] std::vector<Service> find_services(const std::vector<ServicePlace>& places,
                                                 Nanoseconds timeout);

// The state and models told by an answer: {"models": [{"name"}]} (Ollama) or {"data": [{"id"}]}.
[[nodiscard]] Service read_service(const ServicePlace& place, int status, std::string_view body);

}  // namespace palier::machine
