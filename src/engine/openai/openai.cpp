#include "engine/openai/openai.h"

#include "base/text.h"
#include "engine/codes.h"
#include "engine/openai/chat_engine.h"
#include "lib/http/client.h"

#include <algorithm>

namespace palier::engine::openai {
namespace {

Error unusable_url(const std::string& reason) {
    return Error(engine::codes::unusable_address, {{"reason", reason}});
}

Result<Target> target_of(const OpenSpec& spec) {
    const std::string_view text = trim(spec.endpoint);
    const std::optional<http::Url> url = http::parse_url(text);
    if (!url) {
        return unusable_url("it is not of the form http://host/v1 or https://host/v1");
    }
    if (url->has_credentials) {
        return unusable_url("it has a user name or password in it");
    }
    if (url->has_fragment) {
        return unusable_url("it has a '#' in it");
    }
    std::string_view path = url->path;
    const auto drop_end = [&path](std::string_view end) {
        if (path.ends_with(end)) {
            path.remove_suffix(end.size());
        }
    };
    drop_end("/");
    drop_end(protocol_of(spec.api).path);
    drop_end("/");
    Target target;
    target.host = url->host;
    target.query = url->query.empty() ? "" : "?" + url->query;
    target.base = url->scheme + "://" + url->host + std::string(path);
    target.model = spec.model;
    target.api = spec.api;
    target.api_key = trim(spec.api_key);
    if (target.model.empty()) {
        return Error(engine::codes::no_model_named, {{"host", target.host}});
    }
    // A line end in a key would begin a header of its own; a letter beyond ASCII has no one form.
    if (std::any_of(target.api_key.begin(), target.api_key.end(), [](char c) {
            return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
        })) {
        return Error(engine::codes::unusable_key, {{"host", target.host}});
    }
    return target;
}

// One quick question, so that a wrong address or key is an error now and not of every case.
// Endpoints without /models are fine: they answered.
Result<void> check_endpoint(http::Client& client, const Target& target, const Options& options) {
    http::Request request;
    request.url = target.base + "/models" + target.query;
    request.connect_timeout = std::min(options.connect_timeout, options.check_timeout);
    request.total_timeout = options.check_timeout;
    add_key(target, request.headers);
    const http::Outcome outcome = client.fetch(std::move(request));
    if (outcome.failure == http::Failure::Tls) {
        const std::string trusted = http::trusted_ca_file();
        return Error(engine::codes::untrusted_certificate,
                     {{"host", target.host},
                      {"reason", as_one_line(outcome.reason)},
                      {"trusted", trusted.empty() ? "the system's" : trusted}});
    }
    if (outcome.failure && outcome.status == 0) {
        return Error(engine::codes::unreachable,
                     {{"host", target.host}, {"reason", as_one_line(outcome.reason)}});
    }
    // A 403 ("missing scopes") says nothing: a key may be good for chatting and for nothing else.
    if (outcome.status == 401) {
        return Error(
            target.api_key.empty() ? engine::codes::key_wanted : engine::codes::key_refused,
            {{"host", target.host}, {"status", std::to_string(outcome.status)}});
    }
    return {};
}

// Of the query only what may change an answer: the rest may be a secret.
std::string version_in(const std::string& query) {
    const std::size_t at = query.find("api-version=");
    return at == std::string::npos ? "" : " " + query.substr(at, query.find('&', at) - at);
}

Facts figures_of_header(const Target& target, const OpenSpec& spec) {
    Facts facts;
    facts.engine = "openai";
    facts.build = protocol_of(spec.api).build;
    facts.capabilities = {protocol_of(spec.api).can};
    if (spec.api == Api::Chat) {
        facts.capabilities.push_back(Capability::Schema);
    }
    facts.model = spec.name.empty() ? target.model : spec.name;
    facts.model_identity = target.base + " " + target.model + version_in(target.query);
    facts.chat_template = "endpoint";
    facts.weights = "endpoint";
    facts.notes = {{"endpoint", target.base}, {"endpoint_model", target.model}};
    return facts;
}

}  // namespace

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec, const Options& options) {
    Result<Target> target = target_of(spec);
    PALIER_TRY(target);
    auto client = std::make_unique<http::Client>();
    PALIER_TRY(check_endpoint(*client, *target, options));
    Facts facts = figures_of_header(*target, spec);
    return std::unique_ptr<Engine>(std::make_unique<ChatEngine>(
        std::move(*target), std::move(facts), spec.sequences, options, std::move(client)));
}

}  // namespace palier::engine::openai
