#include "core/cost.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>

namespace palier::core {
namespace {

constexpr double k_million = 1e6;
constexpr double k_months_per_year = 12;
constexpr double k_seconds_per_hour = 3600;
constexpr double k_watts_per_kilowatt = 1000;

// One corner of the inputs.
struct Corner {
    double price = 0, life_years = 1, residual = 0, maintenance = 0, ops = 0, hours = 0;
    double power_kw = 0, idle_kw = 0, per_kwh = 0;
};

Corner corner_of(const Hardware& hardware, bool dearest) {
    const auto dear = [&](const Range& range) { return dearest ? range.high : range.low; };
    const auto cheap = [&](const Range& range) { return dearest ? range.low : range.high; };
    Corner corner;
    corner.price = hardware.price ? dear(*hardware.price) : 0;
    corner.life_years = cheap(hardware.life_years);
    corner.residual = cheap(hardware.residual);
    corner.maintenance = dear(hardware.maintenance_share_per_year);
    corner.ops = dear(hardware.ops_per_month);
    corner.hours = dear(hours_on_per_month(hardware));
    if (hardware.power_w && hardware.electricity_per_kwh) {
        const double at_the_wall = dear(hardware.pue) / k_watts_per_kilowatt;
        const double power = dear(*hardware.power_w);
        const double idle = dear(hardware.idle_w.value_or(Range{0, hardware.power_w->high}));
        corner.power_kw = power * at_the_wall;
        corner.idle_kw = std::min(idle, power) * at_the_wall;
        corner.per_kwh = dear(*hardware.electricity_per_kwh);
    }
    return corner;
}

MonthlyCost electricity(const Corner& corner, const ServiceTime& service) {
    MonthlyCost cost;
    cost.fixed = corner.idle_kw * corner.per_kwh * corner.hours;
    cost.per_request = (corner.power_kw - corner.idle_kw) * corner.per_kwh *
                       service.seconds_per_request / service.concurrency / k_seconds_per_hour;
    return cost;
}

MonthlyCost machine(const Corner& corner, const ServiceTime& service) {
    MonthlyCost cost = electricity(corner, service);
    cost.fixed +=
        std::max(0.0, corner.price - corner.residual) / (corner.life_years * k_months_per_year) +
        corner.price * corner.maintenance / k_months_per_year + corner.ops;
    return cost;
}

BreakEven::Corner crossing(const MonthlyCost& line, double price_per_request) {
    const double saved = price_per_request - line.per_request;
    if (saved <= 0) {
        return {Crossing::Never, std::nullopt, 1};
    }
    if (line.fixed <= 0) {
        return {Crossing::Always, std::nullopt, 1};
    }
    const double once = line.fixed / saved;
    if (!line.capacity) {
        return {Crossing::At, once, 1};
    }
    // k machines are cheaper above k x once requests and answer k x capacity, so either one of them
    // pays or none does. The k-th is cheaper as soon as it is needed, at (k - 1) x capacity, from
    // k = 1 / (1 - once / capacity) on.
    const double share = once / *line.capacity;
    constexpr double slack = 1e-9;
    if (share >= 1 - slack) {
        return {Crossing::Never, std::nullopt, 1};
    }
    const double machines = std::max(1.0, std::ceil(1 / (1 - share) - slack) - 1);
    return {Crossing::At, machines * once, static_cast<std::int64_t>(machines)};
}

// A machine that is on for more hours answers more, and draws idle power for longer: the corner
// that is cheapest at few requests is that of few hours, the one that needs the fewest machines
// that of many. Each corner is given what favours it, so that the pair still bounds every cost.
void limit(CostLine& line, const Range& capacity) {
    line.capacity_per_month = capacity;
    line.cheapest.capacity = capacity.high;
    line.dearest.capacity = capacity.low;
}

}  // namespace

Range operator*(const Range& a, const Range& b) {
    return {a.low * b.low, a.high * b.high};
}

Range operator+(const Range& a, const Range& b) {
    return {a.low + b.low, a.high + b.high};
}

double api_cost_per_request(const TokensPerRequest& tokens, const ApiPrice& price) {
    const double cached = std::min(tokens.cached_input, tokens.input);
    return ((tokens.input - cached) * price.input_per_1m +
            cached * price.cached_input_per_1m.value_or(price.input_per_1m) +
            tokens.output * price.output_per_1m) /
           k_million;
}

double seconds_per_request(const TokensPerRequest& tokens,
                           double prefill_tokens_per_s,
                           double decode_tokens_per_s) {
    PALIER_CHECK(prefill_tokens_per_s > 0 && decode_tokens_per_s > 0, "speeds are positive");
    return tokens.input / prefill_tokens_per_s + tokens.output / decode_tokens_per_s;
}

Range hours_on_per_month(const Hardware& hardware) {
    return hardware.hours_per_day * hardware.days_per_month;
}

Range capacity_per_month(const Hardware& hardware, const ServiceTime& service) {
    PALIER_CHECK(service.seconds_per_request > 0, "an answer takes time");
    PALIER_CHECK(service.peak >= 1, "the busiest hour has no fewer requests than the mean one");
    const double per_hour =
        k_seconds_per_hour * service.concurrency / service.seconds_per_request / service.peak;
    return hours_on_per_month(hardware) * Range{per_hour};
}

std::string_view name_of(Serving serving) {
    switch (serving) {
        case Serving::Api:
            return "api";
        case Serving::OwnMachine:
            return "own_machine";
        case Serving::Rented:
            return "rented";
        case Serving::Hybrid:
            break;
    }
    return "hybrid";
}

std::string_view name_of(Crossing crossing) {
    switch (crossing) {
        case Crossing::At:
            return "at";
        case Crossing::Always:
            return "always";
        case Crossing::Never:
            break;
    }
    return "never";
}

std::string_view name_of(EnergyMethod method) {
    switch (method) {
        case EnergyMethod::Counter:
            return "counter";
        case EnergyMethod::Meter:
            return "meter";
        case EnergyMethod::TdpEstimate:
            break;
    }
    return "tdp_estimate";
}

std::int64_t MonthlyCost::machines(double requests) const {
    // As many as a rounding error more are answered too.
    constexpr double slack = 1e-9;
    return !capacity || requests <= *capacity
               ? 1
               : static_cast<std::int64_t>(std::ceil(requests / *capacity - slack));
}

CostLine api_line(std::string system, const Range& cost_per_request) {
    CostLine line;
    line.serving = Serving::Api;
    line.system = std::move(system);
    line.cheapest.per_request = cost_per_request.low;
    line.dearest.per_request = cost_per_request.high;
    return line;
}

CostLine own_machine_line(std::string system,
                          const Hardware& hardware,
                          const ServiceTime& service) {
    PALIER_CHECK(hardware.price.has_value(), "a machine of one's own has a price");
    CostLine line;
    line.serving = Serving::OwnMachine;
    line.system = std::move(system);
    line.cheapest = machine(corner_of(hardware, false), service);
    line.dearest = machine(corner_of(hardware, true), service);
    limit(line, capacity_per_month(hardware, service));
    return line;
}

CostLine owned_machine_line(std::string system,
                            const Hardware& hardware,
                            const ServiceTime& service) {
    CostLine line;
    line.serving = Serving::OwnMachine;
    line.system = std::move(system);
    line.cheapest = electricity(corner_of(hardware, false), service);
    line.dearest = electricity(corner_of(hardware, true), service);
    limit(line, capacity_per_month(hardware, service));
    return line;
}

CostLine rented_line(std::string system, const Hardware& hardware) {
    PALIER_CHECK(hardware.rent_per_hour.has_value(), "a rented machine has a price an hour");
    const Range rent = *hardware.rent_per_hour * hours_on_per_month(hardware);
    CostLine line;
    line.serving = Serving::Rented;
    line.system = std::move(system);
    line.cheapest.fixed = rent.low + hardware.ops_per_month.low;
    line.dearest.fixed = rent.high + hardware.ops_per_month.high;
    return line;
}

CostLine hybrid_line(const CostLine& small,
                     const Range& api_cost_per_request,
                     const Range& fallback_share) {
    CostLine line = small;
    line.serving = Serving::Hybrid;
    line.cheapest.per_request += fallback_share.low * api_cost_per_request.low;
    line.dearest.per_request += fallback_share.high * api_cost_per_request.high;
    return line;
}

BreakEven break_even(const CostLine& line, const Range& price_per_request) {
    return {crossing(line.cheapest, price_per_request.high),
            crossing(line.dearest, price_per_request.low)};
}

BreakEven hybrid_break_even(const CostLine& small,
                            const Range& price_per_request,
                            const Range& fallback_share) {
    return break_even(small,
                      {(1 - fallback_share.high) * price_per_request.low,
                       (1 - fallback_share.low) * price_per_request.high});
}

double most_fallback_share(double small_per_request, double large_per_request) {
    return large_per_request > 0 ? std::max(0.0, 1 - small_per_request / large_per_request) : 0;
}

double mean_price_share(double fall_per_year, double years) {
    PALIER_CHECK(fall_per_year > 0 && years > 0, "a fall is a factor, and takes time");
    const double rate = std::log(fall_per_year) * years;
    return std::abs(rate) < 1e-9 ? 1 : -std::expm1(-rate) / rate;
}

std::optional<double> payback_years(double upfront,
                                    double api_bill_per_year,
                                    double running_per_year,
                                    double fall_per_year) {
    PALIER_CHECK(fall_per_year >= 1, "prices fall or stay");
    if (upfront <= 0) {
        return 0;
    }
    if (api_bill_per_year <= running_per_year) {
        return std::nullopt;
    }
    const auto saved = [&](double years) {
        return api_bill_per_year * years * mean_price_share(fall_per_year, years) -
               running_per_year * years;
    };
    if (fall_per_year == 1) {
        return upfront / (api_bill_per_year - running_per_year);
    }
    // Savings grow until the bill has fallen to what running costs; after a century nobody waits.
    constexpr double century = 100;
    const double last =
        running_per_year > 0
            ? std::min(century,
                       std::log(api_bill_per_year / running_per_year) / std::log(fall_per_year))
            : century;
    if (saved(last) < upfront) {
        return std::nullopt;
    }
    double low = 0;
    double high = last;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
        const double middle = (low + high) / 2;
        (saved(middle) < upfront ? low : high) = middle;
    }
    return high;
}

