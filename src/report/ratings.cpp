#include "report/ratings.h"

#include "base/text.h"
#include "lib/json/json.h"
#include "report/judged.h"
#include "report/labels.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

namespace palier::report {
namespace {

std::string share_in_words(Language language, const core::RatedSystem& system) {
    if (system.rated == 0) {
        return "-";
    }
    return percent(language, static_cast<double>(system.good) / static_cast<double>(system.rated)) +
           " (" + range(language, system.share, true) + ")";
}

std::string kappa_in_words(Language language, const core::Agreement& agreement) {
    return agreement.kappa ? number(language, *agreement.kappa, 2) : "-";
}

std::string raters_in_words(const core::RatingSummary& found) {
    std::vector<std::string> names;
    names.reserve(found.by_rater.size());
    for (const auto& [rater, count] : found.by_rater) {
        names.push_back(rater + " " + std::to_string(count));
    }
    return join(names, ", ");
}

std::string rated_table(Language language, const Rated& rated) {
    const auto word = [&](int code) { return sentence(language, code); };
    Table table;
    table.columns = {{word(say::rated_system), Align::Left, true},
                     {word(say::rated_count), Align::Right},
                     {word(say::rated_good), Align::Right},
                     {word(say::rated_share), Align::Left},
                     {word(say::rated_kappa), Align::Right}};
    for (std::size_t i = 0; i < rated.systems.size(); ++i) {
        const core::RatedSystem& system = rated.found.systems[i];
        table.rows.push_back({rated.systems[i],
                              std::to_string(system.rated),
                              std::to_string(system.good),
                              share_in_words(language, system),
                              kappa_in_words(language, system.with_grader)});
    }
    return join(table.lines(k_text_width), "\n") + "\n";
}

json::Value rated_interval(const core::Interval& interval) {
    return json::Object{{"low", interval.low}, {"high", interval.high}, {"level", interval.level}};
}

json::Value agreement_of_raters(const core::Agreement& agreement) {
    if (agreement.cases == 0) {
        return {};
    }
    json::Value value;
    value.add("answers", agreement.cases).add("equal", agreement.equal);
    value.add("share_interval", rated_interval(agreement.share)).add("kappa", agreement.kappa);
    value.add("kappa_interval",
              agreement.kappa_interval ? rated_interval(*agreement.kappa_interval) : json::Value());
    return value;
}

json::Value rated_system_object(const std::string& id, const core::RatedSystem& system) {
    json::Value value;
    value.add("id", id).add("answers", system.answers).add("rated", system.rated);
    value.add("good", system.good).add("empty", system.empty).add("disputed", system.disputed);
    if (system.rated > 0) {
        value.add("share_good",
                  static_cast<double>(system.good) / static_cast<double>(system.rated));
        value.add("share_interval", rated_interval(system.share));
    } else {
        value.add("share_good", nullptr).add("share_interval", nullptr);
    }
    value.add("with_grader", agreement_of_raters(system.with_grader));
    return value;
}

}  // namespace

std::string rated_text(Language language, const Rated& rated) {
    const core::RatingSummary& found = rated.found;
    const auto tell = [&](int code, const Args& args) {
        return paragraph(sentence(language, code, args));
    };
    const std::string judged =
        rated.judged ? "\n" + judged_text(language, rated, *rated.judged) : std::string();
    if (found.rated_texts + found.skipped_texts == 0) {
        return tell(say::rated_none, {{"run", rated.run}, {"texts", std::to_string(found.texts)}}) +
               judged;
    }
    std::string text = tell(say::rated_title,
                            {{"run", rated.run},
                             {"rated", std::to_string(found.rated_texts)},
                             {"texts", std::to_string(found.texts)},
                             {"skipped", std::to_string(found.skipped_texts)},
                             {"raters", raters_in_words(found)}});
    if (rated.on_dev) {
        text += tell(say::rated_on_dev, {});
    }
    text += "\n" + rated_table(language, rated);
    text +=
        tell(say::rated_legend,
             {{"level", level(language, found.with_grader.share.level)}, {"metric", rated.metric}});
    for (std::size_t i = 0; i < rated.systems.size(); ++i) {
        const core::RatedSystem& system = found.systems[i];
        const auto note = [&](int code, std::int64_t count) {
            return count == 0
                       ? ""
                       : tell(code,
                              {{"system", rated.systems[i]}, {"count", std::to_string(count)}});
        };
        text += note(say::rated_empty, system.empty) + note(say::rated_disputed, system.disputed);
    }
    const auto agree = [&](const std::string& who, const core::Agreement& agreement) {
        return agreement.cases == 0 ? ""
                                    : "\n" + paragraph(who) + agreement_text(language, agreement);
    };
    text += agree(sentence(language, say::rated_with_grader), found.with_grader);
    for (const core::TwoRaters& two : found.raters) {
        text += agree(
            sentence(language, say::rated_two, {{"first", two.first}, {"second", two.second}}),
            two.agreement);
    }
    return text + judged;
}

std::string rated_json(const Rated& rated) {
    const core::RatingSummary& found = rated.found;
    json::Value raters = json::Object{};
    for (const auto& [rater, count] : found.by_rater) {
        raters.add(rater, count);
    }
    json::Value systems = json::Array{};
    for (std::size_t i = 0; i < rated.systems.size(); ++i) {
        systems.push(rated_system_object(rated.systems[i], found.systems[i]));
    }
    json::Value between = json::Array{};
    for (const core::TwoRaters& two : found.raters) {
        json::Value pair;
        pair.add("first", two.first).add("second", two.second);
        between.push(std::move(pair.add("agreement", agreement_of_raters(two.agreement))));
    }
    json::Value value;
    value.add("format", 1).add("run", rated.run).add("split", rated.on_dev ? "dev" : "test");
    value.add("metric", rated.metric).add("texts", found.texts).add("rated", found.rated_texts);
    value.add("skipped", found.skipped_texts).add("raters", std::move(raters));
    value.add("systems", std::move(systems));
    value.add("with_grader", agreement_of_raters(found.with_grader));
    value.add("between_raters", std::move(between));
    value.add("judge", rated.judged ? judged_object(rated, *rated.judged) : json::Value());
    return json::write(value);
}

}  // namespace palier::report
