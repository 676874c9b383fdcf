#include "base/text.h"
#include "report/cost.h"
#include "report/escape.h"
#include "report/loans.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace palier::report {
namespace {

constexpr const char* k_absent = "-";

class CostText {
   public:
    CostText(Language language, const planning::CostAnswer& answer)
        : language_(language), answer_(answer) {}

    std::string make() const {
        std::string out = paragraph(
            say(answer_.run.empty() ? say::cost_of_job : say::cost_of_run,
                {{"job", answer_.job}, {"run", answer_.run}, {"currency", answer_.currency}}));
        out += systems() + energy() + months() + crossings() + assumptions();
        for (const core::Note& note : answer_.remarks) {
            out += paragraph("! " + say(note.code, note.args), 0, 2);
        }
        return out;
    }

   private:
    [[nodiscard]] std::string say(int code, Args args = {}) const {
        for (auto& [name, value] : args) {
            value = plain_line(value);
        }
        return sentence(language_, code, args);
    }

    // Three significant digits, and no more decimals than money is read with.
    [[nodiscard]] std::string amount(double value) const {
        constexpr double large = 100;
        return value >= large ? number(language_, value, 0) : significant(language_, value, 3);
    }
    [[nodiscard]] std::string between(const std::string& low, const std::string& high) const {
        return low == high ? low : low + "–" + high;
    }
    [[nodiscard]] std::string amount(const std::optional<core::Range>& range) const {
        return range ? between(amount(range->low), amount(range->high)) : k_absent;
    }
    [[nodiscard]] std::string requests(double value) const {
        return count(language_, static_cast<std::int64_t>(std::ceil(value)));
    }

    // Volumes as 3 digits and a letter: no more is known of them.
    [[nodiscard]] std::string compact(double value) const {
        constexpr double million = 1e6;
        constexpr double thousand = 1e3;
        if (value >= million) {
            return number(language_, value / million, value < 100 * million ? 2 : 0) + "M";
        }
        return value >= 10 * thousand ? number(language_, value / thousand, 0) + "k"
                                      : requests(value);
    }

    // Without the columns that say nothing, but for the first.
    static std::string lines(Table table) {
        for (std::size_t i = table.columns.size(); i-- > 1;) {
            const bool empty = std::ranges::all_of(
                table.rows, [&](const auto& row) { return row[i] == k_absent; });
            if (empty) {
                const auto at = static_cast<std::ptrdiff_t>(i);
                table.columns.erase(table.columns.begin() + at);
                for (auto& row : table.rows) {
                    row.erase(row.begin() + at);
                }
            }
        }
        return join(table.lines(k_text_width), "\n") + "\n";
    }
    static Column column(std::string title) { return {std::move(title), Align::Right, false}; }

    // How many machines, where one is not enough.
    static std::string times(std::int64_t machines) {
        return machines > 1 ? " x" + std::to_string(machines) : "";
    }

    [[nodiscard]] std::string systems() const {
        if (answer_.systems.empty()) {
            return "";
        }
        std::string out =
            "\n" +
            (answer_.per_month ? say(say::for_1000_at_volume,
                                     {{"count", requests(static_cast<double>(*answer_.per_month))}})
                               : say(say::for_1000)) +
            "\n";
        Table table;
        table.columns = {{say(say::cost_system), Align::Left, true},
                         column(say(say::cost_tokens)),
                         column(say(say::cost_seconds)),
                         column(say(say::cost_by_tokens)),
                         column(say(say::serving_own_machine)),
                         column(say(say::cost_full)),
                         column(say(say::cost_power_only))};
        bool estimated = false;
        for (const planning::SystemCost& s : answer_.systems) {
            estimated = estimated || !s.tokens.counted;
            const std::string by_tokens =
                s.api_per_1k_apart
                    ? amount(s.api_per_1k_apart->amount) + " " + s.api_per_1k_apart->currency
                    : amount(s.api_per_1k);
            table.rows.push_back({plain_line(s.id),
                                  tokens_of(s.tokens),
                                  s.service ? amount(s.service->seconds_per_request) : k_absent,
                                  by_tokens,
                                  amount(s.own_per_1k) + times(s.machines.value_or(1)),
                                  amount(s.own_per_1k_full),
                                  amount(s.electricity_per_1k)});
        }
        const std::string bought = bought_instead();
        estimated = estimated || (!bought.empty() && !answer_.api_tokens.counted);
        out += lines(table) + bought;
        return (estimated ? out + say(say::tokens_estimated) + "\n" : out) + legend();
    }

