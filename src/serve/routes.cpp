#include "serve/routes.h"

#include "base/text.h"
#include "lib/json/json.h"
#include "report/phrases.h"

#include <array>
#include <utility>
#include <vector>

namespace palier::serve {
namespace {

namespace say = report::say;

struct Route {
    std::string_view path;
    std::string_view method;
};
constexpr std::string_view k_health = "/health";
constexpr std::string_view k_models = "/v1/models";
constexpr std::string_view k_chat = "/v1/chat/completions";
constexpr std::array k_routes{
    Route{k_health, "GET"}, Route{k_models, "GET"}, Route{k_chat, "POST"}};

// Also of a model's own page, below the list.
const Route* route_of(std::string_view path) {
    for (const Route& route : k_routes) {
        if (path == route.path || (route.path == k_models && path.starts_with("/v1/models/"))) {
            return &route;
        }
    }
    return nullptr;
}

int digit_of(char c) {
    const std::string_view digits = "0123456789abcdef";
    const auto at = digits.find(to_lower(std::string_view(&c, 1)));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// "%2F" is "/"; what is no such escape stays.
std::string unescaped(std::string_view path) {
    constexpr int k_base = 16;
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const bool escape = path[i] == '%' && i + 2 < path.size();
        const int high = escape ? digit_of(path[i + 1]) : -1;
        const int low = escape ? digit_of(path[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += path[i];
            continue;
        }
        out += static_cast<char>(high * k_base + low);
        i += 2;
    }
    return out;
}

bool is_json(std::string_view content_type) {
    const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
    return type == "application/json";
}

Refusal not_served(const std::string& model, const std::string& known) {
    return {404,
            "model_not_found",
            say::model_not_served,
            {{"model", as_one_line(model)}, {"known", known}},
            "/model"};
}

}  // namespace

struct Routes::Talk {
    std::shared_ptr<Reply> reply;
    Stamp stamp;
    bool stream = false;
    bool with_usage = false;
    bool begun = false;
};

Routes::Routes(report::Language language,
               std::optional<Key> key,
               const Clock& clock,
               std::uint64_t seed)
    : language_(language),
      key_(std::move(key)),
      clock_(clock),
      rng_(seed),
      started_(clock.unix_seconds()) {}

HttpAnswer Routes::refused(const Refusal& refusal) const {
    HttpAnswer answer{refusal.status, error_body(language_, refusal)};
    if (refusal.retry_after_s) {
        answer.headers.emplace_back("Retry-After", std::to_string(*refusal.retry_after_s));
    }
    if (!refusal.allow.empty()) {
        answer.headers.emplace_back("Allow", refusal.allow);
    }
    if (refusal.status == 401) {
        answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    }
    return answer;
}

std::optional<Refusal> Routes::refusal_of(const HttpRequest& request) const {
    const Route* route = route_of(request.path);
    const bool open = route != nullptr && route->path == k_health;
    if (key_ && !open) {
        const auto shown = bearer_of(request.authorization);
        if (!shown || !key_->is(*shown)) {
            return Refusal{401,
                           "invalid_api_key",
                           shown ? say::client_key_wrong : say::client_key_missing,
                           {}};
        }
    }
    if (route == nullptr) {
        std::vector<std::string> known;
        known.reserve(k_routes.size());
        for (const Route& each : k_routes) {
            known.emplace_back(std::string(each.method) + " " + std::string(each.path));
        }
        return Refusal{404,
                       "not_found",
                       say::no_such_route,
                       {{"path", as_one_line(request.path)}, {"known", join(known, ", ")}}};
    }
    if (request.method != route->method) {
        return Refusal{405,
                       "method_not_allowed",
                       say::method_not_taken,
                       {{"path", std::string(route->path)},
                        {"allowed", std::string(route->method)},
                        {"method", as_one_line(request.method)}},
                       "",
                       {},
                       route->method};
    }
    if (route->method == "POST" && !is_json(request.content_type)) {
        return Refusal{415, "unsupported_media_type", say::body_of_other_type, {}};
    }
    return std::nullopt;
}

HttpAnswer Routes::health() const {
    const char* status = ending_ ? "draining" : line_ ? "ready" : "loading";
    const bool ready = !ending_ && line_ != nullptr;
    return {ready ? 200 : 503, json::write(json::Object{{"status", status}})};
}

std::string Routes::model_object() const {
    return json::write(json::Object{{"id", as_valid_utf8(line_->name())},
                                    {"object", "model"},
                                    {"created", started_},
                                    {"owned_by", "palier"}});
}

// nullopt: a question to a model, which takes its time.
std::optional<HttpAnswer> Routes::answer_at_once(const HttpRequest& request) const {
    if (auto refusal = refusal_of(request)) {
        return refused(*refusal);
    }
    if (request.path == k_health) {
        return health();
    }
    if (ending_ && request.path == k_chat) {
        constexpr int k_restart_s = 5;
        return refused({503, "server_ending", say::server_is_ending, {}, "", k_restart_s});
    }
    if (!line_) {
        constexpr int k_soon_s = 2;
        return refused({503, "loading", say::still_loading, {}, "", k_soon_s});
    }
    if (request.path == k_models) {
        return HttpAnswer{200, R"({"object":"list","data":[)" + model_object() + "]}"};
    }
    if (request.path != k_chat) {
        const std::string name = unescaped(request.path).substr(k_models.size() + 1);
        return name == line_->name() ? HttpAnswer{200, model_object()}
                                     : refused(not_served(name, line_->name()));
    }
    return std::nullopt;
}

std::function<void()> Routes::handle(const HttpRequest& request,
                                     const std::shared_ptr<Reply>& reply) {
    if (auto answer = answer_at_once(request)) {
        reply->whole(*std::move(answer));
        return {};
    }
    return complete(request, reply);
}

Stamp Routes::stamp_of(const std::string& model) {
    constexpr int k_digits = 24;
    std::string id = "chatcmpl-";
    for (int i = 0; i < k_digits; ++i) {
        id += "0123456789abcdef"[rng_.below(16)];
    }
    return {std::move(id), clock_.unix_seconds(), model};
}

std::function<void()> Routes::complete(const HttpRequest& request,
                                       const std::shared_ptr<Reply>& reply) {
    auto read = read_chat_request(request.body);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        reply->whole(refused(*refusal));
        return {};
    }
    auto& chat = std::get<ChatRequest>(read);
    if (chat.model != line_->name()) {
        reply->whole(refused(not_served(chat.model, line_->name())));
        return {};
    }
    const auto talk = std::make_shared<Talk>(
        Talk{reply, stamp_of(line_->name()), chat.stream, chat.include_usage});
    const auto submitted = line_->submit(std::move(chat), [this, talk](const Said& said) {
        if (said.is_last()) {
            talks_.erase(said.ticket);
        }
        hear(*talk, said);
    });
    if (const auto* refusal = std::get_if<Refusal>(&submitted)) {
        reply->whole(refused(*refusal));
        return {};
    }
    const std::uint64_t ticket = std::get<std::uint64_t>(submitted);
    talks_[ticket] = talk;
    return [this, ticket] {
        if (talks_.erase(ticket) > 0 && line_) {
            line_->leave(ticket);
        }
    };
}

void Routes::hear(Talk& talk, const Said& said) {
    if (const auto* refusal = std::get_if<Refusal>(&said.what)) {
        end_with(talk, *refusal);
        return;
    }
    const auto* completion = std::get_if<Completion>(&said.what);
    if (completion != nullptr && !talk.stream) {
        talk.reply->whole({200, completion_body(talk.stamp, *completion)});
        return;
    }
    if (!talk.begun) {
        talk.begun = true;
        talk.reply->begin_events();
        talk.reply->more(first_event(talk.stamp, talk.with_usage));
    }
    const std::string& text =
        completion != nullptr ? completion->text : std::get<std::string>(said.what);
    if (!text.empty()) {
        talk.reply->more(text_event(talk.stamp, text, talk.with_usage));
    }
    if (completion != nullptr) {
        talk.reply->more(last_event(talk.stamp, *completion, talk.with_usage) +
                         (talk.with_usage ? usage_event(talk.stamp, completion->usage) : "") +
                         std::string(k_stream_end));
        talk.reply->end();
    }
}

void Routes::end_with(Talk& talk, const Refusal& refusal) {
    if (!talk.begun) {
        talk.reply->whole(refused(refusal));
        return;
    }
    talk.reply->more(error_event(error_body(language_, refusal)));
    talk.reply->end();
}

void Routes::open(std::unique_ptr<Line> line) {
    line_ = std::move(line);
}

void Routes::take() {
    if (line_) {
        line_->take();
    }
}

void Routes::cut() {
    for (const auto& [ticket, talk] : std::exchange(talks_, {})) {
        end_with(*talk, {503, "server_ending", say::answer_cut_by_end, {}});
        line_->leave(ticket);
    }
}

}  // namespace palier::serve
