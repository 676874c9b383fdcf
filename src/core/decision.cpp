#include "core/decision.h"

#include <algorithm>

namespace palier::core {
namespace {

SignalRow data_row(const Answers& answers) {
    if (answers.offline && answers.privacy != Privacy::Machine) {
        return {Criterion::Data, Signal::Small, Because::Offline, {}};
    }
    switch (answers.privacy) {
        case Privacy::Machine:
            return {Criterion::Data, Signal::Small, Because::DataStays, {}};
        case Privacy::Infra:
            return {Criterion::Data, Signal::Small, Because::DataInHouse, {}};
        case Privacy::Cloud:
            break;
    }
    return {Criterion::Data, Signal::Large, Because::DataMayGo, {}};
}

SignalRow latency_row(const Answers& answers) {
    if (answers.p95_ms && *answers.p95_ms <= k_interactive_ms) {
        return {Criterion::Latency, Signal::Small, Because::Interactive, {}};
    }
    if (answers.p95_ms && *answers.p95_ms <= k_patient_ms) {
        return {Criterion::Latency, Signal::Neither, Because::BetweenLatencies, {}};
    }
    return {Criterion::Latency, Signal::Large, Because::Patient, {}};
}

SignalRow volume_row(const Answers& answers, const ReferencePrices& prices) {
    if (answers.per_month <= 0 || !answers.tokens_in || !answers.tokens_out) {
        return {Criterion::Volume, Signal::Neither, Because::BillUnknown, {}};
    }
    constexpr double million = 1e6;
    const double bill = static_cast<double>(answers.per_month) *
                        (*answers.tokens_in * prices.api.input_per_1m +
                         *answers.tokens_out * prices.api.output_per_1m) /
                        million;
    if (bill > prices.machine_per_month()) {
        return {Criterion::Volume, Signal::Small, Because::BillAboveMachine, bill};
    }
    if (bill >= k_small_bill * prices.machine_per_month()) {
        return {Criterion::Volume, Signal::Neither, Because::BillNearMachine, bill};
    }
    return {Criterion::Volume, Signal::Large, Because::BillFarBelow, bill};
}

SignalRow complexity_row(const Answers& answers) {
    if (!answers.text_only) {
        return {Criterion::Complexity, Signal::Large, Because::NotTextOnly, {}};
    }
    return answers.open_task
               ? SignalRow{Criterion::Complexity, Signal::Large, Because::Open, {}}
               : SignalRow{Criterion::Complexity, Signal::Small, Because::Bounded, {}};
}

}  // namespace

bool carries_volume(double request_ms, std::int64_t per_month, double peak) {
    constexpr double k_ms_per_month = 365.0 / 12 * 24 * 3600 * 1000;
    return request_ms * static_cast<double>(per_month) * peak <= k_ms_per_month;
}

std::string_view name_of(Signal signal) {
    return signal == Signal::Small ? "slm" : signal == Signal::Large ? "llm" : "neither";
}

std::string_view name_of(Criterion criterion) {
    switch (criterion) {
        case Criterion::Data:
            return "data";
        case Criterion::Latency:
            return "latency";
        case Criterion::Volume:
            return "volume";
        case Criterion::Complexity:
            break;
    }
    return "complexity";
}

std::array<SignalRow, 4> decision_table(const Answers& answers, const ReferencePrices& prices) {
    return {data_row(answers),
            latency_row(answers),
            volume_row(answers, prices),
            complexity_row(answers)};
}

FirstTry first_try(const std::array<SignalRow, 4>& table) {
    const Because data = table[static_cast<std::size_t>(Criterion::Data)].because;
    if (data == Because::DataStays || data == Because::Offline) {
        return FirstTry::SmallFirst;
    }
    const auto count = [&](Signal signal) {
        return std::count_if(
            table.begin(), table.end(), [&](const SignalRow& row) { return row.signal == signal; });
    };
    const auto small = count(Signal::Small), large = count(Signal::Large);
    return small > large   ? FirstTry::SmallFirst
           : large > small ? FirstTry::LargeFirst
                           : FirstTry::NeitherFirst;
}

}  // namespace palier::core