    // The API to compare with, where no System of the run is it; "" without one.
    [[nodiscard]] std::string bought_instead() const {
        const auto line =
            std::ranges::find(answer_.lines, core::Serving::Api, &core::CostLine::serving);
        const bool is_system =
            std::ranges::any_of(answer_.systems, [](const planning::SystemCost& s) {
                return s.role == core::Role::Topline && s.api_per_1k;
            });
        if (line == answer_.lines.end() || is_system) {
            return "";
        }
        constexpr double thousand = 1000;
        return paragraph(say(say::api_by_tokens,
                             {{"api", plain_line(answer_.api)},
                              {"amount", amount(std::optional(line->at(thousand)))},
                              {"currency", answer_.currency},
                              {"tokens", tokens_of(answer_.api_tokens)}}),
                         0,
                         2);
    }

    // What the columns that are there mean.
    [[nodiscard]] std::string legend() const {
        const auto any = [&](auto member) {
            return std::ranges::any_of(answer_.systems, [&](const planning::SystemCost& s) {
                return (s.*member).has_value();
            });
        };
        std::string out;
        for (const auto& [shown, code] :
             {std::pair{any(&planning::SystemCost::own_per_1k), say::legend_own_machine},
              std::pair{any(&planning::SystemCost::own_per_1k_full), say::legend_full},
              std::pair{any(&planning::SystemCost::electricity_per_1k), say::legend_power_only}}) {
            out += shown ? paragraph(say(code), 0, 2) : "";
        }
        return out;
    }

    [[nodiscard]] std::string tokens_of(const planning::TokenCount& tokens) const {
        const double least = tokens.least.input + tokens.least.output;
        const double most = tokens.most.input + tokens.most.output;
        return (tokens.counted ? "" : "~") +
               between(number(language_, least, 0), number(language_, most, 0));
    }

    [[nodiscard]] std::string energy() const {
        Table table;
        table.columns = {
            {say(say::cost_system), Align::Left, true}, {"", Align::Left, false}, column("Wh")};
        for (const planning::SystemCost& s : answer_.systems) {
            for (const core::Energy& e : s.energy) {
                table.rows.push_back(
                    {plain_line(s.id), energy_word(language_, e.method), amount(e.wh_per_1k)});
            }
        }
        return table.rows.empty() ? "" : "\n" + paragraph(say(say::energy_lead)) + lines(table);
    }

    [[nodiscard]] std::string title_of(const core::CostLine& line) const {
        switch (line.serving) {
            case core::Serving::Api:
                return say(say::serving_api);
            case core::Serving::OwnMachine:
                return say(say::serving_own_machine);
            case core::Serving::Rented:
                return say(say::serving_rented);
            case core::Serving::Hybrid:
                break;
        }
        return hybrid();
    }
    [[nodiscard]] std::string hybrid() const {
        const auto percent = [&](double share) { return number(language_, share * 100, 1); };
        return say(
            say::serving_hybrid,
            {{"percent",
              between(percent(answer_.fallback_share.low), percent(answer_.fallback_share.high))}});
    }

    [[nodiscard]] std::string months() const {
        if (answer_.lines.empty()) {
            return "";
        }
        Table table;
        table.columns = {column(say(say::cost_requests))};
        for (const core::CostLine& line : answer_.lines) {
            table.columns.push_back(column(title_of(line)));
        }
        for (const double volume : planning::volumes_of(answer_)) {
            std::vector<std::string> row{requests(volume)};
            for (const core::CostLine& line : answer_.lines) {
                row.push_back(amount(std::optional(line.at(volume))) +
                              times(line.dearest.machines(volume)));
            }
            table.rows.push_back(std::move(row));
        }
        const std::string text = lines(table);
        const bool several = text.find(" x") != std::string::npos;
        return "\n" + paragraph(say(say::cost_of_a_month, {{"system", answer_.small}})) + text +
               (several ? paragraph(say(say::legend_machines,
                                        {{"peak", number(language_, answer_.peak, 1)}}),
                                    0,
                                    2)
                        : "");
    }

