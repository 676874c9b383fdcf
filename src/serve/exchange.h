// A request as HTTP brought it, and the way back for its answer: between the server, which knows
// sockets, and the routes, which do not.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::serve {

struct HttpRequest {
    std::string method;  // "GET"
    std::string path;    // without the query
    std::string content_type;
    std::string authorization;
    std::string body;
};

struct HttpAnswer {
    int status = 200;
    std::string body;
    std::string_view content_type = "application/json";
    // NOLINTNEXTLINE(readability-redundant-member-init): GCC asks for it
    std::vector<std::pair<std::string, std::string>> headers = {};
};

// Used on the server's thread. Either whole(), once; or begin_events(), more()..., end(). What
// comes after the client has left is dropped.
class Reply {
   public:
    virtual ~Reply() = default;
    virtual void whole(HttpAnswer answer) = 0;
    virtual void begin_events() = 0;  // 200, text/event-stream
    virtual void more(std::string events) = 0;
    virtual void end() = 0;
};

// Called on the server's thread; answers at once or later. What it returns is called, once, when
// the client leaves before the end; empty where nothing needs to be done then.
using Handle = std::function<std::function<void()>(HttpRequest, std::shared_ptr<Reply>)>;

}  // namespace palier::serve
