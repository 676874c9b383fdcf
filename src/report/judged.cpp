#include "report/judged.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/labels.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

#include <utility>

namespace palier::report {
namespace {

int phrase_of(core::NoPromise why) {
    switch (why) {
        case core::NoPromise::NotJudged:
            return say::no_promise_not_judged;
        case core::NoPromise::NoRating:
            return say::no_promise_no_rating;
        case core::NoPromise::Chosen:
            return say::no_promise_chosen;
        case core::NoPromise::StoppedEarly:
            return say::no_promise_stopped;
        case core::NoPromise::NoVerdict:
            return say::no_promise_no_verdict;
        case core::NoPromise::Skipped:
            return say::no_promise_skipped;
    }
    return 0;
}

std::string told(Language language, int code, const Args& args = {}) {
    return paragraph(sentence(language, code, args));
}

std::string rules_in_words(Language language, const Judged& judged) {
    std::string text;
    for (std::size_t i = 0; i < judged.judge.rules.size(); ++i) {
        text += paragraph(sentence(language,
                                   say::judge_rule,
                                   {{"number", std::to_string(i + 1)},
                                    {"rule", plain_line(judged.judge.rules[i])},
                                    {"count", std::to_string(judged.found.broken[i])}}),
                          2,
                          5);
    }
    return text;
}

Args detected(Language language, const core::Detection& detection, const std::string& name) {
    return {{name + "_found", std::to_string(detection.found)},
            {name + "_of", std::to_string(detection.of)},
            {name + "_range", detection.of == 0 ? "-" : range(language, detection.share, true)}};
}

std::string quality_in_words(Language language, const Rated& rated, const Judged& judged) {
    const core::JudgeQuality& quality = judged.found.quality;
    if (quality.agreement.cases == 0) {
        return told(language, say::judge_unknown, {{"run", rated.run}});
    }
    Args args = detected(language, quality.sensitivity, "good");
    for (auto& more : detected(language, quality.specificity, "bad")) {
        args.push_back(std::move(more));
    }
    args.emplace_back("level", level(language, quality.sensitivity.share.level));
    return told(language, say::judge_and_people) + agreement_text(language, quality.agreement) +
           told(language, say::judge_detects, args);
}

std::string share_of(Language language, const std::optional<double>& share) {
    return share ? percent(language, *share) : "-";
}

std::string systems_in_words(Language language, const Rated& rated, const Judged& judged) {
    const auto& systems = judged.found.systems;
    const auto word = [&](int code) { return sentence(language, code); };
    Table table;
    table.columns = {{word(say::rated_system), Align::Left, true},
                     {word(say::judge_alone), Align::Right},
                     {word(say::judge_people), Align::Right},
                     {word(say::judge_corrected), Align::Right},
                     {word(say::judge_bounds), Align::Left},
                     {word(say::judge_promised), Align::Left}};
    for (std::size_t i = 0; i < systems.size(); ++i) {
        const core::JudgedSystem& system = systems[i];
        table.rows.push_back(
            {rated.systems[i],
             system.rate.judged == 0 ? "-" : percent(language, system.rate.judge_alone),
             share_of(language, system.rate.people),
             share_of(language, system.rate.value),
             system.rate.value ? range(language, system.rate.bounds, true) : "-",
             word(system.why_not.empty() ? say::judge_yes : say::judge_no)});
    }
    std::string text = join(table.lines(k_text_width), "\n") + "\n";
    if (!systems.empty()) {
        text += told(language,
                     say::judge_legend,
                     {{"level", level(language, systems.front().rate.bounds.level)}});
    }
    return text;
}

// Systems for which it is equal share a line.
std::string notes_in_words(Language language, const Rated& rated, const Judged& judged) {
    std::string text;
    std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
    for (std::size_t i = 0; i < rated.systems.size(); ++i) {
        const core::JudgedSystem& system = judged.found.systems[i];
        std::vector<std::string> words;
        words.reserve(system.why_not.size());
        for (const core::NoPromise why : system.why_not) {
            words.push_back(sentence(language, phrase_of(why)));
        }
        if (!words.empty()) {
            const std::string why = join(words, language == Language::Fr ? " ; " : "; ");
            auto known = reasons.begin();
            while (known != reasons.end() && known->first != why) {
                ++known;
            }
            if (known == reasons.end()) {
                known = reasons.insert(known, {why, {}});
            }
            known->second.push_back(rated.systems[i]);
        }
        if (system.judges_itself) {
            text += told(language, say::judge_itself, {{"system", rated.systems[i]}});
        }
    }
    for (const auto& [why, systems] : reasons) {
        text += told(
            language, say::judge_not_promised, {{"systems", join(systems, ", ")}, {"why", why}});
    }
    return text;
}

json::Value detection_object(const core::Detection& detection) {
    if (detection.of == 0) {
        return {};
    }
    return json::Object{{"found", detection.found},
                        {"of", detection.of},
                        {"low", detection.share.low},
                        {"high", detection.share.high},
                        {"level", detection.share.level}};
}

json::Value quality_object(const core::JudgeQuality& quality) {
    if (quality.agreement.cases == 0) {
        return {};
    }
    json::Value value;
    value.add("answers", quality.agreement.cases).add("equal", quality.agreement.equal);
    value.add("kappa", quality.agreement.kappa);
    value.add("sensitivity", detection_object(quality.sensitivity));
    value.add("specificity", detection_object(quality.specificity));
    value.add("no_verdict", quality.no_verdict);
    return value;
}

json::Value judged_system_object(const std::string& id, const core::JudgedSystem& system) {
    json::Value why = json::Array{};
    for (const core::NoPromise reason : system.why_not) {
        why.push(core::name_of(reason));
    }
    json::Value value;
    value.add("id", id).add("answers", system.answers).add("judged", system.judged);
    value.add("good", system.good).add("no_verdict", system.no_verdict);
    value.add("independent", system.independent).add("rated", system.rate.rated);
    value.add("people", system.rate.people).add("corrected", system.rate.value);
    value.add("lambda", system.rate.lambda);
    value.add("bounds",
              system.rate.value ? json::Value(json::Object{{"low", system.rate.bounds.low},
                                                           {"high", system.rate.bounds.high},
                                                           {"level", system.rate.bounds.level}})
                                : json::Value());
    value.add("promised", system.why_not.empty()).add("not_promised_because", std::move(why));
    value.add("judges_itself", system.judges_itself);
    return value;
}

}  // namespace

std::string judged_text(Language language, const Rated& rated, const Judged& judged) {
    std::string text = told(language,
                            say::judge_title,
                            {{"model", judged.judge.name},
                             {"judged", std::to_string(judged.found.judged_texts)},
                             {"texts", std::to_string(judged.found.texts)},
                             {"none", std::to_string(judged.found.no_verdict)}});
    text += rules_in_words(language, judged) + "\n" + quality_in_words(language, rated, judged) +
            "\n" + systems_in_words(language, rated, judged) +
            notes_in_words(language, rated, judged);
    if (judged.asked) {
        text += "\n" + told(language,
                            say::judge_asked,
                            {{"requests", count(language, judged.asked->requests)},
                             {"prompt", count(language, judged.asked->prompt_tokens)},
                             {"output", count(language, judged.asked->output_tokens)},
                             {"time", duration(language, judged.asked->seconds)}});
        if (judged.asked->cost) {
            text += told(language,
                         say::judge_cost,
                         {{"price", judged.asked->price},
                          {"cost", money(language, *judged.asked->cost, judged.asked->currency)}});
        }
    }
    return text;
}

std::string judge_dry_text(Language language, const JudgeDryRun& dry) {
    return told(language,
                say::judge_dry,
                {{"model", dry.model},
                 {"requests", count(language, dry.requests)},
                 {"texts", std::to_string(dry.texts)},
                 {"rules", std::to_string(dry.rules)}});
}

std::string judge_dry_json(const JudgeDryRun& dry) {
    json::Value value;
    value.add("format", 1).add("judge", dry.model).add("requests", dry.requests);
    value.add("texts", static_cast<std::int64_t>(dry.texts));
    value.add("rules", static_cast<std::int64_t>(dry.rules));
    return json::write(value);
}

json::Value judged_object(const Rated& rated, const Judged& judged) {
    json::Value rules = json::Array{};
    for (std::size_t i = 0; i < judged.judge.rules.size(); ++i) {
        rules.push(json::Object{{"rule", judged.judge.rules[i]},
                                {"system_sha256", judged.judge.systems[i]},
                                {"broken", judged.found.broken[i]}});
    }
    json::Value systems = json::Array{};
    for (std::size_t i = 0; i < rated.systems.size(); ++i) {
        systems.push(judged_system_object(rated.systems[i], judged.found.systems[i]));
    }
    json::Value value;
    value.add("model", judged.judge.name).add("rules", std::move(rules));
    value.add("texts", judged.found.texts).add("judged", judged.found.judged_texts);
    value.add("no_verdict", judged.found.no_verdict);
    value.add("with_people", quality_object(judged.found.quality));
    value.add("systems", std::move(systems));
    value.add("asked",
              judged.asked
                  ? json::Value(json::Object{{"requests", judged.asked->requests},
                                             {"prompt_tokens", judged.asked->prompt_tokens},
                                             {"output_tokens", judged.asked->output_tokens},
                                             {"seconds", judged.asked->seconds},
                                             {"cost", judged.asked->cost},
                                             {"currency", judged.asked->currency}})
                  : json::Value());
    return value;
}

}  // namespace palier::report
