#include "report/cost_figures.h"

#include "report/numbers.h"
#include "report/phrases.h"

#include <cmath>

namespace palier::report {
namespace {

std::string joined(const std::string& low, const std::string& high) {
    return low == high ? low : low + "–" + high;
}

std::string one_amount(Language language, double value) {
    constexpr double large = 100;
    constexpr int digits = 3;
    return value >= large ? number(language, value, 0) : significant(language, value, digits);
}

std::string corner(Language language, const core::BreakEven::Corner& c) {
    switch (c.crossing) {
        case core::Crossing::Always:
            return sentence(language, say::always);
        case core::Crossing::Never:
            return sentence(language, say::never);
        case core::Crossing::At:
            break;
    }
    return count(language, static_cast<std::int64_t>(std::ceil(c.requests_per_month.value_or(0)))) +
           (c.machines > 1 ? " x" + std::to_string(c.machines) : "");
}

}  // namespace

std::string serving_name(Language language,
                         core::Serving serving,
                         const core::Range& fallback_share) {
    constexpr double hundred = 100;
    switch (serving) {
        case core::Serving::Api:
            return sentence(language, say::serving_api);
        case core::Serving::OwnMachine:
            return sentence(language, say::serving_own_machine);
        case core::Serving::Rented:
            return sentence(language, say::serving_rented);
        case core::Serving::Hybrid:
            break;
    }
    return sentence(language,
                    say::serving_hybrid,
                    {{"percent",
                      joined(number(language, fallback_share.low * hundred, 1),
                             number(language, fallback_share.high * hundred, 1))}});
}

std::string amount(Language language, const core::Range& range) {
    return joined(one_amount(language, range.low), one_amount(language, range.high));
}

std::string break_even_words(Language language, const core::BreakEven& volume) {
    return joined(corner(language, volume.best), corner(language, volume.worst));
}

std::string energy_word(Language language, core::EnergyMethod method) {
    return sentence(language,
                    method == core::EnergyMethod::Counter ? say::energy_by_counter
                    : method == core::EnergyMethod::Meter ? say::energy_by_power
                                                          : say::energy_by_tdp);
}

}  // namespace palier::report