    [[nodiscard]] std::string corner(const core::BreakEven::Corner& c) const {
        switch (c.crossing) {
            case core::Crossing::At:
                return compact(*c.requests_per_month) + times(c.machines);
            case core::Crossing::Always:
                return say(say::always);
            case core::Crossing::Never:
                break;
        }
        return say(say::never);
    }

    [[nodiscard]] std::string years(const std::optional<double>& value) const {
        return value ? number(language_, *value, 1) : say(say::never);
    }

    [[nodiscard]] std::string crossings() const {
        std::string out;
        std::set<std::string> done;
        for (const planning::Crossing& first : answer_.crossings) {
            if (!done.insert(first.against).second) {
                continue;
            }
            out += "\n" + paragraph(say(say::break_even_with, {{"api", first.against}})) +
                   crossings(first.against);
        }
        if (answer_.most_fallback_share && *answer_.most_fallback_share >= 0.01) {
            out += paragraph(say(
                say::hybrid_up_to,
                {{"system", answer_.small},
                 {"percent", number(language_, std::floor(*answer_.most_fallback_share * 100), 0)},
                 {"api", answer_.api}}));
        }
        return out;
    }

    // One row a fall of prices: serving by serving.
    [[nodiscard]] std::string crossings(const std::string& against) const {
        Table table;
        table.columns = {{"", Align::Left, false},
                         column(say(say::serving_own_machine)),
                         column(hybrid()),
                         column(say(say::serving_rented)),
                         column(say(say::years_to_pay))};
        std::vector<double> falls;
        for (const planning::Crossing& c : answer_.crossings) {
            if (c.against == against && std::ranges::find(falls, c.price_fall) == falls.end()) {
                falls.push_back(c.price_fall);
            }
        }
        for (const double fall : falls) {
            std::vector<std::string> row{
                fall == 1 ? say(say::prices_stay)
                          : say(say::prices_fall, {{"fall", number(language_, fall, 2)}}),
                k_absent,
                k_absent,
                k_absent,
                k_absent};
            for (const planning::Crossing& c : answer_.crossings) {
                if (c.against != against || c.price_fall != fall) {
                    continue;
                }
                const std::size_t place = c.serving == core::Serving::OwnMachine ? 1
                                          : c.serving == core::Serving::Hybrid   ? 2
                                                                                 : 3;
                row[place] = between(corner(c.volume.best), corner(c.volume.worst));
                if (c.has_payback) {
                    row[4] = between(years(c.payback_years_best), years(c.payback_years_worst));
                }
            }
            table.rows.push_back(std::move(row));
        }
        std::string text = lines(table);
        text += paragraph(say(say::legend_break_even, {{"api", against}}), 0, 2);
        const auto falling = std::ranges::find_if(falls, [](double fall) { return fall != 1; });
        return falling == falls.end()
                   ? text
                   : text + paragraph(say(say::legend_price_fall,
                                          {{"fall", number(language_, *falling, 2)}}),
                                      0,
                                      2);
    }

    [[nodiscard]] std::string assumptions() const {
        constexpr int first_origin = say::origin_job;
        std::string out = "\n" + say(say::counted_with) + "\n";
        for (const planning::Assumption& a : answer_.assumptions) {
            std::string origin = say(first_origin + static_cast<int>(a.origin));
            if (!a.detail.empty()) {
                origin =
                    with_colon(language_, origin, plain_line(in_language(language_, a.detail)));
            }
            const std::string value = value_in_language(language_, a.value);
            out += paragraph(plain_line(a.key + " = " + value) + "  [" + origin + "]", 2, 6);
        }
        return out + "\n";
    }

    Language language_;
    const planning::CostAnswer& answer_;
};

}  // namespace

std::string cost_text(Language language, const planning::CostAnswer& answer) {
    return CostText(language, answer).make();
}

}  // namespace palier::report
