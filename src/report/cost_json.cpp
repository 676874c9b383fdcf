#include "lib/json/json.h"
#include "report/cost.h"

#include <algorithm>

namespace palier::report {
namespace {

json::Value range(const core::Range& range) {
    return json::Object{{"low", range.low}, {"high", range.high}};
}
json::Value range(const std::optional<core::Range>& maybe) {
    return maybe ? range(*maybe) : json::Value();
}

json::Value tokens(const planning::TokenCount& count) {
    json::Value value;
    value.add("input", range(core::Range{count.least.input, count.most.input}))
        .add("cached_input", range(core::Range{count.least.cached_input, count.most.cached_input}))
        .add("output", range(core::Range{count.least.output, count.most.output}))
        .add("method", count.counted ? "counted" : "estimate");
    return value;
}

std::string_view name_of(planning::Origin origin) {
    switch (origin) {
        case planning::Origin::Job:
            return "job";
        case planning::Origin::Flag:
            return "flag";
        case planning::Origin::PriceTable:
            return "price_table";
        case planning::Origin::Run:
            return "run";
        case planning::Origin::Default:
            return "default";
        case planning::Origin::Estimate:
            break;
    }
    return "estimate";
}

json::Value system(const planning::SystemCost& s) {
    json::Value value;
    value.add("id", s.id)
        .add("role", std::string(core::name_of(s.role)))
        .add("recorded", s.recorded)
        .add("quality", s.quality)
        .add("tokens_per_request", tokens(s.tokens));
    json::Value seconds;
    json::Value at_once;
    if (s.service) {
        seconds = s.service->seconds_per_request;
        at_once = s.service->concurrency;
    }
    value.add("seconds_per_request", std::move(seconds)).add("concurrency", std::move(at_once));
    value.add("prefill_tokens_per_s", s.prefill_tokens_per_s)
        .add("decode_tokens_per_s", s.decode_tokens_per_s)
        .add("by_tokens_per_1k", range(s.api_per_1k))
        .add("own_machine_per_1k", range(s.own_per_1k))
        .add("own_machine_full_per_1k", range(s.own_per_1k_full))
        .add("electricity_per_1k", range(s.electricity_per_1k))
        .add("machines", s.machines ? json::Value(*s.machines) : json::Value());
    json::Value apart;
    if (s.api_per_1k_apart) {
        apart.add("amount", s.api_per_1k_apart->amount)
            .add("currency", s.api_per_1k_apart->currency);
    }
    value.add("by_tokens_per_1k_apart", std::move(apart));
    for (const core::Energy& energy : s.energy) {
        json::Value figure = range(energy.wh_per_1k);
        figure.add("scope", energy.scope).add("concurrency", energy.concurrency);
        value.add(energy.figure_name(), std::move(figure));
    }
    return value;
}

json::Value line(const core::CostLine& l, const std::vector<double>& volumes) {
    json::Value points = json::Array{};
    for (const double volume : volumes) {
        json::Value point;
        point.add("requests", volume)
            .add("cost", range(l.at(volume)))
            .add("machines",
                 l.capacity_per_month ? json::Value(l.dearest.machines(volume)) : json::Value());
        points.push(std::move(point));
    }
    json::Value value;
    value.add("serving", std::string(core::name_of(l.serving)))
        .add("system", l.system.empty() ? json::Value() : json::Value(l.system))
        .add("api", l.name.empty() ? json::Value() : json::Value(l.name))
        .add("fixed_per_month", range(core::Range{l.cheapest.fixed, l.dearest.fixed}))
        .add("requests_per_month_capacity", range(l.capacity_per_month))
        .add("months", std::move(points));
    return value;
}

json::Value corner(const core::BreakEven::Corner& c) {
    json::Value value;
    value.add("outcome", std::string(core::name_of(c.crossing)))
        .add("requests_per_month", c.requests_per_month)
        .add("machines", c.requests_per_month ? json::Value(c.machines) : json::Value());
    return value;
}

}  // namespace

std::string cost_json(Language language, const planning::CostAnswer& answer) {
    json::Value systems = json::Array{};
    std::ranges::for_each(answer.systems, [&](const auto& s) { systems.push(system(s)); });
    json::Value lines = json::Array{};
    const std::vector<double> volumes = planning::volumes_of(answer);
    std::ranges::for_each(answer.lines, [&](const auto& l) { lines.push(line(l, volumes)); });
    json::Value crossings = json::Array{};
    for (const planning::Crossing& c : answer.crossings) {
        json::Value one;
        one.add("serving", std::string(core::name_of(c.serving)))
            .add("against", c.against)
            .add("price_fall_per_year", c.price_fall)
            .add("best", corner(c.volume.best))
            .add("worst", corner(c.volume.worst));
        if (c.has_payback) {
            one.add("payback_years_best", c.payback_years_best)
                .add("payback_years_worst", c.payback_years_worst);
        }
        crossings.push(std::move(one));
    }
    json::Value assumptions = json::Array{};
    for (const planning::Assumption& a : answer.assumptions) {
        assumptions.push(
            json::Object{{"key", a.key},
                         {"value", a.value},
                         {"origin", std::string(name_of(a.origin))},
                         {"detail", a.detail},
                         {"checked", a.checked.empty() ? json::Value() : json::Value(a.checked)},
                         {"stale", a.stale}});
    }
    json::Value remarks = json::Array{};
    for (const core::Note& note : answer.remarks) {
        remarks.push(json::Object{{"code", "PAL-" + std::to_string(note.code)},
                                  {"message", sentence(language, note.code, note.args)}});
    }
    json::Value value;
    value.add("format", 1)
        .add("job", answer.job)
        .add("run", answer.run.empty() ? json::Value() : json::Value(answer.run))
        .add("currency", answer.currency)
        .add("per_month", answer.per_month)
        .add("systems", std::move(systems))
        .add("system", answer.small.empty() ? json::Value() : json::Value(answer.small))
        .add("api", answer.api.empty() ? json::Value() : json::Value(answer.api))
        .add("fallback_share", range(answer.fallback_share))
        .add("most_fallback_share", answer.most_fallback_share)
        .add("lines", std::move(lines))
        .add("break_even", std::move(crossings))
        .add("assumptions", std::move(assumptions))
        .add("remarks", std::move(remarks));
    return json::write(value);
}

}  // namespace palier::report
