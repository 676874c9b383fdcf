// What a job costs: the Systems measured in a run (tokens and times from its Trials), the machine
// that the job states, and the price table, put together into lines of monthly cost and the volumes
// where they cross. Figures that nobody stated or measured are absent, and a remark says what is
// missing. docs/guide/cost.md
#pragma once

#include "base/result.h"
#include "catalog/prices.h"
#include "core/cost.h"
#include "core/summary.h"
#include "job/job_file.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::planning {

// The flags of `palier cost`; each goes before the job.
struct CostQuestion {
    std::string run;     // id; "" = the newest of this job
    std::string system;  // the small System to compare; "" = the chosen one, or the best local one
    std::string api;     // name in the price table to compare with; "" = the topline
    std::string gpu;     // of the price table, to rent
    std::optional<std::int64_t> per_month;
    std::optional<core::Range> fallback_share;
    std::optional<double> price_fall;  // factor a year, at least 1
    std::optional<Money> hardware_price;
    std::optional<Money> rent_per_hour;
    std::vector<core::ExchangeRate> rates;
    std::optional<double> seconds_per_request;  // assumed where nothing was measured
    bool batch = false;  // answers may take a day: prices of batches where the seller has them
    std::optional<double> thinking_tokens;  // of a request to the API, paid as output
    std::string today;  // YYYY-MM-DD; "" = nothing is said of the age of a price
};

enum class Origin { Job, Flag, PriceTable, Run, Default, Estimate };

struct Assumption {
    std::string key;    // "hardware.life_years"
    std::string value;  // "3", "0.19 to 0.29 EUR"
    Origin origin = Origin::Default;
    std::string detail;  // source and date of the price table, id of the run
    // Of a price of the table: YYYY-MM-DD when somebody checked it, "" = unsaid; and whether that
    // is too long ago (catalog::is_stale).
    std::string checked;
    bool stale = false;
};

// Fewest and most, where they are an estimate; the same twice where they were counted.
struct TokenCount {
    core::TokensPerRequest least, most;
    bool counted = false;
    [[nodiscard]] core::Range price_of(const core::ApiPrice& price) const;
};

struct SystemCost {
    std::string id, candidate, name;
    std::optional<core::ModelSpec> source;
    core::Role role = core::Role::Candidate;
    bool recorded = false;
    bool on_own_machine = false;  // embedded engine; else recorded or an endpoint
    TokenCount tokens;
    std::int64_t cases = 0;  // that the tokens were counted on
    std::optional<core::ServiceTime> service;
    bool service_assumed = false;
    std::optional<double> prefill_tokens_per_s, decode_tokens_per_s;
    std::optional<double> quality;
    // Of 1,000 requests, in the answer's currency.
    std::optional<core::Range> api_per_1k;          // bought by tokens
    std::optional<core::Range> own_per_1k;          // machine bought, at the volume asked about
    std::optional<core::Range> own_per_1k_full;     // machine bought and always busy
    std::optional<core::Range> electricity_per_1k;  // machine owned already, always busy
    std::optional<std::int64_t> machines;           // that answer the volume asked about, at most
    // A price whose currency nobody gave a rate for: shown apart, compared with nothing.
    std::optional<Money> api_per_1k_apart;
    std::vector<core::Energy> energy;
};

// One way to serve against buying tokens.
struct Crossing {
    core::Serving serving = core::Serving::OwnMachine;
    std::string against;     // name of the API model
    double price_fall = 1;   // a year; 1 = today's prices stay
    core::BreakEven volume;  // requests a month
    // Of the machine's price at the volume asked about: best and worst corner; absent: not in its
    // life, or no volume or price.
    std::optional<double> payback_years_best, payback_years_worst;
    bool has_payback = false;
};

struct CostAnswer {
    std::string job;
    std::string run;       // "" = nothing was measured
    std::string currency;  // of every amount but those apart
    double peak = 1;       // requests of the busiest hour over those of the mean one
    std::optional<std::int64_t> per_month;
    std::vector<SystemCost> systems;
    std::string small;  // the System of the lines
    std::string api;    // the API model of the lines
    TokenCount api_tokens;
    std::vector<core::CostLine> lines;
    std::vector<Crossing> crossings;
    core::Range fallback_share;
    std::optional<double> most_fallback_share;  // up to here the hybrid is cheaper than the API
    std::vector<Assumption> assumptions;
    std::vector<core::Note> remarks;
};

// Volumes that a table or curve shows: 1,000 to 10 million requests a month, and the one asked
// about.
[[nodiscard]] std::vector<double> volumes_of(const CostAnswer& answer);

// Thinking tokens are added where tokens are estimated; what a run counted has them already.
// Errors: 1106 no such run, 2760 a run of another job, 2757 no such price, 2759 two currencies,
// 2761 no such System, 22xx the data cannot be read for an estimate of tokens.
[[nodiscard]] Result<CostAnswer> cost_of_job(const job::JobFile& file,
                                             const CostQuestion& question,
                                             const catalog::PriceTable& prices,
                                             store::Store& store);

// The same for one run, from the store alone: the job as it was when the run began.
[[nodiscard]] Result<CostAnswer> cost_of_run(const store::RunRow& run,
                                             const CostQuestion& question,
                                             const catalog::PriceTable& prices,
                                             store::Store& store);

// The job of a run as it was when the run began. Nothing is read but what the store keeps.
[[nodiscard]] Result<job::JobFile> job_of_run(const store::RunRow& run,
                                              const core::Summary& summary);

}  // namespace palier::planning
