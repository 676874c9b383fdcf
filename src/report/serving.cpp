#include "report/serving.h"

#include "base/text.h"
#include "lib/json/json.h"
#include "report/phrases.h"

namespace palier::report {

std::string serving_text(Language language, const Serving& serving) {
    return sentence(
        language, say::serve_ready, {{"url", serving.url}, {"model", as_one_line(serving.model)}});
}

std::string serving_json(const Serving& serving) {
    return json::write(
        json::Object{{"format", 1}, {"url", serving.url}, {"model", as_valid_utf8(serving.model)}});
}

}  // namespace palier::report
