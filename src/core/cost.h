// What Systems cost: tokens bought from an API, a machine of one's own, a rented one, or a machine
// that hands a share of its requests on. Pure arithmetic; money is in one currency at a time, that
// of the caller. docs/guide/cost.md derives each formula and names its source.
//
// Ranges: every cost here moves one way with each of its inputs, so the cheapest and the dearest
// corner of the inputs bound it exactly; a pair (cheapest, dearest) is carried along.
#pragma once

#include "core/hardware.h"
#include "core/job.h"
#include "core/trial.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::core {

// Of one request, as counted or assumed.
struct TokensPerRequest {
    double input = 0;  // cached ones included
    double cached_input = 0;
    double output = 0;
};

struct ApiPrice {
    double input_per_1m = 0, output_per_1m = 0;
    std::optional<double> cached_input_per_1m;  // absent: cached tokens cost as much as others
};
[[nodiscard]] double api_cost_per_request(const TokensPerRequest& tokens, const ApiPrice& price);

// How long one request keeps the machine busy: seconds of one answer, of which `concurrency` run
// side by side. Capacity is concurrency / seconds requests a second in the busiest hour, which has
// `peak` times the requests of the mean one.
struct ServiceTime {
    double seconds_per_request = 0;
    int concurrency = 1;
    double peak = 1;
};
// From the speeds of both phases: input / prefill + output / decode. Speeds are of one request at
// the stated concurrency, in tokens per second, above 0.
[[nodiscard]] double seconds_per_request(const TokensPerRequest& tokens,
                                         double prefill_tokens_per_s,
                                         double decode_tokens_per_s);
// Of one machine, by the hours a month that it is on.
[[nodiscard]] Range capacity_per_month(const Hardware& hardware, const ServiceTime& service);
[[nodiscard]] Range hours_on_per_month(const Hardware& hardware);

// Cost of a month over the number of requests: straight, with a step where one more machine is
// needed.
struct MonthlyCost {
    double fixed = 0;  // of one machine
    double per_request = 0;
    std::optional<double> capacity;  // requests that one machine answers; absent: one is enough
    // ceil(requests / capacity), at least 1.
    [[nodiscard]] std::int64_t machines(double requests) const;
    [[nodiscard]] double at(double requests) const {
        return fixed * static_cast<double>(machines(requests)) + per_request * requests;
    }
};

enum class Serving { Api, OwnMachine, Rented, Hybrid };
// "api", "own_machine", "rented", "hybrid".
[[nodiscard]] std::string_view name_of(Serving serving);

struct CostLine {
    Serving serving = Serving::Api;
    std::string system;  // id of the System that answers
    std::string name;    // for people: of what is bought, "" where the system says it
    MonthlyCost cheapest, dearest;
    // Requests that one machine can answer in a month; absent: not known, or without a limit (API).
    std::optional<Range> capacity_per_month;

    [[nodiscard]] Range at(double requests) const {
        return {cheapest.at(requests), dearest.at(requests)};
    }
};

[[nodiscard]] CostLine api_line(std::string system, const Range& cost_per_request);
// The machine bought: price spread over its life, maintenance, people, and electricity: idle power
// over the hours it is on, the rest of its power over the seconds that it answers. Needs
// hardware.price. Without power or price of electricity, none is counted.
[[nodiscard]] CostLine own_machine_line(std::string system,
                                        const Hardware& hardware,
                                        const ServiceTime& service);
// The same machine, owned already: electricity alone.
[[nodiscard]] CostLine owned_machine_line(std::string system,
                                          const Hardware& hardware,
                                          const ServiceTime& service);
// Rented by the hour while it is on; needs hardware.rent_per_hour. Its capacity is not known: the
// speed was measured elsewhere.
[[nodiscard]] CostLine rented_line(std::string system, const Hardware& hardware);
// The small System answers all requests and hands the share on to an API (cost c_s + q c_l).
[[nodiscard]] CostLine hybrid_line(const CostLine& small,
                                   const Range& api_cost_per_request,
                                   const Range& fallback_share);

// Where `line` becomes cheaper than paying a price for each request, for good: a step to one more
// machine never makes it the dearer one again.
enum class Crossing {
    At,      // from that volume on
    Always,  // there is nothing to pay off
    Never    // a request on a machine that is as busy as it can be costs no less than the price
};
[[nodiscard]] std::string_view name_of(Crossing crossing);  // "at", "always", "never"...
struct BreakEven {
    struct Corner {
        Crossing crossing = Crossing::Never;
        std::optional<double> requests_per_month;  // At
        std::int64_t machines = 1;                 // that answer so many
        bool operator==(const Corner&) const = default;
    };
    Corner best;   // the cheapest line against the dearest price
    Corner worst;  // the dearest line against the cheapest price
};
[[nodiscard]] BreakEven break_even(const CostLine& line, const Range& price_per_request);
// A hybrid saves the price of what it does not hand on, so it breaks even where `small` does
// against (1 - q) of that price.
[[nodiscard]] BreakEven hybrid_break_even(const CostLine& small,
                                          const Range& price_per_request,
                                          const Range& fallback_share);
// The share of escalated requests below which a cascade is cheaper than the large model alone:
// 1 - c_s / c_l, at least 0.
[[nodiscard]] double most_fallback_share(double small_per_request, double large_per_request);

// A price that is divided by `fall_per_year` each year, p(t) = p0 d^-t: its mean over the first
// years, as a share of p0. 1 where d = 1.
[[nodiscard]] double mean_price_share(double fall_per_year, double years);
// Years until what is saved has paid for the machine: the root of
//   upfront = saved0 (1 - d^-T) / ln d - running T
// (saved0: API bill of a year at today's price; running: what the machine costs a year). nullopt:
// never, as the falling bill no longer covers what running costs.
[[nodiscard]] std::optional<double> payback_years(double upfront,
                                                  double api_bill_per_year,
                                                  double running_per_year,
                                                  double fall_per_year);

// How a figure of energy was come by. Figures of different methods are not comparable.
enum class EnergyMethod { Counter, Meter, TdpEstimate };
[[nodiscard]] std::string_view name_of(EnergyMethod method);  // "counter", "meter", "tdp_estimate"

struct Energy {
    EnergyMethod method = EnergyMethod::TdpEstimate;
    Range wh_per_1k;    // 1,000 requests
    std::string scope;  // "package", "machine"
    int concurrency = 1;
    // "energy_wh_per_1k_tdp_estimate": the method is part of the name.
    [[nodiscard]] std::string figure_name() const;
};
// Power at the wall while it answers, times the time. Needs power_w.
[[nodiscard]] Energy metered_energy(const Hardware& hardware, const ServiceTime& service);
// TDP x share of the processor's threads that work x time, half more or less. Needs tdp_w.
[[nodiscard]] Energy tdp_energy(const Hardware& hardware,
                                const ServiceTime& service,
                                int threads_used,
                                int threads_of_processor);
[[nodiscard]] bool comparable(const Energy& a, const Energy& b);

// Price of these tokens, in the price's currency; 0 without a price.
[[nodiscard]] double cost_of(const std::optional<Price>& price,
                             std::int64_t prompt_tokens,
                             std::int64_t output_tokens);
// nullopt: no price, or tokens that nobody counted.
[[nodiscard]] std::optional<double> cost_of(const std::optional<Price>& price,
                                            const TokensUsed& tokens);

}  // namespace palier::core
