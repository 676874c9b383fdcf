#include "serve/refusal.h"

#include "base/text.h"
#include "lib/json/json.h"

namespace palier::serve {
namespace {

// As OpenAI's clients know them.
std::string_view type_of(int status) {
    switch (status) {
        case 401:
            return "authentication_error";
        case 422:
            return "model_error";
        case 429:
            return "rate_limit_error";
        default:
            return status >= 500 ? "server_error" : "invalid_request_error";
    }
}

}  // namespace

std::string error_body(report::Language language, const Refusal& refusal) {
    const std::string message =
        as_valid_utf8(report::sentence(language, refusal.sentence, refusal.args));
    return json::write(json::Object{
        {"error",
         json::Object{
             {"message", message},
             {"type", type_of(refusal.status)},
             {"param", refusal.param.empty() ? json::Value() : as_valid_utf8(refusal.param)},
             {"code", refusal.code}}}});
}

}  // namespace palier::serve
