// The table of four criteria: what the answers of a job's owner say about where to look first, at
// small models or at large ones. Signals, never a verdict: only a measurement on the job's own
// cases decides. Pure.
#pragma once

#include "base/units.h"
#include "core/job.h"

#include <array>
#include <cstdint>
#include <optional>

namespace palier::core {

enum class Signal { Small, Large, Neither };
enum class Criterion { Data, Latency, Volume, Complexity };
[[nodiscard]] std::string_view name_of(Signal signal);        // "slm", "llm", "neither"
[[nodiscard]] std::string_view name_of(Criterion criterion);  // "data", "latency", ...

// The answers to the four questions.
struct Answers {
    Privacy privacy = Privacy::Machine;  // how far the data may go
    std::optional<double> p95_ms;        // acceptable time of an answer; nullopt = any
    std::int64_t per_month = 0;          // requests; 0 = not stated
    int concurrency = 1;                 // requests at once
    bool open_task = false;              // open reasoning, rare and varied cases
    bool text_only = true;
    bool offline = false;  // must answer without a network
    // Tokens of one request, estimated from the data; nullopt without data.
    std::optional<double> tokens_in, tokens_out;
};

// What the signal on volume compares. The defaults are dated: currency amounts are taken as equal
// (1 USD = 1 EUR), which the table says.
struct ReferencePrices {
    // An API model of the middle class: GPT-5.4 mini, models.dev, 2 July 2026.
    Price api{0.75, 4.50, "USD"};
    std::string api_source = "GPT-5.4 mini, models.dev 2026-07-02";
    // The machine over 36 months, without power and care. Gpu: 4,000 EUR, street price of a PC with
    // a 32 GB card, mid-2026. Processor: 600 EUR, of a good mini PC
    // (david-informaticien.com, read in November 2026), where a model is estimated to answer the
    // volume without a GPU. Stated: by the user.
    enum class Yardstick { Gpu, Processor, Stated } yardstick = Yardstick::Gpu;
    Money machine{4000, "EUR"};
    int machine_months = 36;
    [[nodiscard]] double machine_per_month() const { return machine.amount / machine_months; }
};
inline constexpr double k_processor_machine_eur = 600;
// Whether one machine that takes `request_ms` for each answers so many requests a month, on all
// day, in the hour of the job's peak too (docs/adr/0022).
[[nodiscard]] bool carries_volume(double request_ms, std::int64_t per_month, double peak);

// Why a signal is what it is; each has a sentence.
enum class Because {
    DataStays,         // Small: the data may not leave the machine
    DataInHouse,       // Small: the data may not leave the company
    DataMayGo,         // Large: a cloud contract is acceptable
    Interactive,       // Small: at most k_interactive_ms
    BetweenLatencies,  // Neither
    Patient,           // Large: above k_patient_ms, or no limit
    BillAboveMachine,  // Small: the API's bill is above the machine's price
    BillNearMachine,   // Neither: from a fifth of it up to it
    BillFarBelow,      // Large
    BillUnknown,       // Neither: no volume or no data
    Bounded,           // Small: bounded and text only
    Open,              // Large
    NotTextOnly,       // Large
    Offline            // Small: there is no network to reach a large model
};

// The limit at which a person keeps the flow of thought: J. Nielsen, "Usability Engineering"
// (1993), chapter 5 (0.1 s, 1 s, 10 s).
inline constexpr double k_interactive_ms = 1000;
// "A few seconds are fine": a convention, not a measurement.
inline constexpr double k_patient_ms = 3000;
// Below this share of the machine's price the bill is small change: a convention.
inline constexpr double k_small_bill = 0.2;

struct SignalRow {
    Criterion criterion = Criterion::Data;
    Signal signal = Signal::Neither;
    Because because = Because::DataStays;
    // Volume only: the API's bill of a month, where it can be estimated.
    std::optional<double> bill_per_month;
};

// The four rows, in the order of Criterion.
[[nodiscard]] std::array<SignalRow, 4> decision_table(const Answers& answers,
                                                      const ReferencePrices& prices);

// What to try first. Data that may not leave the machine, and a place without a network, decide
// alone: nothing but a model on the machine can answer there.
enum class FirstTry {
    SmallFirst,   // more signals for small: small candidates against a ceiling
    LargeFirst,   // more signals for large: measure the large one first, then try smaller ones
    NeitherFirst  // as many for each
};
[[nodiscard]] FirstTry first_try(const std::array<SignalRow, 4>& table);

}  // namespace palier::core