std::string Energy::figure_name() const {
    return "energy_wh_per_1k_" + std::string(name_of(method));
}

Energy metered_energy(const Hardware& hardware, const ServiceTime& service) {
    PALIER_CHECK(hardware.power_w.has_value(), "a meter reads a power");
    const double hours =
        1000 * service.seconds_per_request / service.concurrency / k_seconds_per_hour;
    return {EnergyMethod::Meter, *hardware.power_w * Range{hours}, "machine", service.concurrency};
}

Energy tdp_energy(const Hardware& hardware,
                  const ServiceTime& service,
                  int threads_used,
                  int threads_of_processor) {
    PALIER_CHECK(hardware.tdp_w.has_value() && threads_of_processor > 0, "a TDP is of a processor");
    constexpr double least = 0.5;
    constexpr double most = 1.5;
    const double share = std::min(1.0, static_cast<double>(threads_used) / threads_of_processor);
    const double hours =
        1000 * service.seconds_per_request / service.concurrency / k_seconds_per_hour;
    return {EnergyMethod::TdpEstimate,
            *hardware.tdp_w * Range{least * share * hours, most * share * hours},
            "package",
            service.concurrency};
}

bool comparable(const Energy& a, const Energy& b) {
    return a.method == b.method && a.scope == b.scope && a.concurrency == b.concurrency;
}

double cost_of(const std::optional<Price>& price,
               std::int64_t prompt_tokens,
               std::int64_t output_tokens) {
    if (!price) {
        return 0;
    }
    return (price->input_per_1m * static_cast<double>(prompt_tokens) +
            price->output_per_1m * static_cast<double>(output_tokens)) /
           1e6;
}

std::optional<double> cost_of(const std::optional<Price>& price, const TokensUsed& tokens) {
    if (!price || !tokens.prompt || !tokens.output) {
        return std::nullopt;
    }
    return cost_of(price, *tokens.prompt, *tokens.output);
}

}  // namespace palier::core
