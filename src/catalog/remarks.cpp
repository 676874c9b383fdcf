#include "catalog/remarks.h"

#include "base/text.h"
#include "catalog/codes.h"
#include "lib/gguf/turn_end.h"

namespace palier::catalog {

std::vector<Remark> remarks_on(const gguf::Header& header) {
    if (trim(header.chat_template().value_or("")).empty()) {
        return {{codes::without_template, {}}};
    }
    const gguf::EndOfTurn end = gguf::end_of_turn(header);
    const auto remark = [&](int code) {
        Remark made{code,
                    {{"mark", end.mark}, {"declared", end.declared.empty() ? "-" : end.declared}}};
        if (end.token) {
            made.args.emplace_back("token", std::to_string(*end.token));
        }
        return std::vector<Remark>{std::move(made)};
    };
    switch (end.how) {
        case gguf::TurnEnd::NotKnown:
        case gguf::TurnEnd::Declared:
            break;
        case gguf::TurnEnd::KnownByName:
            return remark(codes::end_known_by_name);
        case gguf::TurnEnd::RunsOn:
            return remark(codes::end_not_declared);
        case gguf::TurnEnd::NoToken:
            return remark(codes::end_is_no_token);
    }
    return {};
}

}  // namespace palier::catalog
