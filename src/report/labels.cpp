#include "report/labels.h"

#include "lib/json/json.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

namespace palier::report {
namespace {

json::Value interval_json(const core::Interval& interval) {
    return json::Object{{"low", interval.low}, {"high", interval.high}, {"level", interval.level}};
}

json::Value agreement_json(const Labelled& found) {
    const core::Agreement& agreement = found.agreement;
    if (agreement.cases == 0) {
        return {};
    }
    json::Value open = json::Array{};
    for (const std::string& id : found.unsettled) {
        open.push(id);
    }
    json::Value value;
    value.add("cases", agreement.cases).add("equal", agreement.equal);
    value.add("share_interval", interval_json(agreement.share)).add("kappa", agreement.kappa);
    value.add("kappa_interval",
              agreement.kappa_interval ? interval_json(*agreement.kappa_interval) : json::Value());
    value.add("unsettled", std::move(open));
    return value;
}

}  // namespace

std::string labelled_text(Language language, const Labelled& found) {
    return paragraph(sentence(language,
                              say::labelled,
                              {{"labelled", std::to_string(found.labelled)},
                               {"skipped", std::to_string(found.skipped)},
                               {"left", std::to_string(found.left)},
                               {"file", found.file}}));
}

std::string labelled_json(const Labelled& found) {
    json::Value value;
    value.add("format", 1).add("output", found.file).add("labelled", found.labelled);
    value.add("skipped", found.skipped).add("left", found.left);
    value.add("agreement", agreement_json(found));
    return json::write(value);
}

std::string agreement_text(Language language, const core::Agreement& found) {
    const double share = static_cast<double>(found.equal) / static_cast<double>(found.cases);
    Args args{{"equal", std::to_string(found.equal)},
              {"count", std::to_string(found.cases)},
              {"share", percent(language, share)},
              {"level", level(language, found.share.level)},
              {"range", range(language, found.share, true)}};
    if (!found.kappa) {
        return paragraph(sentence(language, say::agreement_without_kappa, args));
    }
    args.emplace_back("kappa", number(language, *found.kappa, 2));
    args.emplace_back("low", number(language, found.kappa_interval->low, 2, Rounding::Down));
    args.emplace_back("high", number(language, found.kappa_interval->high, 2, Rounding::Up));
    return paragraph(sentence(language, say::agreement, args));
}

}  // namespace palier::report
