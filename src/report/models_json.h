// Objects that several answers about models hold.
#pragma once

#include "lib/json/json.h"
#include "report/models.h"

namespace palier::report {

// "slm" of known_json says whether the model fits a consumer device, and answers in a practical
// time; null where it has no size.
[[nodiscard]] json::Value known_json(const Listed& model);
[[nodiscard]] json::Value facts_json(const catalog::FileFigures& facts);
[[nodiscard]] json::Value entry_json(const catalog::Entry& entry);

// {"code", "args": {name: value}}: a sentence of the message table, in no language.
[[nodiscard]] json::Value remark_json(int code, const Args& args);

}  // namespace palier::report
