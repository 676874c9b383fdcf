#include "lib/json/json.h"
#include "report/data_check.h"

namespace palier::report {
namespace {

json::Value used_json(const core::CasesUsed& used) {
    return json::Object{{"half", used.median}, {"nine_in_ten", used.nine_in_ten}};
}

}  // namespace

std::string data_check_json(Language language, const planning::DataCheck& check) {
    const auto share = [](Micros value) { return static_cast<double>(value) / k_one; };
    const auto said = [&](const std::vector<core::Note>& notes) {
        json::Value list = json::Array{};
        for (const core::Note& note : notes) {
            list.push(json::Object{{"code", note.code},
                                   {"text", sentence(language, note.code, note.args)}});
        }
        return list;
    };
    json::Value supposed = json::Array{}, labels = json::Object{};
    for (const planning::SupposedSystem& system : check.supposed) {
        supposed.push(json::Object{{"true_score", share(system.quality)},
                                   {"promise_b", used_json(system.future)},
                                   {"promise_a", used_json(system.these)}});
    }
    for (const auto& [label, count] : check.labels) {
        labels.add(label, count);
    }
    json::Value value;
    value.add("format", 1).add("can_carry", check.can_carry);
    value.add("decides_on_these_cases", check.decides).add("reasons", said(check.reasons));
    value.add("metric", check.metric).add("threshold", share(check.threshold));
    value.add("of_topline", check.of_topline).add("alpha", check.alpha).add("k", check.k);
    value.add("dev", check.dev_cases).add("test", check.test_cases);
    value.add("independent", check.independent);
    value.add("promise_b_needs_if_all_right", check.needed_if_all_right);
    value.add("cases_needed", std::move(supposed)).add("labels", std::move(labels));
    value.add("at_most_right", check.at_most_right).add("seen_in_dev", check.seen_in_dev);
    value.add("tokens_estimate",
              json::Object{{"longest", check.longest_tokens},
                           {"median", check.median_tokens},
                           {"context", check.context_tokens},
                           {"too_long", check.too_long}});
    value.add("data_format", check.format).add("encoding", check.encoding);
    value.add("notes", said(check.notes));
    return json::write(value);
}

}  // namespace palier::report
