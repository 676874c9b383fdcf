#include "machine/services.h"

#include "lib/http/client.h"
#include "lib/json/json.h"

#include <condition_variable>
#include <mutex>

namespace palier::machine {
namespace {

// What is shown of a service that has more is cut here; a list of models is some kilobytes.
constexpr std::size_t k_most_models = 200;
constexpr std::size_t k_most_bytes = std::size_t{4} << 20;

Service service_of(const ServicePlace& place, const http::Outcome& outcome) {
    if (!outcome.failure) {
        return read_service(place, outcome.status, outcome.body);
    }
    Service service{place.name, place.url, Service::State::Absent, {}, ""};
    switch (*outcome.failure) {
        case http::Failure::NotConnected:
            break;
        case http::Failure::Silence:
        case http::Failure::Deadline:
            service.state = Service::State::Silent;
            service.reason = outcome.reason;
            break;
        default:
            service.state = Service::State::Unrecognised;
            service.reason = outcome.reason;
    }
    return service;
}

}  // namespace

std::vector<ServicePlace> usual_places() {
    return {{"Ollama", "http://127.0.0.1:11434", "/api/tags"},
            {"llama-server", "http://127.0.0.1:8080", "/v1/models"},
            {"vLLM", "http://127.0.0.1:8000", "/v1/models"},
            {"LM Studio", "http://127.0.0.1:1234", "/v1/models"}};
}

std::string_view name_of(Service::State state) {
    switch (state) {
        case Service::State::Absent:
            return "absent";
        case Service::State::Running:
            return "running";
        case Service::State::Unrecognised:
            return "unrecognised";
        case Service::State::Silent:
            break;
    }
    return "silent";
}

Service read_service(const ServicePlace& place, int status, std::string_view body) {
    Service service{place.name, place.url, Service::State::Unrecognised, {}, ""};
    // Running, but its list asks for a key: that too is a finding.
    constexpr int ok = 200;
    if (status != ok) {
        service.reason = "HTTP " + std::to_string(status);
        return service;
    }
    const auto answer = json::parse_or_nothing(body);
    const json::Value nothing;
    const json::Value& root = answer ? *answer : nothing;
    const bool ollama = root["models"].is_array() && place.path == "/api/tags";
    const json::Value& list = ollama ? root["models"] : root["data"];
    if (!list.is_array()) {
        service.reason = "no list of models";
        return service;
    }
    service.state = Service::State::Running;
    for (const json::Value& model : list.as_array()) {
        const std::string& name = model[ollama ? "name" : "id"].as_string();
        if (!name.empty() && service.models.size() < k_most_models) {
            service.models.push_back(name);
        }
    }
    return service;
}

std::vector<Service> find_services(const std::vector<ServicePlace>& places, Nanoseconds timeout) {
    std::vector<Service> found(places.size());
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t left = places.size();
    http::Client client;
    for (std::size_t i = 0; i < places.size(); ++i) {
        http::Request request;
        request.url = places[i].url + places[i].path;
        request.connect_timeout = timeout;
        request.first_byte_timeout = timeout;
        request.total_timeout = timeout;
        request.max_response_bytes = k_most_bytes;
        http::Handler handler;
        handler.on_end = [&, i](http::Outcome outcome) {
            Service service = service_of(places[i], outcome);
            const std::lock_guard lock(mutex);
            found[i] = std::move(service);
            --left;
            ended.notify_one();
        };
        client.start(std::move(request), std::move(handler));
    }
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return left == 0; });
    return found;
}

}  // namespace palier::machine
